"""``campagnes``."""

import json

import pytest


def test_a_campaign_is_set_shown_and_listed(executer_partout):
    fixee = executer_partout(
        "campagnes", "fixer", "2026", "--ouverture", "01/12/2026", "--date-limite", "2027-01-20",
        "--fermeture", "15/03/2027", "--elements", "au_moins_deux", "--format", "json",
    )  # fmt: skip
    montree = executer_partout("campagnes", "montrer", "2026", "--format", "json")
    listees = executer_partout("campagnes", "lister", "--format", "json")

    attendue = {
        "annee": 2026,
        "ouverture": "2026-12-01",
        "date_limite": "2027-01-20",
        "fermeture": "2027-03-15",
        "elements_attendus": "AU_MOINS_DEUX",
        "etat": "OUVERTE",
        "fixee": True,
        "courante": True,
    }
    assert json.loads(fixee.sortie) == json.loads(montree.sortie) == [attendue]
    assert attendue in json.loads(listees.sortie)


def test_the_table_is_read_by_people(executer):
    retour = executer("campagnes", "montrer", "2026")

    assert "01/12/2026" in retour.sortie
    assert "ouverte" in retour.sortie
    assert all(len(ligne) <= 80 for ligne in retour.sortie.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("montrer", "2017"),
        ("fixer", "1999", "--fermeture", "01/03/2000"),
        ("fixer", "2026", "--fermeture", "01/12/2026"),
    ],
)
def test_what_a_rule_refuses_leaves_with_1(executer, arguments):
    retour = executer("campagnes", *arguments)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs


def test_elements_that_do_not_exist_are_wrong_usage(executer):
    assert executer("campagnes", "fixer", "2026", "--elements", "QUATRE").code == 2
