"""Ensembles that are none: works done one after the other, and a disk that confirms when it is told to."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Ensembles:
    """Messages served together, and a disk that confirms them when `confirmer` returns."""

    def __init__(self, confirmer: Callable[[], object] = lambda: None) -> None:
        self.servies: list[int] = []
        self.confirmees: list[int] = []
        self.defaut: BaseException | None = None
        """What the next one raises when it is left."""
        self._confirmer = confirmer

    @contextmanager
    def ouvrir(self) -> Iterator["Ensembles"]:
        """One more."""
        self._travaux: list[Callable[[], None]] = []
        yield self
        self.servies.append(len(self._travaux))
        for travail in self._travaux:
            travail()
        if self.defaut is not None:
            defaut, self.defaut = self.defaut, None
            raise defaut

    def faire(self, travail: Callable[[], None]) -> None:
        """Do it when the ensemble is left."""
        self._travaux.append(travail)

    def confirmer(self, ensembles: Sequence[object]) -> None:
        """Have the disk confirm them."""
        self._confirmer()
        self.confirmees.append(len(ensembles))
