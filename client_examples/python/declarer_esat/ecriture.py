"""Files that are whole or absent, even after a power cut, and that only their owner reads."""

import os
import secrets
from pathlib import Path

MODE_FICHIER = 0o600
MODE_DOSSIER = 0o700


def creer_dossier(dossier: Path) -> None:
    """Make a folder and its parents, for the owner alone."""
    dossier.mkdir(mode=MODE_DOSSIER, parents=True, exist_ok=True)


def ecrire_neuf(chemin: Path, octets: bytes) -> None:
    """Write a file that does not exist yet and wait until it is on the disk. Raises `FileExistsError`."""
    descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), MODE_FICHIER)
    with os.fdopen(descripteur, "wb") as fichier:
        fichier.write(octets)
        fichier.flush()
        os.fsync(fichier.fileno())


def remplacer(chemin: Path, octets: bytes) -> None:
    """Write a file, whole or not at all, in the place of the one that may be there."""
    provisoire = chemin.with_name(f".{chemin.name}.{secrets.token_hex(4)}")
    try:
        ecrire_neuf(provisoire, octets)
        provisoire.replace(chemin)
    finally:
        provisoire.unlink(missing_ok=True)
    synchroniser(chemin.parent)


def synchroniser(dossier: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # Windows has no such call for folders
        return
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
