"""Rights given and taken back; one référent an ESAT."""

from datetime import date

import pytest
from maison import AGENT
from messages import AUTRE_SIRET, SIRET

from service.domain.habilitation import Role
from service.errors import SaisieError
from service.usecases.administrer_comptes import retirer_compte
from service.usecases.administrer_habilitations import deshabiliter, habiliter, habiliter_compte
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import AU_CLAVIER
from service.usecases.lister_comptes import lister_comptes

AUTRE = "autre@esat.example"


def droits(service, courriel):
    (compte,) = [un for un in lister_comptes(service.dependencies) if un.courriel == courriel]
    return compte.droits


def test_a_right_is_given_and_taken_back(service_partout):
    service_partout.esat(AUTRE_SIRET)

    habiliter(service_partout.dependencies, AGENT.upper(), "987 654 321 00017", Role.AGENT)
    assert droits(service_partout, AGENT) == [(SIRET, Role.AGENT, False), (AUTRE_SIRET, Role.AGENT, False)]

    deshabiliter(service_partout.dependencies, AGENT, SIRET)
    assert droits(service_partout, AGENT) == [(AUTRE_SIRET, Role.AGENT, False)]


def test_the_role_of_an_account_can_change_and_be_told_again(service_partout):
    for role in (Role.REFERENT, Role.REFERENT, Role.AGENT):
        habiliter(service_partout.dependencies, AGENT, SIRET, role)
        assert droits(service_partout, AGENT) == [(SIRET, role, False)]


def test_an_esat_has_one_referent_who_must_step_down_first(service_partout):
    service_partout.compte(AUTRE)
    habiliter(service_partout.dependencies, AGENT, SIRET, Role.REFERENT)

    with pytest.raises(SaisieError, match=r"^Cet ESAT a déjà son référent"):
        habiliter(service_partout.dependencies, AUTRE, SIRET, Role.REFERENT)
    habiliter(service_partout.dependencies, AGENT, SIRET, Role.AGENT)
    habiliter(service_partout.dependencies, AUTRE, SIRET, Role.REFERENT)

    assert (droits(service_partout, AGENT), droits(service_partout, AUTRE)) == (
        [(SIRET, Role.AGENT, False)],
        [(SIRET, Role.REFERENT, False)],
    )


def test_the_place_of_a_referent_who_retires_is_free(service):
    service.compte(AUTRE)
    habiliter(service.dependencies, AGENT, SIRET, Role.REFERENT)
    retirer_compte(service.dependencies, AGENT)

    habiliter(service.dependencies, AUTRE, SIRET, Role.REFERENT)

    assert droits(service, AUTRE) == [(SIRET, Role.REFERENT, False)]


def test_a_referent_who_came_meanwhile_is_not_driven_out(service_partout):
    service_partout.compte(AUTRE)
    habiliter(service_partout.dependencies, AGENT, SIRET, Role.REFERENT)

    with service_partout.dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, AUTRE)
        with pytest.raises(SaisieError, match="recommencer"):
            habiliter_compte(
                unite, AU_CLAVIER, compte.id, compte.courriel, SIRET, Role.REFERENT, service_partout.horloge()
            )


@pytest.mark.parametrize(
    ("courriel", "siret", "raison"),
    [
        ("inconnu@esat.example", SIRET, "Aucun compte"),
        (AGENT, "11111111111111", "Aucun ESAT"),
        (AGENT, AUTRE_SIRET, "03/12/2026"),
    ],
)
def test_a_right_that_cannot_be_given_is_refused(service, courriel, siret, raison):
    service.convention("FINIE", fin=date(2026, 12, 3))
    service.esat(AUTRE_SIRET, "FINIE")

    with pytest.raises(SaisieError, match=raison):
        habiliter(service.dependencies, courriel, siret, Role.AGENT)


def test_a_retired_account_gets_no_right(service):
    retirer_compte(service.dependencies, AGENT)

    with pytest.raises(SaisieError, match="retiré"):
        habiliter(service.dependencies, AGENT, SIRET, Role.AGENT)


def test_a_right_that_is_not_there_cannot_be_taken_back(service):
    service.esat(AUTRE_SIRET)

    with pytest.raises(SaisieError, match="pas habilité"):
        deshabiliter(service.dependencies, AGENT, AUTRE_SIRET)
