"""A file → its rows under their header, whatever the program that wrote it.

Invariants: the kind of a file is told by its content, never by its name; an empty row is counted, never sent; nothing
is guessed where two readings are possible.
"""

from pathlib import Path

from declarer_esat.colonnes import reconnues
from declarer_esat.lecture_csv import Csv
from declarer_esat.lecture_xlsx import Xlsx
from declarer_esat.tableau import Ligne, Tableau
from service.errors import SaisieError

OCTETS_MAX = 20 * 1024 * 1024
"""Size of a file, at most."""
LIGNES_MAX = 20_000
"""Rows to declare in a file, at most."""
_RANGEES_MAX = 100_000
"""Rows of any kind: some spreadsheets have a million empty ones."""
_RECHERCHE_DE_L_ENTETE = 10
_ENTETE_MIN = 3
"""Names of columns that make a row a header."""

_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "Ancien classeur Excel (.xls), ou classeur protégé par un mot de passe : l'enregistrer au "
    "format .xlsx, sans mot de passe.",
    b"%PDF": "C'est un PDF : exporter le tableau au format XLSX ou CSV.",
    b"{\\rtf": "C'est un document de traitement de texte : exporter le tableau au format XLSX ou CSV.",
    b"<?xml": "C'est un document XML : un tableau XLSX ou CSV est attendu.",
    b"<html": "C'est une page web, malgré son nom : l'ouvrir dans le tableur et l'enregistrer au format .xlsx.",
    b"<!DOC": "C'est une page web, malgré son nom : l'ouvrir dans le tableur et l'enregistrer au format .xlsx.",
}


def charger(fichier: Path) -> bytes:
    """Return the bytes of a file. Raises `SaisieError` when it cannot be read, is empty or too big."""
    try:
        if fichier.stat().st_size > OCTETS_MAX:
            raise SaisieError(f"{fichier.name} est trop gros : {OCTETS_MAX // 1024 // 1024} Mo au plus.")
        octets = fichier.read_bytes()
    except FileNotFoundError:
        raise SaisieError(f"{fichier} n'existe pas.") from None
    except IsADirectoryError:
        raise SaisieError(f"{fichier} est un dossier : un fichier CSV ou XLSX est attendu.") from None
    except OSError as erreur:
        raise SaisieError(f"{fichier} ne peut pas être lu ({erreur.strerror}).") from None
    if not octets.strip(b"\xef\xbb\xbf \t\r\n;,"):
        raise SaisieError(f"{fichier.name} est vide.")
    return octets


def lire(octets: bytes, feuille: str | None = None) -> Tableau:
    """Return the table that the bytes of a file hold; `feuille` names a sheet of a workbook.

    Raises `SaisieError` when they hold none.
    """
    for signature, conseil in _SIGNATURES.items():
        if octets[: len(signature)].lower() == signature.lower():
            raise SaisieError(conseil)
    if octets.startswith(b"PK"):
        classeur = Xlsx(octets, feuille)
        return _composer(classeur, classeur.remarque, virgule=False)
    if feuille is not None:
        raise SaisieError("--feuille ne vaut que pour un classeur XLSX ; ce fichier n'en est pas un.")
    texte = Csv(octets)
    return _composer(texte, "", virgule=texte.virgule_decimale())


def _composer(source: Csv | Xlsx, remarque: str, *, virgule: bool) -> Tableau:
    """Find the header, and keep the rows under it that hold something."""
    debut: list[Ligne] = []
    lignes: list[Ligne] = []
    entete: Ligne | None = None
    vides = 0
    for numero, cellules in source.rangees():
        if numero > _RANGEES_MAX:
            raise SaisieError(f"Plus de {_RANGEES_MAX} lignes, même vides : supprimer celles du bas du tableau.")
        ligne = Ligne(numero, cellules)
        if all(cellule is None for cellule in cellules):
            vides += entete is not None
        elif entete is not None:
            lignes.append(ligne)
        elif reconnues(cellules) >= _ENTETE_MIN:
            entete = ligne
        else:
            debut.append(ligne)
            if len(debut) == _RECHERCHE_DE_L_ENTETE:
                entete, lignes = debut[0], debut[1:]
    if entete is None:
        if not debut:
            raise SaisieError("Le tableau est vide.")
        entete, lignes = debut[0], debut[1:]
    if len(lignes) > LIGNES_MAX:
        raise SaisieError(f"{len(lignes)} lignes à déclarer : {LIGNES_MAX} au plus par fichier, le partager.")
    return Tableau(source.nature, entete, lignes, vides, virgule, remarque)
