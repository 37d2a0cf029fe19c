"""CSV: encodings, separators, decimal commas."""

import pytest

from service.contract.fichiers.lecture_csv import Csv
from service.errors import SaisieError

ENTETE = "nir;nom;prenom;montant_net"


@pytest.mark.parametrize(
    ("octets", "nature"),
    [
        (f"{ENTETE}\n1;é;b;812,40\n".encode(), "CSV (UTF-8, point-virgule)"),
        (b"\xef\xbb\xbf" + f"{ENTETE}\n1;\xe9;b;812,40\n".encode(), "CSV (UTF-8, point-virgule)"),
        (f"{ENTETE}\n1;é;b;812,40 €\n".encode("cp1252"), "CSV (Windows-1252, point-virgule)"),
        (b"\xff\xfe" + ENTETE.replace(";", "\t").encode("utf-16-le"), "CSV (UTF-16, tabulation)"),
        (b"\xfe\xff" + ENTETE.replace(";", "\t").encode("utf-16-be"), "CSV (UTF-16, tabulation)"),
        (ENTETE.replace(";", ",").encode(), "CSV (UTF-8, virgule)"),
        (b"sep=|\r\n" + ENTETE.replace(";", "|").encode(), "CSV (UTF-8, autre séparateur)"),
    ],
)
def test_encoding_and_separator_are_recognised(octets, nature):
    lu = Csv(octets)
    assert lu.nature == nature
    assert "nom" in next(iter(lu.rangees()))[1]


def test_the_separator_is_that_of_the_names_of_columns_not_the_most_frequent():
    lu = Csv(f"{ENTETE}\n1;a, b, c, d, e, f, g;h;812,40\n".encode())
    assert len(list(lu.rangees())[1][1]) == 4


@pytest.mark.parametrize(
    ("contenu", "virgule"),
    [
        ("nir;nom;prenom\n1;a;812,40\n", True),
        ("nir;nom;prenom\n1;a;1.812,4\n", True),
        ("nir;nom;prenom\n1;a;812.40\n", False),
        ('nir,nom,prenom\n1,a,"812,40"\n', False),
        ("nir;nom;prenom\n1;a, b;c\n", False),
    ],
)
def test_decimal_commas_are_noticed(contenu, virgule):
    assert Csv(contenu.encode()).virgule_decimale() is virgule


def test_spaces_around_and_inside_a_cell_are_those_of_one_word_to_the_next():
    assert list(Csv("nir;nom;prenom\n 1 ; Le \u00a0 Goff;\u202f\n".encode()).rangees())[1] == (
        2,
        ("1", "Le Goff", None),
    )


@pytest.mark.parametrize("octets", [b"\xff\xfea", b"nir;nom\n1;\x8d\n", b"nir;n\x00m\n"])
def test_what_is_no_text_is_refused(octets):
    with pytest.raises(SaisieError):
        Csv(octets)


def test_a_quotation_mark_left_open_is_told_with_its_row():
    with pytest.raises(SaisieError, match="ligne 3"):
        list(Csv(b'nir;nom;prenom\n1;a;b\n2;"c;d\n').rangees())
