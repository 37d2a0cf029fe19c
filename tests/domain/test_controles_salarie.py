"""Rules on the employee: what must trigger each, and what just must not."""

from datetime import date
from typing import Any

import pytest

from service.domain.controles import identites, juger_certificats, juger_changements
from service.domain.declaration import Salarie

CAS: dict[str, tuple[set[str], dict[str, Any], dict[str, Any]]] = {
    "I02 key": ({"I02"}, {"nir": "185057800608492"}, {"nir": "185057800608491"}),
    "I02 a digit of the number": ({"I02"}, {"nir": "185057800608591"}, {"nir": "185057800608491"}),
    "I02 2A counts as 19": ({"I02"}, {"nir": "185052A00608434"}, {"nir": "185052A00608435"}),
    "I02 2B counts as 18": ({"I02"}, {"nir": "185052B00608435"}, {"nir": "185052B00608462"}),
    "I02 a letter elsewhere": ({"I02"}, {"nir": "1850578006084A1"}, {"nir": "185057800608491"}),
    "I03 six digits": (
        {"I03"},
        {"nir": None, "numero_allocataire": "123456"},
        {"nir": None, "numero_allocataire": "1234567"},
    ),
    "I03 two letters": ({"I03"}, {"numero_allocataire": "1234567AB"}, {"numero_allocataire": "1234567A"}),
    "I03 organisme of two digits": (
        {"I03"},
        {"numero_allocataire": "1234567", "organisme": "83"},
        {"numero_allocataire": "1234567", "organisme": "083"},
    ),
    "I03 no organisme anywhere": (
        {"I03"},
        {"numero_allocataire": "1234567", "organisme_convention": None},
        {"numero_allocataire": "1234567", "organisme": "831", "organisme_convention": None},
    ),
    "I03 no organisme, away from the convention": (
        {"I03"},
        {"numero_allocataire": "1234567", "organisme_convention": None},
        {"numero_allocataire": "1234567", "organisme_convention": None, "hors_ligne": True},
    ),
    "I06 month": ({"I06"}, {"date_naissance": date(1985, 6, 17)}, {"date_naissance": date(1985, 5, 31)}),
    "I06 year": ({"I06"}, {"date_naissance": date(1984, 5, 17)}, {"date_naissance": date(1885, 5, 17)}),
    "I06 fictional month": (
        {"I06"},
        {"nir": "185127800608409", "date_naissance": date(1985, 5, 17)},
        {"nir": "185207800608440", "date_naissance": date(1985, 5, 17)},
    ),
    "I07": ({"I07"}, {"nir": None}, {"nir": None, "numero_allocataire": "1234567"}),
    "I07 empty texts": (
        {"I07"},
        {"nir": "", "numero_allocataire": ""},
        {"nir": "", "numero_allocataire": "1234567"},
    ),
}


@pytest.mark.parametrize(("attendues", "fautive", "limite"), CAS.values(), ids=CAS)
@pytest.mark.parametrize("volet", ["juger_certificat", "juger_changement"])
def test_rule_speaks_on_the_wrong_employee_and_not_on_the_nearest_right_one(
    request: pytest.FixtureRequest, volet: str, attendues: set[str], fautive: Any, limite: Any
) -> None:
    juger = request.getfixturevalue(volet)

    assert {anomalie.code for anomalie in juger(**fautive).anomalies} == attendues
    assert juger(**limite).anomalies == ()


@pytest.mark.parametrize(
    ("valeurs", "champs"),
    [
        ({"nir": "185057800608492"}, [("I02", "salarie/nir")]),
        ({"date_naissance": date(1999, 5, 17)}, [("I06", "salarie/dateNaissance")]),
        ({"nir": None}, [("I07", "salarie")]),
        (
            {"numero_allocataire": "12", "organisme": "8"},
            [("I03", "salarie/organisme"), ("I03", "salarie/numeroAllocataire")],
        ),
        ({"numero_allocataire": "1234567", "organisme_convention": None}, [("I03", "salarie/organisme")]),
    ],
)
def test_anomaly_names_the_path_of_the_field(juger_certificat: Any, valeurs: Any, champs: Any) -> None:
    assert [(anomalie.code, anomalie.champ) for anomalie in juger_certificat(**valeurs).anomalies] == champs


