"""XLSX: numbers, dates, texts and the last computed values of formulas, without losing a digit.

A cell shows one thing and holds another. What is kept is what the person sees: a number with 15 significant digits
(what a spreadsheet displays at most), a share shown in percent times 100, a duration as ``17:30``.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from service.contract.fichiers.tableau import Cellule
from service.errors import SaisieError

_MINUTES = 60
# zipfile, zlib, expat and openpyxl each have their own ways to fail on a damaged workbook, and no common ancestor.
_ABIMES = Exception
_ILLISIBLE = "Le classeur est abîmé ou n'est pas un classeur Excel : l'ouvrir, puis l'enregistrer de nouveau en .xlsx."


class Xlsx:
    """One sheet of a workbook."""

    def __init__(self, octets: bytes, feuille: str | None, octets_deployes_max: int) -> None:
        """Read the sheet of that name, else the first visible one.

        Raises `SaisieError` when the bytes are no workbook, unfold beyond measure, or have no such sheet.
        """
        self._octets = octets
        self._formules = _a_des_formules(octets, octets_deployes_max)
        classeur = _ouvrir(octets, valeurs=True)
        visibles = [nom for nom in classeur.sheetnames if getattr(classeur[nom], "sheet_state", "") == "visible"]
        if feuille is not None and feuille not in classeur.sheetnames:
            raise SaisieError(f"Le classeur n'a pas de feuille « {feuille} » : il a {_liste(classeur.sheetnames)}.")
        if not visibles and feuille is None:
            raise SaisieError("Le classeur n'a aucune feuille visible.")
        self._feuille = feuille or visibles[0]
        self._classeur = classeur
        self.nature = f"XLSX (feuille « {self._feuille} »)"
        autres = [nom for nom in visibles if nom not in (self._feuille, "Notice")]
        self.remarque = (
            f"seule la feuille « {self._feuille} » est lue, et non {_liste(autres)}"
            if autres and feuille is None
            else ""
        )

    def rangees(self) -> Iterator[tuple[int, tuple[Cellule, ...]]]:
        """Yield every row, empty ones included. Raises `SaisieError` at what cannot be read."""
        jamais_calculees = self._jamais_calculees()
        try:
            for numero, rangee in enumerate(self._classeur[self._feuille].iter_rows(), 1):
                cellules = [_cellule(cellule) for cellule in rangee]
                for rang in jamais_calculees.get(numero, ()):
                    if rang < len(cellules) and cellules[rang] is None:
                        cellules[rang] = "#CALCUL!"
                yield numero, tuple(cellules)
        except _ABIMES:
            raise SaisieError(_ILLISIBLE) from None

    def _jamais_calculees(self) -> dict[int, list[int]]:
        """Places of the formulas, by row: one without a value was never computed, and is not an empty cell."""
        if not self._formules:
            return {}
        lieux: dict[int, list[int]] = {}
        for rangee in _ouvrir(self._octets, valeurs=False)[self._feuille].iter_rows():
            for rang, cellule in enumerate(rangee):
                if cellule.data_type == "f":
                    lieux.setdefault(cellule.row, []).append(rang)
        return lieux


def _ouvrir(octets: bytes, valeurs: bool) -> Any:
    try:
        return load_workbook(io.BytesIO(octets), read_only=True, data_only=valeurs)
    except _ABIMES:
        raise SaisieError(_ILLISIBLE) from None


def _a_des_formules(octets: bytes, octets_deployes_max: int) -> bool:
    """Whether a sheet has a formula; raises as `Xlsx`."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            entrees = archive.infolist()
            if any(entree.filename == "mimetype" for entree in entrees):
                raise SaisieError("Classeur LibreOffice (.ods) : l'enregistrer au format Excel (.xlsx) ou en CSV.")
            if not any(entree.filename.lower() == "xl/workbook.xml" for entree in entrees):
                raise SaisieError(_ILLISIBLE)
            if sum(entree.file_size for entree in entrees) > octets_deployes_max:
                raise SaisieError("Le classeur est trop gros une fois déployé : n'y garder que la feuille à déclarer.")
            feuilles = [entree for entree in entrees if entree.filename.startswith("xl/worksheets/")]
            return any(b"<f" in archive.read(entree) for entree in feuilles)
    except SaisieError:
        raise
    except _ABIMES:
        raise SaisieError(_ILLISIBLE) from None


def _cellule(cellule: Any) -> Cellule:
    valeur = cellule.value
    if valeur is None:
        return None
    if isinstance(valeur, bool):
        return "VRAI" if valeur else "FAUX"
    if isinstance(valeur, int | float):
        return _nombre(valeur, str(cellule.number_format or ""))
    if isinstance(valeur, datetime):
        return valeur.date()
    if isinstance(valeur, date):
        return valeur
    if isinstance(valeur, time):
        return f"{valeur.hour}:{valeur.minute:02d}"
    if isinstance(valeur, timedelta):
        heures, minutes = divmod(round(valeur.total_seconds() / _MINUTES), _MINUTES)
        return f"{heures}:{minutes:02d}"
    return " ".join(str(valeur).split()) or None


def _nombre(valeur: int | float, presentation: str) -> Decimal:
    nombre = Decimal(valeur) if isinstance(valeur, int) else Decimal(f"{valeur:.15g}")
    return nombre * 100 if "%" in presentation else nombre


def _liste(noms: list[str]) -> str:
    return ", ".join(f"« {nom} »" for nom in noms)
