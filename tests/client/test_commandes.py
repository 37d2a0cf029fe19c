"""The other commands, against a real service."""

import json
import re

import pytest
from openpyxl import load_workbook
from programme import ANNEE

DEPOT = r"\bD\d{6}-[0-9A-Z]{8}\b(?!-)"


@pytest.fixture
def depot(en_ligne, certificats):
    """A deposit just made: its JSON."""
    return json.loads(en_ligne("certificat", certificats(2), "--json").sortie)["depots"][0]


def test_suivi_tells_where_each_declaration_stands(en_ligne, depot):
    fini = en_ligne("suivi", depot["numeroDepot"])
    assert fini.code == 0
    assert fini.sortie.count("Reçue ") >= 2
    assert depot["resultats"][1]["numeroDeclaration"] in fini.sortie
    assert "Reçue : 2" in fini.sortie


def test_suivi_finds_a_deposit_by_its_identifier(en_ligne, depot):
    resultat = json.loads(en_ligne("suivi", "--identifiant", depot["identifiantMessage"], "--json").sortie)
    assert resultat["numeroDepot"] == depot["numeroDepot"]
    assert [etat["statut"] for etat in resultat["etats"]] == ["RECUE", "RECUE"]


def test_suivi_keeps_a_receipt_that_was_lost(en_ligne, depot, tmp_path):
    chemin = tmp_path / depot["accuse"]
    octets = chemin.read_bytes()
    chemin.unlink()
    en_ligne("suivi", depot["numeroDepot"])
    assert chemin.read_bytes() == octets


def test_suivi_of_an_unknown_deposit_is_refused(en_ligne):
    fini = en_ligne("suivi", "D260101-AAAAAAAA")
    assert fini.code == 1
    assert "INTROUVABLE" in fini.erreur


def test_suivi_alone_lists_what_is_in_the_folder_without_the_service(en_ligne, depot):
    fini = en_ligne("suivi", "--url", "http://127.0.0.1:9")
    assert fini.code == 0
    assert depot["numeroDepot"] in fini.sortie
    assert "paie.csv" in fini.sortie


def test_suivi_takes_one_name_of_a_deposit(en_ligne, depot):
    fini = en_ligne("suivi", depot["numeroDepot"], "--identifiant", depot["identifiantMessage"])
    assert fini.code == 2


def test_depots_lists_those_of_the_days_asked_for(en_ligne, depot):
    assert depot["numeroDepot"] in en_ligne("depots").sortie
    vide = en_ligne("depots", "--depuis", "01/01/2020", "--jusque", "2020-01-31")
    assert "0 dépôt du 01/01/2020 au 31/01/2020" in vide.tout


def test_depots_with_inverted_days_is_refused(en_ligne):
    fini = en_ligne("depots", "--depuis", "02/01/2026", "--jusque", "01/01/2026")
    assert fini.code == 1
    assert "SCHEMA_INVALIDE" in fini.erreur


def test_who_remains_to_be_declared_is_listed_and_made_a_file_of(en_ligne, tmp_path, service):
    fini = en_ligne("reste-a-declarer", "--annee", ANNEE, "--fichier", "reste.xlsx", "--json")
    salaries = json.loads(fini.sortie)["salaries"]
    attendus = [salarie for salarie in service.demo["esats"][0]["salaries"] if salarie["montantNetAnPasse"]]
    assert 0 < len(salaries) <= len(attendus)
    feuille = load_workbook(tmp_path / "reste.xlsx")["Certificat"]
    assert feuille.max_row >= len(salaries)
    assert str(feuille["E2"].value) == salaries[0]["nom"]


def test_a_nir_is_masked_on_the_screen(en_ligne):
    fini = en_ligne("reste-a-declarer")
    assert re.search(r"•{11}\d{4}", fini.sortie)
    assert not re.search(r"\b[12]\d{14}\b", fini.sortie)


