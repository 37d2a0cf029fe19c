"""What is compared, and how each is started on empty data, asked whether it is there, counted and stopped."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import psutil
import psycopg

from benchmarks.charge import Expediteur
from benchmarks.grappe import Grappe
from benchmarks.monde import CONTRAT, etrangers, peupler

PAIRS = Path(__file__).with_name("pairs")
_COMPTE, _SECRET = "banc0@esat.example", "Banc-de-mesure 2026"
_PATIENCE_S = 45
_INSTANT_S, _AU_REPOS = 0.1, 0.3
"""How long a candidate is looked at, and the part of that time below which it rests."""
_DERNIERES_LIGNES = 12
_DERNIERS_OCTETS = 8_000


class CandidatEnEchecError(RuntimeError):
    """A candidate that does not start, dies or loses rows; `dernieres`: the end of what it wrote on its stderr."""

    def __init__(self, raison: str, dernieres: str = "") -> None:
        super().__init__(raison)
        self.dernieres = dernieres


class Instance(NamedTuple):
    """A candidate under way."""

    url: str
    expediteurs: list[Expediteur]
    pid: int
    compter: Callable[[], int]
    """Durable rows, one an employee."""
    dit: Callable[[], str]
    """The end of what it wrote on its stderr so far."""

    def processus(self) -> list[psutil.Process]:
        """The process that was started, then those under it, oldest first."""
        racine = psutil.Process(self.pid)
        return [racine, *sorted(racine.children(recursive=True), key=lambda fils: (fils.create_time(), fils.pid))]

    def attendre_le_calme(self) -> None:
        """Wait until what the last burst left it to do is done, so that the next one does not pay for it.

        Raises CandidatEnEchecError when it never rests.
        """
        fin = time.monotonic() + _PATIENCE_S
        while self._travail_d_un_instant() > _AU_REPOS * _INSTANT_S:
            if time.monotonic() > fin:
                raise CandidatEnEchecError(f"travaille encore {_PATIENCE_S} s après une rafale")

    def _travail_d_un_instant(self) -> float:
        """Seconds that its threads work, or wait for a processor, while one looks; not of those that end meanwhile."""
        avant = _travaux(self.processus())
        time.sleep(_INSTANT_S)
        return sum(fait - avant.get(fil, 0) for fil, fait in _travaux(self.processus()).items()) / 1e9

    def memoires(self) -> list[int]:
        """Peak resident bytes of each of its processes."""
        pics = []
        for processus in self.processus():
            with contextlib.suppress(OSError, IndexError):  # gone, or dead and not buried
                texte = Path(f"/proc/{processus.pid}/status").read_text()
                pics.append(int(texte.partition("VmHWM:")[2].split()[0]) * 1024)
        return pics


def cpu(processus: Iterable[psutil.Process]) -> float:
    """CPU seconds, user and system, that these processes have used; nothing of one that is gone."""
    total = 0.0
    for un in processus:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(un.cpu_times()[:2])
    return total


def _travaux(processus: Iterable[psutil.Process]) -> dict[Path, int]:
    """Nanoseconds that each thread of these processes ran, or waited for a processor to run on."""
    travaux = {}
    for fil in (fil for un in processus for fil in Path(f"/proc/{un.pid}/task").glob("*/schedstat")):
        with contextlib.suppress(OSError):  # it ended
            travaux[fil] = sum(map(int, fil.read_text().split()[:2]))
    return travaux


class Candidat(NamedTuple):
    """Something that takes deposits; `chauffe`: seconds to its best, `rafale`: the shortest fair burst."""

    nom: str
    demarrer: Callable[[Path], AbstractContextManager[Instance]]
    chauffe: int
    rafale: int = 1


def notre_produit(serveur: str, base: str, construction: Path, grappe: Grappe | None) -> Candidat:
    """The complete product, with the settings it is shipped with."""

    @contextmanager
    def demarrer(dossier: Path) -> Iterator[Instance]:
        modele, expediteurs = _modele(base, construction, grappe)
        donnees = dossier / "donnees"
        shutil.copytree(modele, donnees)
        environ = {"ESAT_DONNEES": str(donnees), "ESAT_SERVEUR": serveur}
        compter = lambda: _compter_sqlite(donnees / "teledeclaration.sqlite")  # noqa: E731
        if grappe is not None and base == "postgresql":
            environ["ESAT_BASE"] = url = grappe.creer(dossier.name, modele="modele")
            compter = lambda: _compter_postgresql(url)  # noqa: E731
        commande = [sys.executable, "-m", "service", "serve"]
        with _processus(commande, environ, "ESAT_ECOUTE") as (adresse, pid, dit):
            yield Instance(adresse, expediteurs, pid, compter, dit)

    return Candidat(f"{'SQLite' if base == 'sqlite' else 'PostgreSQL'}, {serveur}", demarrer, 1)


@functools.cache
def _modele(base: str, construction: Path, grappe: Grappe | None) -> tuple[Path, list[Expediteur]]:
    """A data directory that is copied at each start, and who may send; made once a database, whatever serves it."""
    dossier = construction / f"modele-{base}"
    return dossier, peupler(dossier, grappe.creer("modele") if grappe is not None and base == "postgresql" else None)


def pair(nom: str, dossier: str, construction: Path, chauffe: int = 1, rafale: int = 1) -> Candidat:
    """A peer: its `preparer` has built it already into `construction`."""
    commande = ["sh", str(PAIRS / dossier / "servir")]

    @contextmanager
    def demarrer(donnees: Path) -> Iterator[Instance]:
        environ = {"BANC_UTILISATEUR": _COMPTE, "BANC_SECRET": _SECRET, "BANC_CONTRAT": str(CONTRAT)}
        environ |= {"BANC_DONNEES": str(donnees), "BANC_CONSTRUCTION": str(construction / dossier)}
        environ["BANC_PYTHON"] = sys.executable
        with _processus(commande, environ, "BANC_ECOUTE") as (adresse, pid, dit):
            compter = lambda: _compter_sqlite(donnees / "pair.sqlite")  # noqa: E731
            yield Instance(adresse, etrangers(_COMPTE, _SECRET), pid, compter, dit)

    return Candidat(nom, demarrer, chauffe, rafale)


def preparer_pair(dossier: str, construction: Path) -> None:
    """Install and build a peer; raises CandidatEnEchecError with what it said."""
    cible = construction / dossier
    cible.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "BANC_CONTRAT": str(CONTRAT)}
    commande = ["sh", str(PAIRS / dossier / "preparer"), str(cible)]
    fait = subprocess.run(commande, env=environ, capture_output=True, text=True, errors="replace")
    if fait.returncode:
        dernieres = _fin(fait.stderr or fait.stdout)
        raise CandidatEnEchecError(f"ne se construit pas (code {fait.returncode})", dernieres)


@contextmanager
def _processus(
    commande: list[str], environ: dict[str, str], nom_ecoute: str
) -> Iterator[tuple[str, int, Callable[[], str]]]:
    """A process that answers HTTP, as long as it is needed. Raises CandidatEnEchecError, with the end of its stderr,
    when it does not start, is dead at the end, or when what was done with it failed."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    environ = {**os.environ, **environ, nom_ecoute: f"127.0.0.1:{port}", "BANC_PORT": str(port)}
    url = f"http://127.0.0.1:{port}/ws/v1"
    with tempfile.TemporaryFile() as erreurs:
        processus = subprocess.Popen(
            commande, env=environ, stdout=subprocess.DEVNULL, stderr=erreurs, cwd=CONTRAT, start_new_session=True
        )
        try:
            _attendre(url, processus)
            yield url, processus.pid, functools.partial(dernieres_lignes, erreurs)
            if processus.poll() is not None:
                raise CandidatEnEchecError(_mort(processus))
        except Exception as erreur:
            raison = _mort(processus) if processus.poll() is not None else str(erreur)
            raise CandidatEnEchecError(raison, dernieres_lignes(erreurs)) from erreur
        finally:
            _arreter(processus)


