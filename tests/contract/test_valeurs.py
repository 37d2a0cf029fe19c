"""Values of simple types, and the little that is said of those that are not."""

import pytest

from service.contract.modele import modele
from service.contract.valeurs import conseil, decrire, est_une_date, est_valide, reduire

DESCRIPTIONS = {
    "": "un élément vide",
    " \n\t": "un élément vide",
    "1": "1 chiffre",
    " 123 ": "3 chiffres",
    "x": "1 caractère, dont des lettres",
    "12.5": "4 caractères",
    "1 85": "4 caractères, dont des espaces",
    "Jean 2": "6 caractères, dont des lettres et des espaces",
    "١٢٣": "3 caractères",
    "1\u00a02": "3 caractères, dont des espaces",
}


@pytest.mark.parametrize("texte", DESCRIPTIONS)
def test_a_text_is_described_by_its_length_and_kind_only(texte):
    assert decrire(texte) == DESCRIPTIONS[texte]


CONSEILS = {
    ("MontantType", "812,40"): "point",
    ("MontantType", "812.40 €"): "",
    ("LimiteType", "1,5"): "",
    ("MotifDepartType", "retraite"): "en majuscules",
    ("MotifDepartType", "parti"): "",
    ("SiretType", "123 456 782 00010"): "sans espace ni séparateur",
    ("NirType", "1-85-05-83-001-001-92"): "sans espace ni séparateur",
    ("SiretType", "123"): "",
    ("NomType", ""): "",
}


@pytest.mark.parametrize(("nom", "texte"), CONSEILS)
def test_common_mistakes_get_a_hint(nom, texte):
    dit = conseil(texte, modele().types[nom])
    assert CONSEILS[nom, texte] in dit
    assert bool(CONSEILS[nom, texte]) == bool(dit)


@pytest.mark.parametrize(
    "texte", ["2000-02-29", "0001-01-01", "9999-12-31Z", " 2026-01-01+13:59\n", "2026-01-01-14:00"]
)
def test_a_date_of_the_calendar_is_one(texte):
    assert est_une_date(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "2026-02-29",
        "0000-01-01",
        "10000-01-01",
        "-2026-01-01",
        "2026-1-1",
        "2026-01-01+14:30",
        "2026-01-01z",
        "٢٠٢٦-01-01",
    ],
)
def test_anything_else_is_no_date(texte):
    assert not est_une_date(texte)


def test_blanks_are_those_of_xml_only():
    assert reduire(" a \t\r\n b ") == "a b"
    assert reduire("\u00a0a\u00a0") == "\u00a0a\u00a0"


def test_blanks_count_in_a_password_and_nowhere_else():
    types = modele().types
    assert est_valide(" ", types["MotDePasseType"])
    assert not est_valide(" ", types["NomType"])
    assert not est_valide("x" * 256 + " ", types["MotDePasseType"])
    assert est_valide("x" * 80 + " ", types["NomType"])
