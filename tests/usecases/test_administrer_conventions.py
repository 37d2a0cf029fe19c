"""Conventions recorded, ended, listed."""

from datetime import date

import pytest
from messages import SIRET, operation

from service.errors import SaisieError
from service.usecases.administrer_conventions import creer_convention, lister_conventions, terminer_convention

SIGNEE = date(2024, 1, 15)
AUJOURD_HUI = date(2026, 12, 4)


def test_a_convention_is_recorded_as_it_was_given(service_partout):
    creer_convention(service_partout.dependencies, "C-2", SIGNEE, date(2027, 1, 1), "831", 90)

    (trouvee,) = [une for une in lister_conventions(service_partout.dependencies) if une[0].numero == "C-2"]

    assert trouvee[0][1:] == ("C-2", SIGNEE, date(2027, 1, 1), "831", 90)
    assert trouvee[1:] == (0, True)


def test_the_list_tells_how_many_esats_hang_on_a_convention(service):
    (seule,) = lister_conventions(service.dependencies)

    assert seule[1] == 1


@pytest.mark.parametrize(
    ("signee", "fin", "en_cours"),
    [
        (SIGNEE, None, True),
        (AUJOURD_HUI, AUJOURD_HUI, True),
        (SIGNEE, date(2026, 12, 3), False),
        (date(2026, 12, 5), None, False),
    ],
)
def test_a_convention_runs_from_its_first_day_to_its_last_both_included(service, signee, fin, en_cours):
    creer_convention(service.dependencies, "C-2", signee, fin)

    assert [une[2] for une in lister_conventions(service.dependencies) if une[0].numero == "C-2"] == [en_cours]


@pytest.mark.parametrize(
    ("champ", "valeurs"),
    [
        ("numero", {"numero": ""}),
        ("numero", {"numero": "x" * 41}),
        ("fin-le", {"fin_le": date(2024, 1, 14)}),
        ("organisme", {"organisme": "83"}),
        ("organisme", {"organisme": "83A"}),
        ("duree-mot-de-passe", {"duree_mot_de_passe": 0}),
        ("duree-mot-de-passe", {"duree_mot_de_passe": 731}),
    ],
)
def test_a_wrong_convention_is_refused_with_the_field(service, champ, valeurs):
    complete = {"numero": "C-2", "signee_le": SIGNEE} | valeurs

    with pytest.raises(SaisieError) as refus:
        creer_convention(service.dependencies, **complete)

    assert [precision.champ for precision in refus.value.precisions] == [champ]
    assert len(lister_conventions(service.dependencies)) == 1


def test_all_problems_of_a_convention_are_told_at_once(service):
    with pytest.raises(SaisieError) as refus:
        creer_convention(service.dependencies, " ", SIGNEE, date(2023, 1, 1), "1", 9999)

    assert len(refus.value.precisions) == 4


def test_a_number_is_given_once(service_partout):
    with pytest.raises(SaisieError, match="existe déjà"):
        creer_convention(service_partout.dependencies, "CONV-1", SIGNEE)


def test_the_access_of_an_esat_ends_the_day_after_its_convention(service_partout):
    demande = operation("ListeDepots", f"<siret>{SIRET}</siret><depuis>2026-12-01</depuis><jusque>2026-12-02</jusque>")

    assert terminer_convention(service_partout.dependencies, "CONV-1") == AUJOURD_HUI
    assert service_partout.post(demande).faute is None
    service_partout.horloge.avancer(days=1)
    assert service_partout.post(demande).faute.code == "HABILITATION"


def test_a_convention_can_be_ended_on_another_day(service):
    assert terminer_convention(service.dependencies, "CONV-1", date(2027, 6, 30)) == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("numero", "jour", "raison"),
    [("C-9", None, "Aucune convention"), ("CONV-1", date(2019, 12, 31), "01/01/2020")],
)
def test_an_end_that_makes_no_sense_is_refused(service, numero, jour, raison):
    with pytest.raises(SaisieError, match=raison):
        terminer_convention(service.dependencies, numero, jour)
