"""The file of seals held against the database: changed, cut, behind, ahead."""

import pytest
from journal import PAR_SCEAU, ecrire_fichier, inscrire, lignes_du_fichier, sceller_trois_fois, verdict

from service.usecases.sceller import sceller
from service.usecases.verifier_fichier import comparer_fichier

ALTERATIONS_DU_FICHIER = {
    "a line altered": lambda toutes: [toutes[0], toutes[1].replace('"nombre":4', '"nombre":5'), toutes[2]],
    "a line removed": lambda toutes: [toutes[0], toutes[2]],
    "the first line removed": lambda toutes: toutes[1:],
    "a line doubled": lambda toutes: [toutes[0], toutes[0], *toutes[1:]],
    "two lines swapped": lambda toutes: [toutes[1], toutes[0], toutes[2]],
    "a line that is no seal": lambda toutes: [toutes[0], "bonjour", *toutes[1:]],
    "bytes": lambda toutes: [toutes[0], "\ufffd" * 9, *toutes[1:]],
}


@pytest.mark.parametrize("cas", ALTERATIONS_DU_FICHIER)
def test_a_file_changed_by_hand_is_found(service_partout, cas):
    sceller_trois_fois(service_partout)
    toutes = lignes_du_fichier(service_partout)
    changees = ALTERATIONS_DU_FICHIER[cas](toutes)
    ecrire_fichier(service_partout, changees)
    lu = verdict(service_partout)
    assert {rupture.nature for rupture in lu.ruptures} == {"FICHIER_CONTRAIRE"}
    assert lu.verifiees == 3 * PAR_SCEAU


def test_a_file_cut_by_hand_is_found_before_it_is_completed(service_partout):
    sceller_trois_fois(service_partout)
    ecrire_fichier(service_partout, lignes_du_fichier(service_partout)[:1])
    lu = verdict(service_partout)
    assert [(rupture.nature, rupture.sceau) for rupture in lu.ruptures] == [("FICHIER_COUPE", 2)]
    assert lu.retard_du_fichier == 2


def test_a_file_that_lags_by_the_last_seal_or_by_a_moment_is_no_alarm(service_partout):
    sceller_trois_fois(service_partout)
    ecrire_fichier(service_partout, lignes_du_fichier(service_partout)[:2])
    assert (verdict(service_partout).integre, verdict(service_partout).retard_du_fichier) == (True, 1)
    for _ in range(3):
        inscrire(service_partout, 0)
        sceller(service_partout.dependencies)
        service_partout.horloge.avancer(seconds=5)
    ecrire_fichier(service_partout, lignes_du_fichier(service_partout)[:3])
    assert (verdict(service_partout).integre, verdict(service_partout).retard_du_fichier) == (True, 3)


def test_a_file_ahead_of_the_database_tells_what_is_gone(service_partout):
    sceller_trois_fois(service_partout)
    assert comparer_fichier(service_partout.dependencies) == []
    service_partout.sql("DELETE FROM sceau WHERE numero >= 2")
    (rupture,) = comparer_fichier(service_partout.dependencies)
    assert (rupture.nature, rupture.sceau) == ("SCEAU_RETIRE", 2)
    assert "entrées 5 à 8), comme 1 autre(s) après lui" in rupture.message


def test_a_missing_file_is_a_cut_one(service_partout):
    sceller_trois_fois(service_partout)
    service_partout.dependencies.sceaux.fichier.chemin.unlink()
    (rupture,) = comparer_fichier(service_partout.dependencies)
    assert (rupture.nature, rupture.sceau) == ("FICHIER_COUPE", 1)
