"""Files as payroll software and spreadsheets write them, good and bad."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from paie import SAMPLES

from service.contract.fichiers import lecture
from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, planifier
from service.contract.fichiers.conversion import convertir
from service.contract.fichiers.lecture import Mesure
from service.domain.declaration import Certificat, Changement, Nature, Salarie
from service.errors import SaisieError

CERTIFICATS = [
    Certificat(
        "MAT-001",
        Salarie("185059990100114", None, None, "Lefèvre", None, "Camille", date(1985, 5, 14)),
        12,
        Decimal("1012.40"),
        Decimal("640.10"),
        None,
        None,
    ),
    Certificat(
        "MAT-002",
        Salarie("275122A90100209", None, None, "D'Angély; dite Ély", "Durand", "Zoé", date(1975, 12, 3)),
        11,
        Decimal("812.5"),
        None,
        Decimal("12.5"),
        None,
    ),
    Certificat(
        "MAT-003",
        Salarie(None, "1234567A", "831", "Œuvrard", None, "Noël", date(1990, 7, 3)),
        12,
        Decimal("905"),
        Decimal("600.05"),
        None,
        None,
    ),
]


def lus(nom: str, volet=CERTIFICAT):
    tableau = lecture.lire((SAMPLES / nom).read_bytes())
    plan = planifier(tableau.entete, volet)
    assert plan.constats == []
    lignes, constats = convertir(tableau, plan, volet)
    return tableau, lignes, constats


@pytest.mark.parametrize(
    ("nom", "nature"),
    [
        ("certificats-utf8.csv", "CSV (UTF-8, point-virgule)"),
        ("certificats-utf8-bom-espaces-insecables.csv", "CSV (UTF-8, point-virgule)"),
        ("certificats-windows-1252.csv", "CSV (Windows-1252, point-virgule)"),
        ("certificats-virgules.csv", "CSV (UTF-8, virgule)"),
        ("certificats-tabulations-utf16.csv", "CSV (UTF-16, tabulation)"),
        ("certificats.xlsx", "XLSX (feuille « Novembre »)"),
    ],
)
def test_the_same_rows_are_read_whatever_the_file(nom, nature):
    tableau, lignes, constats = lus(nom)
    assert constats == []
    assert tableau.nature == nature
    assert tableau.vides == 1
    assert [ligne.numero for ligne in lignes] == [2, 3, 5]
    assert [ligne.declaration for ligne in lignes] == CERTIFICATS


def test_changes_are_read_with_their_nature():
    _, lignes, constats = lus("changements.csv", CHANGEMENT)
    declarations = [ligne.declaration for ligne in lignes]
    assert constats == []
    assert all(isinstance(declaration, Changement) for declaration in declarations)
    assert [(d.nature, d.date_effet, d.heures_avant, d.heures_apres, d.motif) for d in declarations] == [
        (Nature.AUGMENTATION, date(2026, 11, 1), Decimal("17.50"), Decimal(35), None),
        (Nature.REDUCTION, date(2026, 11, 2), Decimal(35), Decimal("17.5"), None),
        (Nature.DEPART, date(2026, 10, 31), None, None, "FIN_DE_CONTRAT"),
    ]


@pytest.mark.parametrize(
    ("nom", "message"),
    [
        ("mauvais-vide.csv", "est vide"),
        ("mauvais-binaire.csv", "CSV ou XLSX est attendu"),
        ("mauvais-encodage.csv", "ni UTF-8 ni Windows-1252"),
        ("mauvais-guillemet.csv", "guillemet"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(nom, message):
    with pytest.raises(SaisieError, match=message):
        lecture.lire((SAMPLES / nom).read_bytes())


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), r"\.xls"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><table></table></html>", "page web"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"PK\x03\x04" + bytes(100), "abîmé"),
    ],
)
def test_a_file_of_another_kind_is_named(octets, message):
    with pytest.raises(SaisieError, match=message):
        lecture.lire(octets)


def test_too_many_rows_are_refused():
    lignes = "nir;nom;prenom\n" + "1;a;b\n" * (lecture.MESURE.lignes + 1)
    with pytest.raises(SaisieError, match="au plus par fichier"):
        lecture.lire(lignes.encode())


@pytest.mark.parametrize(
    ("mesure", "message"),
    [(Mesure(lignes=2), "3 lignes à déclarer : 2 au plus"), (Mesure(rangees=4), "Plus de 4 lignes")],
)
def test_a_reader_may_take_less(mesure, message):
    with pytest.raises(SaisieError, match=message):
        lecture.lire(b"nir;nom;prenom\n1;a;b\n;;\n2;c;d\n3;e;f\n", mesure=mesure)


def test_a_title_above_the_header_is_passed_over_and_rows_keep_their_number():
    tableau = lecture.lire(b"Paie de novembre;;\n;;\nnir;nom;prenom\n1;a;b\n;;\n2;c;d\n")
    assert tableau.entete.numero == 3
    assert [ligne.numero for ligne in tableau.lignes] == [4, 6]
    assert tableau.vides == 1


def test_without_a_header_the_first_row_is_taken_for_it():
    tableau = lecture.lire("\n".join(f"a{rang};b;c" for rang in range(15)).encode())
    assert tableau.entete.numero == 1
    assert len(tableau.lignes) == 14


def test_the_row_by_which_spreadsheets_are_told_the_separator_counts_as_a_row():
    tableau = lecture.lire(b"sep=|\nnir|nom|prenom\n1|a|b\n")
    assert [ligne.numero for ligne in tableau.lignes] == [3]


def test_a_cell_on_several_lines_is_one_row():
    tableau = lecture.lire(b'nir;nom;prenom\n1;"Le\nGoff";a\n2;b;c\n')
    assert [ligne.numero for ligne in tableau.lignes] == [2, 3]
    assert tableau.lignes[0].cellules[1] == "Le Goff"


def test_a_sheet_is_for_workbooks_only():
    with pytest.raises(SaisieError, match="XLSX"):
        lecture.lire(b"nir;nom;prenom\n1;a;b\n", "Novembre")


@pytest.mark.parametrize("nom", sorted(fichier.name for fichier in SAMPLES.glob("*.*")))
def test_no_sample_makes_the_reader_fail(nom):
    """A truncated or altered file gives a table or a refusal, never a crash."""
    octets = (SAMPLES / nom).read_bytes()
    for coupe in (len(octets) // 3, len(octets) // 2, len(octets) - 7):
        for essai in (octets[:coupe], octets[:coupe] + b"\x00\xff" + octets[coupe:]):
            try:
                lecture.lire(essai)
            except SaisieError:
                continue


def test_samples_are_all_read_somewhere():
    here = Path(__file__).parent
    lecteurs = (*here.glob("test_*.py"), *(here.parents[1] / "client").glob("test_*.py"))
    code = "".join(fichier.read_text(encoding="utf-8") for fichier in lecteurs)
    assert [nom.name for nom in SAMPLES.glob("*.*") if nom.name not in code] == []
