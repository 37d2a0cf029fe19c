"""The value of a text as XML Schema reads it."""

import re
from collections.abc import Sequence

_BLANCS_REPETES = re.compile("[ \t\r\n]+")


def texte(ecrit: str | None) -> str | None:
    """An optional xs:token, white space collapsed (XML Schema Part 2, 4.3.6); None when absent or empty."""
    if not ecrit:
        return None
    if ecrit.isalnum():
        return ecrit
    if not ecrit.isprintable() or "  " in ecrit:  # a tab or a line end is not printable; neither is a rarer character
        ecrit = _BLANCS_REPETES.sub(" ", ecrit)
    return ecrit.strip(" ") or None


def textes(ecrits: Sequence[str]) -> Sequence[str | None]:
    """`texte` of each; a column without white space to collapse, as nearly all are, is looked at as a whole."""
    if not any(ecrits):
        return (None,) * len(ecrits)
    tous = "|".join(("", *ecrits, ""))
    if not tous.isprintable() or "  " in tous or "| " in tous or " |" in tous:
        return list(map(texte, ecrits))
    return [ecrit or None for ecrit in ecrits]


def exige(ecrit: str | None) -> str:
    """The value of an element that the schema requires."""
    return texte(ecrit) or ""
