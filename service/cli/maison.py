"""What the commands ask of the house: they know neither its settings' reader nor its wiring."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from service.usecases.dependencies import Dependencies


class Reglages(Protocol):
    """The settings that commands look at."""

    @property
    def environnement(self) -> str:
        """``demonstration``, ``essai`` or ``production``."""

    @property
    def donnees(self) -> Path:
        """Data directory."""

    @property
    def cles(self) -> Path:
        """Key directory."""

    @property
    def processus(self) -> int:
        """Worker processes."""


class Maison(Protocol):
    """The house; each part is built when it is first asked for, and may raise a `TeledeclarationError` then."""

    @property
    def settings(self) -> Reglages:
        """The settings. Raises ConfigurationError."""

    @property
    def dependencies(self) -> Dependencies:
        """The tools of the use cases, on a database that is up to date."""

    def base_neuve(self) -> AbstractContextManager[Dependencies]:
        """The tools of the use cases on an empty database, which is there for others when the block ends well."""

    def migrer(self) -> tuple[str | None, str]:
        """Bring the database up to date; return its version before and after."""

    def montrer(self) -> dict[str, str]:
        """The settings, secrets masked."""

    def servir(self, annoncer: Callable[[str], None]) -> None:
        """Serve until told to stop; `annoncer` is called with the address once the workers are started."""
