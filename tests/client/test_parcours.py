"""From a payroll file to receipts, against a real service."""

import json
import re
from pathlib import Path

import pytest
from programme import SAMPLES


def depots(sortie: str) -> list[str]:
    return re.findall(r"\bD\d{6}-[0-9A-Z]{8}\b(?!-)", sortie)


def test_a_file_is_declared_and_its_receipt_kept(en_ligne, certificats, tmp_path):
    fini = en_ligne("certificat", certificats(3))
    numero = depots(fini.sortie)[0]
    assert fini.code == 0, fini.tout
    assert "Accepté" in fini.sortie
    assert (tmp_path / "declarations" / "accuses" / f"{numero}.xml").read_bytes().startswith(b"<accuse ")


def test_changes_are_declared(en_ligne, changements):
    fini = en_ligne("changement", changements(2))
    assert fini.code == 0, fini.tout
    assert "Accepté" in fini.sortie


def test_the_same_file_again_shows_its_receipts_and_sends_nothing(en_ligne, certificats, service):
    fichier = certificats(2)
    premier = en_ligne("certificat", fichier)
    avant = service.commande("journal", "--format", "json")
    second = en_ligne("certificat", fichier)
    assert second.code == 0
    assert "a déjà été envoyé" in second.tout
    assert depots(second.sortie) == depots(premier.sortie)
    assert service.commande("journal", "--format", "json") == avant


def test_the_same_rows_from_another_file_are_left_out(en_ligne, changements, tmp_path):
    fichier = changements(3)
    en_ligne("changement", fichier)
    lignes = fichier.read_text(encoding="utf-8").splitlines()
    corrige = tmp_path / "corrige.csv"
    nouvelle = changements(1, "autre.csv").read_text(encoding="utf-8").splitlines()[1]
    corrige.write_text("\n".join([*lignes, nouvelle]) + "\n", encoding="utf-8")
    fini = en_ligne("changement", corrige, "--json")
    resultat = json.loads(fini.sortie)
    assert sorted(resultat["dejaDeclarees"]) == ["2", "3", "4"]
    assert [ligne["ligne"] for ligne in resultat["depots"][0]["resultats"]] == [5]


