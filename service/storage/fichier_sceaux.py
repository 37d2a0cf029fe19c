"""The heads of the seals in a file outside the database, one JSON line each: what a cut database cannot undo.

Invariants: lines are only ever appended, by one process at a time, and are on the disk before anything else is done; a
line without its end is the trace of a crash, read by nobody and written over by the next one. The lock is a file of its
own beside it; the kernel drops it with its process.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from service.errors import IndisponibleError

_MORCEAU = 64 * 1024


class FichierSceaux:
    """The file; one that does not exist yet reads as an empty one.

    Every method raises IndisponibleError where the system refuses.
    """

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin

    @contextmanager
    def seul(self, *, attendre: bool = False) -> Iterator[bool]:
        """Whether nobody else holds the file, which nobody else can then hold inside; `attendre` waits for it."""
        with self._refus():
            verrou = os.open(f"{self.chemin}.verrou", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield _prendre(verrou, attendre)
        finally:
            os.close(verrou)

    def exiger_accessible(self) -> None:
        """Make sure that lines can be appended."""
        with self._refus():
            os.close(self._ouvrir())

    def derniere(self) -> str | None:
        """The last whole line; None for a file without one."""
        with self._refus():
            if not self.chemin.exists():
                return None
            with self.chemin.open("rb") as fichier:
                fin = _fin_entiere(fichier.fileno())
                if fin == 0:
                    return None
                debut = _apres_la_ligne(fichier.fileno(), fin - 1)
                return _texte(os.pread(fichier.fileno(), fin - 1 - debut, debut))

    def lignes(self) -> Iterator[str]:
        """Every whole line, in order, read as they are consumed."""
        with self._refus():
            if not self.chemin.exists():
                return
            with self.chemin.open("rb") as fichier:
                for ligne in fichier:
                    if ligne.endswith(b"\n"):
                        yield _texte(ligne[:-1])

    def ajouter(self, lignes: Sequence[str]) -> None:
        """Append lines after the last whole one, on the disk when this returns. The caller holds the file."""
        with self._refus():
            descripteur = self._ouvrir()
            try:
                os.ftruncate(descripteur, _fin_entiere(descripteur))
                _ecrire(descripteur, "".join(f"{ligne}\n" for ligne in lignes).encode())
                os.fsync(descripteur)
            finally:
                os.close(descripteur)

    def a_cote(self, instant: datetime) -> Path:
        """A name that is free, where the file may be set aside at that instant."""
        nom = f"{self.chemin.name}.{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        candidats = (self.chemin.with_name(nom if not rang else f"{nom}-{rang}") for rang in count())
        return next(candidat for candidat in candidats if not candidat.exists())

    def mettre_de_cote(self, ailleurs: Path) -> None:
        """Rename the file, so that another one begins. The caller holds it."""
        with self._refus():
            if self.chemin.exists():
                self.chemin.rename(ailleurs)
                _sur_le_disque(self.chemin.parent)

    def _ouvrir(self) -> int:
        nouveau = not self.chemin.exists()
        descripteur = os.open(self.chemin, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if nouveau:
            _sur_le_disque(self.chemin.parent)
        return descripteur

    @contextmanager
    def _refus(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            raise IndisponibleError(
                f"Le fichier des sceaux {self.chemin} ne peut pas être lu ou écrit : dossier absent, droits ou place "
                "insuffisants (ESAT_SCEAUX)."
            ) from None


def _prendre(verrou: int, attendre: bool) -> bool:
    try:
        fcntl.flock(verrou, fcntl.LOCK_EX if attendre else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fin_entiere(descripteur: int) -> int:
    """Where the last whole line ends."""
    return _apres_la_ligne(descripteur, os.fstat(descripteur).st_size)


def _apres_la_ligne(descripteur: int, avant: int) -> int:
    """The place after the last end of line before `avant`; 0 without one."""
    while avant > 0:
        debut = max(0, avant - _MORCEAU)
        trouve = os.pread(descripteur, avant - debut, debut).rfind(b"\n")
        if trouve >= 0:
            return debut + trouve + 1
        avant = debut
    return 0


def _texte(ligne: bytes) -> str:
    """A line as text; what is no UTF-8 is no line of ours, and shows as such."""
    return ligne.decode("utf-8", "replace")


def _ecrire(descripteur: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(descripteur, octets) :]


def _sur_le_disque(dossier: Path) -> None:
    """Make a new or renamed file itself durable."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
