"""Messages served together by one thread: step by step, reading one state of the database, writing in one transaction.

A message alone opens two states of the database and one transaction; SQLite reads its pages anew for each state that
another process wrote after, and writes a page again for each transaction that changes it. And each step of a message
finds the processor's caches full of the step before: four messages that take each step one after the other cost a third
less than four that take all steps one after the other, sixteen half.

Invariants:

1. A work runs to its next `Ensembles.etape`, and goes on once all others came to theirs or would write.
2. A work that would write (`Ecrivain.entrer`, in a group) is put aside; whoever writes alone does not wait. Those that
   are put aside write one after the other, in the order they came, each to its end or to its next step. No step waits
   inside a unit that writes.
3. What is read until then is the state at the first reading; whoever reads later opens one of its own.
4. Nothing of what an ensemble did may be told before `Ensembles.confirmer` returned: it is not on the disk yet.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from itertools import chain
from typing import Any

from greenlet import getcurrent, greenlet

from service.storage.ecrivain import Ecrivain, Groupe
from service.storage.session import SessionCommune

_OUVRIERS_MAX = 32
"""Greenlets that a thread keeps; a new one asks the system for its stack, which costs a small message 2 %."""


class _Sort(Enum):
    """Why a greenlet switched back."""

    ETAPE = 1
    ECRITURE = 2
    FINI = 3


def _enchainer(travail: Callable[[], None]) -> None:
    """What a greenlet does: one work after the other, each given when it is switched to."""
    while True:
        travail()
        travail = _revenir(_Sort.FINI)


def _revenir(sort: _Sort) -> Any:
    """Go back to the greenlet that switched to this one."""
    boucle = getcurrent().parent
    assert boucle is not None
    return boucle.switch(sort)


class Ensemble:
    """The works of one thread, each in a greenlet: it goes on where it was put aside, without a thread of its own."""

    def __init__(self, ecrivain: Ecrivain, ouvrir: Callable[[], SessionCommune], ouvriers: list[greenlet]) -> None:
        """`ouvrir` gives the session that reads; `ouvriers` are greenlets of this thread that have nothing to do."""
        self.quittes: list[Groupe] = []
        self._ecrivain, self._ouvrir, self._ouvriers = ecrivain, ouvrir, ouvriers
        self._rassemble = True
        self._en_marche: list[greenlet] = []
        self._ecriront: list[greenlet] = []
        self._erreurs: list[BaseException] = []
        self._lue: SessionCommune | None = None

    def faire(self, travail: Callable[[], None]) -> None:
        """Begin a work; what it raises is raised when the ensemble is left."""
        self._passer(self._ouvriers.pop() if self._ouvriers else greenlet(_enchainer), travail)

    @property
    def lecteur(self) -> Callable[[], SessionCommune] | None:
        """What gives the session on the common state, as long as there is one. Raises IndisponibleError."""
        return self._lire if self._rassemble else None

    def etape(self) -> None:
        """Let the others come as far."""
        if not self._ecrivain.au_travail:
            _revenir(_Sort.ETAPE)

    def attendre(self) -> None:
        """Put the work that calls aside until all others would write, or are done; return at once when they are."""
        if self._rassemble:
            _revenir(_Sort.ECRITURE)

    def finir(self) -> None:
        """Take all works to their end, whatever becomes of one; raises what the first one to fail did."""
        self._avancer()
        self._rassemble = False
        if self._lue is not None:
            self._lue.terminer()
        for ouvrier in self._ecriront:
            self._passer(ouvrier)
        self._avancer()
        if self._erreurs:
            raise self._erreurs[0]

    def _lire(self) -> SessionCommune:
        if self._lue is None:
            self._lue = self._ouvrir()
        return self._lue

    def _avancer(self) -> None:
        while self._en_marche:
            en_marche, self._en_marche = self._en_marche, []
            for ouvrier in en_marche:
                self._passer(ouvrier)

    def _passer(self, ouvrier: greenlet, *travail: Callable[[], None]) -> None:
        try:
            sort = ouvrier.switch(*travail)
        except BaseException as erreur:
            self._erreurs.append(erreur)
            return
        if sort is _Sort.ETAPE:
            self._en_marche.append(ouvrier)
        elif sort is _Sort.ECRITURE:
            self._ecriront.append(ouvrier)
        elif len(self._ouvriers) < _OUVRIERS_MAX:
            self._ouvriers.append(ouvrier)


class _Fil(threading.local):
    def __init__(self) -> None:
        self.ensemble: Ensemble | None = None
        self.ouvriers: list[greenlet] = []


class Ensembles:
    """Makes the ensembles of one writer, one at a time in a thread, and has them confirmed."""

    def __init__(self, ecrivain: Ecrivain, ouvrir: Callable[[], SessionCommune]) -> None:
        self._ecrivain, self._ouvrir = ecrivain, ouvrir
        self._fil = _Fil()

    @property
    def lecteur(self) -> Callable[[], SessionCommune] | None:
        """What gives the session that this thread's works read in together, while they do."""
        return None if self._fil.ensemble is None else self._fil.ensemble.lecteur

    def etape(self) -> None:
        """Let the other works of this thread's ensemble come as far; nothing where there is none."""
        if self._fil.ensemble is not None:
            self._fil.ensemble.etape()

    @contextmanager
    def ouvrir(self) -> Iterator[Ensemble]:
        """An ensemble of this thread; leaving it takes its works to their end, and does not wait for the disk."""
        ensemble = self._fil.ensemble = Ensemble(self._ecrivain, self._ouvrir, self._fil.ouvriers)
        with self._ecrivain.rassembler(ensemble.attendre, ensemble.quittes):
            try:
                yield ensemble
            finally:
                try:
                    ensemble.finir()
                finally:
                    self._fil.ensemble = None

    def confirmer(self, ensembles: Iterable[Ensemble]) -> None:
        """Return once all that they wrote is durable, from any thread. Raises IndisponibleError."""
        self._ecrivain.attendre_tous(chain.from_iterable(ensemble.quittes for ensemble in ensembles))