def test_service_tells_the_campaign_and_the_limits(en_ligne):
    fini = en_ligne("service")
    assert f"novembre {ANNEE}, ouverte" in fini.tout
    assert "1000 lignes" in fini.tout
    assert json.loads(en_ligne("service", "--json").sortie)["campagne"]["annee"] == ANNEE


def test_cancelling_twice_shows_the_same_receipt(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    premier = en_ligne("annuler", numero, "--motif", "Erreur de saisie")
    second = en_ligne("annuler", numero.lower(), "--motif", " Erreur de  saisie ")
    assert (premier.code, second.code) == (0, 0)
    assert re.findall(DEPOT, premier.sortie) == re.findall(DEPOT, second.sortie)
    assert "déjà été annulées" in second.tout
    assert "Annulée : 1" in en_ligne("suivi", depot["numeroDepot"]).sortie


def test_cancelling_what_is_not_ours_is_refused_line_by_line(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    fini = en_ligne("annuler", numero, "D260101-AAAAAAAA-0001", "--motif", "Erreur")
    assert fini.code == 1
    assert "1 déclaration annulée, 1 refusée" in fini.tout
    assert "D260101-AAAAAAAA-0001 :" in fini.erreur


def test_a_trial_of_cancelling_cancels_nothing(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    assert "ESSAI" in en_ligne("annuler", numero, "--motif", "Erreur", "--essai").tout
    assert "Reçue : 2" in en_ligne("suivi", depot["numeroDepot"]).sortie


@pytest.mark.parametrize("arguments", [("N" * 41, "--motif", "m"), ("N", "--motif", "  "), ("N", "--motif", "m" * 251)])
def test_what_the_contract_cannot_carry_is_refused_before_sending(en_ligne, arguments):
    fini = en_ligne("annuler", *arguments)
    assert fini.code == 1
    assert "attendu" in fini.erreur


def test_a_receipt_is_verified_away_from_the_service(en_ligne, depot):
    fini = en_ligne("accuse", "verifier", depot["accuse"])
    assert fini.code == 0
    assert "Accusé authentique" in fini.sortie
    assert "c'est bien ce que le service a reçu" in fini.tout


def test_a_receipt_is_verified_with_the_published_certificates(en_ligne, depot, service, tmp_path):
    adresse = f"{service.adresse}/certificats"
    fini = en_ligne("accuse", "verifier", depot["accuse"], "--certificats", adresse, "--dossier", "ailleurs")
    assert fini.code == 0
    assert "empreinte SHA-256" in fini.tout
    pem = next((tmp_path / "declarations" / "certificats").iterdir())
    assert en_ligne("accuse", "verifier", depot["accuse"], "--certificats", pem, "--dossier", "ailleurs").code == 0


def test_one_false_receipt_among_true_ones_is_named_and_the_exit_code_is_1(en_ligne, depot, tmp_path):
    faux = tmp_path / "faux.xml"
    faux.write_bytes((tmp_path / depot["accuse"]).read_bytes().replace(b"ACCEPTEE", b"REJETEE", 1))
    fini = en_ligne("accuse", "verifier", depot["accuse"], faux, "absent.xml", "--json")
    assert fini.code == 1
    assert [verdict["authentique"] for verdict in json.loads(fini.sortie)] == [True, False, False]
    assert "faux.xml" in fini.erreur


def test_without_certificates_nothing_is_believed(en_ligne, depot):
    fini = en_ligne("accuse", "verifier", depot["accuse"], "--dossier", "ailleurs")
    assert fini.code == 1
    assert "--certificats" in fini.erreur


def test_a_receipt_is_shown_line_by_line(en_ligne, depot):
    fini = en_ligne("accuse", "montrer", depot["accuse"])
    assert fini.code == 0
    assert depot["resultats"][0]["numeroDeclaration"] in fini.sortie
    assert "Caf du Var" in fini.sortie


def test_a_provisional_password_is_changed_then_serves(en_ligne, service, monkeypatch, certificats):
    compte = next(compte for compte in service.demo["esats"][1]["comptes"] if compte.get("provisoire"))
    nouveau = "quatre lamas boivent du sirop"
    monkeypatch.delenv("DECLARER_ESAT_CLE")
    monkeypatch.setenv("DECLARER_ESAT_UTILISATEUR", compte["courriel"])
    monkeypatch.setenv("DECLARER_ESAT_SIRET", service.demo["esats"][1]["siret"])
    monkeypatch.setenv("DECLARER_ESAT_MOT_DE_PASSE", compte["mot_de_passe"])
    assert "MOT_DE_PASSE_A_CHANGER" in en_ligne("certificat", certificats(1)).erreur
    monkeypatch.setenv("DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE", "court")
    refuse = en_ligne("mot-de-passe")
    assert refuse.code == 1
    assert "MOT_DE_PASSE_REFUSE" in refuse.erreur
    assert "12 caractères" in refuse.erreur
    monkeypatch.setenv("DECLARER_ESAT_NOUVEAU_MOT_DE_PASSE", nouveau)
    change = en_ligne("mot-de-passe")
    assert change.code == 0, change.tout
    assert nouveau not in change.tout
    monkeypatch.setenv("DECLARER_ESAT_MOT_DE_PASSE", nouveau)
    assert en_ligne("service").code == 0


def test_a_key_is_not_a_password_to_change(en_ligne):
    fini = en_ligne("mot-de-passe")
    assert fini.code == 2
    assert "mot de passe de la personne" in fini.tout


def test_a_template_is_written(declarer, tmp_path):
    assert declarer("modele", "certificat", "paie.xlsx").code == 0
    assert (tmp_path / "paie.xlsx").exists()
    assert declarer("modele", "certificat", "paie.xlsx").code == 1


@pytest.mark.parametrize(
    "commande",
    [
        (),
        ("certificat",),
        ("changement",),
        ("annuler",),
        ("accuse",),
        ("accuse", "verifier"),
        ("accuse", "montrer"),
        ("suivi",),
        ("depots",),
        ("reste-a-declarer",),
        ("service",),
        ("mot-de-passe",),
        ("modele",),
    ],
)
def test_every_command_has_help_in_french(declarer, commande):
    fini = declarer(*commande, "--help")
    assert fini.code == 0
    assert fini.sortie.startswith("Utilisation : declarer-esat")
    for anglais in ("Usage", "Show this", "TEXT]", "INTEGER", "default:", "required"):
        assert anglais not in fini.sortie


@pytest.mark.parametrize(
    "arguments", [(), ("bidule",), ("certificat",), ("modele", "a", "b"), ("depots", "--depuis", "x")]
)
def test_wrong_usage_is_exit_code_2_in_french(declarer, arguments):
    fini = declarer(*arguments)
    assert fini.code == 2
    assert "Utilisation" in fini.tout
    assert "Traceback" not in fini.tout


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(declarer, tmp_path, monkeypatch):
    reglages = 'url = "http://127.0.0.1:1"\ntentatives = 1\nsiret = "1"\n'
    (tmp_path / "declarer-esat.toml").write_text(reglages, encoding="utf-8")
    assert "--siret" in declarer("depots").erreur
    monkeypatch.setenv("DECLARER_ESAT_SIRET", "99910083700015")
    monkeypatch.setenv("DECLARER_ESAT_UTILISATEUR", "a@b.fr")
    monkeypatch.setenv("DECLARER_ESAT_CLE", "cle_x")
    assert "127.0.0.1:1" in declarer("depots").erreur
    assert "127.0.0.1:2" in declarer("depots", "--url", "http://127.0.0.1:2").erreur


def test_the_version_is_that_of_the_distribution(declarer):
    assert re.fullmatch(r"declarer-esat \d+\.\d+\.\d+\n", declarer("--version").sortie)
