"""Connections go to the worker that has fewest, wherever the kernel sent them."""

import contextlib
import http.client
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from serveur import Serveur, descendants, serveur
from waitress import wasyncore

from service.server.sharing import Guichet, Partage


@pytest.fixture
def partage() -> Iterator[Partage]:
    partage = Partage(2)
    yield partage
    partage.fermer()


@pytest.fixture
def connexion() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection as accepted, and its other end."""
    with socket.create_server(("127.0.0.1", 0)) as ecoute, socket.create_connection(ecoute.getsockname()) as client:
        acceptee, _ = ecoute.accept()
        with acceptee:
            yield acceptee, client


def test_a_connection_is_handed_to_whoever_has_fewer(partage, connexion):
    acceptee, client = connexion
    ici, ailleurs = partage.place(0), partage.place(1)
    ici.compter(1)
    adresse = acceptee.getpeername()
    assert ici.confier(acceptee)
    assert acceptee.fileno() == -1
    recues, carte = [], {}
    Guichet(ailleurs, lambda *recue: recues.append(recue), carte)
    wasyncore.loop(timeout=1, use_poll=True, map=carte, count=1)
    ((recue, son_adresse),) = recues
    with recue:
        assert son_adresse == adresse
        recue.sendall(b"oui")
        assert client.recv(3) == b"oui"


@pytest.mark.parametrize(("ici", "ailleurs"), [(0, 0), (1, 1), (1, 2)])
def test_who_has_no_more_than_the_others_keeps_it(partage, connexion, ici, ailleurs):
    partage.place(0).compter(ici)
    partage.place(1).compter(ailleurs)
    assert not partage.place(0).confier(connexion[0])
    assert connexion[0].fileno() != -1


def test_what_was_handed_and_not_taken_yet_counts(partage, connexion):
    ici = partage.place(0)
    ici.compter(1)
    with socket.socket() as une, socket.socket() as autre:
        assert [ici.confier(une), ici.confier(autre)] == [True, False]


def test_nothing_is_handed_to_who_left_nor_by_who_leaves(partage, connexion):
    ici, ailleurs = partage.place(0), partage.place(1)
    ici.compter(5)
    ailleurs.quitter()
    assert not ici.confier(connexion[0])
    ailleurs.compter(0)
    ici.quitter()
    assert not ici.confier(connexion[0])


def test_a_worker_that_takes_nothing_in_is_handed_no_more_than_waits_there(partage):
    ici = partage.place(0)
    ici.compter(10**6)
    with contextlib.ExitStack() as ouvertes:
        for _ in range(2000):
            if not ici.confier(ouvertes.enter_context(socket.socket())):
                break
        else:
            pytest.fail("it was handed 2,000 connections")


def test_a_connection_that_is_gone_when_it_is_taken_in_is_nothing(partage):
    ici = partage.place(0)
    ici.compter(1)
    assert ici.confier(socket.socket())  # connected to nobody
    carte: dict[int, object] = {}
    Guichet(partage.place(1), lambda *_: pytest.fail("taken in"), carte)
    wasyncore.loop(timeout=1, use_poll=True, map=carte, count=1)


def _connexions(pid: int, port: int) -> int:
    """How many connections to the port a process has."""
    inodes = {
        champs[9]
        for ligne in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        if (champs := ligne.split())[1].endswith(f":{port:04X}") and champs[3] == "01"
    }
    liens = []
    for fichier in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            liens.append(os.readlink(fichier))
    return sum(f"socket:[{inode}]" in liens for inode in inodes)


def _partage_de(en_marche: Serveur, nombre: int) -> list[int]:
    """Connections of each worker while so many are open and used."""
    hote, port = en_marche.adresse.removeprefix("http://").split(":")
    with contextlib.ExitStack() as ouvertes:
        for _ in range(nombre):
            connexion = ouvertes.enter_context(contextlib.closing(http.client.HTTPConnection(hote, int(port))))
            connexion.request("GET", "/sante")
            assert connexion.getresponse().read()
        return [_connexions(pid, int(port)) for pid in descendants(en_marche.processus.pid)]


def test_workers_share_the_connections_of_one_sender(tmp_path):
    with serveur(tmp_path, ESAT_PROCESSUS="2") as en_marche:
        for _ in range(3):
            assert _partage_de(en_marche, 8) == [4, 4]