def test_a_row_cancelled_since_may_be_declared_again(en_ligne, changements, tmp_path):
    fichier = changements(2)
    declares = json.loads(en_ligne("changement", fichier, "--json").sortie)
    numero = declares["depots"][0]["resultats"][0]["numeroDeclaration"]
    assert en_ligne("annuler", numero, "--motif", "Erreur").code == 0
    copie = tmp_path / "copie.csv"
    copie.write_text(fichier.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    resultat = json.loads(en_ligne("changement", copie, "--json").sortie)
    assert list(resultat["dejaDeclarees"]) == ["3"]
    assert [ligne["ligne"] for ligne in resultat["depots"][0]["resultats"]] == [2]


def test_de_nouveau_declares_again_and_warns(en_ligne, certificats):
    fichier = certificats(2)
    premier = en_ligne("certificat", fichier)
    fini = en_ligne("certificat", fichier, "--de-nouveau")
    assert "C06" in fini.tout
    assert "remplace" in fini.tout
    assert fini.code == 1
    assert depots(fini.sortie) != depots(premier.sortie)
    assert "2 lignes refusées" in fini.tout


def test_rejected_rows_stop_everything(en_ligne, service, tmp_path):
    avant = service.commande("journal", "--operation", "DeclareCertificatEmploi", "--format", "json")
    fini = en_ligne("certificat", SAMPLES / "mauvais-regles.csv")
    assert fini.code == 1
    assert "--sans-les-rejets" in fini.erreur
    assert "I02" in fini.erreur
    assert service.commande("journal", "--operation", "DeclareCertificatEmploi", "--format", "json") == avant


def test_without_the_rejected_rows_the_others_go(en_ligne, certificats):
    fichier = certificats(2)
    bonnes = fichier.read_text(encoding="utf-8")
    fichier.write_text(bonnes + bonnes.splitlines()[1].replace("M", "N", 1) + "\n", encoding="utf-8")
    fini = en_ligne("certificat", fichier, "--sans-les-rejets", "--json")
    resultat = json.loads(fini.sortie)
    assert fini.code == 0
    assert resultat["depots"][0]["nombreAcceptees"] == 2
    rejets = Path(resultat["rejets"]).read_text(encoding="utf-8-sig").splitlines()
    assert len(rejets) == 2
    assert "I04" in rejets[1]


def test_the_file_of_refused_rows_can_be_corrected_and_sent(en_ligne, certificats):
    fichier = certificats(1)
    ligne = fichier.read_text(encoding="utf-8")
    fichier.write_text(ligne.replace(";12;", ";13;"), encoding="utf-8")
    assert en_ligne("certificat", fichier, "--sans-les-rejets").code == 1
    rejets = fichier.with_name("paie.csv.rejets.csv")
    corrige = fichier.with_name("corrige.csv")
    corrige.write_text(rejets.read_text(encoding="utf-8-sig").replace(";13;", ";12;"), encoding="utf-8")
    assert en_ligne("certificat", corrige).code == 0


def test_rows_that_the_service_refuses_are_told_with_their_number(en_ligne, certificats):
    fichier = certificats(3)
    en_ligne("certificat", fichier)
    lignes = fichier.read_text(encoding="utf-8").splitlines()
    lignes[2] = lignes[2].replace("812,40", "813,40")
    modifie = fichier.with_name("modifie.csv")
    modifie.write_text("\n".join(lignes) + "\n", encoding="utf-8")
    fini = en_ligne("certificat", modifie, "--json")
    rejets = [constat for constat in json.loads(fini.sortie)["constats"] if constat["gravite"] == "REJET"]
    assert fini.code == 1
    assert [(rejet["ligne"], rejet["code"], rejet["colonne"]) for rejet in rejets] == [(3, "C06", "remplace")]


def test_a_trial_declares_nothing(en_ligne, certificats):
    fichier = certificats(2)
    essai = en_ligne("certificat", fichier, "--essai")
    assert "ESSAI" in essai.sortie
    reel = en_ligne("certificat", fichier)
    assert reel.code == 0
    assert depots(reel.sortie) != depots(essai.sortie)


def test_more_rows_than_a_message_takes_make_several(en_ligne, certificats):
    fini = en_ligne("certificat", certificats(1001), "--json")
    recus = [depot["nombreRecues"] for depot in json.loads(fini.sortie)["depots"]]
    assert fini.code == 0
    assert recus == [1000, 1]


def test_a_year_that_is_not_open_is_the_services_to_refuse(en_ligne, certificats):
    fini = en_ligne("certificat", certificats(1), "--annee", "2019")
    assert fini.code == 1
    assert "CAMPAGNE_FERMEE" in fini.erreur
    assert "relancer" in fini.tout


def test_another_esat_is_refused(en_ligne, certificats, service):
    fini = en_ligne("certificat", certificats(1), "--siret", service.demo["esats"][1]["siret"])
    assert fini.code == 1
    assert "HABILITATION" in fini.erreur


def test_a_wrong_key_is_refused_without_being_shown(en_ligne, certificats):
    fini = en_ligne("certificat", certificats(1), "--cle", "cle_fausse")
    assert fini.code == 1
    assert "AUTHENTIFICATION" in fini.erreur
    assert "cle_fausse" not in fini.tout


def test_a_password_serves_as_well(en_ligne, certificats, service, monkeypatch):
    monkeypatch.delenv("DECLARER_ESAT_CLE")
    monkeypatch.setenv("DECLARER_ESAT_MOT_DE_PASSE", service.demo["esats"][0]["comptes"][0]["mot_de_passe"])
    assert en_ligne("certificat", certificats(1)).code == 0


def test_nobody_at_the_address_is_exit_code_3(en_ligne, certificats):
    fini = en_ligne("certificat", certificats(1), "--url", "http://127.0.0.1:9", "--tentatives", "1")
    assert fini.code == 3
    assert "n'est pas joignable (connexion refusée)" in fini.tout


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    [
        (["--siret", "99910083700016"], "SIRET"),
        (["--url", "ftp://ailleurs"], "--url"),
        (["--url", "http://esat.example.fr"], "https://"),
    ],
)
def test_wrong_settings_are_exit_code_2(en_ligne, certificats, arguments, attendu):
    fini = en_ligne("certificat", certificats(1), *arguments)
    assert fini.code == 2
    assert attendu in fini.erreur


def test_what_is_missing_is_told_at_once(declarer, certificats):
    fini = declarer("certificat", certificats(1), "--url", "esat.example.fr")
    assert fini.code == 2
    for manque in ("--url", "DECLARER_ESAT_SIRET", "DECLARER_ESAT_UTILISATEUR", "DECLARER_ESAT_CLE"):
        assert manque in fini.erreur


def test_offline_check_needs_neither_service_nor_account(declarer):
    fini = declarer("certificat", SAMPLES / "certificats-utf8.csv", "--verifier", "--annee", "2026")
    assert fini.code == 0
    assert "C13" in fini.sortie


def test_json_is_the_only_thing_on_stdout(en_ligne, certificats):
    fini = en_ligne("certificat", certificats(1), "--json")
    resultat = json.loads(fini.sortie)
    assert resultat["statut"] == "ENVOYE"
    assert resultat["depots"][0]["resultats"][0]["ligne"] == 2


def test_no_output_quotes_personal_data(en_ligne, certificats):
    fichier = certificats(2)
    nir = fichier.read_text(encoding="utf-8").splitlines()[1].split(";")[1]
    fichier.write_text(fichier.read_text(encoding="utf-8").replace(";12;", ";13;"), encoding="utf-8")
    for arguments in ((), ("--json",), ("--verifier",)):
        fini = en_ligne("certificat", fichier, *arguments)
        assert nir not in fini.tout
        assert "Lefèvre" not in fini.tout
        assert "14/05/1985" not in fini.tout
