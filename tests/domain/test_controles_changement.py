"""Rules on changes of activity: for each, a line that must trigger it and the nearest one that must not.

The message is received on 5 December 2026 in Paris.
"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.controles_changement import plus_mois
from service.domain.declaration import Nature

DEPART: dict[str, Any] = {"nature": Nature.DEPART, "heures_avant": None, "heures_apres": None, "motif": "RETRAITE"}
REDUCTION: dict[str, Any] = {"nature": Nature.REDUCTION, "heures_avant": "35", "heures_apres": "17.50"}
PARTI: dict[str, Any] = {"depart": date(2026, 10, 31), "numero_depart": "D1-0007"}

CAS: dict[str, tuple[set[str], dict[str, Any], dict[str, Any]]] = {
    "A02 augmentation that reduces": ({"A02"}, {"heures_apres": "17.49"}, {"heures_apres": "17.51"}),
    "A02 augmentation unchanged": ({"A02"}, {"heures_apres": "17.50"}, {"heures_apres": "17.51"}),
    "A02 reduction that augments": (
        {"A02"},
        {**REDUCTION, "heures_apres": "35.01"},
        {**REDUCTION, "heures_apres": "34.99"},
    ),
    "A02 reduction unchanged": ({"A02"}, {**REDUCTION, "heures_apres": "35"}, {**REDUCTION, "heures_apres": "34.99"}),
    "A02 above 48": ({"A02"}, {"heures_apres": "48.01"}, {"heures_apres": "48.00"}),
    "A02 below nothing": (
        {"A02"},
        {**REDUCTION, "heures_apres": "-0.01"},
        {**REDUCTION, "heures_apres": "0.00"},
    ),
    "A02 hours before above 48": (
        {"A02"},
        {**REDUCTION, "heures_avant": "48.01"},
        {**REDUCTION, "heures_avant": "48.00"},
    ),
    "A02 hours before below nothing": ({"A02"}, {"heures_avant": "-0.01"}, {"heures_avant": "0.00"}),
    "A02 no hours before": ({"A02"}, {"heures_avant": None}, DEPART),
    "A02 no hours after": ({"A02"}, {"heures_apres": None}, DEPART),
    "A02 equal once rounded": ({"A02", "C17"}, {"heures_apres": "17.504"}, {"heures_apres": "17.51"}),
    "A03 after the départ": (
        {"A03"},
        {**PARTI, "date_effet": date(2026, 11, 1)},
        {**PARTI, "date_effet": date(2026, 10, 31)},
    ),
    "A03 second départ": (
        {"A03"},
        {**PARTI, **DEPART, "date_effet": date(2026, 9, 30)},
        {**PARTI, **DEPART, "remplace": "D1-0007", "remplacables": frozenset({"D1-0007"})},
    ),
    "A03 replacing another declaration": (
        {"A03"},
        {**PARTI, "remplace": "D1-0008", "remplacables": frozenset({"D1-0007", "D1-0008"})},
        {**PARTI, "remplace": "D1-0007", "remplacables": frozenset({"D1-0007", "D1-0008"})},
    ),
    "A03 away from the database": ({"A03"}, PARTI, {**PARTI, "hors_ligne": True}),
    "A04 ahead": ({"A04"}, {"date_effet": date(2027, 3, 6)}, {"date_effet": date(2027, 3, 5)}),
    "A04 past": ({"A04"}, {"date_effet": date(2024, 12, 4)}, {"date_effet": date(2024, 12, 5)}),
    "A04 ahead of a départ": (
        {"A04"},
        {**DEPART, "date_effet": date(2027, 3, 6)},
        {**DEPART, "date_effet": date(2027, 3, 5)},
    ),
    "A04 ahead, in a shorter month": (
        {"A04"},
        {"jour": date(2026, 11, 30), "date_effet": date(2027, 3, 1)},
        {"jour": date(2026, 11, 30), "date_effet": date(2027, 2, 28)},
    ),
    "A04 past, from a leap day": (
        {"A04"},
        {"jour": date(2028, 2, 29), "date_effet": date(2026, 2, 27)},
        {"jour": date(2028, 2, 29), "date_effet": date(2026, 2, 28)},
    ),
    "C16": (
        {"C16"},
        {"remplace": "D1-0001", "remplacables": frozenset({"D1-0002"})},
        {"remplace": "D1-0002", "remplacables": frozenset({"D1-0002"})},
    ),
    "C16 away from the database": ({"C16"}, {"remplace": "D1-0001"}, {"remplace": "D1-0001", "hors_ligne": True}),
    "C17 before": ({"C17"}, {"heures_avant": "17.001"}, {"heures_avant": "17.010"}),
    "C17 after": ({"C17"}, {"heures_apres": "35.005"}, {"heures_apres": "35.0"}),
}


@pytest.mark.parametrize(("attendues", "fautive", "limite"), CAS.values(), ids=CAS)
def test_rule_speaks_on_the_wrong_line_and_not_on_the_nearest_right_one(
    juger_changement: Any, attendues: set[str], fautive: dict[str, Any], limite: dict[str, Any]
) -> None:
    assert {anomalie.code for anomalie in juger_changement(**fautive).anomalies} == attendues
    assert juger_changement(**limite).anomalies == ()


@pytest.mark.parametrize(
    ("valeurs", "code", "champ", "texte"),
    [
        ({"heures_apres": "3"}, "A02", "augmentation/heuresApres", "plus d'heures que dans augmentation/heuresAvant"),
        ({**REDUCTION, "heures_apres": "40"}, "A02", "reduction/heuresApres", "moins d'heures"),
        ({**REDUCTION, "heures_avant": "151.67"}, "A02", "reduction/heuresAvant", "de 0 à 48"),
        (PARTI, "A03", "augmentation/dateEffet", "déclaré au 31/10/2026 ; une date d'effet au plus tard ce jour"),
        ({**PARTI, **DEPART}, "A03", "depart/dateEffet", "un second départ n'est attendu que pour remplacer"),
        ({**DEPART, "date_effet": date(2062, 1, 1)}, "A04", "depart/dateEffet", "du 05/12/2024 au 05/03/2027"),
        ({"remplace": "D1-0001"}, "C16", "remplace", "pour un changement du même salarié"),
        ({"heures_avant": "17.129"}, "C17", "augmentation/heuresAvant", "retenue est 17,13"),
    ],
)
def test_anomaly_names_the_path_and_what_is_expected(
    juger_changement: Any, valeurs: Any, code: str, champ: str, texte: str
) -> None:
    [anomalie] = juger_changement(**valeurs).anomalies

    assert (anomalie.code, anomalie.champ) == (code, champ)
    assert texte in anomalie.message


def test_all_anomalies_of_a_line_are_told_at_once(juger_changement: Any) -> None:
    jugement = juger_changement(
        **PARTI, nir=None, heures_avant="60.001", heures_apres="-5", date_effet=date(2062, 1, 1), remplace="D9-0009"
    )

    codes = [anomalie.code for anomalie in jugement.anomalies]
    assert codes == ["I07", "C17", "A02", "A02", "A02", "A04", "A03", "C16"]
    assert jugement.rejetee


def test_hours_are_kept_rounded_half_up(juger_changement: Any) -> None:
    ligne = juger_changement(heures_avant="17.125", heures_apres="35").ligne

    assert (str(ligne.heures_avant), str(ligne.heures_apres)) == ("17.13", "35.00")


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), -24, date(2024, 1, 31)),
        (date(2028, 2, 29), -24, date(2026, 2, 28)),
        (date(9999, 10, 1), 3, date.max),
        (date(9999, 9, 30), 3, date(9999, 12, 30)),
        (date(1, 12, 31), -12, date.min),
        (date(2, 3, 4), -12, date(1, 3, 4)),
    ],
)
def test_calendar_months(jour: date, mois: int, attendu: date) -> None:
    assert plus_mois(jour, mois) == attendu


@settings(deadline=None, database=None)
@given(st.dates(date(2, 1, 1), date(9990, 12, 31)), st.integers(-11, 60))
def test_calendar_months_keep_the_day_or_end_the_month(jour: date, mois: int) -> None:
    arrivee = plus_mois(jour, mois)

    assert (arrivee.year - jour.year) * 12 + arrivee.month - jour.month == mois
    assert arrivee.day == jour.day or (arrivee.day < jour.day and plus_mois(arrivee, 0).day >= 28)