DEUX_FOIS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "same NIR": ({}, {"nom": "AUTRE"}, "salarie/nir"),
    "same NIR in small letters": ({"nir": "185052A00608435"}, {"nir": "185052a00608435"}, "salarie/nir"),
    "same organisme and numéro": (
        {"nir": None, "numero_allocataire": "1234567A", "organisme": "831"},
        {"numero_allocataire": "1234567a", "organisme": "831"},
        "salarie/numeroAllocataire",
    ),
    "organisme of the convention": (
        {"nir": None, "numero_allocataire": "1234567"},
        {"nir": None, "numero_allocataire": "1234567", "organisme": "831"},
        "salarie/numeroAllocataire",
    ),
    "both keys": ({"numero_allocataire": "1234567"}, {"numero_allocataire": "1234567"}, "salarie/nir"),
    "same numéro of another organisme": (
        {"nir": None, "numero_allocataire": "1234567", "organisme": "831"},
        {"nir": None, "numero_allocataire": "1234567", "organisme": "831"[::-1]},
        None,
    ),
    "same numéro with another letter": (
        {"nir": None, "numero_allocataire": "1234567A"},
        {"nir": None, "numero_allocataire": "1234567B"},
        None,
    ),
    "same name and birth only": ({}, {"nir": None, "numero_allocataire": "1234567"}, None),
}


@pytest.mark.parametrize(("premiere", "seconde", "champ"), DEUX_FOIS.values(), ids=DEUX_FOIS)
def test_second_line_of_an_employee_is_rejected_and_the_first_is_not(
    salarie: Salarie, certificat: Any, contexte_certificats: Any, premiere: Any, seconde: Any, champ: str | None
) -> None:
    lignes = [certificat._replace(salarie=salarie._replace(**valeurs)) for valeurs in (premiere, seconde)]

    jugements = juger_certificats(lignes, contexte_certificats)

    assert jugements[0].anomalies == ()
    assert [(a.code, a.champ) for a in jugements[1].anomalies] == ([("I04", champ)] if champ else [])


def test_every_further_line_is_told_the_rank_of_the_first(
    salarie: Salarie, changement: Any, contexte_changements: Any
) -> None:
    autre = changement._replace(salarie=salarie._replace(nir=None, numero_allocataire="7654321"))

    jugements = juger_changements([autre, changement, changement, changement], contexte_changements)

    assert [[a.code for a in jugement.anomalies] for jugement in jugements] == [[], [], ["I04"], ["I04"]]
    assert all("rang 2 " in jugement.anomalies[0].message for jugement in jugements[2:])


def test_a_rejected_line_still_counts_as_the_first_of_its_employee(certificat: Any, contexte_certificats: Any) -> None:
    jugements = juger_certificats([certificat._replace(nombre_mois=13), certificat], contexte_certificats)

    assert [[a.code for a in jugement.anomalies] for jugement in jugements] == [["C02"], ["I04"]]
    assert "rang 1 " in jugements[1].anomalies[0].message


@pytest.mark.parametrize(
    ("valeurs", "defaut", "attendues"),
    [
        ({"nir": " 185052a00608435 "}, None, ("185052A00608435", None)),
        ({"numero_allocataire": "1234567a", "organisme": "131"}, "831", ("185057800608491", "131:1234567A")),
        ({"nir": None, "numero_allocataire": "1234567"}, "831", (None, "831:1234567")),
        ({"nir": None, "numero_allocataire": "1234567"}, None, (None, None)),
        ({"nir": "", "numero_allocataire": ""}, "831", (None, None)),
    ],
)
def test_identity_keys(salarie: Salarie, valeurs: Any, defaut: str | None, attendues: Any) -> None:
    assert identites(salarie._replace(**valeurs), defaut) == attendues
