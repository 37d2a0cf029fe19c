"""Calls of the service: signed in anew each time, by digest or by password."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from declarer_esat.configuration import Connexion
from declarer_esat.erreurs import RefusDuServiceError
from declarer_esat.service_esat import ServiceEsat
from lxml import etree
from relais import REFUSER, Relais, relais

PROFIL = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"


@pytest.fixture
def route(service) -> Iterator[Relais]:
    with relais(service.adresse) as etat:
        yield etat


def client(route, service, *, condense):
    compte = service.demo["esats"][0]["comptes"][0]
    secret = compte["cle_integration"] if condense else compte["mot_de_passe"]
    adresse = f"{route.adresse}/ws/v1"
    connexion = Connexion(route.adresse, adresse, compte["courriel"], secret, condense, 30, 3)
    return ServiceEsat(connexion, lambda raison, secondes: None), secret


def jetons(route):
    return [etree.fromstring(message).find(".//{*}UsernameToken") for message in route.messages]


def test_a_key_goes_as_a_digest_never_itself(route, service):
    esat, secret = client(route, service, condense=True)
    esat.consulter_service()
    (jeton,) = jetons(route)
    assert jeton.find("{*}Password").get("Type") == f"{PROFIL}#PasswordDigest"
    assert jeton.findtext("{*}Created").endswith("Z")
    assert secret.encode() not in route.messages[0]


def test_a_password_goes_as_text(route, service):
    esat, secret = client(route, service, condense=False)
    esat.consulter_service()
    assert jetons(route)[0].findtext("{*}Password") == secret


def test_every_attempt_has_its_own_token(route, service):
    route.suite = [REFUSER, 503]
    client(route, service, condense=True)[0].consulter_service()
    nonces = [jeton.findtext("{*}Nonce") for jeton in jetons(route)]
    assert len(nonces) == len(set(nonces)) == 3


def test_a_fault_is_an_error_with_the_words_of_the_service(route, service):
    siret = service.demo["esats"][0]["siret"]
    with pytest.raises(RefusDuServiceError) as refus:
        client(route, service, condense=True)[0].consulter_depot(siret, "D260101-AAAAAAAA", None)
    assert refus.value.code == "INTROUVABLE"
    assert refus.value.incident
    assert not refus.value.passager


def test_a_page_after_the_other_is_asked_for(route, service, monkeypatch, depot, en_ligne, certificats):
    en_ligne("certificat", certificats(1, "autre.csv"))
    monkeypatch.setattr("declarer_esat.service_esat._PAGE", 1)
    esat, _ = client(route, service, condense=True)
    jour, un_jour = esat.consulter_service().heureServeur.date(), timedelta(days=1)
    trouves = [connu.numeroDepot for connu in esat.lister_depots(depot["siret"], jour - un_jour, jour + un_jour)]
    assert len(trouves) == len(set(trouves)) >= 2
    assert depot["numeroDepot"] in trouves
    assert len(route.messages) == len(trouves) + 1


def test_certificates_are_those_that_are_published(route, service):
    assert client(route, service, condense=True)[0].certificats().startswith(b"-----BEGIN CERTIFICATE-----")
