"""What commands print: for people, for programs, never for the terminal to obey."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from service.cli.output import (
    Colonne,
    abreger,
    imprimable,
    imprimer_fiche,
    imprimer_liste,
    lisible,
    plier,
)
from service.domain.habilitation import EtatCompte

COLONNES = (Colonne("nom", "Nom"), Colonne("valeur", "Valeur"), Colonne("detail", "Détail", en_table=False))
INSTANT = datetime(2026, 7, 1, 22, 30, 5, 125_000, UTC)


@pytest.mark.parametrize(
    ("valeur", "lu"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (12, "12"),
        ("texte", "texte"),
        (date(2026, 7, 1), "01/07/2026"),
        (INSTANT, "02/07/2026 00:30:05"),
        (EtatCompte.RETIRE, "Retiré"),
        (["a", "b"], "a\nb"),
    ],
)
def test_people_read_labels_french_dates_and_the_time_of_paris(valeur, lu):
    assert lisible(valeur) == lu


@pytest.mark.parametrize(
    ("valeur", "cellule", "brut"),
    [
        (None, "", None),
        (True, "oui", True),
        (12, "12", 12),
        (-12, "-12", -12),
        ("a;b", "a;b", "a;b"),
        (date(2026, 7, 1), "2026-07-01", "2026-07-01"),
        (INSTANT, "2026-07-02T00:30:05.125+02:00", "2026-07-02T00:30:05.125+02:00"),
        (EtatCompte.RETIRE, "RETIRE", "RETIRE"),
        (["a", "b"], "a b", ["a", "b"]),
    ],
)
def test_programs_read_codes_and_iso_8601(capsys, valeur, cellule, brut):
    imprimer_liste("csv", COLONNES, [("n", valeur, None)])
    lignes = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter=";"))
    imprimer_liste("json", COLONNES, [("n", valeur, None)])
    objets = json.loads(capsys.readouterr().out)

    assert lignes == [{"nom": "n", "valeur": cellule, "detail": ""}]
    assert objets == [{"nom": "n", "valeur": brut, "detail": None}]


@pytest.mark.parametrize("debut", ["=", "+", "-", "@"])
def test_a_cell_that_a_spreadsheet_would_compute_is_given_as_text(capsys, debut):
    imprimer_liste("csv", COLONNES, [(f"{debut}1+1", None, None)])

    assert capsys.readouterr().out.splitlines()[1] == f"'{debut}1+1;;"


@pytest.mark.parametrize("signe", ["\x1b", "\x07", "\n", "\r", "\x9b", "\u202e", "\u2028", "\u200b", "\ud800"])
@pytest.mark.parametrize("forme", ["table", "csv"])
def test_nothing_that_a_stranger_sent_commands_the_terminal(capsys, forme, signe):
    imprimer_liste(forme, COLONNES, [(f"a{signe}b", None, None)])

    sortie = capsys.readouterr().out
    assert "a\ufffdb" in sortie
    assert signe == "\n" or signe not in sortie


def test_json_escapes_what_a_terminal_would_obey(capsys):
    imprimer_liste("json", COLONNES, [("a\x1b\x9b\u202eb", None, None)])

    sortie = capsys.readouterr().out
    assert sortie.isascii()
    assert "\x1b" not in sortie
    assert json.loads(sortie)[0]["nom"] == "a\x1b\x9b\u202eb"


def test_accents_are_printed_as_such(capsys):
    imprimer_liste("json", COLONNES, [("Éloïse", None, None)])

    assert "Éloïse" in capsys.readouterr().out
    assert imprimable("Éloïse – œuvre") == "Éloïse – œuvre"


def test_json_is_an_array_with_one_object_a_line(capsys):
    imprimer_liste("json", COLONNES, [("a", 1, None), ("b", 2, None)])

    lignes = capsys.readouterr().out.splitlines()
    assert len(lignes) == 4
    assert json.loads(lignes[2])["nom"] == "b"


@pytest.mark.parametrize(("forme", "sortie"), [("json", "[]\n"), ("csv", "nom;valeur;detail\n"), ("table", "")])
def test_an_empty_list_is_still_what_was_asked(capsys, forme, sortie):
    imprimer_liste(forme, COLONNES, [], "Rien ici.")

    lu = capsys.readouterr()
    assert lu.out == sortie
    assert lu.err == ("Rien ici.\n" if forme == "table" else "")


@pytest.mark.parametrize("forme", ["csv", "json"])
def test_rows_are_printed_as_they_come(capsys, forme):
    def lignes():
        yield "premiere", None, None
        assert "premiere" in capsys.readouterr().out
        yield "seconde", None, None

    imprimer_liste(forme, COLONNES, lignes())

    assert "seconde" in capsys.readouterr().out


def test_a_table_hides_what_is_not_for_it_and_obeys_no_markup(capsys):
    imprimer_liste("table", COLONNES, [("[bold]a[/bold] :smile:", 1, "caché")])

    sortie = capsys.readouterr().out
    assert "[bold]a[/bold] :smile:" in sortie
    assert "caché" not in sortie
    assert "Détail" not in sortie


def test_facts_are_told_under_their_names(capsys):
    imprimer_fiche([("Nom", "ESAT"), ("Adresse", "ici\x1b[2J")])

    assert [ligne.split() for ligne in capsys.readouterr().out.splitlines()] == [
        ["Nom", "ESAT"],
        ["Adresse", "ici\ufffd[2J"],
    ]


@pytest.mark.parametrize(
    ("courriel", "largeur", "plie"),
    [
        ("a@b.example", 11, "a@b.example"),
        ("a@b.example", 10, "a\n@b.example"),
        ("sans-arobase", 5, "sans-arobase"),
        ("a\n@b", 2, "a\ufffd\n@b"),
    ],
)
def test_an_address_breaks_where_a_person_would(courriel, largeur, plie):
    assert plier(courriel, largeur) == plie


@pytest.mark.parametrize(("largeur", "abrege"), [(10, "abcdefghij"), (9, "abcdefgh…"), (1, "…"), (0, "…")])
def test_a_text_cut_says_so(largeur, abrege):
    assert abreger("abcdefghij", largeur) == abrege
