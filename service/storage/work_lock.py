"""One at a time, among all threads, processes and instances on a database: whoever does a work that has a name.

A lock of the kernel beside an SQLite file, a lock of the session on PostgreSQL: both are gone with the process that had
them, however it died, so that no clock tells whether it still works. Nobody waits: who comes second does not work.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, PoolProxiedConnection

from service.errors import IndisponibleError
from service.storage.database import indisponible, joignable

_PRENDRE = "SELECT pg_try_advisory_lock(hashtextextended(%(travail)s, 0))"
_RENDRE = "SELECT pg_advisory_unlock(hashtextextended(%(travail)s, 0))"


@contextmanager
def seul(moteur: Engine, travail: str) -> Iterator[bool]:
    """Hold the lock of a work while inside; False when somebody else does it. Raises IndisponibleError.

    On PostgreSQL a connection of the pool is held meanwhile, outside any transaction.
    """
    if moteur.dialect.name == "sqlite":
        with _seul_sur_sqlite(f"{os.path.realpath(moteur.url.database or '')}.{travail}.verrou") as obtenu:
            yield obtenu
    else:
        with _seul_sur_postgresql(moteur, f"esat:{travail}") as obtenu:
            yield obtenu


@contextmanager
def _seul_sur_sqlite(chemin: str) -> Iterator[bool]:
    try:
        descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as erreur:
        raise IndisponibleError from erreur
    try:
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
            obtenu = True
        except BlockingIOError:
            obtenu = False
        yield obtenu
    finally:
        os.close(descripteur)


@contextmanager
def _seul_sur_postgresql(moteur: Engine, travail: str) -> Iterator[bool]:
    with joignable():
        connexion = moteur.raw_connection()
    try:
        if not _demander(connexion, _PRENDRE, travail):
            yield False
            return
        try:
            yield True
        finally:
            _rendre(connexion, travail)
    finally:
        connexion.close()


def _rendre(connexion: PoolProxiedConnection, travail: str) -> None:
    """Give the lock back; a connection that cannot is thrown away, and the lock with it."""
    try:
        _demander(connexion, _RENDRE, travail)
    except IndisponibleError:
        connexion.invalidate()


def _demander(connexion: PoolProxiedConnection, requete: str, travail: str) -> bool:
    pilote = connexion.driver_connection
    assert pilote is not None
    try:
        ligne = pilote.execute(requete, {"travail": travail}).fetchone()
    except Exception as erreur:
        if not indisponible(erreur):
            raise
        raise IndisponibleError from erreur
    return bool(ligne[0])
