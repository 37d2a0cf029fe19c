"""A payroll file, read and converted: what the rest of a run works on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from service.contract.fichiers.colonnes import Volet, planifier
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.conversion import LigneLue, convertir
from service.contract.fichiers.lecture import lire
from service.contract.fichiers.tableau import Tableau
from service.errors import SaisieError

OCTETS_MAX = 20 * 1024 * 1024
"""Size of a file, at most."""


class Fichier(NamedTuple):
    """One payroll file."""

    chemin: Path
    volet: Volet
    contenu: str
    """Digest of its bytes, and of the sheet where one was chosen."""
    tableau: Tableau
    lignes: list[LigneLue]
    """Rows that were understood."""
    constats: list[Constat]
    """What kept the others from being so, or is wrong with the header."""


def charger(fichier: Path) -> bytes:
    """Return the bytes of a file. Raises `SaisieError` when it cannot be read or is too big."""
    try:
        if fichier.stat().st_size > OCTETS_MAX:
            raise SaisieError(f"{fichier.name} est trop gros : {OCTETS_MAX // 1024 // 1024} Mo au plus.")
        return fichier.read_bytes()
    except FileNotFoundError:
        raise SaisieError(f"{fichier} n'existe pas.") from None
    except IsADirectoryError:
        raise SaisieError(f"{fichier} est un dossier : un fichier CSV ou XLSX est attendu.") from None
    except OSError as erreur:
        raise SaisieError(f"{fichier} ne peut pas être lu ({erreur.strerror}).") from None


def ouvrir(chemin: Path, volet: Volet, feuille: str | None = None, ignorees: Sequence[str] = ()) -> Fichier:
    """Read a file of a volet. Raises `SaisieError` when it holds no table, or a table without rows."""
    octets = charger(chemin)
    tableau = lire(octets, feuille)
    plan = planifier(tableau.entete, volet, ignorees, ", ou l'écarter par --ignorer")
    lignes: list[LigneLue] = []
    constats = plan.constats
    if not constats:
        if not tableau.lignes:
            raise SaisieError(f"{chemin.name} n'a aucune ligne à déclarer sous ses titres de colonnes.")
        lignes, constats = convertir(tableau, plan, volet)
    condense = hashlib.sha256(octets)
    if feuille is not None:
        condense.update(feuille.encode())
    return Fichier(chemin, volet, condense.hexdigest(), tableau, lignes, constats)
