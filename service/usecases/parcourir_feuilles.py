"""The entries of the log and their leaves side by side, in the order of ids, a page a transaction."""

from collections import deque
from collections.abc import Iterator, Sequence

from service.domain.controle_journal import Scellee
from service.storage.sceaux import EntreeScellable, Feuille
from service.storage.unit_of_work import FabriqueUnites

PAGE = 2000
"""Rows read at a time."""
_TOUT_DEBUT = -(2**62)
"""Below every id: what somebody slips in before the first entry is met too."""


class Parcours:
    """A walk that starts after an id (None: at the very beginning) and goes as far as it is asked to.

    `horizon` is how far it may read ahead: what comes after may still change.
    """

    def __init__(self, unites: FabriqueUnites, apres: int | None) -> None:
        self._unites = unites
        self._apres = _TOUT_DEBUT if apres is None else apres
        self._lues: deque[Scellee] = deque()
        self.horizon = 0
        self.pages = 0
        """How many were read: what was looked up before the last one may be older than it."""

    def jusque(self, entree: int) -> Iterator[Scellee]:
        """The rows that follow, up to that id."""
        while True:
            while self._lues and self._lues[0].id <= entree:
                yield self._lues.popleft()
            if self._lues or self._apres >= entree:
                return
            self._lire(max(self.horizon, entree))

    def _lire(self, jusque: int) -> None:
        with self._unites.lecture() as unite:
            feuilles = unite.sceaux.feuilles(self._apres, jusque, PAGE)
            entrees = unite.sceaux.entrees(self._apres, jusque, PAGE)
        self.pages += 1
        fins = [page[-1][0] for page in (feuilles, entrees) if len(page) == PAGE]
        self._apres = min([jusque, *fins])
        self._lues.extend(_reunir(feuilles, entrees, self._apres))


def _reunir(feuilles: Sequence[Feuille], entrees: Sequence[EntreeScellable], fin: int) -> list[Scellee]:
    """Leaves and entries of the same id together, up to an id that both lists reach."""
    par_id = {feuille.journal_id: Scellee(*feuille, None) for feuille in feuilles if feuille.journal_id <= fin}
    for numero, entree in entrees:
        if numero <= fin:
            sans = par_id.get(numero) or Scellee(numero, None, None, None)
            par_id[numero] = sans._replace(entree=entree)
    return [par_id[rang] for rang in sorted(par_id)]
