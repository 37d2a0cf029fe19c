"""``conventions``."""

import json

import pytest


def test_a_convention_is_recorded_ended_and_listed(executer_partout):
    creer = executer_partout(
        "conventions", "creer", "C-2", "--signee-le", "15/01/2025", "--organisme", "831", "--duree-mot-de-passe", "90"
    )
    terminer = executer_partout("conventions", "terminer", "C-2", "--fin-le", "2027-06-30")
    lister = executer_partout("conventions", "lister", "--format", "json")

    assert creer == (0, "Convention C-2 enregistrée.\n", "")
    assert "30/06/2027" in terminer.sortie
    assert json.loads(lister.sortie)[0] == {
        "numero": "C-2",
        "signee_le": "2025-01-15",
        "fin_le": "2027-06-30",
        "en_cours": True,
        "organisme": "831",
        "duree_mot_de_passe": 90,
        "esats": 0,
    }


def test_a_long_number_does_not_crush_the_other_columns(executer):
    numero = "CONVENTION-DE-PARTENARIAT-DU-VAR-2024-001"[:40]
    executer(
        "conventions", "creer", numero, "--signee-le", "15/01/2025", "--fin-le", "30/06/2027", "--organisme", "831"
    )

    retour = executer("conventions", "lister")

    assert all(len(ligne) <= 80 for ligne in retour.sortie.splitlines())
    (ligne,) = [une for une in retour.sortie.splitlines() if "15/01/2025" in une]
    assert ligne.split()[1:] == ["15/01/2025", "30/06/2027", "oui", "831", "180", "0"]


def test_passwords_live_180_days_unless_told_otherwise(executer):
    executer("conventions", "creer", "C-2", "--signee-le", "15/01/2025")

    assert json.loads(executer("conventions", "lister", "--format", "json").sortie)[0]["duree_mot_de_passe"] == 180


@pytest.mark.parametrize(
    "arguments",
    [
        ("creer", "CONV-1", "--signee-le", "01/01/2025"),
        ("creer", "C-2", "--signee-le", "01/01/2025", "--organisme", "8"),
        ("terminer", "C-9"),
    ],
)
def test_what_a_rule_refuses_leaves_with_1(executer, arguments):
    retour = executer("conventions", *arguments)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs
