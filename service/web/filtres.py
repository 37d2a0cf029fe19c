"""Dates, amounts and numbers as French readers expect them (Lexique de l'Imprimerie nationale; RGAA 3.1)."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask

from service.domain.actes import Acte, Canal
from service.domain.declaration import MOTIFS_DE_DEPART, Nature, Operation, StatutDepot
from service.usecases.reception import Issue

_PARIS = ZoneInfo("Europe/Paris")
_MOIS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_FINE = "\u202f"
_INSECABLE = "\u00a0"
_MOTS = {"nature": {nature.value: nature.libelle for nature in Nature}, "motif": MOTIFS_DE_DEPART}
"""Of columns that hold codes."""
_HAUTE = re.compile(r" ([:;?!»])")


def installer(application: Flask) -> None:
    """Give the filters to the templates."""
    for filtre in _FILTRES:
        application.jinja_env.filters[filtre.__name__] = filtre


def jour(valeur: date) -> str:
    """Return ``1er décembre 2026``; of an instant, the day in Paris."""
    local = valeur.astimezone(_PARIS) if isinstance(valeur, datetime) else valeur
    quantieme = "1er" if local.day == 1 else str(local.day)
    return f"{quantieme}{_INSECABLE}{_MOIS[local.month - 1]} {local.year}"


def jour_court(valeur: date) -> str:
    """Return ``01/12/2026``; of an instant, the day in Paris."""
    local = valeur.astimezone(_PARIS) if isinstance(valeur, datetime) else valeur
    return f"{local:%d/%m/%Y}"


def instant(valeur: datetime) -> str:
    """Return ``1er décembre 2026 à 9 h 05``, in Paris."""
    local = valeur.astimezone(_PARIS)
    return f"{jour(local)} à {local.hour}{_INSECABLE}h{_INSECABLE}{local.minute:02}"


def instant_court(valeur: datetime) -> str:
    """Return ``01/12/2026 09:05:07``, in Paris."""
    return f"{valeur.astimezone(_PARIS):%d/%m/%Y %H:%M:%S}"


def nombre(valeur: int) -> str:
    """Return ``12 345``."""
    return f"{valeur:,}".replace(",", _FINE)


def euros(valeur: Decimal) -> str:
    """Return ``1 234,56 €``."""
    return f"{_decimal(valeur)}{_INSECABLE}€"


def pourcentage(valeur: Decimal) -> str:
    """Return ``12,50 %``."""
    return f"{_decimal(valeur)}{_INSECABLE}%"


def heures(valeur: Decimal) -> str:
    """Return ``17,5 h``."""
    return f"{valeur.normalize():f}".replace(".", ",") + f"{_INSECABLE}h"


def fin_du_nir(valeur: str) -> str:
    """Return ``…0114``: enough to tell two namesakes, on a screen that others may see."""
    return f"…{valeur[-4:]}"


def objet(operation: str) -> str:
    """Return the label of an operation of the contract."""
    return Operation(operation).libelle


def resultat(statut: str) -> str:
    """Return the label of what became of a deposit."""
    return StatutDepot(statut).libelle


def motif(depart: str) -> str:
    """Return the label of the reason of a départ."""
    return MOTIFS_DE_DEPART.get(depart, depart)


def saisi(texte: str, colonne: str) -> str:
    """Return what a person or a file wrote in a column: in words where it is a code of ours, else as it stands."""
    return _MOTS.get(colonne, {}).get(texte.strip().upper(), texte)


def siret(valeur: str) -> str:
    """Return ``999 100 837 00015``."""
    return _INSECABLE.join((valeur[:3], valeur[3:6], valeur[6:9], valeur[9:]))


def issue(valeur: str) -> str:
    """Return ``accepté en partie``."""
    return Issue(valeur).libelle


def acte(valeur: str) -> str:
    """Return ``compte suspendu``."""
    return Acte(valeur).libelle


def canal(valeur: str) -> str:
    """Return ``extranet``."""
    return Canal(valeur).libelle


def insecable(texte: str) -> str:
    """Return a text, marked up or not, whose lines break neither before a double punctuation mark nor after «."""
    return type(texte)(_HAUTE.sub(f"{_INSECABLE}\\1", texte).replace("« ", f"«{_INSECABLE}"))


def _decimal(valeur: Decimal) -> str:
    return f"{valeur:,.2f}".replace(",", _FINE).replace(".", ",")


_FILTRES: tuple[Callable[..., str], ...] = (
    *(jour, jour_court, instant, instant_court),
    *(nombre, euros, pourcentage, heures),
    *(insecable, siret, fin_du_nir, objet, resultat, motif, saisi),
    *(issue, acte, canal),
)
