"""One cell, one value; what is not one is refused, never guessed."""

from datetime import date
from decimal import Decimal

import pytest

from service.contract.fichiers import valeurs
from service.contract.fichiers.valeurs import ValeurError
from service.domain.declaration import Nature


@pytest.mark.parametrize(
    ("ecrit", "valeur"),
    [
        ("812,40", "812.40"),
        ("812.4", "812.4"),
        ("1 812,40", "1812.40"),
        ("1\u00a0812,40", "1812.40"),
        ("1\u202f812,40 €", "1812.40"),
        ("1.812,40", "1812.40"),
        ("1,812.40", "1812.40"),
        ("12 345.678,9", None),
        ("1'812,40", "1812.40"),
        ("-12,5", "-12.5"),
        ("−12,5", "-12.5"),
        ("+3", "3"),
        ("0012", "12"),
        ("812.4000244140625", "812.4000244140625"),
        ("", None),
        ("12,", None),
        (",5", None),
        ("1e3", None),
        ("8OO", None),
        ("12,5,3", None),
        ("1,234,567", None),
        ("٣", None),
        ("NaN", None),
        ("12 €€", None),
    ],
)
def test_a_number_is_read_as_people_write_it(ecrit, valeur):
    if valeur is None:
        with pytest.raises(ValeurError):
            valeurs.euros(ecrit, False)
    else:
        assert valeurs.euros(ecrit, False) == Decimal(valeur)


def test_a_point_that_may_separate_thousands_is_refused_where_decimals_have_commas():
    with pytest.raises(ValeurError, match="1234 pour mille"):
        valeurs.euros("1.234", True)
    assert valeurs.euros("1.234", False) == Decimal("1.234")
    assert valeurs.euros("1.23", True) == Decimal("1.23")


def test_a_share_may_have_its_sign():
    assert valeurs.pourcentage("12,5 %", True) == Decimal("12.5")


@pytest.mark.parametrize(
    ("ecrit", "heures"), [("17h30", "17.50"), ("17:30", "17.50"), ("35h", "35.00"), ("17,5", "17.5"), ("35", "35")]
)
def test_hours_are_read_with_or_without_minutes(ecrit, heures):
    assert valeurs.heures(ecrit, True) == Decimal(heures)


def test_hours_have_no_seventy_minutes():
    with pytest.raises(ValeurError):
        valeurs.heures("17h70", True)


