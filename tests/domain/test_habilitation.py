"""When a convention runs; labels of roles and states."""

from datetime import date

import pytest

from service.domain.habilitation import Convention, EtatCompte, Role

BORNEE = Convention("2026-01", date(2026, 1, 10), date(2026, 12, 31), "831")
OUVERTE = BORNEE._replace(fin_le=None)


@pytest.mark.parametrize(
    ("convention", "jour", "en_cours"),
    [
        (BORNEE, date(2026, 1, 9), False),
        (BORNEE, date(2026, 1, 10), True),
        (BORNEE, date(2026, 12, 31), True),
        (BORNEE, date(2027, 1, 1), False),
        (OUVERTE, date(2026, 1, 9), False),
        (OUVERTE, date(2099, 1, 1), True),
    ],
)
def test_a_convention_runs_from_its_first_to_its_last_day(convention: Convention, jour: date, en_cours: bool) -> None:
    assert convention.en_cours(jour) is en_cours


def test_passwords_last_180_days_unless_the_convention_says_otherwise() -> None:
    assert OUVERTE.duree_mot_de_passe_jours == 180


def test_roles_and_states_have_french_labels() -> None:
    assert [(role, role.libelle) for role in Role] == [
        ("AGENT", "Agent habilité"),
        ("REFERENT", "Référent unique"),
    ]
    assert [(etat, etat.libelle) for etat in EtatCompte] == [
        ("ACTIF", "Actif"),
        ("SUSPENDU", "Suspendu"),
        ("RETIRE", "Retiré"),
    ]
