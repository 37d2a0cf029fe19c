"""What a worker process does on its own beside requests: each work in a thread, again and again, until it ends.

No work holds a thread of requests, and none ends because one round failed. A round under way when the process is told
to stop is let finish: what it has in hand is not left to chance.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from service.errors import IndisponibleError, TeledeclarationError

_logger = logging.getLogger("service.server")


class Travail(NamedTuple):
    """A work: its name in the technical log, one round of it, and the seconds between two rounds."""

    nom: str
    faire: Callable[[], Any]
    pause: float


class Coulisses:
    """The works of one process; `arret` is set once it is leaving, for rounds that are long enough to ask."""

    def __init__(self) -> None:
        self.arret = threading.Event()
        self._fils: list[threading.Thread] = []

    def commencer(self, travaux: Sequence[Travail]) -> None:
        """Do each of them after its first pause, then on and on."""
        for travail in travaux:
            # Daemons: a process that is killed, or ends without `finir`, waits for none of them.
            fil = threading.Thread(target=self._repeter, args=(travail,), name=travail.nom, daemon=True)
            fil.start()
            self._fils.append(fil)

    def finir(self, attente: float) -> None:
        """Begin no round any more, and wait for those under way, `attente` seconds at most."""
        self.arret.set()
        echeance = time.monotonic() + attente
        for fil in self._fils:
            fil.join(max(0.0, echeance - time.monotonic()))

    def _repeter(self, travail: Travail) -> None:
        while not self.arret.wait(travail.pause):
            tenter(travail.nom, travail.faire)


def tenter(nom: str, faire: Callable[[], Any]) -> None:
    """Do a round of a work: what stops it is said, in our words or by its kind alone, and it comes again."""
    try:
        faire()
    except IndisponibleError as erreur:
        _logger.warning("travail_remis", extra={"travail": nom, "raison": erreur.message})
    except TeledeclarationError as erreur:
        _logger.error("travail_refuse", extra={"travail": nom, "raison": erreur.message})
    except Exception as erreur:
        _logger.error("travail_manque", extra={"travail": nom, "erreur": type(erreur).__name__})
