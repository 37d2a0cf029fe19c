"""A file → its rows under their header, whatever the program that wrote it.

Invariants: the kind of a file is told by its content, never by its name; an empty row is counted, never sent; nothing
is guessed where two readings are possible.
"""

from typing import NamedTuple

from service.contract.fichiers.colonnes import reconnues
from service.contract.fichiers.lecture_csv import Csv
from service.contract.fichiers.lecture_xlsx import Xlsx
from service.contract.fichiers.tableau import Ligne, Tableau
from service.errors import SaisieError


class Mesure(NamedTuple):
    """How much of a file is read, at most."""

    lignes: int = 20_000
    """Rows to declare."""
    rangees: int = 100_000
    """Rows of any kind: some spreadsheets have a million empty ones."""
    octets_deployes: int = 200 * 1024 * 1024
    """Bytes of a workbook once unfolded."""


MESURE = Mesure()
"""What somebody's own machine reads of somebody's own file."""
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


def lire(octets: bytes, feuille: str | None = None, mesure: Mesure = MESURE) -> Tableau:
    """Return the table that the bytes of a file hold; `feuille` names a sheet of a workbook.

    Raises `SaisieError` when they hold none.
    """
    if not octets.strip(b"\xef\xbb\xbf \t\r\n;,"):
        raise SaisieError("Le fichier est vide.")
    for signature, conseil in _SIGNATURES.items():
        if octets[: len(signature)].lower() == signature.lower():
            raise SaisieError(conseil)
    if octets.startswith(b"PK"):
        classeur = Xlsx(octets, feuille, mesure.octets_deployes)
        return _composer(classeur, classeur.remarque, mesure, virgule=False)
    if feuille is not None:
        raise SaisieError("Une feuille ne se choisit que dans un classeur XLSX ; ce fichier n'en est pas un.")
    texte = Csv(octets)
    return _composer(texte, "", mesure, virgule=texte.virgule_decimale())


def _composer(source: Csv | Xlsx, remarque: str, mesure: Mesure, *, virgule: bool) -> Tableau:
    """Find the header, and keep the rows under it that hold something."""
    debut: list[Ligne] = []
    lignes: list[Ligne] = []
    entete: Ligne | None = None
    vides = 0
    for numero, cellules in source.rangees():
        if numero > mesure.rangees:
            raise SaisieError(f"Plus de {mesure.rangees} lignes, même vides : supprimer celles du bas du tableau.")
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
    if len(lignes) > mesure.lignes:
        raise SaisieError(f"{len(lignes)} lignes à déclarer : {mesure.lignes} au plus par fichier, le partager.")
    return Tableau(source.nature, entete, lignes, vides, virgule, remarque)
