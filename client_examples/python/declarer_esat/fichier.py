"""A payroll file, read and converted: what the rest of a run works on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from declarer_esat.colonnes import Volet, planifier
from declarer_esat.constats import Constat
from declarer_esat.conversion import LigneLue, convertir
from declarer_esat.lecture import charger, lire
from declarer_esat.tableau import Tableau
from service.errors import SaisieError


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


def ouvrir(chemin: Path, volet: Volet, feuille: str | None = None, ignorees: Sequence[str] = ()) -> Fichier:
    """Read a file of a volet. Raises `SaisieError` when it holds no table, or a table without rows."""
    octets = charger(chemin)
    tableau = lire(octets, feuille)
    plan = planifier(tableau.entete, volet, ignorees)
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
