"""The one connection of a transaction: runs compiled statements, opens and ends the transaction.

Invariants: a session is used by one thread at a time; nothing runs outside a transaction; every error of an unreachable
database leaves as IndisponibleError, and its connection is then thrown away.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from service.errors import IndisponibleError
from service.storage.database import joignable
from service.storage.statements import Bulk, R, Statement

SEUIL_COPY = 20
"""From how many rows on COPY beats INSERT on PostgreSQL (measured)."""


class Session:
    """A transaction under way on one connection of `moteur`, begun by `debut` (a BEGIN statement)."""

    __slots__ = ("_connexion", "_dialecte", "_moteur", "_pilote")

    def __init__(self, moteur: Engine, debut: str) -> None:
        self._moteur = moteur
        self._dialecte = moteur.dialect
        with joignable():
            self._connexion: PoolProxiedConnection = moteur.raw_connection()
            self._pilote: Any = self._connexion.driver_connection
        try:
            self._driver(debut)
        except BaseException:
            self._connexion.close()
            raise

    def all(self, statement: Statement[R], valeurs: Mapping[str, Any] | None = None) -> list[R]:
        """Every row."""
        compiled = statement.compiled(self._dialecte)
        return statement.rows(compiled, self._driver(compiled.sql, compiled.parametres(valeurs or {})).fetchall())

    def first(self, statement: Statement[R], valeurs: Mapping[str, Any] | None = None) -> R | None:
        """The first row, None without one."""
        lignes = self.all(statement, valeurs)
        return lignes[0] if lignes else None

    def run(self, statement: Statement[Any], valeurs: Mapping[str, Any] | None = None) -> int:
        """The number of rows changed."""
        compiled = statement.compiled(self._dialecte)
        nombre: int = self._driver(compiled.sql, compiled.parametres(valeurs or {})).rowcount
        return nombre

    def bulk(self, bulk: Bulk, lignes: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows given in the order of the table's columns."""
        insertion, copie, conversions = bulk.compiled(self._dialecte)
        if conversions:
            lignes = [_converties(ligne, conversions) for ligne in lignes]
        with self._garde(), contextlib.closing(self._pilote.cursor()) as curseur:
            if self._dialecte.name == "postgresql" and len(lignes) >= SEUIL_COPY:
                with curseur.copy(copie) as copy:
                    for ligne in lignes:
                        copy.write_row(ligne)
            else:
                curseur.executemany(insertion, lignes)

    def begin(self, debut: str) -> None:
        """Open a new transaction after `commit`."""
        self._driver(debut)

    def commit(self) -> None:
        """Make the transaction durable."""
        self._driver("COMMIT")

    @contextlib.contextmanager
    def savepoint(self, nom: str) -> Iterator[None]:
        """What runs inside is undone when an exception leaves it; the transaction goes on."""
        self._driver(f"SAVEPOINT {nom}")
        try:
            yield
        except BaseException:
            self._driver(f"ROLLBACK TO SAVEPOINT {nom}")
            self._driver(f"RELEASE SAVEPOINT {nom}")
            raise
        self._driver(f"RELEASE SAVEPOINT {nom}")

    def close(self, annuler: bool) -> None:
        """Give the connection back, rolled back first when `annuler`; never raises for a dead connection."""
        try:
            if annuler:
                self._driver("ROLLBACK")
        except IndisponibleError:
            pass
        finally:
            self._connexion.close()

    def _driver(self, sql: str, valeurs: Mapping[str, Any] | None = None) -> Any:
        with self._garde():
            return self._pilote.execute(sql, valeurs or {})

    @contextlib.contextmanager
    def _garde(self) -> Iterator[None]:
        try:
            with joignable():
                yield
        except IndisponibleError:
            self._connexion.invalidate()
            raise


def _converties(ligne: tuple[Any, ...], conversions: Sequence[tuple[int, Any]]) -> tuple[Any, ...]:
    valeurs = list(ligne)
    for position, convertir in conversions:
        if valeurs[position] is not None:
            valeurs[position] = convertir(valeurs[position])
    return tuple(valeurs)
