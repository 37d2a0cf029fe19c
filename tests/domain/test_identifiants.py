"""Keys, forms and masks of the numbers that name persons and establishments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import identifiants

LARGES = settings(deadline=None, database=None)
NIR13 = st.from_regex(r"[1-478][0-9]{4}(2A|2B|[0-9]{2})[0-9]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("nir", "valide"),
    [
        ("185057800608491", True),
        ("185057800608490", False),
        ("185052A00608435", True),
        ("185052B00608462", True),
        ("185052A00608462", False),
        ("185052a00608435", False),
        ("18505780060849", False),
        ("1850578006084911", False),
        ("085057800608444", False),
        ("1850578006084A1", False),
        ("18505A800608491", False),
        ("١٨٥٠٥٧٨٠٠٦٠٨٤٩١", False),
        ("000000000000097", False),
        ("", False),
    ],
)
def test_nir_has_fifteen_characters_and_the_right_key(nir: str, valide: bool) -> None:
    assert identifiants.nir_valide(nir) is valide


@LARGES
@given(NIR13)
def test_the_key_of_a_nir_is_the_only_one_that_is_right(nir13: str) -> None:
    cle = identifiants.cle_nir(nir13)

    assert 1 <= cle <= 97
    assert [essai for essai in range(100) if identifiants.nir_valide(f"{nir13}{essai:02d}")] == [cle]


@LARGES
@given(NIR13, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_in_a_nir_is_always_seen(nir13: str, place: int, ecart: int) -> None:
    faux = nir13
    if nir13[place].isdigit():
        faux = f"{nir13[:place]}{(int(nir13[place]) + ecart) % 10}{nir13[place + 1 :]}"
    cle = identifiants.cle_nir(nir13)

    assert identifiants.nir_valide(f"{faux}{cle:02d}") is (faux == nir13)


def test_corsican_departements_count_as_19_and_18() -> None:
    assert identifiants.cle_nir("185052A006084") == identifiants.cle_nir("1850519006084")
    assert identifiants.cle_nir("185052B006084") == identifiants.cle_nir("1850518006084")


def test_key_of_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        identifiants.cle_nir("18505XX006084")


@pytest.mark.parametrize(
    ("nir", "naissance"),
    [
        ("185057800608491", (85, 5)),
        ("200017800608491", (0, 1)),
        ("185127800608409", (85, 12)),
        ("185007800608491", None),
        ("185137800608491", None),
        ("185207800608491", None),
        ("185427800608491", None),
        ("185507800608491", None),
        ("185997800608491", None),
        ("1AB057800608491", None),
        ("1٨٥٠٥7800608491", None),
        ("185", None),
    ],
)
def test_birth_told_by_a_nir(nir: str, naissance: tuple[int, int] | None) -> None:
    assert identifiants.naissance_du_nir(nir) == naissance


def test_nir_is_compared_trimmed_and_in_capitals() -> None:
    assert identifiants.nir_normalise(" 185052a00608435\n") == "185052A00608435"


@pytest.mark.parametrize(
    ("nir", "masque"),
    [("185057800608491", "•••••••••••8491"), ("12345", "•••••"), ("", ""), ("1850578006084911", "•" * 16)],
)
def test_masked_nir_shows_its_end_at_most(nir: str, masque: str) -> None:
    assert identifiants.masquer_nir(nir) == masque


@pytest.mark.parametrize(
    ("siret", "valide"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("37282932000074", False),
        ("55208131766522", True),
        ("05208131766522", False),
        ("7328293200007", False),
        ("732829320000744", False),
        ("7328293200007A", False),
        ("732 829 320 000 74", False),
        ("35600000000048", True),
        ("35600000049837", True),
        ("35600000049838", False),
        ("73282932000079", False),
        ("", False),
    ],
)
def test_siret_has_fourteen_digits_and_the_right_key(siret: str, valide: bool) -> None:
    assert identifiants.siret_valide(siret) is valide


@LARGES
@given(st.from_regex(r"[1-9][0-9]{12}", fullmatch=True).filter(lambda debut: not debut.startswith("356")))
def test_exactly_one_last_digit_makes_a_siret_right(debut: str) -> None:
    assert sum(identifiants.siret_valide(f"{debut}{cle}") for cle in range(10)) == 1


@LARGES
@given(st.from_regex(r"[1-9][0-9]{12}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_in_a_siret_is_always_seen(debut: str, place: int, ecart: int) -> None:
    juste = next(f"7{debut[1:]}{cle}" for cle in range(10) if identifiants.siret_valide(f"7{debut[1:]}{cle}"))
    faux = f"{juste[:place]}{(int(juste[place]) + ecart) % 10}{juste[place + 1 :]}"

    assert faux.startswith("356000000") or not identifiants.siret_valide(faux)


@pytest.mark.parametrize(
    ("finess", "valide"),
    [
        ("830100616", True),
        ("830100617", False),
        ("2A0000014", True),
        ("2B0000020", True),
        ("2B0004246", True),
        ("2A0000024", False),
        ("2C0000014", False),
        ("83010061", False),
        ("8301006160", False),
    ],
)
def test_finess_has_nine_characters_and_the_right_key(finess: str, valide: bool) -> None:
    assert identifiants.finess_valide(finess) is valide


@pytest.mark.parametrize(
    ("numero", "valide"),
    [
        ("1234567", True),
        ("0234567A", True),
        ("0234567a", True),
        ("123456", False),
        ("12345678", False),
        ("1234567AB", False),
        ("A1234567", False),
        ("1234567é", False),
        ("١234567", False),
        ("1234567\n", False),
        ("", False),
    ],
)
def test_numero_allocataire_is_seven_digits_and_at_most_a_letter(numero: str, valide: bool) -> None:
    assert identifiants.numero_allocataire_valide(numero) is valide


@pytest.mark.parametrize(
    ("organisme", "valide"),
    [("831", True), ("001", True), ("83", False), ("8311", False), ("83A", False), ("83\n", False), ("", False)],
)
def test_organisme_is_three_digits(organisme: str, valide: bool) -> None:
    assert identifiants.organisme_valide(organisme) is valide


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("  de   la\tRoche ", "DE LA ROCHE"),
        ("Le-Gall", "LE GALL"),
        ("D'Aubigné", "D AUBIGNE"),
        ("D’Aubigné", "D AUBIGNE"),
        ("Cœur", "COEUR"),
        ("Weiß", "WEISS"),
        ("ÇELİK", "CELIK"),
        ("Łukasz", "LUKASZ"),
        ("", ""),
    ],
)
def test_names_are_searched_without_accents_case_or_punctuation(nom: str, attendu: str) -> None:
    assert identifiants.nom_normalise(nom) == attendu


@LARGES
@given(st.text())
def test_a_normalised_name_stays_so(nom: str) -> None:
    une_fois = identifiants.nom_normalise(nom)

    assert identifiants.nom_normalise(une_fois) == une_fois
