"""A spreadsheet once read: what CSV and XLSX have in common."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

Cellule = str | Decimal | date | None
"""Text (never empty, no space around), a number, a day, or nothing. A share shown as 12,5 % is 12.5."""


class Ligne(NamedTuple):
    """One row that holds something."""

    numero: int
    """As a spreadsheet numbers it, from 1."""
    cellules: tuple[Cellule, ...]


class Tableau(NamedTuple):
    """The rows of a file under its header."""

    nature: str
    """What the file turned out to be, in French: ``CSV (UTF-8, point-virgule)``."""
    entete: Ligne
    lignes: list[Ligne]
    vides: int
    """Empty rows skipped between or after the others."""
    virgule: bool = False
    """Its numbers have a decimal comma, so that a point in them separates thousands, or nothing known."""
    remarque: str = ""
    """What the reader should be told about the way the file was read."""


def en_texte(cellule: Cellule) -> str:
    """Return a cell as a person would type it in a French spreadsheet."""
    if cellule is None:
        return ""
    if isinstance(cellule, date):
        return f"{cellule:%d/%m/%Y}"
    if isinstance(cellule, Decimal):
        entier = cellule == cellule.to_integral_value()
        return f"{cellule:.0f}" if entier else f"{cellule.normalize():f}".replace(".", ",")
    return cellule
