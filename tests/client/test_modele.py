"""Templates: what the client writes, it reads."""

from datetime import date

import pytest
from declarer_esat.modele import ecrire_modele
from openpyxl import load_workbook

from service.contract.fichiers import lecture
from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, planifier
from service.contract.fichiers.conversion import convertir
from service.errors import SaisieError

VOLETS = {"certificat": CERTIFICAT, "changement": CHANGEMENT}
SALARIE = {"nir": "185059990100114", "organisme": "083", "nom": "Lefèvre", "date_naissance": date(1985, 5, 14)}


@pytest.mark.parametrize("volet", VOLETS)
@pytest.mark.parametrize("suffixe", ["csv", "xlsx"])
def test_a_template_has_every_column_and_no_row(tmp_path, volet, suffixe):
    fichier = tmp_path / f"modele.{suffixe}"
    ecrire_modele(fichier, volet, ())
    tableau = lecture.lire(fichier.read_bytes())
    plan = planifier(tableau.entete, VOLETS[volet])
    assert plan.constats == []
    assert len(plan.rangs) == len(VOLETS[volet].colonnes)
    assert tableau.lignes == []
    assert tableau.remarque == ""


@pytest.mark.parametrize("suffixe", ["csv", "xlsx"])
def test_what_is_known_is_filled_in_without_losing_a_digit(tmp_path, suffixe):
    fichier = tmp_path / f"modele.{suffixe}"
    ecrire_modele(fichier, "certificat", [SALARIE])
    tableau = lecture.lire(fichier.read_bytes())
    _, constats = convertir(tableau, planifier(tableau.entete, CERTIFICAT), CERTIFICAT)
    assert [constat.colonne for constat in constats] == ["prenom", "nombre_mois"]
    assert "185059990100114" in tableau.lignes[0].cellules
    assert "083" in tableau.lignes[0].cellules


def test_numbers_that_are_codes_stay_text_in_a_workbook(tmp_path):
    fichier = tmp_path / "modele.xlsx"
    ecrire_modele(fichier, "certificat", ())
    feuille = load_workbook(fichier)["Certificat"]
    titres = [cellule.value for cellule in feuille[1]]
    presentations = {titre: feuille.cell(2, rang).number_format for rang, titre in enumerate(titres, 1)}
    assert {titre for titre, presentation in presentations.items() if presentation == "@"} == {
        "reference",
        "nir",
        "numero_allocataire",
        "organisme",
        "remplace",
    }


def test_the_notice_explains_every_column(tmp_path):
    fichier = tmp_path / "modele.xlsx"
    ecrire_modele(fichier, "changement", ())
    notice = load_workbook(fichier)["Notice"]
    assert [rangee[0].value for rangee in notice.iter_rows(min_row=2)] == [c.nom for c in CHANGEMENT.colonnes]


def test_a_file_that_exists_is_never_replaced(tmp_path):
    fichier = tmp_path / "paie.csv"
    fichier.write_text("ma paie", encoding="utf-8")
    with pytest.raises(SaisieError, match="existe déjà"):
        ecrire_modele(fichier, "certificat", ())
    assert fichier.read_text(encoding="utf-8") == "ma paie"


@pytest.mark.parametrize("nom", ["modele.xls", "modele", "absent/modele.csv"])
def test_a_name_that_cannot_be_is_told(tmp_path, nom):
    with pytest.raises(SaisieError):
        ecrire_modele(tmp_path / nom, "certificat", ())


def test_a_name_that_looks_like_a_formula_is_a_text(tmp_path):
    fichier = tmp_path / "modele.xlsx"
    ecrire_modele(fichier, "certificat", [SALARIE | {"nom": "=1+1"}])
    feuille = load_workbook(fichier)["Certificat"]
    (cellule,) = [cellule for cellule in feuille[2] if cellule.value == "=1+1"]
    assert cellule.data_type == "s"
