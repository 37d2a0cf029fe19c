"""Types of options that several groups of commands share."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import click

_Enum = TypeVar("_Enum", bound=StrEnum)
_FRANCAIS = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def jour(texte: str) -> date:
    """Read a calendar day, as ``31/12/2026`` or ``2026-12-31``. Raises click.BadParameter."""
    iso, francais = _ISO.fullmatch(texte.strip()), _FRANCAIS.fullmatch(texte.strip())
    champs = iso.groups() if iso is not None else francais.groups()[::-1] if francais is not None else ()
    try:
        annee, mois, quantieme = map(int, champs)
        return date(annee, mois, quantieme)
    except ValueError:
        raise click.BadParameter(f"« {texte} » n'est pas un jour : JJ/MM/AAAA ou AAAA-MM-JJ est attendu.") from None


def parmi(valeurs: type[_Enum]) -> Callable[[str], _Enum]:
    """Return the reader of one value of an enumeration, by its code in any letter case."""
    codes = {valeur.value.lower(): valeur for valeur in valeurs}

    def code(texte: str) -> _Enum:
        trouve = codes.get(texte.strip().lower())
        if trouve is None:
            connus = ", ".join(valeur.value for valeur in valeurs)
            raise click.BadParameter(f"« {texte} » n'existe pas ; attendu : {connus}.")
        return trouve

    return code


JOUR: dict[str, Any] = {"type": jour, "metavar": "JJ/MM/AAAA"}
"""What an option that takes a day is made with."""
COURRIEL = click.argument("courriel", metavar="COURRIEL")
"""Argument of the commands on one account."""
