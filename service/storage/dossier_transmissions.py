"""The directory where files for the back office are put, and taken from by whoever carries them there.

Invariants: a file is there whole or not at all; its checksum comes after it, in a file beside it that ``sha256sum
--check`` reads, so that whoever waits for the checksum finds both; both are readable by their owner only; names hold no
personal data. Whoever writes is alone (`FabriqueUnites.seul`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import IndisponibleError
from service.storage.disque import PROVISOIRE, poser

SUFFIXE_EMPREINTE = ".sha256"
"""Added to the name of a file for that of its checksum."""


class DossierTransmissions:
    """The directory; made when the first file is written. Every method raises IndisponibleError."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin

    def ecrire(self, nom: str, empreinte: str, morceaux: Iterable[bytes]) -> None:
        """Put a file and its checksum in place, durable when this returns."""
        with self._refus():
            self.chemin.mkdir(mode=0o700, parents=True, exist_ok=True)
            poser(self.chemin / nom, morceaux)
            poser(self.chemin / f"{nom}{SUFFIXE_EMPREINTE}", [f"{empreinte}  {nom}\n".encode()])

    def balayer(self) -> None:
        """Remove what a killed process left unfinished."""
        with self._refus():
            for reste in self.chemin.glob(f"{PROVISOIRE}transmission-*"):
                reste.unlink(missing_ok=True)

    @contextmanager
    def _refus(self) -> Iterator[None]:
        try:
            yield
        except OSError as erreur:
            raise IndisponibleError(
                "Le dossier des transmissions (ESAT_TRANSMISSIONS) ne peut pas être lu ou écrit : "
                "droits ou place insuffisants."
            ) from erreur
