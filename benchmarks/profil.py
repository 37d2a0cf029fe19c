"""What the CPU time of a worker goes to under M1 and under M1000: py-spy looks at it, samples are told by room.

A sample counts for the innermost frame that belongs to a room of the house or to a library named here. What waits (for
the disk, a lock, the interpreter, a message) is left out.
"""

import re
import subprocess
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from benchmarks.candidats import Candidat, Instance, cpu
from benchmarks.charge import M1, M1000, tirer
from benchmarks.tournoi import lancer

AUTRE = "autre"
_PIECES = (
    ("ramasse-miettes de Python", re.compile(r"^gc_collect")),
    ("lxml", re.compile(r"\((lxml/|[^()]*libxml2)")),
    ("pilote sqlite3 et SQLite", re.compile(r"\((sqlite3/|[^()]*_sqlite3?\b|libsqlite3)|^_?pysqlite")),
    ("cryptography", re.compile(r"\((cryptography/|lib(crypto|ssl)\b)")),
    ("compression (zstd)", re.compile(r"\((zstandard/|zstd\b|libzstd)|^ZSTD_")),
    ("waitress", re.compile(r"\(waitress/")),
    ("spyne", re.compile(r"\(spyne/")),
    ("sqlalchemy", re.compile(r"\(sqlalchemy/")),
    ("service", re.compile(r"\(service/")),
)
_SALLE = re.compile(r"\(service/(\w+)(?=/)")
_ATTENTES = re.compile(
    r"^(PyThread_acquire_lock_timed|take_gil|pthread_cond_(timed)?wait|sem_(clock|timed)?wait|poll|ppoll|select|"
    r"epoll_wait|read|flock|fsync|fdatasync|accept4?|clock_nanosleep|nanosleep|wait4|waitpid) "
    r"\((?!.*\.py:)"
)
"""What a stack ends in when it waits; functions of Python's own with such a name do not."""
_SANS_NOM = re.compile(r"^0x[0-9a-f]+ \(libc\.so")
_PROFONDEUR_DES_ATTENTES = 4


def profiler(candidat: Candidat, duree: int) -> dict[str, Any]:
    """For M1 and M1000: samples by room (not those that wait), CPU seconds the worker used, seconds it was looked at.

    Where py-spy cannot attach, what it said instead.
    """
    profils, premier = {}, 0
    with lancer(candidat) as instance:
        for charge in (M1, M1000):
            premier = tirer(instance.url, charge, instance.expediteurs, candidat.chauffe, premier).apres + 1
            with ThreadPoolExecutor(1) as fils:
                tir = fils.submit(tirer, instance.url, charge, instance.expediteurs, duree + 3, premier)
                profils[charge.nom] = _observer(_travailleur(instance), duree)
            premier = tir.result().apres + 1
    return profils


def _travailleur(instance: Instance) -> psutil.Process:
    """The worker that has worked most."""
    _, *travailleurs = instance.processus()
    return max(travailleurs, key=lambda un: un.cpu_times().user)


def _observer(processus: psutil.Process, duree: int) -> dict[str, Any]:
    pyspy = Path(sysconfig.get_path("scripts")) / "py-spy"
    with tempfile.TemporaryDirectory(prefix="banc-p-") as dossier:
        brut = Path(dossier) / "brut"
        options = ["--native", "--rate", "200", "--duration", str(duree), "--format", "raw", "--output", str(brut)]
        avant = cpu([processus])
        fait = subprocess.run(
            [pyspy, "record", "--pid", str(processus.pid), *options], capture_output=True, text=True, check=False
        )
        apres = cpu([processus])
        if fait.returncode or not brut.exists():
            return {"empechement": " ".join(fait.stderr.split()) or f"code {fait.returncode}"}
        return {"cpu": apres - avant, "duree": duree, "pieces": par_piece(brut.read_text("utf-8").splitlines())}


def par_piece(lignes: Iterable[str]) -> dict[str, int]:
    """Samples of each piece, largest first, from py-spy's raw format: frames parted by « ; », then how often."""
    pieces: Counter[str] = Counter()
    for ligne in lignes:
        pile, _, nombre = ligne.rpartition(" ")
        cadres = pile.split(";")
        if not _attend(cadres):
            pieces[_piece(cadres)] += int(nombre)
    return dict(pieces.most_common())


def _attend(cadres: Sequence[str]) -> bool:
    """Whether the stack ends in a wait. Frames of the C library without a name are the inside of its locks."""
    fin = cadres[-_PROFONDEUR_DES_ATTENTES:]
    return any(map(_ATTENTES.match, fin)) or all(map(_SANS_NOM.match, cadres[-2:]))


def _piece(cadres: Sequence[str]) -> str:
    for cadre in reversed(cadres):
        for piece, forme in _PIECES:
            if forme.search(cadre):
                salle = _SALLE.search(cadre)
                return f"service.{salle[1]}" if salle else piece
    return AUTRE
