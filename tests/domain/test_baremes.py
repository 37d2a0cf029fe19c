"""The dated tables, at each of their dates and on the day before."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from service.domain.baremes import (
    BORNES,
    SMIC,
    Smic,
    aide_maximale_pct,
    bornes,
    jour_de_reference,
    remuneration_garantie,
    smic_mensuel,
)
from service.domain.campagne import ANNEES, campagne_par_defaut

DATES = {
    "2018-01-01": "1498.47",
    "2019-01-01": "1521.22",
    "2020-01-01": "1539.42",
    "2021-01-01": "1554.58",
    "2021-10-01": "1589.47",
    "2022-01-01": "1603.12",
    "2022-05-01": "1645.58",
    "2022-08-01": "1678.95",
    "2023-01-01": "1709.28",
    "2023-05-01": "1747.20",
    "2024-01-01": "1766.92",
    "2024-11-01": "1801.80",
    "2026-01-01": "1823.03",
}


@pytest.mark.parametrize(("depuis", "mensuel"), DATES.items())
def test_the_smic_applies_from_its_date(depuis: str, mensuel: str) -> None:
    assert smic_mensuel(date.fromisoformat(depuis)) == Decimal(mensuel)


@pytest.mark.parametrize(("avant", "ligne"), list(pairwise(SMIC)))
def test_the_smic_before_applies_until_the_day_before(avant: Smic, ligne: Smic) -> None:
    assert smic_mensuel(ligne.depuis - timedelta(days=1)) == avant.mensuel
    assert avant.depuis < ligne.depuis


def test_the_last_smic_goes_on() -> None:
    assert smic_mensuel(date(9999, 12, 31)) == SMIC[-1].mensuel


@pytest.mark.parametrize("ligne", SMIC, ids=lambda ligne: str(ligne.depuis))
def test_a_month_of_smic_is_the_hour_times_the_legal_month(ligne: Smic) -> None:
    assert (ligne.horaire * 35 * 52 / 12).quantize(Decimal("0.01")) == ligne.mensuel or (
        ligne.horaire * Decimal("151.67")
    ).quantize(Decimal("0.01")) == ligne.mensuel


def test_every_row_has_its_source() -> None:
    assert all(ligne.source.startswith(("décret n°", "arrêté du")) for ligne in SMIC[:-1])
    assert SMIC[-1].source == "source secondaire"
    assert all("2018-194" in ligne.source for ligne in BORNES)


def test_before_the_tables_nothing_is_told() -> None:
    with pytest.raises(ValueError, match="avant le 01/01/2018"):
        smic_mensuel(date(2017, 12, 31))
    with pytest.raises(ValueError, match="avant le 01/01/2018"):
        bornes(date(2017, 12, 31))


def test_bounds_are_those_of_the_decret_of_2018() -> None:
    assert bornes(date(2018, 1, 1))[1:7] == tuple(map(Decimal, ("55.7", "110.7", "50.7", "5", "20", "0.5")))


@pytest.mark.parametrize(
    ("part", "aide"),
    [
        ("5", "50.7"),
        ("20", "50.7"),
        ("20.01", "50.695"),
        ("21", "50.2"),
        ("40", "40.7"),
        ("100", "10.7"),
        ("121.4", "0"),
        ("130", "0"),
        ("-5", "50.7"),
    ],
)
def test_the_aide_loses_half_a_point_for_each_point_of_share_above_twenty(part: str, aide: str) -> None:
    assert aide_maximale_pct(Decimal(part)) == Decimal(aide)


@pytest.mark.parametrize("annee", [ANNEES[0], ANNEES[-1]])
def test_every_year_that_may_have_a_campaign_has_its_dates_and_its_smic(annee: int) -> None:
    assert campagne_par_defaut(annee).annee == annee
    assert smic_mensuel(jour_de_reference(annee)) in {ligne.mensuel for ligne in SMIC}


def test_the_years_of_campaigns_begin_and_end_with_the_tables_and_the_calendar() -> None:
    with pytest.raises(ValueError, match="avant le"):
        smic_mensuel(jour_de_reference(ANNEES[0] - 1))
    with pytest.raises(ValueError, match="year"):
        campagne_par_defaut(ANNEES[-1] + 1)


def test_certificates_are_judged_on_the_first_of_november() -> None:
    assert jour_de_reference(2026) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("net", "aide", "part", "attendue"),
    [
        ("850", "700", "10", "850"),
        ("850", None, None, "850"),
        (None, "700", "10", "882.303"),
        (None, "700", None, None),
        (None, None, "10", None),
        (None, None, None, None),
    ],
)
def test_remuneration_is_the_net_amount_else_aide_plus_share_of_smic(
    net: str | None, aide: str | None, part: str | None, attendue: str | None
) -> None:
    valeurs = [None if valeur is None else Decimal(valeur) for valeur in (net, aide, part)]

    assert remuneration_garantie(*valeurs, Decimal("1823.03")) == (None if attendue is None else Decimal(attendue))
