"""Files of a directory of keys: closed to others, written whole or not at all, by one process at a time."""

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.errors import ConfigurationError, IndisponibleError, Precision


@contextmanager
def seul_a_ecrire(dossier: Path) -> Iterator[None]:
    """Keep other processes from writing in the directory meanwhile.

    What the system refuses inside is told as IndisponibleError.
    """
    try:
        descripteur = os.open(dossier, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descripteur)
    except OSError:
        raise IndisponibleError("Le dossier des clés ne peut pas être écrit : droits ou place insuffisants.") from None


def ecrire(fichier: Path, contenu: bytes, remplacer: bool = False) -> None:
    """Write whole or not at all, readable by its owner only; an existing file only with `remplacer`, else OSError."""
    if fichier.exists() and not remplacer:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    provisoire = fichier.with_name(f".{fichier.name}.{secrets.token_hex(4)}")
    try:
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.write(contenu)
            sortie.flush()
            os.fsync(sortie.fileno())
        provisoire.replace(fichier)
    finally:
        provisoire.unlink(missing_ok=True)
    _sur_le_disque(fichier.parent)


def _sur_le_disque(dossier: Path) -> None:
    """Make the renaming itself durable."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


def exiger_ferme(chemins: Sequence[Path]) -> None:
    """Raise ConfigurationError naming every path that its group or others may read, write or enter."""
    problemes = [
        Precision(
            f"{chemin.name} : droits {stat.S_IMODE(mode):04o}, {'0700' if stat.S_ISDIR(mode) else '0600'} attendus."
        )
        for chemin in chemins
        if (mode := chemin.stat().st_mode) & 0o077
    ]
    if problemes:
        raise ConfigurationError("Les clés sont lisibles ou modifiables par d'autres que leur propriétaire.", problemes)


def exiger_presents(fichiers: Sequence[Path]) -> None:
    """Raise ConfigurationError naming every file that is missing."""
    problemes = [Precision(f"{fichier.name} manque.") for fichier in fichiers if not fichier.is_file()]
    if problemes:
        raise ConfigurationError("Il manque des fichiers au dossier des clés.", problemes)
