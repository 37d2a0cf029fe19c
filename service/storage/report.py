"""Carries the log of SQLite over into the database, beside those who write.

By itself SQLite does it inside the commit that makes the log long: whoever commits then, and everybody behind, waits
for thousands of pages and two confirmations of the disk. Carried over by somebody else, the log keeps writers out for
what they wrote meanwhile only, and starts anew (sqlite.org/wal.html).

SQLite has the disk confirm the database only when nothing is left to carry over, hence with writers kept out: 30 to 37
ms. So the disk is asked to before: 2 to 6 ms.
"""

import os
from functools import cache

from sqlalchemy import Engine, PoolProxiedConnection, event

from service.errors import IndisponibleError
from service.storage.database import joignable
from service.storage.disque import confirmer_le_contenu
from service.storage.write_lock import VerrouEcriture

PAGES = 4_000
"""Of the log: from so many on it is made to start anew."""


class Report:
    """The one who does it in a process, on a connection of its own that closes with ``moteur.dispose()``."""

    def __init__(self, moteur: Engine, verrou: VerrouEcriture) -> None:
        self._moteur, self._verrou = moteur, verrou
        self._chemin = os.path.realpath(moteur.url.database or "")
        self._connexion: PoolProxiedConnection | None = None
        event.listen(moteur, "engine_disposed", lambda _moteur: self.fermer())

    def faire(self) -> int:
        """Carry over what is there and return how many pages the log had. Raises IndisponibleError."""
        with joignable():
            pages = self._copier()
            if pages >= PAGES:
                _confirmer(self._chemin)
                with self._verrou:
                    self._copier()
            return pages

    def fermer(self) -> None:
        """Close the connection; the next call opens another."""
        connexion, self._connexion = self._connexion, None
        if connexion is not None:
            connexion.close()

    def _copier(self) -> int:
        if self._connexion is None:
            connexion = self._moteur.raw_connection()
            connexion.detach()  # its place in the pool is another's
            self._connexion = connexion
        pilote = self._connexion.dbapi_connection
        assert pilote is not None
        _occupee, pages, _copiees = pilote.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return int(pages)


def _confirmer(chemin: str) -> None:
    try:
        confirmer_le_contenu(_descripteur(chemin))
    except OSError as erreur:
        raise IndisponibleError from erreur


@cache
def _descripteur(chemin: str) -> int:
    """A descriptor of the database, which stays open as long as the process.

    Closing one would take from SQLite the locks of all that it has on that file (sqlite.org/howtocorrupt.html, 2.2).
    """
    return os.open(chemin, os.O_RDWR | os.O_CLOEXEC)
