"""Answers that are withheld until the disk has confirmed what they tell; a thread waits for it instead of the loop.

The disk takes as long to confirm as half a message takes to be served. Whoever is served meanwhile is confirmed next,
all together. Under waitress the server's loop gives and takes back; under granian nothing keeps the answers but threads
that wait (`together`), and the thread that waited for the disk lets them go.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from service.storage.ensemble import Ensemble

_logger = logging.getLogger("service.server")


class Canal(Protocol):
    """A connection that holds its answers back, or whatever answers on one."""

    def retenir(self) -> None:
        """Send nothing from now on."""

    def lacher(self) -> None:
        """Send what there is."""

    def rompre(self) -> None:
        """Send nothing of it: close the connection, or tell that it failed."""


class _Lot(NamedTuple):
    ensemble: Ensemble
    canaux: Sequence[Canal]
    eveiller: Callable[[], None]


class Retenues:
    """The answers withheld, and the thread that waits for the disk."""

    def __init__(self, confirmer: Callable[[Sequence[Ensemble]], None]) -> None:
        """`confirmer` returns once what these ensembles did is on the disk, and raises otherwise."""
        self._attendre_le_disque = confirmer
        self._confies: list[_Lot] = []
        self._decides: deque[tuple[list[_Lot], bool]] = deque()  # append and popleft are atomic
        self._changement = threading.Condition()
        self._arret = False
        self._fil = threading.Thread(target=self._confirmer, name="disque", daemon=True)
        self._fil.start()

    def confier(self, ensemble: Ensemble, canaux: Sequence[Canal], eveiller: Callable[[], None]) -> None:
        """Hand over an ensemble that was left; `eveiller` is called once it is decided what its connections get."""
        with self._changement:
            self._confies.append(_Lot(ensemble, canaux, eveiller))
            self._changement.notify()

    def rendre(self) -> None:
        """Send the answers that the disk confirmed; those of what it did not confirm are not told."""
        while self._decides:
            lots, durables = self._decides.popleft()
            for canal in chain.from_iterable(lot.canaux for lot in lots):
                if durables:
                    canal.lacher()
                else:
                    canal.rompre()

    def arreter(self) -> None:
        """Stop the thread, once it decided on what it was given."""
        with self._changement:
            self._arret = True
            self._changement.notify()
        self._fil.join()

    def _confirmer(self) -> None:
        while lots := self._prendre():
            self._decides.append((lots, self._durables(lots)))
            lots[-1].eveiller()

    def _prendre(self) -> list[_Lot]:
        with self._changement:
            self._changement.wait_for(lambda: self._confies or self._arret)
            lots, self._confies = self._confies, []
            return lots

    def _durables(self, lots: list[_Lot]) -> bool:
        try:
            self._attendre_le_disque([lot.ensemble for lot in lots])
        except Exception:  # whatever it is, the thread goes on, and nothing is told
            _logger.exception("What was answered may not be on the disk: nothing of it is told")
            return False
        return True
