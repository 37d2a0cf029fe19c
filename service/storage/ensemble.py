"""Messages that one thread serves together: they read one state of the database, then write in one transaction.

A message alone opens two states of the database and one transaction; SQLite reads its pages anew for each state that
another process wrote after, and writes a page again for each transaction that changes it.

Invariants:

1. A work runs until it would write (`Ecrivain.entrer`, in a group), and is put aside there; whoever writes alone does
   not wait. Those that are put aside write one after the other once the ensemble is left, in the order they came.
2. What is read until then is the state at the first reading; whoever reads later opens one of its own.
3. Nothing of what an ensemble did may be told before `Ensembles.confirmer` returned: it is not on the disk yet.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain

from greenlet import getcurrent, greenlet

from service.storage.ecrivain import Ecrivain, Groupe
from service.storage.session import SessionCommune

_OUVRIERS_MAX = 16
"""Greenlets that a thread keeps; a new one asks the system for its stack, which costs a small message 2 %."""
_FINI = object()


def _enchainer(travail: Callable[[], None]) -> None:
    """What a greenlet does: one work after the other, each given when it is switched to."""
    while True:
        travail()
        travail = _boucle().switch(_FINI)


def _boucle() -> greenlet:
    """The greenlet that switched to this one."""
    boucle = getcurrent().parent
    assert boucle is not None
    return boucle


class Ensemble:
    """The works of one thread, each in a greenlet: it goes on where it was put aside, without a thread of its own."""

    def __init__(self, ouvrir: Callable[[], SessionCommune], ouvriers: list[greenlet]) -> None:
        """`ouvrir` gives the session that reads; `ouvriers` are greenlets of this thread that have nothing to do."""
        self.quittes: list[Groupe] = []
        self._ouvrir, self._ouvriers = ouvrir, ouvriers
        self._rassemble = True
        self._de_cote: list[greenlet] = []
        self._lue: SessionCommune | None = None

    def faire(self, travail: Callable[[], None]) -> None:
        """Run a work until it ends or would write; what it raises is raised here, or when the ensemble is left."""
        ouvrier = self._ouvriers.pop() if self._ouvriers else greenlet(_enchainer)
        if ouvrier.switch(travail) is _FINI:
            self._liberer(ouvrier)
        else:
            self._de_cote.append(ouvrier)

    def lire(self) -> SessionCommune:
        """The session on the common state, opened at the first call. Raises IndisponibleError."""
        if self._lue is None:
            self._lue = self._ouvrir()
        return self._lue

    def attendre(self) -> None:
        """Put the work that calls aside until all others have come as far; return at once when they have."""
        if self._rassemble:
            _boucle().switch()

    def fermer_la_lecture(self) -> None:
        """End the common state; whoever reads from now on opens one of its own."""
        self._rassemble = False
        if self._lue is not None:
            self._lue.terminer()

    def finir(self) -> None:
        """Let the works that were put aside write, all of them, whatever becomes of one."""
        with ExitStack() as suite:
            for ouvrier in reversed(self._de_cote):
                suite.callback(self._reprendre, ouvrier)

    def _reprendre(self, ouvrier: greenlet) -> None:
        ouvrier.switch()
        self._liberer(ouvrier)

    def _liberer(self, ouvrier: greenlet) -> None:
        if len(self._ouvriers) < _OUVRIERS_MAX:
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
        """What opens a reading of this thread while an ensemble of it reads."""
        return None if self._fil.ensemble is None else self._fil.ensemble.lire

    @contextmanager
    def ouvrir(self) -> Iterator[Ensemble]:
        """An ensemble of this thread; leaving it writes, and does not wait for the disk."""
        ensemble = self._fil.ensemble = Ensemble(self._ouvrir, self._fil.ouvriers)
        with self._ecrivain.rassembler(ensemble.attendre, ensemble.quittes):
            try:
                yield ensemble
            finally:
                self._fil.ensemble = None
                ensemble.fermer_la_lecture()
                ensemble.finir()

    def confirmer(self, ensembles: Iterable[Ensemble]) -> None:
        """Return once all that they wrote is durable, from any thread. Raises IndisponibleError."""
        self._ecrivain.attendre_tous(chain.from_iterable(ensemble.quittes for ensemble in ensembles))
