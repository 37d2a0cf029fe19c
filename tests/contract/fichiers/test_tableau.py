"""Cells as a person would type them."""

from datetime import date
from decimal import Decimal

import pytest

from service.contract.fichiers.tableau import en_texte


@pytest.mark.parametrize(
    ("cellule", "texte"),
    [
        (None, ""),
        ("Le Goff", "Le Goff"),
        (date(1985, 5, 4), "04/05/1985"),
        (Decimal("812.40"), "812,4"),
        (Decimal("812"), "812"),
        (Decimal("1E+3"), "1000"),
        (Decimal(185059990100114), "185059990100114"),
        (Decimal("-0.5"), "-0,5"),
    ],
)
def test_a_cell_is_written_as_a_french_spreadsheet_shows_it(cellule, texte):
    assert en_texte(cellule) == texte
