"""Limited attempts: pure arithmetic of counts and dates, for one user code or one address.

CNIL, délibération n° 2022-100 of 21 July 2022: with 50 bits of entropy, access is delayed after failures, by a time
that grows exponentially, more than a minute after five of them, and at most 25 attempts in 24 hours. The defaults give
22 on the first day and 12 on each following one. Locks end by themselves; clés d'intégration are never counted.
"""

from datetime import datetime, timedelta
from typing import NamedTuple


class Seuils(NamedTuple):
    """When delays begin, and how long they last."""

    compte: int = 5
    """Failures of one user code, existing or not, before the first delay."""
    adresse: int = 200
    """Failures from one address before the first delay: many people, or a whole association, may stand behind one."""
    blocage_initial: timedelta = timedelta(seconds=60)
    """First delay; each further failure doubles it."""
    blocage_max: timedelta = timedelta(hours=2)
    """Longest delay."""
    oubli: timedelta = timedelta(hours=24)
    """Failures are forgotten this long after the last one; longer than `blocage_max`, else delays stop growing."""


class Etat(NamedTuple):
    """What is kept of one user code or one address; `Etat()` for one never seen."""

    echecs: int = 0
    dernier: datetime | None = None
    bloque_jusqua: datetime | None = None


def est_bloque(etat: Etat, maintenant: datetime) -> bool:
    """Whether attempts are refused now, without any computation."""
    return etat.bloque_jusqua is not None and maintenant < etat.bloque_jusqua


def apres_echec(nombre: int, seuil: int, maintenant: datetime, seuils: Seuils) -> datetime | None:
    """Until when attempts are refused once `nombre` failures in a row, this one included, reach `seuil`; else None."""
    au_dela = nombre - seuil
    if au_dela < 0:
        return None
    facteur: int = 1 << min(au_dela, 32)  # far beyond any maximum, and no overflow
    return maintenant + min(seuils.blocage_initial * facteur, seuils.blocage_max)


def nombre_courant(etat: Etat, maintenant: datetime, seuils: Seuils) -> int:
    """Failures that still count."""
    if etat.dernier is None or maintenant - etat.dernier >= seuils.oubli:
        return 0
    return etat.echecs


def etat_apres_echec(etat: Etat, seuil: int, maintenant: datetime, seuils: Seuils) -> Etat:
    """The state after one more failure at `maintenant`; `seuil` is `seuils.compte` or `seuils.adresse`."""
    echecs = nombre_courant(etat, maintenant, seuils) + 1
    return Etat(echecs, maintenant, apres_echec(echecs, seuil, maintenant, seuils))
