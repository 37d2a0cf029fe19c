"""Amounts, shares and hours: two decimals, rounded half up, as the contract says; told in French."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation

CENTIEME = Decimal("0.01")

_LARGE = Context(prec=400, rounding=ROUND_HALF_UP)
"""For values far beyond the contract, which files may hold: the default precision cannot tell their cents."""


def arrondir(valeur: Decimal) -> Decimal:
    """Return the value with exactly two decimals, half rounded away from zero.

    A value that has them already is returned as it is, for the sake of speed.
    """
    if valeur.same_quantum(CENTIEME):
        return valeur
    try:
        return valeur.quantize(CENTIEME, ROUND_HALF_UP)
    except InvalidOperation:
        return valeur.quantize(CENTIEME, context=_LARGE)


def nombre(valeur: Decimal) -> str:
    """Return a number as French writes it: decimal comma, at most two decimals and no idle zero."""
    return f"{arrondir(valeur):f}".rstrip("0").rstrip(".").replace(".", ",")


def euros(valeur: Decimal) -> str:
    """Return an amount as French writes it, such as ``1801,80 €``."""
    return f"{arrondir(valeur):f} €".replace(".", ",")


def au_plus(plafond: Decimal) -> str:
    """Return the highest amount of whole cents that is not above `plafond`, in French."""
    return euros(plafond.quantize(CENTIEME, ROUND_FLOOR, _LARGE))


def au_moins(plancher: Decimal) -> str:
    """Return the lowest amount of whole cents that is not below `plancher`, in French."""
    return euros(plancher.quantize(CENTIEME, ROUND_CEILING, _LARGE))
