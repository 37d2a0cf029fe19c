"""Refusals before authentication: logged one by one up to a number a minute and address, counted beyond.

Otherwise anyone who can reach the port can fill the disk (3-security).
"""

import threading
from datetime import datetime
from typing import NamedTuple


class RefusComptes(NamedTuple):
    """Refusals of one address in one minute that were counted instead of logged one by one."""

    adresse: str
    minute: datetime
    nombre: int


class RefusAnonymes:
    """Counts by address; `compter` says whether this one is to be logged, `echus` hands over finished counts."""

    def __init__(self, par_minute: int = 60) -> None:
        self._par_minute = par_minute
        self._comptes: dict[tuple[str, datetime], int] = {}
        self._verrou = threading.Lock()

    def compter(self, adresse: str, instant: datetime) -> bool:
        """True while the address has its own entries left in the minute of `instant`."""
        cle = (adresse, _minute(instant))
        with self._verrou:
            self._comptes[cle] = nombre = self._comptes.get(cle, 0) + 1
        return nombre <= self._par_minute

    def echus(self, avant: datetime | None = None) -> list[RefusComptes]:
        """Take out the counts of the minutes before that of `avant` (all of them without it), to be logged."""
        with self._verrou:
            finis = [cle for cle in self._comptes if avant is None or cle[1] < _minute(avant)]
            comptes = [(adresse, minute, self._comptes.pop((adresse, minute))) for adresse, minute in finis]
        return [
            RefusComptes(adresse, minute, nombre - self._par_minute)
            for adresse, minute, nombre in comptes
            if nombre > self._par_minute
        ]


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
