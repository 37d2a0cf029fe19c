"""Connections go to the worker that has fewest, wherever the kernel sent them."""

import contextlib
import http.client
import os
import socket
import time
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from serveur import Serveur, descendants, serveur
from waitress import wasyncore

from service.server.sharing import Guichet, Partage
from service.server.waitress_worker import partager


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


@pytest.mark.parametrize(("ailleurs", "gardee"), [(0, False), (1, True)])
def test_a_worker_accepts_what_it_does_not_hand_on(partage, connexion, ailleurs, gardee):
    serveur = types.SimpleNamespace(accept=lambda: (connexion[0], "an address"), _map={})
    partager(serveur, partage.place(0))
    partage.place(0).compter(1)
    partage.place(1).compter(ailleurs)
    assert serveur.accept() == ((connexion[0], "an address") if gardee else None)


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


@pytest.mark.parametrize(
    ("ici", "ailleurs", "a_trop"), [(0, 0, False), (3, 2, False), (3, 1, True), (1, 4, False), (4, None, False)]
)
def test_who_has_two_more_than_another_has_too_many(partage, ici, ailleurs, a_trop):
    partage.place(0).compter(ici)
    if ailleurs is None:
        partage.place(1).quitter()
    else:
        partage.place(1).compter(ailleurs)
    assert partage.place(0).en_a_trop is a_trop


def test_who_leaves_has_not_too_many(partage):
    partage.place(0).quitter()
    assert not partage.place(0).en_a_trop


def _connexions(pid: int, port: int) -> set[int]:
    """The other ends' ports of the connections to that port which a process has."""
    ports = {
        f"socket:[{champs[9]}]": int(champs[2].rpartition(":")[2], 16)
        for ligne in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        if (champs := ligne.split())[1].endswith(f":{port:04X}") and champs[3] == "01"
    }
    siens = set()
    for fichier in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError, KeyError):
            siens.add(ports[os.readlink(fichier)])
    return siens


class _Ouvertes:
    """Connections that are open and used."""

    def __init__(self, en_marche: Serveur, nombre: int) -> None:
        hote, port = en_marche.adresse.removeprefix("http://").split(":")
        self._port = int(port)
        self._travailleurs = descendants(en_marche.processus.pid)
        self._connexions = [http.client.HTTPConnection(hote, self._port) for _ in range(nombre)]
        self.employer()

    def employer(self) -> None:
        """Have an answer on each, which is still the same connection."""
        for connexion in self._connexions:
            connexion.request("GET", "/sante")
            assert connexion.getresponse().read()
        assert len({self._local(connexion) for connexion in self._connexions}) == len(self._connexions)

    def partage(self) -> list[int]:
        """How many each worker has."""
        return [len(_connexions(pid, self._port)) for pid in self._travailleurs]

    def attendre(self, parts: list[int]) -> None:
        """Use them until each worker has its part: one that ended is counted until its worker has seen it."""
        limite = time.monotonic() + 20
        while self.partage() != parts:
            assert time.monotonic() < limite, self.partage()
            self.employer()

    def fermer(self, rang: int) -> None:
        """Close those of one worker."""
        siennes = _connexions(self._travailleurs[rang], self._port)
        for connexion in list(self._connexions):
            if self._local(connexion) in siennes:
                self._connexions.remove(connexion)
                connexion.close()

    def close(self) -> None:
        """Close all of them."""
        for connexion in self._connexions:
            connexion.close()

    def ports(self) -> set[int]:
        """Their own ports."""
        return {self._local(connexion) for connexion in self._connexions}

    @staticmethod
    def _local(connexion: http.client.HTTPConnection) -> int:
        return connexion.sock.getsockname()[1]


def test_workers_share_the_connections_of_one_sender(tmp_path):
    with serveur(tmp_path, ESAT_PROCESSUS="2") as en_marche:
        for _ in range(3):
            with contextlib.closing(_Ouvertes(en_marche, 8)) as ouvertes:
                ouvertes.attendre([4, 4])


def test_connections_that_stay_are_shared_anew_when_the_others_end(tmp_path):
    with serveur(tmp_path, ESAT_PROCESSUS="2") as en_marche, contextlib.closing(_Ouvertes(en_marche, 8)) as ouvertes:
        ouvertes.fermer(0)
        restent = ouvertes.ports()
        ouvertes.attendre([2, 2])
        assert ouvertes.ports() == restent
