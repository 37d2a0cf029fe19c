"""Command ``modele``: an empty file to fill in, in which a spreadsheet loses no digit."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from declarer_esat.affichage import Ecran
from declarer_esat.colonnes import CERTIFICAT, CHANGEMENT, Volet
from declarer_esat.ecriture import ecrire_neuf
from declarer_esat.tableau import en_texte
from service.errors import SaisieError
from service.langue.commandes import Commande

_VOLETS = {CERTIFICAT.nom: CERTIFICAT, CHANGEMENT.nom: CHANGEMENT}
_EN_TEXTE = {"reference", "nir", "numero_allocataire", "organisme", "remplace"}
_LIGNES_PREPAREES = 1000
"""Rows whose cells have their format beforehand."""


@click.command("modele", cls=Commande, short_help="Écrit un fichier modèle à remplir.")
@click.argument("volet", metavar="certificat|changement", type=click.Choice(list(_VOLETS)))
@click.argument("fichier", metavar="FICHIER", type=click.Path(path_type=Path))
def modele(volet: str, fichier: Path) -> int:
    """Écrit un FICHIER modèle à remplir : .xlsx, avec une notice et les colonnes au bon format, ou .csv."""
    ecrire_modele(fichier, volet, ())
    Ecran().dire(f"Modèle écrit : {fichier}")
    return 0


def ecrire_modele(fichier: Path, volet: str, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Write a template, with the cells that are known already. Raises `SaisieError` when it cannot be written."""
    if fichier.suffix.lower() not in (".csv", ".xlsx"):
        raise SaisieError(f"{fichier.name} : un nom en .xlsx ou en .csv est attendu.")
    composer = _xlsx if fichier.suffix.lower() == ".xlsx" else _csv
    try:
        ecrire_neuf(fichier, composer(_VOLETS[volet], lignes))
    except FileExistsError:
        raise SaisieError(f"{fichier} existe déjà : il n'est pas remplacé.") from None
    except OSError as erreur:
        raise SaisieError(f"{fichier} ne peut pas être écrit ({erreur.strerror}).") from None


def _csv(volet: Volet, lignes: Sequence[Mapping[str, Any]]) -> bytes:
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(colonne.nom for colonne in volet.colonnes)
    for ligne in lignes:
        ecrivain.writerow(en_texte(ligne.get(colonne.nom)) for colonne in volet.colonnes)
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def _xlsx(volet: Volet, lignes: Sequence[Mapping[str, Any]]) -> bytes:
    classeur = Workbook()
    feuille = classeur.active
    if feuille is None or not hasattr(feuille, "append"):
        raise SaisieError("Le classeur modèle ne peut pas être composé.")
    feuille.title = volet.nom.capitalize()
    feuille.append([colonne.nom for colonne in volet.colonnes])
    for ligne in lignes:
        feuille.append([ligne.get(colonne.nom) for colonne in volet.colonnes])
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
