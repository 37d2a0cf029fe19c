"""``esats``."""

import json

import pytest
from maison import AGENT
from messages import SIRET

NOUVEAU = "99910083700015"


def test_an_esat_is_recorded_and_listed(executer_partout):
    creer = executer_partout(
        "esats", "creer", "999 100 837 00015", "--nom", "ESAT Ici", "--convention", "CONV-1", "--finess", "839900016"
    )
    lister = executer_partout("esats", "lister", "--format", "json")

    assert creer == (0, f"ESAT {NOUVEAU} enregistré.\n", "")
    assert json.loads(lister.sortie)[1] == {
        "siret": NOUVEAU,
        "nom": "ESAT Ici",
        "finess": "839900016",
        "adresse": "",
        "convention": "CONV-1",
        "en_cours": True,
        "organisme": "831",
    }


def test_an_esat_is_shown_with_its_convention_and_accounts(executer):
    retour = executer("esats", "montrer", SIRET)

    assert retour.code == 0
    for attendu in (SIRET, "CONV-1, signée le 01/01/2020, sans fin convenue", "ouvert", "831", "180 jours", AGENT):
        assert attendu in retour.sortie


def test_an_esat_whose_convention_ended_is_shown_closed(executer):
    executer("conventions", "terminer", "CONV-1", "--fin-le", "03/12/2026")

    retour = executer("esats", "montrer", SIRET)

    assert "jusqu'au 03/12/2026 inclus" in retour.sortie
    assert "fermé" in retour.sortie


def test_a_long_name_does_not_crush_the_numbers(executer):
    nom = "Établissement et service d'aide par le travail de la vallée de l'Eygoutier et du Gapeau réunis"
    executer("esats", "creer", NOUVEAU, "--nom", nom, "--convention", "CONV-1", "--finess", "839900016")

    retour = executer("esats", "lister")

    assert all(len(ligne) <= 80 for ligne in retour.sortie.splitlines())
    assert any(ligne.startswith(NOUVEAU) and "839900016" in ligne for ligne in retour.sortie.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("creer", "99910083700016", "--nom", "E", "--convention", "CONV-1"),
        ("creer", NOUVEAU, "--nom", "E", "--convention", "C-9"),
        ("montrer", NOUVEAU),
    ],
)
def test_what_a_rule_refuses_leaves_with_1(executer, arguments):
    retour = executer("esats", *arguments)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs
