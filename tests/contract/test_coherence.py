"""What does not go together in a payload is told with its line and path, beside the errors of the schema."""

from datetime import UTC, datetime

import pytest

from service.contract.curseur import ecrire_curseur
from service.contract.validation import valider
from service.errors import SchemaInvalideError

IDENTIFIANT = "<t:identifiantMessage>7c9e6679-7425-40de-944b-e07fc1f90AE7</t:identifiantMessage>"
NUMERO = "<t:numeroDepot>D261205-7K3M9QXA</t:numeroDepot>"
LIMITE = "<t:limite>100</t:limite>"


def curseur(texte):
    return LIMITE, f"<t:curseur>{texte}</t:curseur>"


COHERENTS = {
    "a deposit by its number": ("ConsulteDepot",),
    "a deposit by the identifier of its message": ("ConsulteDepot", (NUMERO, IDENTIFIANT)),
    "one day": ("ListeDepots", ("2026-12-31", "2026-12-01")),
    "one day under two offsets": ("ListeDepots", ("2026-12-01", "2026-12-31+14:00"), ("2026-12-31<", "2026-12-31Z<")),
    "a cursor of ours": ("ListeDepots", curseur(ecrire_curseur(datetime(2026, 12, 5, tzinfo=UTC), "D261205-7K3M9QXA"))),
    "the first year with tables": ("ListeResteADeclarer", ("2026", "2018")),
    "the last year that can close": ("ListeResteADeclarer", ("2026", "9998")),
}
INCOHERENTS = {
    "both identifiers of a deposit": ("ConsulteDepot", (NUMERO, NUMERO + IDENTIFIANT), 12, "", "les deux"),
    "neither identifier of a deposit": ("ConsulteDepot", (NUMERO, ""), 12, "", "aucun"),
    "dates inverted": ("ListeDepots", ("2026-12-31", "2026-11-30"), 15, "/jusque", "ou un jour suivant"),
    "dates inverted whatever their offsets": (
        "ListeDepots",
        ("2026-12-31", " 2026-11-30-14:00 "),
        15,
        "/jusque",
        "ou un jour suivant",
    ),
    "no cursor of ours": ("ListeDepots", curseur("D261205-7K3M9QXA"), 16, "/curseur", "curseurSuivant"),
    "a year before the tables": ("ListeResteADeclarer", ("2026", "2017"), 14, "/annee", "de 2018 à 9998"),
    "a year that cannot close": ("ListeResteADeclarer", ("2026", "9999"), 14, "/annee", "de 2018 à 9998"),
}


def precisions(charge):
    with pytest.raises(SchemaInvalideError) as refus:
        valider(charge)
    return refus.value.precisions


@pytest.mark.parametrize("cas", COHERENTS.values(), ids=COHERENTS)
def test_what_goes_together_is_valid(charge, cas):
    valider(charge(*cas))


@pytest.mark.parametrize(("operation", "remplacement", "ligne", "champ", "mots"), INCOHERENTS.values(), ids=INCOHERENTS)
def test_what_does_not_go_together_is_told_with_its_line_and_path(charge, operation, remplacement, ligne, champ, mots):
    (precision,) = precisions(charge(operation, remplacement))
    assert (precision.ligne, precision.champ) == (ligne, operation + champ)
    assert mots in precision.message


def test_errors_of_the_schema_and_incoherences_are_told_together(charge):
    dites = precisions(
        charge(
            "ListeDepots",
            ("12345678200010", "123"),
            ("2026-12-31", "2026-11-30"),
            (LIMITE, "<t:curseur>x</t:curseur><t:limite>501</t:limite>"),
        )
    )
    assert [precision.champ for precision in dites] == [
        "ListeDepots/siret",
        "ListeDepots/limite",
        "ListeDepots/jusque",
        "ListeDepots/curseur",
    ]


@pytest.mark.parametrize("valeur", ["", "2026", "9" * 5000, "deux mille"])
def test_a_value_without_form_is_told_once(charge, valeur):
    (precision,) = precisions(charge("ListeDepots", ("2026-12-31", valeur)))
    assert precision.champ == "ListeDepots/jusque"
    if valeur != "2026":
        (precision,) = precisions(charge("ListeResteADeclarer", ("2026", valeur)))
        assert precision.champ == "ListeResteADeclarer/annee"
