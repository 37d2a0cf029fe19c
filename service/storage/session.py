"""The one connection of a transaction: runs compiled statements, opens and ends the transaction.

Invariants: a session is used by one thread at a time; nothing runs outside a transaction; every error of an unreachable
database leaves as IndisponibleError; a connection whose transaction cannot be ended is thrown away.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sqlalchemy import Engine, PoolProxiedConnection

from service.errors import IndisponibleError, TropLongError
from service.storage.bulk import Bulk
from service.storage.database import indisponible, interrompue, joignable
from service.storage.ecrivain import Ecrivain
from service.storage.lecteurs import Lecteurs
from service.storage.statements import R, Statement

_INSTRUCTIONS = 20_000
"""Of SQLite's machine between two looks at the clock: about a millisecond."""
_DANS_L_ORDRE = ("enable_seqscan = off", "enable_bitmapscan = off", "jit = off")
_SANS_LES_PAGES = ("random_page_cost = 0", "seq_page_cost = 0", "max_parallel_workers_per_gather = 0")
_AUCUNE: Mapping[str, Any] = {}


class Session:
    """A transaction under way on one connection of `moteur`; one that `lit` only reads.

    It is begun by the statement `debut`, or by `ecrivain` on the connection that it keeps. Without either, each
    statement is a transaction of its own.
    That a reader writes nothing is held here and not by ``PRAGMA query_only``, after which SQLite compiles every
    statement of the connection anew: it was a third of a small deposit.
    """

    __slots__ = (
        "_connexion",
        "_dialecte",
        "_ecrivain",
        "_executer",
        "_fin",
        "_lecteurs",
        "_lit",
        "_ouverte",
        "_pilote",
    )

    def __init__(
        self,
        moteur: Engine,
        debut: str | None,
        *,
        lit: bool,
        ecrivain: Ecrivain | None = None,
        lecteurs: Lecteurs | None = None,
        groupee: bool = False,
    ) -> None:
        """`groupee`: the commit may be that of several units. Raises IndisponibleError."""
        self._lit = lit
        self._lecteurs = lecteurs
        self._fin: float | None = None
        self._dialecte = moteur.dialect
        self._ecrivain = ecrivain
        if ecrivain is not None:
            self._pilote: Any = ecrivain.entrer(groupee=groupee)
            self._executer: Any = self._pilote.execute
            return
        self._connexion = _du_pool(moteur) if lecteurs is None else lecteurs.prendre()
        self._pilote = self._connexion.dbapi_connection
        self._executer = self._pilote.execute
        self._ouverte = debut is not None
        if debut is not None:
            try:
                self._driver(debut)
            except BaseException:
                self._rendre()
                raise

    @property
    def seule_a_ecrire(self) -> bool:
        """Whether no other transaction of the database writes meanwhile (SQLite)."""
        return self._dialecte.name == "sqlite"

    @property
    def a_des_statistiques(self) -> bool:
        """Whether the database keeps statistics and plans by them (PostgreSQL)."""
        return self._dialecte.name == "postgresql"

    def all(self, statement: Statement[R], valeurs: Mapping[str, Any] = _AUCUNE) -> list[R]:
        """Every row."""
        if statement.ecrit:
            self._exiger_ecriture()
        compiled = statement.compiled(self._dialecte)
        try:
            lues = self._executer(compiled.sql, compiled.parametres(valeurs)).fetchall()
        except Exception as erreur:
            _refuser(erreur)
        return statement.rows(compiled, lues)

    def first(self, statement: Statement[R], valeurs: Mapping[str, Any] = _AUCUNE) -> R | None:
        """The first row, None without one."""
        lignes = self.all(statement, valeurs)
        return lignes[0] if lignes else None

    def run(self, statement: Statement[Any], valeurs: Mapping[str, Any] = _AUCUNE) -> int:
        """The number of rows changed."""
        self._exiger_ecriture()
        compiled = statement.compiled(self._dialecte)
        nombre: int = self._driver(compiled.sql, compiled.parametres(valeurs)).rowcount
        return nombre

    def bulk(self, bulk: Bulk, colonnes: Mapping[str, Sequence[Any]]) -> None:
        """Insert rows given as columns by name, none of them empty; nothing where there is no column."""
        self._exiger_ecriture()
        if not colonnes:
            return
        try:
            bulk.inserer(self._pilote, self._dialecte, colonnes)
        except Exception as erreur:
            _refuser(erreur)

    def limiter(self, secondes: float) -> None:
        """Stop what this transaction still does when that long has passed: it then raises TropLongError.

        On PostgreSQL each statement is given as much.
        """
        fin = self._fin = time.monotonic() + secondes
        if self.seule_a_ecrire:
            self._pilote.set_progress_handler(lambda: time.monotonic() > fin, _INSTRUCTIONS)
        else:
            self._driver(f"SET LOCAL statement_timeout = {max(int(secondes * 1000), 1)}")

    def suivre_les_index(self, *, sans_les_pages: bool = True) -> None:
        """Have PostgreSQL, for the rest of this transaction, read in order out of the index that a statement names.

        A search of the log asks for the newest entries of a range of one index: read so, it costs what it shows. Each
        other way (all rows, a bitmap) reads the whole range first, and looks cheaper where the range is taken
        for a short one; what they are said to cost when forbidden would also set off the compiler (``jit``).

        `sans_les_pages`: pages are said to cost nothing, so that the index with the fewest entries wins. Else
        that of the instants did, whose rows lie side by side, with all the log to be read for a pair of values that no
        entry has. A common name, which is best looked for in the rows themselves, is asked without.
        """
        if not self.seule_a_ecrire:
            reglages = (*_DANS_L_ORDRE, *_SANS_LES_PAGES) if sans_les_pages else _DANS_L_ORDRE
            self._driver("; ".join(f"SET LOCAL {reglage}" for reglage in reglages))

    def exiger_du_temps(self) -> None:
        """Raise TropLongError when the time that `limiter` gave has passed."""
        if self._fin is not None and time.monotonic() > self._fin:
            raise TropLongError

    def commit(self) -> None:
        """Return once the transaction is durable; nothing more can be run. Raises IndisponibleError."""
        if self._executer is _apres_la_fin:
            _apres_la_fin()
        if self._ecrivain is not None:
            self._executer, self._pilote = _apres_la_fin, None
            self._ecrivain.valider()
            return
        self._driver("COMMIT")
        self._executer, self._ouverte = _apres_la_fin, False

    def close(self) -> None:
        """Give the connection back, rolled back first unless `commit` was; one that cannot be is thrown away."""
        if self._ecrivain is not None:
            if self._executer is not _apres_la_fin:
                self._executer, self._pilote = _apres_la_fin, None
                self._ecrivain.abandonner()
            return
        self._rendre()

    def _rendre(self) -> None:
        try:
            if self._fin is not None and self.seule_a_ecrire:
                self._pilote.set_progress_handler(None, 0)
            if self._ouverte:
                self._executer("ROLLBACK")
        except Exception:
            self._connexion.invalidate()
            self._lecteurs = None
        finally:
            self._executer, self._pilote = _apres_la_fin, None
            if self._lecteurs is None:
                self._connexion.close()
            else:
                self._lecteurs.rendre(self._connexion)

    def _exiger_ecriture(self) -> None:
        if self._executer is _apres_la_fin:
            _apres_la_fin()
        if self._lit:
            raise RuntimeError("this unit of work is read-only")

    def _driver(self, sql: str, valeurs: Mapping[str, Any] = _AUCUNE) -> Any:
        try:
            return self._executer(sql, valeurs)
        except Exception as erreur:
            _refuser(erreur)


class SessionCommune(Session):
    """A transaction that several units read in, one after the other; none of them ends it."""

    __slots__ = ()

    def close(self) -> None:
        """Leave it to the next unit."""

    def terminer(self) -> None:
        """End it and give the connection back."""
        self._rendre()


def _refuser(erreur: Exception) -> NoReturn:
    """IndisponibleError in place of an error which says that the database cannot be had."""
    if interrompue(erreur):
        raise TropLongError from erreur
    if not indisponible(erreur):
        raise erreur
    raise IndisponibleError from erreur


def _du_pool(moteur: Engine) -> PoolProxiedConnection:
    with joignable():
        return moteur.raw_connection()


def _apres_la_fin(*_: object) -> NoReturn:
    raise RuntimeError("the unit of work is over")
