"""``journal verifier``, ``journal preuve``, ``journal reprendre``, ``purger``."""

import json

import pytest
from journal import DERNIERE, inscrire, sceller_trois_fois

from service.usecases.purger import simuler_la_purge
from service.usecases.sceller import sceller


@pytest.fixture
def scelle(service_partout):
    sceller_trois_fois(service_partout)
    return service_partout


@pytest.fixture
def lance(executer_partout, scelle):
    """Run a command; the house knows the test's clock."""
    return executer_partout


def test_a_whole_log_is_told_so_with_0(lance, scelle):
    inscrire(scelle, 1)
    retour = lance("journal", "verifier")
    assert (retour.code, retour.erreurs) == (0, "")
    assert "Journal intègre" in retour.sortie
    for attendu in ("Sceaux vérifiés      3", "Entrées vérifiées    12", "n° 3, du 04/12/2026", "2, la plus ancienne"):
        assert attendu in retour.sortie
    assert "à jour" in retour.sortie


def test_a_broken_log_names_what_was_done_and_leaves_with_1(lance, scelle):
    scelle.sql("DELETE FROM journal WHERE id = 7")
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 9")
    retour = lance("journal", "verifier")
    assert retour.code == 1
    assert "Journal rompu : 2 ruptures." in retour.sortie
    assert retour.sortie.index("entrée retirée") < retour.sortie.index("entrée modifiée")
    assert "incident" not in retour.sortie + retour.erreurs


def test_a_log_without_seals_and_a_file_that_lags_are_told(executer_partout, service_partout):
    assert "Dernier sceau        aucun" in executer_partout("journal", "verifier").sortie
    sceller_trois_fois(service_partout)
    fichier = service_partout.dependencies.sceaux.fichier.chemin
    fichier.write_text("".join(fichier.read_text().splitlines(keepends=True)[:2]))
    retour = executer_partout("journal", "verifier")
    assert retour.code == 0
    assert "1 sceau(x) de retard" in retour.sortie


def test_the_verdict_is_one_json_object_for_programs(lance, scelle):
    entier = json.loads(lance("journal", "verifier", "--json").sortie)
    assert (entier["integre"], entier["sceaux"], entier["verifiees"], entier["ruptures"]) == (True, 3, DERNIERE, [])
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 9")
    retour = lance("journal", "verifier", "--json")
    rompu = json.loads(retour.sortie)
    assert retour.code == 1
    assert rompu["integre"] is False
    assert rompu["ruptures"][0] | {"message": "", "instant": ""} == {
        "nature": "ENTREE_ALTEREE",
        "message": "",
        "sceau": 3,
        "entree": 9,
        "instant": "",
    }


def test_only_what_was_sealed_since_a_day_is_verified_when_asked(lance, scelle):
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 1")
    retour = lance("journal", "verifier", "--depuis", "04/12/2027")
    assert retour.code == 0
    assert "Sceaux vérifiés      1, depuis le 04/12/2027" in retour.sortie
    assert lance("journal", "verifier", "--depuis", "2026-12-04").code == 1
    assert lance("journal", "verifier", "--depuis", "hier").code == 2


def test_many_ruptures_are_counted_and_the_first_ones_shown(lance, scelle):
    inscrire(scelle, 120)
    sceller(scelle.dependencies)
    scelle.sql("DELETE FROM feuille WHERE journal_id > 4")
    retour = lance("journal", "verifier")
    assert retour.code == 1
    assert "Journal rompu : 129 ruptures." in retour.sortie
    assert retour.sortie.count("sa feuille a été") == 100
    assert "Les 100 premières sont dites." in retour.sortie


def test_the_proof_of_a_deposit_is_json_on_stdout(lance, scelle):
    (numero,) = {entree.numero_depot for entree in scelle.journal() if entree.id == 1}
    retour = lance("journal", "preuve", numero)
    assert (retour.code, retour.erreurs) == (0, "")
    assert json.loads(retour.sortie)["depot"] == numero


def test_a_number_of_nothing_is_refused_with_1(lance):
    retour = lance("journal", "preuve", "D261204-00000000")
    assert retour.code == 1
    assert "Aucun dépôt ne porte le numéro D261204-00000000." in retour.erreurs


def test_the_file_is_taken_up_again_with_a_reason_only(lance, scelle):
    assert lance("journal", "reprendre").code == 2
    retour = lance("journal", "reprendre", "--motif", "pour voir")
    assert (retour.code, "rien à reprendre" in retour.erreurs) == (1, True)
    scelle.sql("DELETE FROM sceau WHERE numero = 3")
    assert lance("journal", "verifier").code == 1
    retour = lance("journal", "reprendre", "--motif", "sauvegarde du 3 décembre")
    assert retour.code == 0
    assert "sceaux.jsonl." in retour.sortie.replace("\n", "")
    assert lance("journal", "verifier").code == 0


def test_a_simulation_counts_and_the_purge_erases_as_much(lance, scelle):
    assert lance("purger", "--simulation").erreurs == "Rien ne serait effacé.\n"
    scelle.horloge.avancer(days=400)
    prevue = lance("purger", "--simulation")
    assert prevue.code == 0
    assert "Serait effacé" in prevue.sortie
    lignes = [ligne.split("  ") for ligne in prevue.sortie.splitlines()[2:]]
    assert [(mots[0], mots[1].strip()) for mots in lignes] == [
        ("messages d'origine", "3"),
        ("entrées du journal", "12"),
    ]
    faite = lance("purger")
    assert faite.code == 0
    assert faite.sortie == prevue.sortie.replace("Serait effacé", "Effacé       ")
    assert sum(simuler_la_purge(scelle.dependencies)) == 0
    assert lance("purger").erreurs == "Rien n'était à effacer.\n"
    assert lance("journal", "verifier").code == 0


def test_a_purge_refuses_what_is_broken_and_says_how_to_insist(lance, scelle):
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 1")
    scelle.horloge.avancer(days=400)
    retour = lance("purger")
    assert retour.code == 1
    assert "--malgre-la-rupture" in retour.erreurs
    assert lance("purger", "--malgre-la-rupture").code == 0


def test_the_log_is_still_searched_by_the_word_alone(lance):
    retour = lance("journal", "--operation", "DeclareCertificatEmploi")
    assert retour.code == 0
    assert retour.sortie.count("DeclareCertificatEmploi") == 3


@pytest.mark.parametrize("arguments", [("verifier", "x"), ("preuve",), ("inconnue",), ("verifier", "--loin")])
def test_wrong_usage_leaves_with_2(lance, arguments):
    assert lance("journal", *arguments).code == 2
