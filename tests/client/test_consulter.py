"""Commands that look things up, against a real service."""

import json
import re

from openpyxl import load_workbook
from programme import ANNEE


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
