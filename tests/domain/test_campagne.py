"""When the campaign of certificates is open, late, current."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service.domain.campagne import (
    Campagne,
    ElementsAttendus,
    campagne_courante,
    campagne_par_defaut,
    jour_de_paris,
)

EN_2026 = campagne_par_defaut(2026)


@pytest.mark.parametrize(
    ("annee", "dernier_jour"),
    [
        (2026, date(2027, 2, 28)),
        (2027, date(2028, 2, 29)),
        (2099, date(2100, 2, 28)),
        (1999, date(2000, 2, 29)),
        (9998, date(9999, 2, 28)),
    ],
)
def test_a_campaign_runs_from_december_to_the_last_day_of_february(annee: int, dernier_jour: date) -> None:
    campagne = campagne_par_defaut(annee)

    assert campagne == Campagne(annee, date(annee, 12, 1), date(annee + 1, 1, 15), dernier_jour, ElementsAttendus.DEUX)
    assert campagne.incoherences() == []


@pytest.mark.parametrize("annee", [0, 9999, -1])
def test_a_campaign_outside_the_calendar_is_refused(annee: int) -> None:
    with pytest.raises(ValueError, match="year"):
        campagne_par_defaut(annee)


@pytest.mark.parametrize(
    ("jour", "ouverte", "tardive"),
    [
        (date(2026, 11, 30), False, False),
        (date(2026, 12, 1), True, False),
        (date(2027, 1, 15), True, False),
        (date(2027, 1, 16), True, True),
        (date(2027, 2, 28), True, True),
        (date(2027, 3, 1), False, True),
    ],
)
def test_first_and_last_days_are_open_and_the_sixteenth_of_january_is_late(
    jour: date, ouverte: bool, tardive: bool
) -> None:
    assert EN_2026.ouverte(jour) is ouverte
    assert EN_2026.tardive(jour) is tardive


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        (datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 23, 0, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2027, 2, 28, 22, 59, 59, 999999, tzinfo=UTC), date(2027, 2, 28)),
        (datetime(2027, 2, 28, 23, 0, 0, tzinfo=UTC), date(2027, 3, 1)),
        (datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, 0, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 12, 1, 5, 0, 0, tzinfo=timezone(timedelta(hours=7))), date(2026, 11, 30)),
    ],
)
def test_the_day_is_that_of_paris_winter_and_summer(instant: datetime, jour: date) -> None:
    assert jour_de_paris(instant) == jour


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        jour_de_paris(datetime(2026, 12, 1))  # noqa: DTZ001


TOUJOURS = Campagne(2026, date(2000, 1, 1), date(2099, 1, 1), date(2099, 12, 31), ElementsAttendus.DEUX)
PROLONGEE = EN_2026._replace(fermeture=date(2027, 3, 31))
RETARDEE = EN_2026._replace(ouverture=date(2026, 12, 10))
LOINTAINE = Campagne(2030, date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3), ElementsAttendus.TROIS)


@pytest.mark.parametrize(
    ("jour", "fixees", "attendue"),
    [
        (date(2026, 12, 1), {}, EN_2026),
        (date(2027, 2, 28), {}, EN_2026),
        (date(2027, 3, 1), {}, campagne_par_defaut(2027)),
        (date(2026, 11, 30), {}, EN_2026),
        (date(2026, 1, 1), {}, campagne_par_defaut(2025)),
        (date(2027, 3, 31), {2026: PROLONGEE}, PROLONGEE),
        (date(2027, 4, 1), {2026: PROLONGEE}, campagne_par_defaut(2027)),
        (date(2026, 12, 5), {2026: RETARDEE}, RETARDEE),
        (date(2026, 7, 1), {2026: TOUJOURS}, TOUJOURS),
        (date(2027, 12, 24), {2026: TOUJOURS}, TOUJOURS),
        (date(2026, 12, 24), {2026: TOUJOURS, 2027: TOUJOURS._replace(annee=2027)}, TOUJOURS._replace(annee=2027)),
        (date(2026, 5, 31), {2030: LOINTAINE}, LOINTAINE),
        (date(2026, 6, 4), {2030: LOINTAINE}, EN_2026),
        (date(1, 1, 1), {}, campagne_par_defaut(1)),
        (date(9999, 2, 28), {}, campagne_par_defaut(9998)),
        (date(9999, 12, 31), {}, campagne_par_defaut(9998)),
    ],
)
def test_the_current_campaign_is_the_open_one_else_the_next(
    jour: date, fixees: dict[int, Campagne], attendue: Campagne
) -> None:
    assert campagne_courante(jour, fixees) == attendue


@pytest.mark.parametrize(
    ("campagne", "debuts"),
    [
        (EN_2026._replace(date_limite=date(2026, 11, 30)), ["La date limite"]),
        (EN_2026._replace(fermeture=date(2027, 1, 14)), ["La fermeture"]),
        (EN_2026._replace(date_limite=date(2026, 11, 30), fermeture=date(2026, 11, 29)), ["La date", "La ferm"]),
        (EN_2026._replace(date_limite=date(2026, 12, 1), fermeture=date(2026, 12, 1)), []),
    ],
)
def test_dates_that_do_not_follow_one_another_are_all_told(campagne: Campagne, debuts: list[str]) -> None:
    raisons = campagne.incoherences()

    assert len(raisons) == len(debuts)
    assert all(raison.startswith(debut) for raison, debut in zip(raisons, debuts, strict=True))


def test_every_setting_of_elements_has_its_label() -> None:
    assert [(valeur, valeur.libelle) for valeur in ElementsAttendus] == [
        ("DEUX", "exactement deux des trois"),
        ("AU_MOINS_DEUX", "au moins deux des trois"),
        ("TROIS", "les trois"),
    ]
