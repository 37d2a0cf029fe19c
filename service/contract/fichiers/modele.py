"""An empty file to fill in, in which a spreadsheet loses no digit: what `lecture` reads."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from service.contract.fichiers.colonnes import Volet
from service.contract.fichiers.tableau import en_texte
from service.errors import SaisieError

_EN_TEXTE = {"reference", "nir", "numero_allocataire", "organisme", "remplace"}
_LIGNES_PREPAREES = 1000
"""Rows whose cells have their format beforehand."""


def modele_csv(volet: Volet, lignes: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return a template in CSV, with the cells that are known already, by name of column."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(colonne.nom for colonne in volet.colonnes)
    for ligne in lignes:
        ecrivain.writerow(en_texte(ligne.get(colonne.nom)) for colonne in volet.colonnes)
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def modele_xlsx(volet: Volet, lignes: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return a template as a workbook, with a notice, and the cells that are known already."""
    classeur = Workbook()
    feuille = classeur.active
    if feuille is None or not hasattr(feuille, "append"):
        raise SaisieError("Le classeur modèle ne peut pas être composé.")
    feuille.title = volet.nom.capitalize()
    feuille.append([colonne.nom for colonne in volet.colonnes])
    for ligne in lignes:
        feuille.append([ligne.get(colonne.nom) for colonne in volet.colonnes])
        for cellule in feuille[feuille.max_row]:
            if isinstance(cellule.value, str):
                cellule.data_type = "s"  # a name that begins with = is no formula
    for rang, colonne in enumerate(volet.colonnes, 1):
        feuille.cell(1, rang).font = Font(bold=True)
        feuille.column_dimensions[get_column_letter(rang)].width = max(len(colonne.nom) + 2, 14)
        presentation = "@" if colonne.nom in _EN_TEXTE else "DD/MM/YYYY" if colonne.nom.startswith("date_") else None
        if presentation:
            for numero in range(2, _LIGNES_PREPAREES + 2):
                feuille.cell(numero, rang).number_format = presentation
    feuille.freeze_panes = "A2"
    notice = classeur.create_sheet("Notice")
    notice.append(["Colonne", "Obligatoire", "Contenu", "Exemple (inventé)"])
    for colonne in volet.colonnes:
        notice.append([colonne.nom, "oui" if colonne.obligatoire else "", colonne.attendu, colonne.exemple])
    for lettre, largeur in (("A", 30), ("B", 12), ("C", 80), ("D", 28)):
        notice.column_dimensions[lettre].width = largeur
    for cellule in (*notice[1], *(cellule for rangee in notice.iter_rows(min_row=2) for cellule in rangee)):
        cellule.alignment = Alignment(wrap_text=True, vertical="top")
        cellule.font = Font(bold=cellule.row == 1)
        cellule.number_format = "@"
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()
