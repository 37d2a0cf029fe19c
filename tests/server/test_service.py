"""The running service: started, watched, stopped and killed as it would be in production."""

import os
import signal
import socket
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
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
from serveur import Serveur, accuse_signe, commande, descendants, finir, lancer, preparer, reglages, serveur


@pytest.fixture
def en_marche(tmp_path):
    with serveur(tmp_path / "donnees") as service:
        yield service


def acces(service: Serveur) -> tuple[str, str, str, int]:
    """SIRET, user code, clé and year of the demonstration's first account."""
    demo = service.demo
    esat = demo["esats"][0]
    compte = next(compte for compte in esat["comptes"] if compte.get("cle_integration"))
    return esat["siret"], compte["courriel"], compte["cle_integration"], demo["annee"]


def depot(service: Serveur, rangs: range, identifiant: str) -> bytes:
    siret, courriel, cle, annee = acces(service)
    lignes = [certificat(salarie(cle_du_nir(f"18505{rang:08d}"))) for rang in rangs]
    charge = declare_certificats(*lignes, annee=annee, siret=siret, identifiant=identifiant)
    return enveloppe(charge, en_condense(courriel, cle, datetime.now(UTC)))


def disparait(pid: int) -> bool:
    echeance = time.monotonic() + 20
    while time.monotonic() < echeance:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_a_second_service_on_the_same_data_leaves_with_3_and_a_clear_word(en_marche):
    fini = commande(en_marche.environ, "serve", code=3)
    assert "Traceback" not in fini


def test_a_second_service_on_the_same_port_leaves_with_3(en_marche, tmp_path):
    port = en_marche.adresse.rsplit(":", 1)[1]
    autre = preparer(tmp_path / "autre", ESAT_ECOUTE=f"127.0.0.1:{port}")
    commande(autre, "serve", code=3)


def test_a_database_that_was_not_prepared_is_told_with_what_to_run(tmp_path):
    (tmp_path / "vide").mkdir()
    commande(reglages(tmp_path / "vide"), "serve", code=3)


def test_sigterm_finishes_what_is_in_flight_then_leaves_with_0(en_marche):
    message = depot(en_marche, range(1000), str(uuid.uuid4()))
    hote, port = en_marche.adresse.removeprefix("http://").split(":")
    tete = (
        f"POST /ws/v1 HTTP/1.1\r\nHost: {hote}\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f"Content-Length: {len(message)}\r\nConnection: close\r\n\r\n"
    ).encode()
    with socket.create_connection((hote, int(port)), timeout=30) as prise:
        prise.sendall(tete + message[:1000])
        time.sleep(0.3)  # the message is in flight: received in part
        en_marche.processus.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        prise.sendall(message[1000:])
        reponse = b""
        while morceau := prise.recv(65536):
            reponse += morceau
    assert reponse.startswith(b"HTTP/1.1 200 OK")
    assert accuse_signe(reponse.partition(b"\r\n\r\n")[2])
    assert en_marche.processus.wait(timeout=30) == 0


def test_the_workers_die_with_the_first_process_however_it_dies(en_marche):
    travailleurs = descendants(en_marche.processus.pid)
    assert len(travailleurs) == 2
    en_marche.processus.kill()
    en_marche.processus.wait()
    assert all(map(disparait, travailleurs))


def test_a_lost_worker_is_replaced(en_marche):
    perdu, garde = descendants(en_marche.processus.pid)
    os.kill(perdu, signal.SIGKILL)
    echeance = time.monotonic() + 30
    while time.monotonic() < echeance:
        presents = [pid for pid in descendants(en_marche.processus.pid) if pid != perdu]
        if len(presents) == 2:
            break
        time.sleep(0.1)
    assert garde in presents
    assert len(presents) == 2


def test_connections_that_say_nothing_keep_nobody_out(en_marche):
    hote, port = en_marche.adresse.removeprefix("http://").split(":")
    silences = [socket.create_connection((hote, int(port)), timeout=10) for _ in range(200)]
    try:
        for rang, prise in enumerate(silences):
            if rang % 2:
                prise.sendall(b"POST /ws/v1 HTTP/1.1\r\nHost: x\r\nContent-Le")
        assert requests.get(f"{en_marche.adresse}/sante", timeout=10).status_code == 200
    finally:
        for prise in silences:
            prise.close()


@pytest.mark.parametrize("serveur_http", ["waitress", "granian"])
def test_what_was_acknowledged_survives_a_kill_9_under_load_and_nothing_is_doubled(tmp_path, serveur_http):
    environ = preparer(tmp_path / "donnees", ESAT_SERVEUR=serveur_http)
    service = lancer(environ)
    recus: dict[str, bytes] = {}
    envoyes: list[tuple[str, range]] = []
    fini = threading.Event()

    def envoyer(fil: int) -> None:
        rang = 0
        while not fini.is_set():
            identifiant, rangs = str(uuid.uuid4()), range(fil * 10_000 + rang * 5, fil * 10_000 + rang * 5 + 5)
            rang += 1
            envoyes.append((identifiant, rangs))
            try:
                reponse = service.poster(depot(service, rangs, identifiant), delai=10)
            except requests.RequestException:
                return
            if reponse.status_code == 200:
                recus[identifiant] = accuse_signe(reponse.content)

    fils = [threading.Thread(target=envoyer, args=(fil,)) for fil in range(4)]
    for fil in fils:
        fil.start()
    while len(recus) < 20:
        time.sleep(0.02)
    for pid in [service.processus.pid, *descendants(service.processus.pid)]:
        os.kill(pid, signal.SIGKILL)
    service.processus.wait()
    fini.set()
    for fil in fils:
        fil.join()
    finir(service)

    relance = lancer(environ)
    try:
        for identifiant, rangs in envoyes:
            reponse = relance.poster(depot(relance, rangs, identifiant))
            assert reponse.status_code == 200, reponse.text
            accuse = accuse_signe(reponse.content)
            assert b"<nombreAcceptees>5</nombreAcceptees>" in accuse  # a doubled declaration would be rejected (C06)
            if identifiant in recus:
                assert accuse == recus[identifiant]
    finally:
        finir(relance)


@pytest.mark.parametrize("serveur_http", ["waitress", "granian"])
def test_passwords_being_verified_hold_no_thread_that_a_cle_needs(tmp_path, serveur_http):
    # One worker with one place, and an argon2id that takes seconds.
    lent = {"ESAT_ARGON2_MEMOIRE": "65536", "ESAT_ARGON2_ITERATIONS": "50", "ESAT_FILS": "1", "ESAT_PROCESSUS": "1"}
    with serveur(tmp_path / "donnees", ESAT_SERVEUR=serveur_http, **lent) as service:
        _, courriel, cle, _ = acces(service)
        faux = enveloppe(operation("ConsulteService"), en_clair("personne@esat.example", "pas le bon"))
        guetteurs = [threading.Thread(target=service.poster, args=(faux,)) for _ in range(3)]
        for guetteur in guetteurs:
            guetteur.start()
        time.sleep(0.5)
        for _ in range(3):
            message = enveloppe(operation("ConsulteService"), en_condense(courriel, cle, datetime.now(UTC)))
            assert service.poster(message).status_code == 200
        assert any(guetteur.is_alive() for guetteur in guetteurs)
        for guetteur in guetteurs:
            guetteur.join(60)
