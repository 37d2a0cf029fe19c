"""The one connection by which a process writes on SQLite; units of work that wait for their turn share a commit.

Making a transaction durable costs a write that the disk must confirm, as long as several deposits take, and the log's
pages are the same for one deposit as for eight: so a unit that ends while others wait leaves its transaction open to
the next one, and each waits until the last of them has committed for all. The connection is kept because SQLite reads
the database anew in each connection that another one wrote after.

Invariants:

1. One unit of this process at a time is at work, from `entrer` to `valider` or `abandonner`; the file's lock keeps out
   other processes as long as the group's transaction is open.
2. A unit that follows another works under a savepoint: what it undoes is its own.
3. `valider` returns once the group is on the disk and raises where it is not. So does `abandonner`: a refusal may be
   founded on what an earlier unit of the group wrote. Inside `rassembler` neither waits: `attendre_tous` does, from
   whatever thread.
4. Whoever ends its work and finds nobody waiting commits the group. Each unit waits for the disk by itself, once others
   may write again; the first one there has it confirm all that was committed (`confirmation`). A unit that goes alone
   ends the group it finds.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, event

from service.errors import IndisponibleError
from service.storage.confirmation import Confirmation
from service.storage.database import joignable
from service.storage.write_lock import VerrouEcriture

DUREE_MAX_S = 0.05
"""Age at which a group takes nobody in any more: other processes wait meanwhile, and so does its first unit."""
PAGES_MAX = 100_000
"""Pages of the log, 400 MB, that a commit carries over into the database where nobody did (`report`)."""
_PATIENCE_S = 1.0
"""How long the end of a group is waited for before looking whether somebody still works at it."""


class Groupe:
    """Units that share a transaction: since when, and how it ended."""

    __slots__ = ("commit", "debut", "erreur", "fini")

    def __init__(self) -> None:
        self.debut = time.monotonic()
        self.erreur: BaseException | None = None
        self.commit = 0
        """Its number (`Confirmation`)."""
        self.fini = threading.Lock()
        self.fini.acquire()


class _Fil(threading.local):
    """What a thread inside `Ecrivain.rassembler` does instead of waiting."""

    attendre: Callable[[], None] | None = None
    quittes: list[Groupe] | None = None


class Ecrivain:
    """The writing connection of `moteur` and the turns of those who use it; one object a process and database.

    The connection is opened at the first use and closed with ``moteur.dispose()``. Whoever waits for its turn or for
    the disk does so inside `ceder()`: a server lets another request be worked on meanwhile.
    """

    def __init__(
        self,
        moteur: Engine,
        verrou: VerrouEcriture,
        ceder: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self._moteur = moteur
        self._verrou = verrou
        self._ceder = ceder
        self._disque = Confirmation(moteur)
        self._fil = _Fil()
        self._tour = threading.Lock()
        self._porteur = 0
        self._attendent: list[None] = []  # one element for each unit that would join a group: append and pop are atomic
        self._groupe: Groupe | None = None
        self._premiere = self._groupee = False
        self._connexion: PoolProxiedConnection | None = None
        self._pilote: Any = None
        event.listen(moteur, "engine_disposed", lambda _moteur: self.fermer())

    @property
    def au_travail(self) -> bool:
        """Whether this thread is in a unit that writes."""
        return self._porteur == threading.get_ident()

    def entrer(self, *, groupee: bool) -> Any:
        """Wait for our turn and return the driver's connection, in a transaction that others share when `groupee`.

        Raises IndisponibleError, and RuntimeError in the thread that is at work already: it would wait for itself.
        """
        if self.au_travail:
            raise RuntimeError("this thread is writing already")
        if groupee:
            self._attendent.append(None)
        try:
            if groupee and self._fil.attendre is not None:
                self._fil.attendre()
            if not self._tour.acquire(blocking=False):
                with self._ceder():
                    self._tour.acquire()
        finally:
            if groupee:
                self._attendent.pop()
        self._porteur = threading.get_ident()
        self._groupee = groupee
        try:
            self._commencer()
        except BaseException:
            self._rendre_le_tour()
            raise
        return self._pilote

    def valider(self) -> None:
        """End our work and return once it is durable. Raises IndisponibleError: nothing of it may be told."""
        try:
            groupe = self._groupe_ouvert()
            if not self._pilote.in_transaction:  # SQLite undoes everything by itself where the disk is full
                self._perdre(IndisponibleError())
                raise IndisponibleError
            if not self._premiere:
                self._executer("RELEASE unite")
            self._laisser_ou_finir(groupe)
        finally:
            self._rendre_le_tour()
        self._quitter(groupe)

    def abandonner(self) -> None:
        """Undo our work; what others of the group did stays, and is durable on return. Raises IndisponibleError."""
        try:
            groupe = self._groupe_ouvert()
            if self._premiere:
                self._perdre(None)
                return
            self._executer("ROLLBACK TO unite")
            self._executer("RELEASE unite")
            self._laisser_ou_finir(groupe)
        finally:
            self._rendre_le_tour()
        self._quitter(groupe)

    @contextlib.contextmanager
    def rassembler(self, attendre: Callable[[], None], quittes: list[Groupe]) -> Iterator[None]:
        """Inside, each grouped unit of this thread calls `attendre` before its turn, those at work waiting for it.

        None of them waits for the disk: the groups that they leave are noted in `quittes`, for `attendre_tous`.
        """
        self._fil.attendre, self._fil.quittes = attendre, quittes
        try:
            yield
        finally:
            self._fil.attendre = self._fil.quittes = None

    def attendre_tous(self, groupes: Iterable[Groupe]) -> None:
        """Return once these groups are durable. Raises IndisponibleError: nothing of them may be told."""
        for groupe in dict.fromkeys(groupes):
            self._attendre(groupe)

    def fermer(self) -> None:
        """Close the connection; whoever writes next opens another."""
        with self._tour:
            groupe = self._groupe
            if groupe is not None:
                self._finir()
                self._disque.confirmer(groupe.commit)
            self._jeter()

    def _commencer(self) -> None:
        if self._groupe is not None and not self._groupee:
            with contextlib.suppress(IndisponibleError):  # those who wait for it are told
                self._finir()
        self._premiere = self._groupe is None
        if self._groupe is not None:
            self._executer("SAVEPOINT unite")
            return
        self._verrou.__enter__()
        try:
            with joignable():
                self._connecter()
                self._pilote.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._jeter()
            self._verrou.__exit__(None, None, None)
            raise
        self._groupe = Groupe()

    def _groupe_ouvert(self) -> Groupe:
        if self._groupe is None:
            raise RuntimeError("no unit is at work")
        return self._groupe

    def _laisser_ou_finir(self, groupe: Groupe) -> None:
        """Leave the transaction to those who wait for their turn; without any, or when it lasted, commit it."""
        if not (self._groupee and self._attendent and time.monotonic() - groupe.debut < DUREE_MAX_S):
            self._finir()

    def _finir(self) -> None:
        """Commit and let others write; whoever was of the group waits for the disk on its own (`_attendre`)."""
        groupe = self._groupe_ouvert()
        self._executer("COMMIT")
        groupe.commit = self._disque.numeroter()
        self._groupe = None
        self._verrou.__exit__(None, None, None)
        groupe.fini.release()

    def _executer(self, sql: str) -> None:
        """Run a statement without which the group cannot go on. Raises IndisponibleError; the group is then lost."""
        try:
            self._pilote.execute(sql)
        except BaseException as erreur:
            self._perdre(erreur)
            raise IndisponibleError from erreur

    def _perdre(self, erreur: BaseException | None) -> None:
        """End the group without its work; `erreur` is why, None where only its first unit undid its own."""
        try:
            self._pilote.execute("ROLLBACK")
        except Exception:
            self._jeter()
        finally:
            groupe = self._groupe_ouvert()
            self._groupe = None
            groupe.erreur = erreur
            self._verrou.__exit__(None, None, None)
            groupe.fini.release()

    def _quitter(self, groupe: Groupe) -> None:
        """Wait for the disk, or leave it to whoever ends what this thread serves together."""
        if self._fil.quittes is None:
            self._attendre(groupe)
        else:
            self._fil.quittes.append(groupe)

    def _attendre(self, groupe: Groupe) -> None:
        """Return once the group is durable."""
        with self._ceder():
            while not groupe.fini.acquire(timeout=_PATIENCE_S):
                with self._tour:  # whoever was to follow may have been stopped before its turn came
                    if self._groupe is groupe:
                        self._finir()
            groupe.fini.release()
            if groupe.erreur is not None:
                raise IndisponibleError from groupe.erreur
            self._disque.confirmer(groupe.commit)

    def _rendre_le_tour(self) -> None:
        self._porteur = 0
        self._tour.release()

    def _connecter(self) -> None:
        if self._connexion is None:
            connexion = self._moteur.raw_connection()
            self._pilote = connexion.driver_connection
            connexion.detach()  # its place in the pool is another's
            # Changed pages stay until the commit, whatever the cache: those of a large deposit were written twice.
            self._pilote.execute("PRAGMA cache_spill = OFF")
            self._pilote.execute("PRAGMA synchronous = NORMAL")  # the disk is waited for in `_attendre`
            self._pilote.execute(f"PRAGMA wal_autocheckpoint = {PAGES_MAX}")
            self._connexion = connexion

    def _jeter(self) -> None:
        self._disque.fermer()
        connexion, self._connexion, self._pilote = self._connexion, None, None
        if connexion is not None:
            connexion.close()
