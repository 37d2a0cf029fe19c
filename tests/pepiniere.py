"""Processes of the service without the second that an interpreter takes to import it.

A nursery, one a process of the tests, has imported the service once. Each command is a process forked from it that has
its own arguments, environment, directory and outputs, then runs its module or script as ``python`` does and ends as it
does: what is killed, stopped or waited for is real. What a fresh interpreter does differently (what it makes of its own
encoding, of a package that is missing) is not to be tested through here.

Run as ``python pepiniere.py DESCRIPTOR`` this module is the nursery; it ends when its socket is closed.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

DEMANDE_MAX = 1 << 17
"""Bytes of a request: arguments and environment."""


class Processus:
    """A forked process, with what the tests use of `subprocess.Popen`; the nursery tells its end through `lien`."""

    def __init__(self, lien: socket.socket, stdout: TextIO) -> None:
        self._lien = lien
        self.pid = int(lien.recv(16))
        self.stdout = stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative of a signal, or None as long as it runs."""
        self._lire(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit code. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        self._lire(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("service", timeout or 0)
        return self.returncode

    def send_signal(self, numero: int) -> None:
        """Send a signal, unless it ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # ended, its nursery being about to tell it
                os.kill(self.pid, numero)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def lire(self, delai: float) -> str:
        """All that it prints until its end. Raises subprocess.TimeoutExpired after `delai` seconds."""
        limite = time.monotonic() + delai
        octets = b""
        while select.select([self.stdout], [], [], max(0, limite - time.monotonic()))[0]:
            morceau = os.read(self.stdout.fileno(), DEMANDE_MAX)
            if not morceau:
                return octets.decode()
            octets += morceau
        raise subprocess.TimeoutExpired("service", delai)

    def achever(self) -> None:
        """Kill what still runs, and give everything back."""
        self.kill()
        self.wait()
        self.stdout.close()

    def _lire(self, delai: float | None) -> None:
        if self.returncode is None and select.select([self._lien], [], [], delai)[0]:
            self.returncode = int(self._lien.recv(16))
            self._lien.close()


def planter(commande: Sequence[object], environ: Mapping[str, str], dossier: Path, erreurs: TextIO) -> Processus:
    """Start ``python COMMAND`` in a directory; a command is ``-m MODULE …`` or ``SCRIPT …``."""
    demande = {"commande": [*map(str, commande)], "environ": dict(environ), "dossier": str(dossier)}
    ici, la_bas = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    lecture, ecriture = os.pipe()
    with la_bas, os.fdopen(ecriture, "w"):
        descripteurs = [ecriture, erreurs.fileno(), la_bas.fileno()]
        socket.send_fds(_pepiniere(), [json.dumps(demande).encode()], descripteurs)
    return Processus(ici, os.fdopen(lecture, encoding="utf-8"))


@functools.cache
def _pepiniere() -> socket.socket:
    ici, la_bas = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with la_bas:
        processus = subprocess.Popen(
            [sys.executable, "-u", __file__, str(la_bas.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[la_bas.fileno()],
        )

    def fermer() -> None:
        ici.close()
        processus.wait(60)

    atexit.register(fermer)
    return ici


def garder(prise: socket.socket) -> dict[str, Any] | None:
    """Fork for each request, tell each end. Return None at the end, and in each forked process what is asked of it."""
    attente = selectors.DefaultSelector()
    attente.register(prise, selectors.EVENT_READ)
    enfants: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for pret, _ in attente.select():
            if pret.fd in enfants:
                attente.unregister(pret.fd)
                pid, lien = enfants.pop(pret.fd)
                _, etat = os.waitpid(pid, 0)
                os.close(pret.fd)
                _dire(lien, os.waitstatus_to_exitcode(etat))
                lien.close()
                continue
            message, descripteurs, _, _ = socket.recv_fds(prise, DEMANDE_MAX, 3)
            if not message:
                return None
            pid = os.fork()
            if pid == 0:
                _oublier(attente, prise, enfants)
                _brancher(descripteurs)
                return json.loads(message)
            for descripteur in descripteurs[:2]:
                os.close(descripteur)
            lien = socket.socket(fileno=descripteurs[2])
            _dire(lien, pid)
            temoin = os.pidfd_open(pid)
            enfants[temoin] = pid, lien
            attente.register(temoin, selectors.EVENT_READ)


def _dire(lien: socket.socket, nombre: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # who asked may be gone
        lien.send(str(nombre).encode())


def _oublier(attente: selectors.BaseSelector, prise: socket.socket, enfants: Mapping[int, Any]) -> None:
    """Close, in a forked process, what is the nursery's."""
    attente.close()
    prise.close()
    for temoin, (_, lien) in enfants.items():
        os.close(temoin)
        lien.close()


def _brancher(descripteurs: list[int]) -> None:
    sortie, erreurs, lien = descripteurs
    os.dup2(sortie, 1)
    os.dup2(erreurs, 2)
    for descripteur in (sortie, erreurs, lien):
        os.close(descripteur)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    for flux in (sys.stdout, sys.stderr):
        flux.reconfigure(write_through=True)  # as with ``python -u``


def _devenir(demande: Mapping[str, Any]) -> None:
    """Be the command, to the end."""
    os.environ.clear()
    os.environ.update(demande["environ"])
    time.tzset()
    os.chdir(demande["dossier"])
    sys.argv = demande["commande"]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(Path(sys.argv[0]).parent))
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    sys.path.remove(str(Path(__file__).parent))
    importlib.import_module("service.app")
    importlib.import_module("service.cli")
    gc.freeze()  # what is shared stays so, whatever the children collect
    demandee = garder(socket.socket(fileno=int(sys.argv[1])))
    if demandee is not None:
        _devenir(demandee)
