"""Campaigns set and shown; the window that the wire then obeys."""

from datetime import date

import pytest
from messages import declare_certificats

from service.domain.campagne import Campagne, ElementsAttendus, campagne_par_defaut
from service.errors import SaisieError
from service.usecases.administrer_campagnes import EtatCampagne, fixer_campagne, lister_campagnes, montrer_campagne


def test_a_campaign_nobody_set_has_the_dates_of_the_rule(service):
    assert montrer_campagne(service.dependencies, 2026) == (
        campagne_par_defaut(2026),
        False,
        EtatCampagne.OUVERTE,
        True,
    )


def test_what_is_given_is_set_and_the_rest_stays(service_partout):
    fixer_campagne(service_partout.dependencies, 2026, ouverture=date(2026, 11, 2))
    fixer_campagne(service_partout.dependencies, 2026, elements_attendus=ElementsAttendus.TROIS)
    fixer_campagne(service_partout.dependencies, 2026, date_limite=date(2027, 1, 20))
    listee = fixer_campagne(service_partout.dependencies, 2026, fermeture=date(2027, 3, 15))

    fixee = Campagne(2026, date(2026, 11, 2), date(2027, 1, 20), date(2027, 3, 15), ElementsAttendus.TROIS)
    assert (listee.campagne, listee.fixee) == (fixee, True)
    assert montrer_campagne(service_partout.dependencies, 2026).campagne == fixee


@pytest.mark.parametrize(
    ("ouverture", "fermeture", "etat"),
    [
        (date(2026, 12, 5), date(2027, 2, 28), EtatCampagne.A_VENIR),
        (date(2026, 12, 4), date(2026, 12, 4), EtatCampagne.OUVERTE),
        (date(2026, 12, 1), date(2026, 12, 3), EtatCampagne.CLOSE),
    ],
)
def test_certificates_are_taken_from_the_first_day_to_the_last_both_included(service, ouverture, fermeture, etat):
    listee = fixer_campagne(service.dependencies, 2026, ouverture, ouverture if etat != "A_VENIR" else None, fermeture)

    assert listee.etat is etat
    faute = service.post(declare_certificats()).faute
    assert (faute and faute.code) == (None if etat is EtatCampagne.OUVERTE else "CAMPAGNE_FERMEE")


@pytest.mark.parametrize(
    ("valeurs", "raisons"),
    [
        ({"date_limite": date(2026, 11, 30)}, 1),
        ({"fermeture": date(2027, 1, 14)}, 1),
        ({"ouverture": date(2027, 1, 16)}, 1),
        ({"ouverture": date(2025, 12, 31)}, 1),
        ({"date_limite": date(2026, 1, 1), "fermeture": date(2025, 1, 1)}, 2),
    ],
)
def test_dates_that_do_not_follow_each_other_are_refused_and_nothing_is_set(service_partout, valeurs, raisons):
    with pytest.raises(SaisieError) as refus:
        fixer_campagne(service_partout.dependencies, 2026, **valeurs)

    assert len(refus.value.precisions) == raisons
    assert not montrer_campagne(service_partout.dependencies, 2026).fixee


@pytest.mark.parametrize("annee", [2017, 0, -1, 9999, 99999])
def test_a_year_outside_the_tables_of_the_smic_is_refused(service, annee):
    for acte in (montrer_campagne, fixer_campagne):
        with pytest.raises(SaisieError) as refus:
            acte(service.dependencies, annee)
        assert "2018" in refus.value.precisions[0].message


@pytest.mark.parametrize("annee", [2018, 2030])
def test_a_year_of_the_tables_is_taken(service, annee):
    assert fixer_campagne(service.dependencies, annee, fermeture=date(annee + 1, 4, 1)).fixee


def test_the_list_has_what_was_set_and_the_years_around_newest_first(service_partout):
    fixer_campagne(service_partout.dependencies, 2022, fermeture=date(2023, 4, 1))

    listees = lister_campagnes(service_partout.dependencies)

    assert [(une.campagne.annee, une.fixee) for une in listees] == [
        (2027, False),
        (2026, False),
        (2025, False),
        (2022, True),
    ]
    assert [une.etat for une in listees] == ["A_VENIR", "OUVERTE", "CLOSE", "CLOSE"]
    assert [une.campagne.annee for une in listees if une.courante] == [2026]
