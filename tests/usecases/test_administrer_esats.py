"""ESATs recorded, listed, shown, found by what an operator types."""

from datetime import date

import pytest
from maison import AGENT
from messages import SIRET

from service.errors import SaisieError
from service.usecases.administrer_esats import creer_esat, exiger_esat, lister_esats, montrer_esat, trouver_sirets

NOUVEAU = "99910083700015"


def test_an_esat_is_recorded_as_it_was_given_less_the_spaces(service_partout):
    siret = creer_esat(
        service_partout.dependencies, "999 100 837 00015", "ESAT L'Étoile", "CONV-1", "83 9900016", "1 rue du Port"
    )

    assert siret == NOUVEAU
    esat = montrer_esat(service_partout.dependencies, NOUVEAU).esat
    assert (esat.siret, esat.raison_sociale, esat.convention) == (NOUVEAU, "ESAT L'Étoile", "CONV-1")
    assert (esat.finess, esat.adresse) == ("839900016", "1 rue du Port")


def test_finess_and_address_may_be_missing(service):
    creer_esat(service.dependencies, NOUVEAU, "ESAT", "CONV-1")

    esat = montrer_esat(service.dependencies, NOUVEAU).esat
    assert (esat.finess, esat.adresse) == (None, "")


@pytest.mark.parametrize(
    ("champ", "valeurs"),
    [
        ("siret", {"siret": "99910083700016"}),
        ("siret", {"siret": "9991008370001"}),
        ("finess", {"finess": "839900017"}),
        ("nom", {"raison_sociale": ""}),
        ("nom", {"raison_sociale": "x" * 201}),
        ("adresse", {"adresse": "x" * 401}),
    ],
)
def test_a_wrong_esat_is_refused_with_the_field(service, champ, valeurs):
    complet = {"siret": NOUVEAU, "raison_sociale": "ESAT", "convention": "CONV-1"} | valeurs

    with pytest.raises(SaisieError) as refus:
        creer_esat(service.dependencies, **complet)

    assert [precision.champ for precision in refus.value.precisions] == [champ]
    assert len(lister_esats(service.dependencies)) == 1


@pytest.mark.parametrize(
    ("siret", "convention", "raison"),
    [(SIRET, "CONV-1", "déjà"), (NOUVEAU, "CONV-9", "la créer d'abord")],
)
def test_an_esat_is_recorded_once_and_under_a_convention(service_partout, siret, convention, raison):
    with pytest.raises(SaisieError, match=raison):
        creer_esat(service_partout.dependencies, siret, "ESAT", convention)


def test_the_list_tells_whose_convention_runs(service):
    service.convention("FINIE", fin=date(2026, 12, 3))
    service.esat(NOUVEAU, "FINIE")

    assert [(esat.siret, en_cours) for esat, en_cours in lister_esats(service.dependencies)] == [
        (SIRET, True),
        (NOUVEAU, False),
    ]


def test_an_esat_is_shown_with_the_accounts_that_act_for_it_and_no_others(service_partout):
    service_partout.autre_esat()

    fiche = montrer_esat(service_partout.dependencies, SIRET)

    assert fiche.en_cours
    assert [compte.courriel for compte in fiche.comptes] == [AGENT]


@pytest.mark.parametrize("siret", [NOUVEAU, "", "n'importe quoi"])
def test_an_unknown_esat_is_refused(service, siret):
    with pytest.raises(SaisieError, match="Aucun ESAT"):
        montrer_esat(service.dependencies, siret)


@pytest.mark.parametrize(
    ("texte", "sirets"),
    [
        pytest.param("etoile", ["99910083700015"], id="part of the name without accents or capitals"),
        pytest.param("ESAT", [SIRET, NOUVEAU], id="several ESATs"),
        pytest.param("999 100 837 00015", [NOUVEAU], id="a SIRET with spaces"),
        pytest.param("11111111111111", ["11111111111111"], id="a SIRET that no ESAT has, as refused messages bear"),
    ],
)
def test_an_operator_finds_esats_by_siret_or_by_part_of_the_name(service, texte, sirets):
    creer_esat(service.dependencies, NOUVEAU, "ESAT de l'Étoile", "CONV-1")

    with service.dependencies.unites.lecture() as unite:
        assert trouver_sirets(unite, texte) == sirets


@pytest.mark.parametrize("texte", ["inconnu", "'", ""])
def test_a_text_that_is_in_no_name_is_refused(service, texte):
    with service.dependencies.unites.lecture() as unite, pytest.raises(SaisieError, match="Aucun ESAT"):
        trouver_sirets(unite, texte)


def test_an_esat_is_found_whatever_the_spaces(service):
    with service.dependencies.unites.lecture() as unite:
        assert exiger_esat(unite, "12345678 200010").siret == SIRET
