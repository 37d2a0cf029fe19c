"""What the service measures of itself: counted in memory as answers leave, added to the database now and then.

Totals are those of all workers of all instances, whichever one is asked. A worker that is killed takes the counts of
its last seconds with it; the log of submissions has them all.
"""

import threading
from bisect import bisect_left

from service.storage.mesures import Mesure

PALIERS = (2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
"""Bounds of the durations counted, in milliseconds."""
_SANS_BORNE = 0


class Mesures:
    """The counts of one process since they were last taken out."""

    def __init__(self) -> None:
        self._comptes: dict[tuple[str, str, str, int], tuple[int, int]] = {}
        self._verrou = threading.Lock()

    def compter(self, operation: str, issue: str, code: str, duree_us: int) -> None:
        """Count one answer; its duration in microseconds."""
        rang = bisect_left(PALIERS, duree_us / 1000)
        cle = (operation, issue, code, PALIERS[rang] if rang < len(PALIERS) else _SANS_BORNE)
        with self._verrou:
            nombre, duree = self._comptes.get(cle, (0, 0))
            self._comptes[cle] = (nombre + 1, duree + duree_us)

    def prendre(self) -> list[Mesure]:
        """Take the counts out, to be added to the totals."""
        with self._verrou:
            comptes, self._comptes = self._comptes, {}
        return [Mesure(*cle, *compte) for cle, compte in comptes.items()]

    def rendre(self, mesures: list[Mesure]) -> None:
        """Put back what could not be added."""
        with self._verrou:
            for une in mesures:
                nombre, duree = self._comptes.get(une[:4], (0, 0))
                self._comptes[une[:4]] = (nombre + une.nombre, duree + une.duree_us)
