"""Files that are on the disk when it is said so, whole or not at all."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

confirmer_le_contenu = getattr(os, "fdatasync", os.fsync)
"""Return once what was written to a descriptor is on the disk; not every system tells contents from dates."""
PROVISOIRE = "."
"""First character of the name of a file that is not whole yet."""


def poser(fichier: Path, morceaux: Iterable[bytes]) -> None:
    """Write a file readable by its owner only, in place of an older one; durable when this returns. Raises OSError.

    It is made beside under a name that begins with `PROVISOIRE`, which a killed process leaves behind.
    """
    provisoire = fichier.with_name(f"{PROVISOIRE}{fichier.name}.{secrets.token_hex(4)}")
    try:
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.writelines(morceaux)
            sortie.flush()
            os.fsync(sortie.fileno())
        provisoire.replace(fichier)
    finally:
        provisoire.unlink(missing_ok=True)
    sur_le_disque(fichier.parent)


def sur_le_disque(dossier: Path) -> None:
    """Make what was made or renamed in a directory durable itself. Raises OSError."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
