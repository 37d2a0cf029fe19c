"""The first process: it holds the data directory and the port, starts the workers, watches them and stops them.

Invariants, in the order the code enforces them:

1. One service a data directory (a lock that its workers share, gone with the last of them) and a port.
2. Workers are forked before any thread exists, from a process that compiled the schemas.
3. A worker that dies is replaced; when this process dies, however it does, its workers stop.
4. SIGTERM and SIGINT: every worker finishes what is in flight, then this process leaves with 0.
"""

import contextlib
import fcntl
import logging
import multiprocessing
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any

from service.errors import IndisponibleError
from service.server.sharing import Partage, Place
from service.server.waitress_worker import reserver

PATIENCE = 3.0
"""Seconds to wait for a service that is just leaving before saying that the directory or the port is taken."""
_PAUSE = 0.05
_ARRETS = (signal.SIGTERM, signal.SIGINT)
_DESCRIPTEURS = 16_384
_logger = logging.getLogger("service.server")


@contextmanager
def verrou_du_dossier(donnees: Path) -> Iterator[None]:
    """Hold the data directory; raises IndisponibleError when another service holds it."""
    donnees.mkdir(parents=True, exist_ok=True)
    with (donnees / "service.verrou").open("a") as fichier:
        _patienter(
            lambda: fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB),
            f"Un service tourne déjà sur le dossier de données {donnees} : l'arrêter, ou donner un autre ESAT_DONNEES.",
        )
        _noter_le_processus(fichier)
        yield


@contextmanager
def port_reserve(adresse: tuple[str, int]) -> Iterator[tuple[str, int]]:
    """Hold the port and yield the address with its real number; raises IndisponibleError when it is taken."""
    texte = f"{adresse[0]}:{adresse[1]}"
    with socket.socket(socket.AF_UNIX) as garde:
        _patienter(partial(_prendre, garde, adresse), f"L'adresse {texte} est déjà prise ou n'est pas d'ici.")
        prise = reserver(adresse)
        try:
            yield (adresse[0], prise.getsockname()[1])
        finally:
            prise.close()


def _prendre(garde: socket.socket, adresse: tuple[str, int]) -> None:
    """Make sure that nobody else has the address. Raises OSError."""
    # Two services that start at once would both find it free below, and then share it: on Linux a name is one's alone.
    if adresse[1] and sys.platform == "linux" and not garde.getsockname():
        garde.bind(f"\0teledeclaration-esat {adresse[0]}:{adresse[1]}")
    # Without SO_REUSEPORT: the kernel refuses the port if any other service, even one of ours, listens on it.
    reserver(adresse, partage=False).close()


def superviser(travailler: Callable[[Place], None], nombre: int, arret: int, pret: Callable[[], None]) -> None:
    """Run `nombre` worker processes of `travailler` until SIGTERM or SIGINT; `arret` seconds are left to them.

    Each is given its place among those who share connections out.

    `pret` is called once all of them were started.
    """
    _elargir_les_descripteurs()
    arrets: list[int] = []
    anciens = {numero: signal.signal(numero, lambda recu, _: arrets.append(recu)) for numero in _ARRETS}
    lien, tenu = os.pipe()  # `tenu` is open in this process alone: its end is this process's end
    partage = Partage(nombre)
    places = [partage.place(rang) for rang in range(nombre)]
    travailleurs = [_demarrer(partial(travailler, place), lien, tenu) for place in places]
    try:
        pret()
        while not arrets:
            time.sleep(_PAUSE)
            for rang, processus in enumerate(travailleurs):
                if not processus.is_alive():
                    places[rang].quitter()
                    travailleurs[rang] = _remplacer(processus, partial(travailler, places[rang]), lien, tenu)
    finally:
        _arreter(travailleurs, arret)
        os.close(tenu)
        os.close(lien)
        partage.fermer()
        for numero, ancien in anciens.items():
            signal.signal(numero, ancien)


def _demarrer(travailler: Callable[[], None], lien: int, tenu: int) -> BaseProcess:
    """Fork a worker. A signal that comes meanwhile waits until the worker no longer has this process's handlers."""
    processus = multiprocessing.get_context("fork").Process(target=_travail, args=(travailler, lien, tenu))
    signal.pthread_sigmask(signal.SIG_BLOCK, _ARRETS)
    try:
        processus.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ARRETS)
    return processus


def _travail(travailler: Callable[[], None], lien: int, tenu: int) -> None:
    for numero in _ARRETS:
        signal.signal(numero, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ARRETS)
    os.close(tenu)
    threading.Thread(target=_suivre, args=(lien,), daemon=True).start()
    travailler()


def _suivre(lien: int) -> None:
    """Stop this worker when the first process is gone: reading the pipe then finds its end."""
    with contextlib.suppress(OSError):
        os.read(lien, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _remplacer(processus: BaseProcess, travailler: Callable[[], None], lien: int, tenu: int) -> BaseProcess:
    _logger.error("processus_perdu", extra={"processus": processus.pid, "code": processus.exitcode})
    time.sleep(1)
    return _demarrer(travailler, lien, tenu)


def _arreter(travailleurs: list[BaseProcess], arret: int) -> None:
    for processus in travailleurs:
        processus.terminate()
    echeance = time.monotonic() + arret + PATIENCE
    for processus in travailleurs:
        processus.join(max(0.0, echeance - time.monotonic()))
        if processus.is_alive():
            _logger.error("processus_tue", extra={"processus": processus.pid})
            processus.kill()
            processus.join()


def _patienter(essai: Callable[[], Any], message: str) -> None:
    echeance = time.monotonic() + PATIENCE
    while True:
        try:
            essai()
            return
        except (OSError, socket.gaierror):
            if time.monotonic() >= echeance:
                raise IndisponibleError(message) from None
            time.sleep(_PAUSE)


def _noter_le_processus(fichier: IO[str]) -> None:
    """The file tells a person which process holds it."""
    fichier.truncate(0)
    fichier.write(f"{os.getpid()}\n")
    fichier.flush()


def _elargir_les_descripteurs() -> None:
    """Each silent connection holds a file descriptor: take what the system lets us have."""
    souple, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    voulu = _DESCRIPTEURS if dur == resource.RLIM_INFINITY else min(_DESCRIPTEURS, dur)
    if souple != resource.RLIM_INFINITY and souple < voulu:
        resource.setrlimit(resource.RLIMIT_NOFILE, (voulu, dur))
