"""Connections shared out evenly among the workers.

Each worker listens on a socket of its own, and the kernel chooses by the sender's address and port: of eight
connections one of two workers gets five on average, in one case of fourteen seven or eight, while the other one waits.
Whoever accepts a connection hands it on to the worker that has fewest, if that is not itself. A worker may turn out to
have many more than another later: connections end, or one was too busy to say that its own had. It then hands on those
on which nothing is under way, since a payroll system may keep its connection for hours (M1000 at 8 connections, right
after 64 others: 33 a second whenever one worker had them all, 58 so).
"""

import contextlib
import socket
from collections.abc import Callable
from multiprocessing.sharedctypes import RawArray
from typing import Any

from waitress import wasyncore

_ABSENT = 2**30
"""Connections that a worker who takes none in is said to have."""


class Place:
    """One worker's part: what it says of itself, and what it is handed."""

    def __init__(self, nombres: Any, rang: int, recevoir: socket.socket, envoyer: list[socket.socket]) -> None:
        """`nombres` are the connections of all workers, this one the `rang`-th; `envoyer` leads to each."""
        self._nombres, self._rang = nombres, rang
        self.recevoir, self._envoyer = recevoir, envoyer

    def compter(self, nombre: int) -> None:
        """Tell how many connections this worker has."""
        self._nombres[self._rang] = nombre

    def quitter(self) -> None:
        """Tell that this worker takes none in any more, and hands none on."""
        self._nombres[self._rang] = _ABSENT

    @property
    def en_a_trop(self) -> bool:
        """Whether another worker would still not have more if this one handed a connection on to it."""
        siennes = self._nombres[self._rang]
        return bool(siennes != _ABSENT and siennes - min(self._nombres) > 1)

    def confier(self, connexion: socket.socket) -> bool:
        """Hand a connection on to whoever has fewest; False when that is this worker, or when it cannot be handed."""
        nombres = list(self._nombres)
        cible = nombres.index(min(nombres))
        if nombres[self._rang] == _ABSENT or nombres[cible] >= nombres[self._rang]:
            return False
        try:
            socket.send_fds(self._envoyer[cible], [b"c"], [connexion.fileno()])
        except OSError:  # what it was handed before still waits
            return False
        self._nombres[cible] += 1
        connexion.close()
        return True


class Partage:
    """The places of `nombre` workers, made before they are forked; each worker takes one."""

    def __init__(self, nombre: int) -> None:
        self._nombres = RawArray("i", nombre)
        self._prises = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(nombre)]
        for prise in (prise for prises in self._prises for prise in prises):
            prise.setblocking(False)

    def place(self, rang: int) -> Place:
        """The place of that worker, and of whoever replaces it: what it was handed waits there."""
        return Place(self._nombres, rang, self._prises[rang][0], [envoyer for _, envoyer in self._prises])

    def fermer(self) -> None:
        """Close everything, in this process."""
        for prise in (prise for prises in self._prises for prise in prises):
            prise.close()


class Guichet(wasyncore.dispatcher):  # type: ignore[misc]
    """In a worker's loop: takes in the connections that others hand on."""

    def __init__(self, place: Place, entrer: Callable[[socket.socket, Any], None], carte: dict[int, Any]) -> None:
        """`entrer` is called with a connection and its peer's address."""
        super().__init__(place.recevoir, map=carte)
        self._entrer = entrer

    def readable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """Never."""
        return False

    def handle_read(self) -> None:
        """Take one in."""
        with contextlib.suppress(BlockingIOError):
            _, descripteurs, _, _ = socket.recv_fds(self.socket, 1, 1)
            for descripteur in descripteurs:
                connexion = socket.socket(fileno=descripteur)
                try:
                    adresse = connexion.getpeername()
                except OSError:  # gone meanwhile
                    connexion.close()
                else:
                    self._entrer(connexion, adresse)
