"""limits: delays grow, stay below their maximum, end by themselves, and keep to what the CNIL asks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.security.limits import Etat, Seuils, apres_echec, est_bloque, etat_apres_echec, nombre_courant

DEBUT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
SEUILS = Seuils()

DELAIS = {1: None, 4: None, 5: 60, 6: 120, 7: 240, 8: 480, 9: 960, 10: 1920, 11: 3840, 12: 7200, 13: 7200, 10**9: 7200}


@pytest.mark.parametrize(("nombre", "secondes"), DELAIS.items())
def test_the_delay_begins_at_the_threshold_and_doubles_up_to_its_maximum(nombre, secondes):
    attendu = None if secondes is None else DEBUT + timedelta(seconds=secondes)
    assert apres_echec(nombre, SEUILS.compte, DEBUT, SEUILS) == attendu


def test_an_address_has_a_higher_threshold():
    assert apres_echec(199, SEUILS.adresse, DEBUT, SEUILS) is None
    assert apres_echec(200, SEUILS.adresse, DEBUT, SEUILS) == DEBUT + timedelta(seconds=60)


def test_a_lock_ends_by_itself():
    etat = Etat(5, DEBUT, DEBUT + timedelta(seconds=60))
    assert est_bloque(etat, DEBUT + timedelta(seconds=59.999))
    assert not est_bloque(etat, DEBUT + timedelta(seconds=60))


def test_who_never_failed_is_not_locked():
    assert not est_bloque(Etat(), DEBUT)
    assert nombre_courant(Etat(), DEBUT, SEUILS) == 0


def test_failures_are_forgotten_a_day_after_the_last_one():
    etat = Etat(7, DEBUT, None)
    veille = DEBUT + timedelta(hours=24)
    assert nombre_courant(etat, veille - timedelta(seconds=1), SEUILS) == 7
    assert nombre_courant(etat, veille, SEUILS) == 0
    assert etat_apres_echec(etat, SEUILS.compte, veille, SEUILS) == Etat(1, veille, None)


def test_each_failure_is_counted_with_its_date_and_its_delay():
    etat = Etat()
    for _ in range(5):
        etat = etat_apres_echec(etat, SEUILS.compte, DEBUT, SEUILS)
    assert etat == Etat(5, DEBUT, DEBUT + timedelta(seconds=60))


def instants_d_essai(duree):
    """When an attacker who tries as soon as possible gets an answer, over `duree`."""
    etat, instant, instants = Etat(), DEBUT, []
    while instant < DEBUT + duree:
        if est_bloque(etat, instant):
            instant = etat.bloque_jusqua
            continue
        instants.append(instant)
        etat = etat_apres_echec(etat, SEUILS.compte, instant, SEUILS)
    return instants


def test_nobody_gets_more_than_25_attempts_in_any_24_hours():
    instants = instants_d_essai(timedelta(days=30))
    jours = [sum(debut <= instant < debut + timedelta(days=1) for instant in instants) for debut in instants]
    assert max(jours) == 22
    assert jours[100] == 12


def test_after_five_failures_the_wait_is_at_least_a_minute_and_never_shortens():
    instants = instants_d_essai(timedelta(days=2))
    attentes = [apres - avant for avant, apres in pairwise(instants)]
    assert attentes[3:5] == [timedelta(), timedelta(seconds=60)]
    assert all(avant <= apres for avant, apres in pairwise(attentes))


def test_the_defaults_forget_later_than_they_lock():
    assert SEUILS.oubli > SEUILS.blocage_max
