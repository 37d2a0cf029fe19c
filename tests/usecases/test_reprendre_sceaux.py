"""The file of seals taken up again from the database, with a reason that the log keeps."""

import pytest
from journal import PAR_SCEAU, ecrire_fichier, lignes_du_fichier, sceller_trois_fois, verdict

from service.errors import SaisieError
from service.usecases.consigner import AU_CLAVIER
from service.usecases.reprendre_sceaux import ecarter_ancien_fichier, reprendre_sceaux


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_file_changed_anywhere_is_kept_aside_and_written_anew(service_partout, place):
    sceller_trois_fois(service_partout)
    toutes = lignes_du_fichier(service_partout)
    changees = [
        ligne.replace('"nombre":4', '"nombre":5') if rang == place else ligne for rang, ligne in enumerate(toutes)
    ]
    ecrire_fichier(service_partout, changees)

    ailleurs = reprendre_sceaux(service_partout.dependencies, AU_CLAVIER, "disque abîmé")

    assert ailleurs.read_text().splitlines() == changees
    assert lignes_du_fichier(service_partout)[:3] == toutes
    assert len(lignes_du_fichier(service_partout)) == 4
    lu = verdict(service_partout)
    assert (lu.integre, lu.verifiees, lu.non_scellees) == (True, 3 * PAR_SCEAU + 1, 0)


def test_a_restored_database_goes_on_once_somebody_has_said_why(service_partout):
    sceller_trois_fois(service_partout)
    for table, cle in (("sceau", "dernier"), ("feuille", "journal_id"), ("journal", "id")):
        service_partout.sql(f"DELETE FROM {table} WHERE {cle} > 8")
    with pytest.raises(SaisieError, match="saisie"):
        reprendre_sceaux(service_partout.dependencies, AU_CLAVIER, " ")
    with pytest.raises(SaisieError, match="saisie"):
        reprendre_sceaux(service_partout.dependencies, AU_CLAVIER, "x" * 501)

    ailleurs = reprendre_sceaux(service_partout.dependencies, AU_CLAVIER, "sauvegarde du 3 décembre")

    assert len(ailleurs.read_text().splitlines()) == 3
    (entree,) = service_partout.journal(issue="FAIT")
    assert (entree.acte, entree.motif) == ("SCEAUX_REPRIS", "sauvegarde du 3 décembre")
    assert entree.objet == ailleurs.name
    lu = verdict(service_partout)
    assert (lu.integre, lu.verifiees, lu.non_scellees) == (True, 2 * PAR_SCEAU + 1, 0)


def test_a_file_left_by_a_database_that_is_gone_is_kept_aside(service):
    assert ecarter_ancien_fichier(service.dependencies) is None
    ecrire_fichier(service, ["ceux d'avant"])
    assert ecarter_ancien_fichier(service.dependencies).read_text() == "ceux d'avant\n"
    assert ecarter_ancien_fichier(service.dependencies) is None


def test_a_file_that_agrees_is_not_taken_up_again(service_partout):
    sceller_trois_fois(service_partout)
    with pytest.raises(SaisieError, match="d'accord"):
        reprendre_sceaux(service_partout.dependencies, AU_CLAVIER, "pour voir")
    assert service_partout.compter("journal") == 3 * PAR_SCEAU
    assert len(lignes_du_fichier(service_partout)) == 3
