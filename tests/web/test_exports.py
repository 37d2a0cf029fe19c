"""exports: a workbook of more entries than a sheet holds goes on in another sheet, titles repeated, none lost."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest

from service.storage.recherche import Entree
from service.usecases.consulter_journal import EntreeLisible
from service.web.console import exports

INSTANT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)


def entree(rang: int) -> EntreeLisible:
    """An entry whose request is its rank."""
    vide = dict.fromkeys(Entree._fields)
    faits = {"id": rang, "instant": INSTANT, "adresse": "192.0.2.1", "taille": 1, "duree_us": 1, "nombre": 1}
    return EntreeLisible(Entree(**(vide | faits | {"issue": "REPONDU", "identifiant_requete": f"r{rang}"})), None, None)


@pytest.mark.parametrize(("nombre", "feuilles"), [(0, [0]), (3, [3]), (7, [3, 3, 1])])
def test_what_one_sheet_does_not_hold_goes_on_in_the_next(
    monkeypatch: pytest.MonkeyPatch, nombre: int, feuilles: list[int]
):
    monkeypatch.setattr(exports, "LIGNES_PAR_FEUILLE", 3)
    reponse = exports.en_xlsx(iter(map(entree, range(nombre))), "journal")
    classeur = openpyxl.load_workbook(io.BytesIO(b"".join(reponse.response)))  # type: ignore[arg-type]
    assert [feuille.max_row - 1 for feuille in classeur] == feuilles
    assert all(feuille["A1"].value == "Reçu à Paris" for feuille in classeur)
    requetes = [rangee[15].value for feuille in classeur for rangee in feuille.iter_rows(min_row=2)]
    assert requetes == [f"r{rang}" for rang in range(nombre)]
