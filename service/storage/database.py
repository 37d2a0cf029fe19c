"""Engines, probes, and what counts as a database that cannot be had.

Invariants: drivers are in autocommit and only `session` opens and ends transactions, so the pool has none to reset;
PostgreSQL sessions are in UTC; SQLite files are in WAL mode, every commit reaching the disk (synchronous FULL, save for
the writer of a process, which has it confirmed by itself: `confirmation`), foreign keys enforced.
An engine must not cross a fork: each process makes its own.
"""

import contextlib
import select
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.errors import IndisponibleError

ATTENTE_SQLITE_MS = 10_000
"""How long SQLite waits for a lock held by a program that ignores our lock file."""
ATTENTE_CONNEXION_S = 5
"""How long a server's answer, or by default a place in the pool, is waited for."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {ATTENTE_SQLITE_MS}",
    "PRAGMA temp_store = MEMORY",
    # 1 MB a connection: with 32, the pages that a process kept were a third of its memory, and no message the faster.
    "PRAGMA cache_size = -1000",
    # A checkpoint every 16 MB of log: fewer commits pay for one. A service leaves it to others (`report`).
    "PRAGMA wal_autocheckpoint = 4000",
)
_REGLAGES_POSTGRESQL = (
    "timezone=UTC",
    "default_transaction_isolation=read\\ committed",
    # Nobody waits behind a stuck process for ever, and what a stuck process holds is given back.
    "lock_timeout=10s",
    "idle_in_transaction_session_timeout=60s",
)
_CODES_SQLITE_INDISPONIBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
    }
)


def creer_moteur(url: str | URL, connexions: int = 5, attente_s: float = ATTENTE_CONNEXION_S) -> Engine:
    """An engine for `url`, an SQLite file or a PostgreSQL database; nothing is opened before the first use.

    `connexions` bounds the pool, where a place is waited for `attente_s` seconds. Raises ValueError for another kind of
    database or an SQLite without a file.
    """
    adresse = make_url(url)
    if adresse.get_backend_name() == "sqlite":
        return _moteur_sqlite(adresse, connexions, attente_s)
    if adresse.get_backend_name() == "postgresql":
        return _moteur_postgresql(adresse, connexions, attente_s)
    raise ValueError("base inconnue : sqlite:///FICHIER ou postgresql://… est attendu")


def _moteur_sqlite(adresse: URL, connexions: int, attente_s: float) -> Engine:
    if adresse.database in (None, "", ":memory:"):
        raise ValueError("SQLite demande un fichier : sqlite:///FICHIER")
    moteur = create_engine(
        adresse.set(drivername="sqlite+pysqlite"),
        paramstyle="named",
        pool_size=connexions,
        max_overflow=0,
        pool_timeout=attente_s,
        pool_reset_on_return=None,
        connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 256},
    )

    @event.listens_for(moteur, "connect")
    def regler(connexion: sqlite3.Connection, _fiche: object) -> None:
        for pragma in _PRAGMAS:
            connexion.execute(pragma)

    return moteur


def _moteur_postgresql(adresse: URL, connexions: int, attente_s: float) -> Engine:
    moteur = create_engine(
        adresse.set(drivername="postgresql+psycopg"),
        pool_size=connexions,
        max_overflow=0,
        pool_timeout=attente_s,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": ATTENTE_CONNEXION_S,
            "options": " ".join(f"-c {reglage}" for reglage in _REGLAGES_POSTGRESQL),
            # A server that vanished without a word is noticed within a minute.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "application_name": "teledeclaration-esat",
        },
    )

    @event.listens_for(moteur, "checkout")
    def ecarter_les_mortes(connexion: psycopg.Connection[Any], _fiche: object, _mandataire: object) -> None:
        """An idle connection with something to read was closed by the server: seen without a round trip."""
        if connexion.closed or select.select([connexion.fileno()], [], [], 0)[0]:
            raise DisconnectionError

    return moteur


def indisponible(erreur: BaseException) -> bool:
    """Whether a driver's or SQLAlchemy's error means that the database cannot be had, rather than a defect of ours."""
    if isinstance(erreur, PoolTimeoutError):
        return True
    cause = erreur.orig if isinstance(erreur, DBAPIError) else erreur
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _CODES_SQLITE_INDISPONIBLE
    return isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError))


def interrompue(erreur: BaseException) -> bool:
    """Whether a statement was stopped because it took too long."""
    if isinstance(erreur, sqlite3.OperationalError):
        return getattr(erreur, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
    return isinstance(erreur, psycopg.errors.QueryCanceled)


@contextlib.contextmanager
def joignable() -> Iterator[None]:
    """Inside, an unreachable database raises IndisponibleError; other errors pass unchanged."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error, DBAPIError, PoolTimeoutError) as erreur:
        if indisponible(erreur):
            raise IndisponibleError from erreur
        raise


def verifier(moteur: Engine) -> None:
    """One round trip to the database, for probes. Raises IndisponibleError."""
    sqlite = moteur.dialect.name == "sqlite"
    with joignable(), moteur.connect() as connexion:
        # On SQLite this reads the file, where SELECT 1 would not.
        connexion.exec_driver_sql("SELECT count(*) FROM sqlite_master" if sqlite else "SELECT 1")
