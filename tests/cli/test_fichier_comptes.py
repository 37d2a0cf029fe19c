"""The CSV file of accounts."""

import pytest

from service.cli.fichier_comptes import lire_comptes
from service.domain.habilitation import Role
from service.errors import SaisieError

SIRET, AUTRE = "12345678200010", "98765432100017"
COMPLET = f"courriel;nom;prenom;siret;role\na@x.example;Lefèvre;Zoé;{SIRET};REFERENT\n"


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(COMPLET.encode(), id="UTF-8"),
        pytest.param(COMPLET.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(COMPLET.encode("cp1252"), id="Windows-1252"),
        pytest.param(COMPLET.replace(";", ",").encode(), id="commas"),
        pytest.param(COMPLET.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(COMPLET.replace("courriel", " Courriel ").encode(), id="header in another form"),
        pytest.param((COMPLET + ";;;;\n\n").encode(), id="empty rows at the end"),
        pytest.param(COMPLET.replace(SIRET, "123 456 782 00010").encode(), id="SIRET with spaces"),
        pytest.param(COMPLET.replace("REFERENT", " referent ").encode(), id="role in small letters"),
    ],
)
def test_a_file_is_read_whatever_its_form(octets):
    (compte,) = lire_comptes(octets)

    assert compte == ("a@x.example", "Lefèvre", "Zoé", ((SIRET, Role.REFERENT, 2),), 2)


def test_an_account_without_role_is_an_agent_s():
    (compte,) = lire_comptes(f"siret,courriel,nom,prenom\n{SIRET},a@x.example,A,Zoé\n".encode())

    assert compte.habilitations[0].role is Role.AGENT


def test_rows_of_one_address_are_one_account_with_several_esats():
    (compte,) = lire_comptes((COMPLET + f"A@x.example;Lefèvre;Zoé;{AUTRE};AGENT\n").encode())

    assert compte.habilitations == ((SIRET, Role.REFERENT, 2), (AUTRE, Role.AGENT, 3))


@pytest.mark.parametrize(
    ("texte", "lieux"),
    [
        pytest.param("", [(1, "courriel"), (1, "nom"), (1, "prenom"), (1, "siret")], id="nothing"),
        pytest.param("courriel;nom;prenom\n", [(1, "siret")], id="a column missing"),
        pytest.param(f"courriel;prenom;siret\na@x.example;Zoé;{SIRET}\n", [(1, "nom")], id="missing, with a row"),
        pytest.param("courriel;nom;prenom;siret;age\n", [(1, "age")], id="a column unknown"),
        pytest.param("courriel;nom;prenom;siret;nom\n", [(1, "nom")], id="a column twice"),
        pytest.param("courriel;nom;prenom;siret\n", [(None, None)], id="no account"),
        pytest.param(COMPLET.replace("REFERENT", "CHEF"), [(2, "role")], id="an unknown role"),
        pytest.param(
            COMPLET + f"a@x.example;Autre;Zoé;{AUTRE};AGENT\n", [(3, "courriel")], id="two names, one address"
        ),
        pytest.param(COMPLET + "b@x.example;B;B;1;AGENT;de trop\n", [(3, None)], id="a value too many"),
        pytest.param(
            COMPLET + "b@x.example;B;B;1;CHEF\nc@x.example;C;C;1;CHEF\n",
            [(3, "role"), (4, "role")],
            id="all rows at once",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_row_and_column(texte, lieux):
    with pytest.raises(SaisieError) as refus:
        lire_comptes(texte.encode())

    assert [(precision.ligne, precision.champ) for precision in refus.value.precisions] == lieux


def test_what_is_no_csv_is_refused():
    with pytest.raises(SaisieError, match="CSV lisible"):
        lire_comptes((COMPLET + '"sans fin;;;;\n').encode())