def _attendre(url: str, processus: subprocess.Popen[bytes]) -> None:
    """Until it answers HTTP, whatever it answers."""
    fin = time.monotonic() + _PATIENCE_S
    while time.monotonic() < fin and processus.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CandidatEnEchecError(f"ne répond pas en HTTP après {_PATIENCE_S} s")


def _arreter(processus: subprocess.Popen[bytes]) -> None:
    """Ask it to stop, and leave nothing of its session behind."""
    processus.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        processus.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(processus.pid, signal.SIGKILL)
    processus.wait()


def _mort(processus: subprocess.Popen[bytes]) -> str:
    code = processus.returncode
    return f"s'est arrêté ({signal.Signals(-code).name if code < 0 else f'code {code}'})"


def dernieres_lignes(erreurs: IO[bytes]) -> str:
    """The end of what is written to a file, perhaps meanwhile: the offset, which is also the writer's, stays."""
    debut = max(0, os.fstat(erreurs.fileno()).st_size - _DERNIERS_OCTETS)
    return _fin(os.pread(erreurs.fileno(), _DERNIERS_OCTETS, debut).decode("utf-8", "replace"))


def _fin(texte: str) -> str:
    return "\n".join(texte.rstrip().splitlines()[-_DERNIERES_LIGNES:])


def _compter_sqlite(fichier: Path) -> int:
    with contextlib.closing(sqlite3.connect(fichier)) as base:
        return int(base.execute("SELECT count(*) FROM ligne").fetchone()[0])


def _compter_postgresql(url: str) -> int:
    with psycopg.connect(url) as connexion:
        ligne = connexion.execute("SELECT count(*) FROM ligne").fetchone()
        assert ligne is not None
        return int(ligne[0])
