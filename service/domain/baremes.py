"""Dated tables of the law: the SMIC, and the bounds of the rémunération garantie (RG).

To extend one, add a row at its end with the day it applies from and its source; nothing else changes. Rows are in order
of date. The bounds of the law are gross while montantNet is net: they serve plausibility only.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar


class Smic(NamedTuple):
    """The gross SMIC from a day on, in euros."""

    depuis: date
    horaire: Decimal
    mensuel: Decimal
    """For 35 hours a week (151.67 hours a month)."""
    source: str


class Bornes(NamedTuple):
    """Bounds of a full-time rémunération garantie from a day on, in percents of the gross SMIC."""

    depuis: date
    rg_min: Decimal
    rg_max: Decimal
    aide_max: Decimal
    """Highest aide au poste."""
    part_min: Decimal
    """Lowest share of direct salary."""
    part_pleine: Decimal
    """Share of direct salary above which the aide goes down."""
    baisse_par_point: Decimal
    """Points of aide lost for each point of share above `part_pleine`."""
    source: str


def _smic(depuis: str, horaire: str, mensuel: str, source: str) -> Smic:
    return Smic(date.fromisoformat(depuis), Decimal(horaire), Decimal(mensuel), source)


SMIC: tuple[Smic, ...] = (
    _smic("2018-01-01", "9.88", "1498.47", "décret n° 2017-1719 du 20 décembre 2017"),
    _smic("2019-01-01", "10.03", "1521.22", "décret n° 2018-1173 du 19 décembre 2018"),
    _smic("2020-01-01", "10.15", "1539.42", "décret n° 2019-1387 du 18 décembre 2019"),
    _smic("2021-01-01", "10.25", "1554.58", "décret n° 2020-1598 du 16 décembre 2020"),
    _smic("2021-10-01", "10.48", "1589.47", "arrêté du 27 septembre 2021"),
    _smic("2022-01-01", "10.57", "1603.12", "décret n° 2021-1741 du 22 décembre 2021"),
    _smic("2022-05-01", "10.85", "1645.58", "arrêté du 19 avril 2022"),
    _smic("2022-08-01", "11.07", "1678.95", "arrêté du 29 juillet 2022"),
    _smic("2023-01-01", "11.27", "1709.28", "décret n° 2022-1608 du 22 décembre 2022"),
    _smic("2023-05-01", "11.52", "1747.20", "arrêté du 26 avril 2023"),
    _smic("2024-01-01", "11.65", "1766.92", "décret n° 2023-1216 du 20 décembre 2023"),
    _smic("2024-11-01", "11.88", "1801.80", "décret n° 2024-951 du 23 octobre 2024"),
    _smic("2026-01-01", "12.02", "1823.03", "source secondaire"),
)
"""From the day the present bounds of the RG apply."""

BORNES: tuple[Bornes, ...] = (
    Bornes(
        depuis=date(2018, 1, 1),
        rg_min=Decimal("55.7"),
        rg_max=Decimal("110.7"),
        aide_max=Decimal("50.7"),
        part_min=Decimal("5"),
        part_pleine=Decimal("20"),
        baisse_par_point=Decimal("0.5"),
        source="CASF R243-5 et R243-6, décret n° 2018-194 du 21 mars 2018",
    ),
)


class _Datee(Protocol):
    @property
    def depuis(self) -> date: ...


_Ligne = TypeVar("_Ligne", bound=_Datee)


def _en_vigueur(table: Sequence[_Ligne], jour: date) -> _Ligne:
    for ligne in reversed(table):
        if ligne.depuis <= jour:
            return ligne
    raise ValueError(f"Aucun barème connu avant le {table[0].depuis:%d/%m/%Y}.")


def smic_mensuel(jour: date) -> Decimal:
    """Return the gross monthly SMIC in euros on that day. Raises `ValueError` before the first row (2018)."""
    return _en_vigueur(SMIC, jour).mensuel


def bornes(jour: date) -> Bornes:
    """Return the bounds that apply on that day. Raises `ValueError` before the first row (2018)."""
    return _en_vigueur(BORNES, jour)


def jour_de_reference(annee: int) -> date:
    """Return the day whose SMIC and bounds judge the certificates of `annee`: 1 November.

    Raises `ValueError` outside the calendar (1 to 9999).
    """
    return date(annee, 11, 1)


def aide_maximale_pct(part: Decimal, applicables: Bornes = BORNES[-1]) -> Decimal:
    """Return the highest full-time aide au poste, in percents of the SMIC, for a share of direct salary (CASF R243-6).

    Full up to a share of 20 %, then half a point less for each point; never below nothing.
    """
    if part <= applicables.part_pleine:
        return applicables.aide_max
    baisse = applicables.baisse_par_point * (part - applicables.part_pleine)
    return max(applicables.aide_max - baisse, Decimal(0))


def remuneration_garantie(
    montant_net: Decimal | None, aide: Decimal | None, part: Decimal | None, smic: Decimal
) -> Decimal | None:
    """Return the rémunération garantie of a month in euros, exact: montantNet, else aide + share × SMIC.

    `part` is in percents of `smic`, the gross monthly one of 1 November. None where neither can be told.
    """
    if montant_net is not None:
        return montant_net
    if aide is None or part is None:
        return None
    return aide + part * smic / 100
