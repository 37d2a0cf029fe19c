"""Amounts, shares and hours: two decimals, rounded half up, as the contract says; told in French."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

CENTIEME = Decimal("0.01")

_ARRONDI = Context(prec=400, rounding=ROUND_HALF_UP)
"""A precision of its own: xs:decimal sets no limit to the digits, and rounding must not depend on the caller."""


def arrondir(valeur: Decimal) -> Decimal:
    """Return the value with exactly two decimals, half rounded away from zero.

    A value that has them already is returned as it is, for the sake of speed.
    """
    return valeur if valeur.same_quantum(CENTIEME) else valeur.quantize(CENTIEME, context=_ARRONDI)


def nombre(valeur: Decimal) -> str:
    """Return a number as French writes it: decimal comma, at most two decimals and no idle zero."""
    return f"{arrondir(valeur):f}".rstrip("0").rstrip(".").replace(".", ",")


def euros(valeur: Decimal) -> str:
    """Return an amount as French writes it, such as ``1801,80 €``."""
    return f"{arrondir(valeur):f} €".replace(".", ",")


def au_plus(plafond: Decimal) -> str:
    """Return the highest amount of whole cents that is not above `plafond`, in French."""
    return euros(plafond.quantize(CENTIEME, ROUND_FLOOR, _ARRONDI))


def au_moins(plancher: Decimal) -> str:
    """Return the lowest amount of whole cents that is not below `plancher`, in French."""
    return euros(plancher.quantize(CENTIEME, ROUND_CEILING, _ARRONDI))
