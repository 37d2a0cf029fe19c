"""Rows into records of the domain: everything wrong with a row is told at once, and nothing is dropped unseen."""

import pytest
from paie import SAMPLES

from service.contract.fichiers import lecture
from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, planifier
from service.contract.fichiers.constats import LECTURE
from service.contract.fichiers.conversion import convertir

ENTETE = "nir;nom;prenom;date_naissance;nature;date_effet;heures_avant;heures_apres;motif"


def convertis(contenu: bytes, volet):
    tableau = lecture.lire(contenu)
    return convertir(tableau, planifier(tableau.entete, volet), volet)


def constats(ligne: str, volet=CHANGEMENT, entete=ENTETE):
    return convertis(f"{entete}\n{ligne}\n".encode(), volet)[1]


def test_every_wrong_cell_of_every_row_is_told_at_once():
    lignes, trouves = convertis((SAMPLES / "mauvais-cellules.csv").read_bytes(), CERTIFICAT)
    assert lignes == []
    assert [(constat.ligne, constat.colonne) for constat in trouves] == [
        (2, "date_naissance"),
        (3, "nir"),
        (3, "date_naissance"),
        (3, "nombre_mois"),
        (4, "montant_net"),
        (4, "montant_aide_poste"),
        (4, "nom"),
        (5, "nom"),
        (5, "date_naissance"),
        (5, "nombre_mois"),
        (5, "montant_net"),
    ]
    assert {constat.code for constat in trouves} == {LECTURE}


def test_a_row_in_error_does_not_keep_the_others_from_being_read():
    contenu = f"{ENTETE}\nX;A;B;32/01/1990;depart;01/11/2026;;;AUTRE\nX;A;B;31/01/1990;depart;01/11/2026;;;AUTRE\n"
    lignes, _ = convertis(contenu.encode(), CHANGEMENT)
    assert [ligne.numero for ligne in lignes] == [3]


@pytest.mark.parametrize(
    ("ligne", "colonnes"),
    [
        ("X;A;B;31/01/1990;augmentation;01/11/2026;17,5;35;", []),
        ("X;A;B;31/01/1990;depart;31/10/2026;;;RETRAITE", []),
        ("X;A;B;31/01/1990;depart;31/10/2026;0;0;RETRAITE", []),
        ("X;A;B;31/01/1990;augmentation;01/11/2026;;;", ["heures_avant", "heures_apres"]),
        ("X;A;B;31/01/1990;reduction;01/11/2026;35;17,5;RETRAITE", ["motif"]),
        ("X;A;B;31/01/1990;depart;31/10/2026;;;", ["motif"]),
        ("X;A;B;31/01/1990;depart;31/10/2026;35;17,5;RETRAITE", ["heures_avant", "heures_apres"]),
        ("X;;;;;;;;", ["nom", "prenom", "date_naissance", "nature", "date_effet"]),
    ],
)
def test_hours_go_with_a_change_of_hours_and_a_reason_with_a_depart(ligne, colonnes):
    assert [constat.colonne for constat in constats(ligne)] == colonnes


def test_a_cell_beyond_the_last_column_is_told_as_a_separator_too_many():
    (constat,) = constats("X;A;B;31/01/1990;depart;31/10/2026;;;RETRAITE;5")
    assert "séparateur" in constat.message


def test_a_short_row_has_empty_cells():
    assert constats("X;A;B;31/01/1990;augmentation;01/11/2026;17,5;35") == []