@pytest.mark.parametrize(
    ("ecrit", "jour"),
    [
        ("14/05/1985", date(1985, 5, 14)),
        ("1985-05-14", date(1985, 5, 14)),
        ("3/7/1990", date(1990, 7, 3)),
        ("14.05.1985", date(1985, 5, 14)),
        ("14/05/1985 00:00:00", date(1985, 5, 14)),
        ("1985-05-14T00:00:00Z", date(1985, 5, 14)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2023", None),
        ("05/14/1985", None),
        ("14/05/85", None),
        ("1985", None),
        ("31186", None),
        ("14 mai 1985", None),
        ("00/05/1985", None),
        ("14/05/0000", None),
        ("14/05/1985 08:30", None),
    ],
)
def test_a_date_is_french_or_iso_and_exists(ecrit, jour):
    if jour is None:
        with pytest.raises(ValeurError):
            valeurs.jour(ecrit)
    else:
        assert valeurs.jour(ecrit) == jour


def test_a_serial_number_is_not_taken_for_a_date():
    with pytest.raises(ValeurError, match="format Date"):
        valeurs.jour(Decimal(31186))


@pytest.mark.parametrize("ecrit", ["1 85 05 99 901 001 92", "185.05.99.901.001.92", "1-85-05-99-901-001-92"])
def test_a_nir_loses_its_separators(ecrit):
    assert valeurs.nir(ecrit) == "185059990100192"


def test_a_nir_of_corsica_is_put_in_capitals():
    assert valeurs.nir("27512 2a901 002 44") == "275122A90100244"


def test_a_nir_stored_as_a_number_is_taken_only_with_all_its_digits():
    assert valeurs.nir(Decimal(185059990100192)) == "185059990100192"
    for perdu in (Decimal("1850599901001"), Decimal("185059990100192.5"), Decimal(-1)):
        with pytest.raises(ValeurError, match="format Texte"):
            valeurs.nir(perdu)


def test_a_nir_that_a_spreadsheet_rounded_is_refused_with_the_way_out():
    with pytest.raises(ValeurError, match=r"arrondi.*format Texte"):
        valeurs.nir("1,85E+14")


@pytest.mark.parametrize(
    ("lire", "bon", "mauvais"),
    [
        (valeurs.numero_allocataire, Decimal(1234567), Decimal(123456)),
        (valeurs.organisme, Decimal(831), Decimal(31)),
    ],
)
def test_a_code_stored_as_a_number_is_taken_only_with_all_its_digits(lire, bon, mauvais):
    assert lire(bon) == str(bon)
    with pytest.raises(ValeurError, match="zéro est peut-être perdu"):
        lire(mauvais)


@pytest.mark.parametrize("abime", ["LefÃ¨vre", "Ã‰lodie", "Lef\ufffdvre"])
def test_a_name_spoiled_by_a_wrong_encoding_is_refused(abime):
    with pytest.raises(ValeurError, match="accents"):
        valeurs.nom(abime)


@pytest.mark.parametrize("juste", ["Lefèvre-Durand", "N'Diaye", "João", "JOÃO", "Œuvrard", "de la Tour"])
def test_a_name_with_accents_is_left_as_it_is(juste):
    assert valeurs.nom(juste) == juste


@pytest.mark.parametrize(
    ("cellule", "message"),
    [
        (Decimal(12), "nom est attendu"),
        (date(2026, 1, 2), "date"),
        ("#REF!", "erreur de calcul"),
        ("#CALCUL!", "jamais calculée"),
        ("a\x00b", "contrôle"),
        ("a" * 201, "200 caractères"),
    ],
)
def test_a_cell_that_is_no_text_is_refused(cellule, message):
    with pytest.raises(ValeurError, match=message):
        valeurs.nom(cellule)


@pytest.mark.parametrize(("ecrit", "mois"), [("12", 12), ("12,0", 12), ("0", 0), ("13", 13), ("-1", -1)])
def test_months_are_whole(ecrit, mois):
    assert valeurs.mois(ecrit, True) == mois


@pytest.mark.parametrize("ecrit", ["11,5", "1000000", "douze"])
def test_months_that_are_not_whole_are_refused(ecrit):
    with pytest.raises(ValeurError):
        valeurs.mois(ecrit, True)


@pytest.mark.parametrize("ecrit", ["Départ", "depart", " DÉPART "])
def test_a_nature_has_any_capitals_and_accents(ecrit):
    assert valeurs.nature(ecrit) is Nature.DEPART


@pytest.mark.parametrize("ecrit", ["Fin de contrat", "FIN_DE_CONTRAT", "fin-de-contrat"])
def test_a_reason_has_any_capitals_and_spaces(ecrit):
    assert valeurs.motif(ecrit) == "FIN_DE_CONTRAT"


def test_an_unknown_nature_or_reason_is_refused_with_what_is_expected():
    with pytest.raises(ValeurError, match="augmentation, reduction ou depart"):
        valeurs.nature("mutation")
    with pytest.raises(ValeurError, match="MILIEU_ORDINAIRE"):
        valeurs.motif("mutation")


@pytest.mark.parametrize("lire", [valeurs.nir, valeurs.nom, valeurs.jour, valeurs.motif, valeurs.nature])
def test_no_message_quotes_the_cell(lire):
    with pytest.raises(ValeurError) as refus:
        lire("Dupont!? 31/02/1985 \x01")
    assert "Dupont" not in str(refus.value)
