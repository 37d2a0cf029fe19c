"""Rounding half up to two decimals, and French writing of amounts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.montants import arrondir, au_moins, au_plus, euros, nombre


@pytest.mark.parametrize(
    ("valeur", "arrondie"),
    [
        ("812.4000244140625", "812.40"),
        ("0.005", "0.01"),
        ("0.00499999999999999999999999999999999999999999", "0.00"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("-0.004", "-0.00"),
        ("99999.99", "99999.99"),
        ("99999.995", "100000.00"),
        ("850", "850.00"),
        ("8.5E2", "850.00"),
        ("1E+40", f"1{'0' * 40}.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(valeur: str, arrondie: str) -> None:
    assert str(arrondir(Decimal(valeur))) == arrondie


@settings(deadline=None, database=None)
@given(st.decimals("-99999.99", "99999.99", places=30) | st.decimals("-99999.99", "99999.99", places=3))
def test_rounding_is_exact_whatever_the_digits(valeur: Decimal) -> None:
    arrondie = arrondir(valeur)

    assert arrondie.as_tuple().exponent == -2
    assert abs(Fraction(arrondie)) == Fraction(int(abs(Fraction(valeur)) * 100 + Fraction(1, 2)), 100)
    assert arrondir(arrondie) is arrondie


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [("50.7", "50,7"), ("5", "5"), ("100", "100"), ("12.345", "12,35"), ("0", "0"), ("1E+2", "100"), ("-3.50", "-3,5")],
)
def test_numbers_are_written_with_a_comma_and_no_idle_zero(valeur: str, texte: str) -> None:
    assert nombre(Decimal(valeur)) == texte


def test_amounts_are_written_in_euros_and_cents() -> None:
    assert euros(Decimal("1801.8")) == "1801,80 €"


def test_ends_of_an_interval_are_told_in_cents_that_are_within_it() -> None:
    assert au_plus(Decimal("924.27921")) == "924,27 €"
    assert au_moins(Decimal("32.33301")) == "32,34 €"
    assert (au_plus(Decimal("7.50")), au_moins(Decimal("7.50"))) == ("7,50 €", "7,50 €")
