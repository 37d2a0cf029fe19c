"""Workbooks: sheets, formats, formulas, and what is no workbook."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from openpyxl import Workbook
from paie import SAMPLES

from service.contract.fichiers import lecture
from service.contract.fichiers.colonnes import CERTIFICAT, planifier
from service.contract.fichiers.conversion import convertir
from service.contract.fichiers.lecture import MESURE
from service.contract.fichiers.lecture_xlsx import Xlsx
from service.errors import SaisieError


def classeur(*rangees, feuilles=("Paie",), formats=(), cachees=()) -> bytes:
    document = Workbook()
    feuille = document.active
    feuille.title = feuilles[0]
    for rangee in rangees:
        feuille.append(rangee)
    for adresse, presentation in formats:
        feuille[adresse].number_format = presentation
    for nom in feuilles[1:]:
        document.create_sheet(nom).append(["autre"])
    for nom in cachees:
        document[nom].sheet_state = "hidden"
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def ouvrir(octets: bytes, feuille=None) -> Xlsx:
    return Xlsx(octets, feuille, MESURE.octets_deployes)


def premiere(octets: bytes, feuille=None):
    return next(iter(ouvrir(octets, feuille).rangees()))[1]


@pytest.mark.parametrize(
    ("valeur", "presentation", "lue"),
    [
        (812.4, "General", Decimal("812.4")),
        (0.1 + 0.2, "General", Decimal("0.3")),
        (185059990100192, "0", Decimal(185059990100192)),
        (0.125, "0.0%", Decimal("12.5")),
        (datetime.fromisoformat("1985-05-14T00:00"), "DD/MM/YYYY", date(1985, 5, 14)),
        (date(1985, 5, 14), "DD/MM/YYYY", date(1985, 5, 14)),
        (time(17, 30), "HH:MM", "17:30"),
        (timedelta(hours=35, minutes=30), "[h]:mm", "35:30"),
        (True, "General", "VRAI"),
        ("  Le   Goff ", "General", "Le Goff"),
        ("   ", "General", None),
        (None, "General", None),
    ],
)
def test_a_cell_gives_what_the_person_sees(valeur, presentation, lue):
    assert premiere(classeur([valeur, "x"], formats=[("A1", presentation)]))[0] == lue


def test_the_first_visible_sheet_is_read_and_the_others_named():
    lu = ouvrir(classeur(["cachée"], feuilles=("Calculs", "Novembre", "Octobre"), cachees=("Calculs",)))
    assert "« Novembre »" in lu.nature
    assert "« Octobre »" in lu.remarque
    assert "Calculs" not in lu.remarque


def test_a_sheet_can_be_chosen_and_must_exist():
    octets = classeur(["a"], feuilles=("Novembre", "Octobre"))
    assert premiere(octets, "Octobre") == ("autre",)
    with pytest.raises(SaisieError, match="« Octobre »"):
        ouvrir(octets, "Décembre")


def test_the_notice_of_a_template_is_not_worth_a_remark():
    assert ouvrir(classeur(["a"], feuilles=("Certificat", "Notice"))).remarque == ""


def test_a_formula_that_was_never_computed_is_not_an_empty_cell():
    assert premiere(classeur(["=1+1", None, "x"])) == ("#CALCUL!", None, "x")


def test_a_formula_gives_its_last_computed_value():
    octets = classeur(["=1+1", "x"])
    entree, sortie = zipfile.ZipFile(io.BytesIO(octets)), io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as calcule:
        for element in entree.infolist():
            contenu = entree.read(element)
            if element.filename == "xl/worksheets/sheet1.xml":
                contenu = contenu.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
                contenu = contenu.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
                assert b"<v>2</v>" in contenu
            calcule.writestr(element.filename, contenu)
    assert premiere(sortie.getvalue()) == (Decimal(2), "x")


def test_a_workbook_that_unfolds_beyond_measure_is_refused():
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as bombe:
        bombe.writestr("xl/workbook.xml", "<workbook/>")
        for rang in range(5):
            bombe.writestr(f"xl/worksheets/sheet{rang}.xml", bytes(50 * 1024 * 1024))
    with pytest.raises(SaisieError, match="trop gros"):
        ouvrir(sortie.getvalue())


def test_an_ods_or_another_archive_is_named():
    for entree, message in (("mimetype", "LibreOffice"), ("lisez-moi.txt", "abîmé")):
        sortie = io.BytesIO()
        with zipfile.ZipFile(sortie, "w") as archive:
            archive.writestr(entree, "application/vnd.oasis.opendocument.spreadsheet")
        with pytest.raises(SaisieError, match=message):
            ouvrir(sortie.getvalue())


def test_every_cell_that_loses_something_is_told():
    tableau = lecture.lire((SAMPLES / "mauvais-nombres.xlsx").read_bytes())
    _, constats = convertir(tableau, planifier(tableau.entete, CERTIFICAT), CERTIFICAT)
    assert [(constat.ligne, constat.colonne) for constat in constats] == [
        (2, "nir"),
        (3, "numero_allocataire"),
        (3, "organisme"),
        (3, "date_naissance"),
        (3, "montant_net"),
        (3, "montant_aide_poste"),
        (4, "nom"),
        (4, "montant_net"),
        (4, "montant_aide_poste"),
    ]
