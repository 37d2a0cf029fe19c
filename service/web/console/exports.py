"""The log as a file: CSV that French spreadsheets open, or XLSX; rows stream, formulas come out as text.

A cell that a spreadsheet would compute (it opens with = + - @, a tab or a return) is given as text: the log holds what
strangers sent (OWASP, « CSV Injection »).
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from service.storage.recherche import EntreeLisible
from service.web.filtres import acte, canal, instant_court

_MESSAGES = (
    "Reçu à Paris",
    "Issue",
    "Code",
    "Opération",
    "SIRET",
    "ESAT",
    "Compte",
    "Code utilisateur présenté",
    "Adresse",
    "Logiciel client",
    "Dépôt",
    "identifiantMessage",
    "Octets",
    "Durée (ms)",
    "Incident",
    "Requête",
    "Nombre",
)
_ACTES = (
    "Fait à Paris",
    "Acte",
    "Refus",
    "Qui",
    "Canal",
    "Adresse",
    "Sur quoi",
    "Dépôt",
    "SIRET",
    "ESAT",
    "Motif",
    "Requête",
)
_FORMULES = ("=", "+", "-", "@", "\t", "\r")
LIGNES_PAR_FEUILLE = 1_000_000
"""Entries that one sheet takes; XLSX has 1,048,576 rows."""
_LOT = 500
_MORCEAU = 64 * 1024
Cellule = str | int | float


def en_csv(entrees: Iterator[EntreeLisible], nom: str, *, actes: bool = False) -> Response:
    """Stream messages, or acts, as CSV: UTF-8 with its mark, semicolons (RFC 4180 otherwise)."""
    return _piece_jointe(_lignes_csv(entrees, actes), f"{nom}.csv", "text/csv; charset=utf-8")


def en_xlsx(entrees: Iterator[EntreeLisible], nom: str, *, actes: bool = False) -> Response:
    """Stream them as a workbook, written to the disk and not kept in memory, of as many sheets as they need."""
    classeur = Workbook(write_only=True)
    titres, en_ligne = (_ACTES, _acte) if actes else (_MESSAGES, _message)
    feuille = _feuille(classeur, titres)
    for rang, entree in enumerate(entrees):
        if rang and rang % LIGNES_PAR_FEUILLE == 0:
            feuille = _feuille(classeur, titres)
        feuille.append([_cellule(feuille, valeur) for valeur in en_ligne(entree)])
    fichier = tempfile.TemporaryFile()  # noqa: SIM115  # closed at the end of the stream
    classeur.save(fichier)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _piece_jointe(_morceaux(fichier), f"{nom}.xlsx", media)


def _feuille(classeur: Workbook, titres: tuple[str, ...]) -> WriteOnlyWorksheet:
    """A new sheet with its titles, which stay in view."""
    feuille: WriteOnlyWorksheet = classeur.create_sheet(f"Journal {len(classeur.sheetnames) + 1}")
    feuille.freeze_panes = "A2"
    feuille.append(list(titres))
    return feuille


def _lignes_csv(entrees: Iterator[EntreeLisible], actes: bool) -> Iterator[bytes]:
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    tampon.write("\ufeff")
    titres, en_ligne = (_ACTES, _acte) if actes else (_MESSAGES, _message)
    ecrivain.writerow(titres)
    for rang, entree in enumerate(entrees, 1):
        ecrivain.writerow([_neutre(valeur) for valeur in en_ligne(entree)])
        if rang % _LOT == 0:
            yield tampon.getvalue().encode()
            tampon.seek(0)
            tampon.truncate()
    yield tampon.getvalue().encode()


def _acte(lisible: EntreeLisible) -> tuple[Cellule, ...]:
    entree = lisible.entree
    return (
        instant_court(entree.instant),
        acte(entree.acte or ""),
        entree.code or "",
        lisible.compte or entree.utilisateur or "",
        canal(entree.canal),
        entree.adresse,
        entree.objet or "",
        entree.numero_depot or "",
        entree.siret or "",
        lisible.esat or "",
        entree.motif or "",
        entree.identifiant_requete,
    )


def _message(lisible: EntreeLisible) -> tuple[Cellule, ...]:
    entree = lisible.entree
    return (
        instant_court(entree.instant),
        entree.issue,
        entree.code or "",
        entree.operation or "",
        entree.siret or "",
        lisible.esat or "",
        lisible.compte or "",
        entree.utilisateur or "",
        entree.adresse,
        entree.agent or "",
        entree.numero_depot or "",
        entree.identifiant_message or "",
        entree.taille,
        entree.duree_us / 1000,
        entree.identifiant_incident or "",
        entree.identifiant_requete,
        entree.nombre,
    )


def _neutre(valeur: Cellule) -> Cellule:
    """The value, made text where a spreadsheet would compute it; decimals with a comma."""
    if isinstance(valeur, float):
        return f"{valeur:.3f}".replace(".", ",")
    if isinstance(valeur, str):
        propre = valeur.replace("\x00", "")
        return f"'{propre}" if propre.startswith(_FORMULES) else propre
    return valeur


def _cellule(feuille: WriteOnlyWorksheet, valeur: Cellule) -> Cell:
    """A cell whose text is never a formula, without the characters that XML cannot hold."""
    try:
        cellule = WriteOnlyCell(feuille, value=valeur)
    except IllegalCharacterError:
        cellule = WriteOnlyCell(feuille, value="".join(signe for signe in str(valeur) if signe >= " "))
    if isinstance(valeur, str):
        cellule.data_type = "s"
    return cellule


def _morceaux(fichier: IO[bytes]) -> Iterator[bytes]:
    with fichier:
        fichier.seek(0)
        while morceau := fichier.read(_MORCEAU):
            yield morceau


def _piece_jointe(morceaux: Iterator[bytes], nom: str, media: str) -> Response:
    return Response(morceaux, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{nom}"'})
