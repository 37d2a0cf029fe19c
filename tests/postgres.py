"""A PostgreSQL cluster of the tests' own: one a session of pytest, shared by the workers of xdist.

The first test that needs it starts it, under a lock; a guardian process, whose child it is, stops it and removes its
directory as soon as the pytest that owns it has ended, however it ended. It listens on a Unix socket in that directory
only. Run as ``python postgres.py garder DIRECTORY PID`` this module is the guardian.
"""

import contextlib
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import psycopg
from filelock import FileLock

COMPTE = "esat"
MODELE = "modele"
JOURNAL = "postgres.log"
_DEMARRAGE_S = 60
_REGLAGES = {
    "listen_addresses": "",
    "max_connections": "200",
    # Tests kill clients, never the machine: what fsync protects from does not happen to them.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_wal_size": "128MB",
    "timezone": "Europe/Paris",
}
_VERSION_DES_MANIERES = 150000
_SANS_TERMINAL = [(os.POSIX_SPAWN_OPEN, flux, os.devnull, os.O_RDWR, 0) for flux in (0, 1, 2)]


def binaires(paquets: Path = Path("/usr/lib/postgresql")) -> Path:
    """Where initdb and postgres are. Raises AssertionError, in plain words, where PostgreSQL is not installed."""
    trouve = shutil.which("initdb")
    dossiers = [Path(trouve).resolve().parent] if trouve else []
    dossiers += sorted(paquets.glob("*/bin"), key=_version, reverse=True)
    for dossier in dossiers:
        if (dossier / "initdb").exists() and (dossier / "postgres").exists():
            return dossier
    raise AssertionError(
        "PostgreSQL is needed by the tests and is not installed: neither in PATH nor in /usr/lib/postgresql/*/bin "
        "(Debian: apt-get install postgresql)."
    )


def _version(dossier: Path) -> float:
    try:
        return float(dossier.parent.name)
    except ValueError:
        return 0.0


class Grappe:
    """The cluster in `racine`, a short path of a directory made by who starts it and removed by the guardian."""

    def __init__(self, racine: Path, proprietaire: int) -> None:
        self.racine = racine
        self._proprietaire = proprietaire
        self._prises = racine / "prises"

    def url(self, base: str) -> str:
        """The URL of a database of the cluster, as `creer_moteur` takes it."""
        return f"postgresql+psycopg://{COMPTE}@/{base}?host={self._prises}"

    def assurer(self, preparer: Callable[["Grappe"], None]) -> None:
        """Start the cluster and have it prepared, unless another worker did."""
        with FileLock(f"{self.racine}.lock"):
            if not (self.racine / "pret").exists():
                self._demarrer()
                preparer(self)
                (self.racine / "pret").touch()

    def connexion(self, base: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit."""
        return psycopg.connect(host=str(self._prises), user=COMPTE, dbname=base, autocommit=True)

    def creer(self, base: str, modele: str = "template1") -> None:
        """A new database, a copy of `modele`."""
        with closing(self.connexion()) as connexion:
            # Copying files costs half of what copying pages through the log does; before 15 there was no choice.
            maniere = " STRATEGY FILE_COPY" if connexion.info.server_version >= _VERSION_DES_MANIERES else ""
            connexion.execute(f'CREATE DATABASE "{base}" TEMPLATE "{modele}"{maniere}')

    def supprimer(self, base: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with closing(self.connexion()) as connexion:
            connexion.execute(f'DROP DATABASE "{base}" WITH (FORCE)')

    def _demarrer(self) -> None:
        binaires()
        identite = _identite()
        for dossier in (self.racine, self._prises):
            dossier.mkdir(mode=0o700)
            if identite:
                os.chown(dossier, identite["user"], identite["group"])
        gardien = [sys.executable, __file__, "garder", str(self.racine), str(self._proprietaire)]
        # Not subprocess: the guardian outlives whoever started it, and nobody here waits for it.
        os.posix_spawn(sys.executable, gardien, os.environ, file_actions=_SANS_TERMINAL, setsid=True)
        limite = time.monotonic() + _DEMARRAGE_S
        while not self._repond():
            a_temps = time.monotonic() < limite and not (self.racine / "echec").exists()
            assert a_temps, f"PostgreSQL: {(self.racine / JOURNAL).read_text()}"
            time.sleep(0.05)

    def _repond(self) -> bool:
        try:
            self.connexion().close()
        except psycopg.OperationalError:
            return False
        return True


def _identite() -> dict[str, int]:
    """The unprivileged account to run PostgreSQL under where the tests run as root, which it refuses."""
    if os.geteuid() != 0:
        return {}
    for nom in ("postgres", "nobody"):
        try:
            compte = pwd.getpwnam(nom)
        except KeyError:
            continue
        return {"user": compte.pw_uid, "group": compte.pw_gid}
    raise AssertionError("The tests run as root and there is neither postgres nor nobody to run PostgreSQL under.")


def _environnement() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def arreter(racine: Path) -> None:
    """Have the guardian stop the cluster, and wait until nothing is left of it; without a cluster, do nothing."""
    try:
        gardien = int((racine / "gardien").read_text())
        os.kill(gardien, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        shutil.rmtree(racine, ignore_errors=True)
    limite = time.monotonic() + _DEMARRAGE_S
    while racine.exists() and time.monotonic() < limite:
        time.sleep(0.02)
    Path(f"{racine}.lock").unlink(missing_ok=True)


def garder(racine: Path, proprietaire: int) -> None:
    """Run PostgreSQL until `proprietaire` ends or SIGTERM comes, then stop it and remove `racine`."""
    lecture, ecriture = os.pipe()
    os.set_blocking(ecriture, False)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(ecriture)
    (racine / "gardien").write_text(str(os.getpid()))
    with open(racine / JOURNAL, "wb") as sortie:
        serveur = _lancer(racine, sortie)
    try:
        surveilles = [lecture, os.pidfd_open(proprietaire)]
    except ProcessLookupError:
        surveilles = []
    if surveilles:
        select.select(surveilles, [], [])
    while serveur is not None and serveur.poll() is None:
        serveur.send_signal(signal.SIGQUIT)  # again and again: one that has only just begun may miss the first
        with contextlib.suppress(subprocess.TimeoutExpired):
            serveur.wait(0.5)
    shutil.rmtree(racine)
    Path(f"{racine}.lock").unlink(missing_ok=True)


def _lancer(racine: Path, sortie: BinaryIO) -> "subprocess.Popen[bytes] | None":
    """Make the cluster and start its server; None, and a file to tell it, where it cannot be made."""
    commun = {"cwd": racine, "env": _environnement(), "stdout": sortie, "stderr": sortie, **_identite()}
    initdb = [binaires() / "initdb", "-D", racine / "donnees", "-U", COMPTE, "-A", "trust"]
    if subprocess.run([*initdb, "--encoding=UTF8", "--locale=C", "--no-sync"], **commun).returncode != 0:
        (racine / "echec").touch()
        return None
    commande = [binaires() / "postgres", "-D", racine / "donnees", "-k", racine / "prises"]
    for nom, valeur in _REGLAGES.items():
        commande += ["-c", f"{nom}={valeur}"]
    return subprocess.Popen(commande, **commun)


if __name__ == "__main__" and sys.argv[1:2] == ["garder"]:
    garder(Path(sys.argv[2]), int(sys.argv[3]))
