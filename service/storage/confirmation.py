"""What makes a commit of SQLite durable: its log, confirmed by the disk while nobody is kept from writing.

Under ``synchronous = FULL`` SQLite waits for the disk inside COMMIT, with every other writer behind it. Under NORMAL it
writes the log only, and has it confirmed before anything of it goes into the database (sqlite.org/wal.html). Frames
bear checksums and follow each other: whoever has the file confirmed after its commit was promised as much as by FULL,
for its own commit and for all before it.
"""

import os
import threading

from sqlalchemy import Engine

from service.errors import IndisponibleError
from service.storage.disque import confirmer_le_contenu as _confirmer


class Confirmation:
    """The commits of one process on one database, numbered; a connection must be open as long as this is.

    One confirmation of the disk is of every commit made before it: whoever comes while it lasts needs it no more.
    """

    def __init__(self, moteur: Engine) -> None:
        # SQLite follows links before it names the log.
        self._chemin = f"{os.path.realpath(moteur.url.database or '')}-wal"
        self._descripteur = -1
        self._commis = self._confirmes = self._perdus = 0
        self._verrou = threading.Lock()

    def numeroter(self) -> int:
        """The number of the commit just made; one thread at a time commits."""
        self._commis += 1
        return self._commis

    def confirmer(self, numero: int) -> None:
        """Return once that commit is durable. Raises IndisponibleError: nothing of it may be told.

        What the disk failed to confirm once is never taken for confirmed: the system tells such an error one time only.
        """
        with self._verrou:  # the file must not be closed, and its number not given to another one, meanwhile
            if numero <= self._perdus:
                raise IndisponibleError
            if numero <= self._confirmes:
                return
            dernier = self._commis
            try:
                if self._descripteur < 0:
                    self._descripteur = os.open(self._chemin, os.O_RDWR | os.O_CLOEXEC)
                _confirmer(self._descripteur)
            except OSError as erreur:
                self._perdus = dernier
                raise IndisponibleError from erreur
            self._confirmes = dernier

    def fermer(self) -> None:
        """Let the file go: the next connection may find another of that name."""
        with self._verrou:
            descripteur, self._descripteur = self._descripteur, -1
        if descripteur >= 0:
            os.close(descripteur)
