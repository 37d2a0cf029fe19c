"""The running service under granian, on SQLite: messages that come together are served together."""

import socket
import sys
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests
from lxml import etree
from messages import (
    certificat,
    cle_du_nir,
    declare_certificats,
    en_clair,
    en_condense,
    enveloppe,
    operation,
    salarie,
)
from serveur import Serveur, accuse_signe, serveur

from service.errors import ConfigurationError
from service.server.granian_server import servir_granian

ENSEMBLE = 12


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One process, in which whoever comes beside others is served with them."""
    donnees = tmp_path_factory.mktemp("granian") / "donnees"
    with serveur(donnees, ESAT_SERVEUR="granian", ESAT_PROCESSUS="1", ESAT_FILS="1") as en_marche:
        yield en_marche


@pytest.fixture
def compte(service: Serveur) -> dict[str, str]:
    """An account of the demonstration's first ESAT, and the ESAT's SIRET."""
    esat = service.demo["esats"][0]
    return {"siret": esat["siret"]} | next(compte for compte in esat["comptes"] if compte.get("cle_integration"))


def depot(service: Serveur, compte: dict[str, str], rang: int, identifiant: str, cle: str = "") -> bytes:
    charge = declare_certificats(
        certificat(salarie(cle_du_nir(f"18505{rang:08d}"))),
        annee=service.demo["annee"],
        siret=compte["siret"],
        identifiant=identifiant,
    )
    token = en_condense(compte["courriel"], cle or compte["cle_integration"], datetime.now(UTC))
    return enveloppe(charge, token)


def ensemble(service: Serveur, messages: Sequence[bytes]) -> list[requests.Response]:
    """Send all at once; the answers in order."""
    depart = threading.Barrier(len(messages))

    def poster(message: bytes) -> requests.Response:
        depart.wait(30)
        return service.poster(message)

    with ThreadPoolExecutor(len(messages)) as fils:
        return list(fils.map(poster, messages))


def texte(reponse: requests.Response, nom: str) -> str | None:
    return etree.fromstring(reponse.content).findtext(f".//{{*}}{nom}")


def test_each_message_of_many_gets_its_own_answer_whatever_comes_beside_it(service, compte):
    identifiants = [str(uuid.uuid4()) for _ in range(ENSEMBLE)]
    justes = [depot(service, compte, rang, identifiant) for rang, identifiant in enumerate(identifiants)]
    faux = [depot(service, compte, 100 + rang, str(uuid.uuid4()), cle="une autre") for rang in range(4)]
    clair = en_clair(compte["courriel"], compte["mot_de_passe"])
    clairs = [enveloppe(operation("ConsulteService"), clair) for _ in range(2)]
    reponses = ensemble(service, [*justes, *faux, *clairs, b"ni l'un ni l'autre"])
    for identifiant, reponse in zip(identifiants, reponses, strict=False):
        assert (reponse.status_code, texte(reponse, "nombreAcceptees")) == (200, "1"), reponse.text
        assert f"<identifiantMessage>{identifiant}</identifiantMessage>".encode() in accuse_signe(reponse.content)
    suite = reponses[ENSEMBLE:]
    assert [reponse.status_code for reponse in suite] == [500] * 4 + [200] * 2 + [500]
    assert [texte(reponse, "code") for reponse in suite[:4]] == ["AUTHENTIFICATION"] * 4
    assert len({reponse.headers["X-Request-Id"] for reponse in reponses}) == len(reponses)


def test_one_message_sent_many_times_at_once_is_one_deposit(service, compte):
    identifiant = str(uuid.uuid4())
    reponses = ensemble(service, [depot(service, compte, 200, identifiant) for _ in range(ENSEMBLE)])
    assert [reponse.status_code for reponse in reponses] == [200] * ENSEMBLE
    assert len({accuse_signe(reponse.content) for reponse in reponses}) == 1
    autre = service.poster(depot(service, compte, 200, str(uuid.uuid4())))
    assert texte(autre, "nombreAcceptees") == "0"  # it is declared already, by the one deposit


def test_who_sends_slowly_keeps_the_only_place_from_nobody(service, compte):
    message = depot(service, compte, 300, str(uuid.uuid4()))
    hote, port = service.adresse.removeprefix("http://").split(":")
    tete = (
        f"POST /ws/v1 HTTP/1.1\r\nHost: {hote}\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f"Content-Length: {len(message)}\r\nConnection: close\r\n\r\n"
    ).encode()
    clair = enveloppe(operation("ConsulteService"), en_clair(compte["courriel"], compte["mot_de_passe"]))
    with socket.create_connection((hote, int(port)), timeout=30) as prise:
        prise.sendall(tete + message[:1000])
        assert service.poster(clair, delai=10).status_code == 200
        prise.sendall(message[1000:])
        reponse = b""
        while morceau := prise.recv(65536):
            reponse += morceau
    assert reponse.startswith(b"HTTP/1.1 200 OK")


def test_without_granian_what_to_install_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "granian", None)
    with pytest.raises(ConfigurationError) as refus:
        servir_granian("service.app:application", ("127.0.0.1", 0), 1, 1, 1)
    assert refus.value.precisions[0].champ == "ESAT_SERVEUR"
    assert "pip install teledeclaration-esat[serveur,granian]" in refus.value.precisions[0].message
