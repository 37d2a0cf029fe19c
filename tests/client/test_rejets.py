"""The refused rows, as a file to correct and send again."""

from datetime import date
from decimal import Decimal

import pytest
from declarer_esat.rejets import ecrire_rejets

from service.contract.fichiers import lecture
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.tableau import Ligne, Tableau
from service.domain.declaration import Gravite

TABLEAU = Tableau(
    "XLSX",
    Ligne(1, ("NIR", None, "Nom", "Net", "Né le", "code", "message")),
    [
        Ligne(
            2, (Decimal(185059990100114), None, 'Le "Goff"; dit', Decimal("812.40"), date(1985, 5, 14), "C02", "vieux")
        ),
        Ligne(4, ("X", None, None)),
        Ligne(5, ("Y", None, "Z", Decimal("1"), None, None, None)),
    ],
    1,
)
CONSTATS = [
    Constat(2, "nombre_mois", "C02", Gravite.REJET, "de 0 à 12"),
    Constat(2, "net", "C11", Gravite.ALERTE, "étrange"),
    Constat(2, None, "C03", Gravite.REJET, "deux éléments"),
    Constat(5, "nir", "I02", Gravite.REJET, "clé fausse"),
]


def lignes(chemin):
    return chemin.read_text(encoding="utf-8-sig").splitlines()


def test_only_the_refused_rows_are_there_with_why(tmp_path):
    chemin = ecrire_rejets(tmp_path / "paie.xlsx", TABLEAU, {2, 4}, CONSTATS)
    assert chemin.name == "paie.xlsx.rejets.csv"
    assert lignes(chemin) == [
        "NIR;Nom;Net;Né le;code;message",
        '185059990100114;"Le ""Goff""; dit";812,4;14/05/1985;C02 C03;nombre_mois : de 0 à 12 | deux éléments',
        "X;;;;;",
    ]


def test_it_is_read_again_as_it_is(tmp_path):
    chemin = ecrire_rejets(tmp_path / "paie.xlsx", TABLEAU, {2}, CONSTATS)
    relu = lecture.lire(chemin.read_bytes())
    assert relu.lignes[0].cellules[:4] == ("185059990100114", 'Le "Goff"; dit', "812,4", "14/05/1985")


def test_a_file_that_someone_is_correcting_is_left_as_it_is(tmp_path):
    fichier = tmp_path / "paie.csv"
    premier = ecrire_rejets(fichier, TABLEAU, {2}, CONSTATS)
    assert ecrire_rejets(fichier, TABLEAU, {2}, CONSTATS) == premier
    premier.write_text("corrigé", encoding="utf-8")
    second = ecrire_rejets(fichier, TABLEAU, {2}, CONSTATS)
    assert second.name == "paie.csv.rejets-2.csv"
    assert premier.read_text(encoding="utf-8") == "corrigé"


@pytest.mark.parametrize("dossier", ["absent", "fichier/sous"])
def test_where_it_cannot_be_written_nothing_breaks(tmp_path, dossier):
    (tmp_path / "fichier").write_text("x", encoding="utf-8")
    assert ecrire_rejets(tmp_path / dossier / "paie.csv", TABLEAU, {2}, CONSTATS) is None
