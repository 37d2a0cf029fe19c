"""A process keeps what its threads use, not what each of them once used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.app import Maison
from service.server.memory import menager_la_memoire, rendre_la_memoire

PROGRAMME = """
import sys, threading
from pathlib import Path
from lxml import etree
from service.server.memory import menager_la_memoire

if sys.argv[1] == "ménagée":
    assert menager_la_memoire()
message = b"<m>" + b"<l><nom>MARTIN</nom><prenom>Camille</prenom><montant>812.40</montant></l>" * 20_000 + b"</m>"

def residents():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024

def lire(fin):
    etree.fromstring(message).xpath("count(//*)")
    fini.release()
    fin.wait()

avant, fini, fin = residents(), threading.Semaphore(0), threading.Event()
fils = [threading.Thread(target=lire, args=(fin,)) for _ in range(6)]
for fil in fils:
    fil.start()
    fini.acquire()
print(residents() - avant)
fin.set()
"""


def gardes(comment: str) -> int:
    """MiB that a process keeps after six threads read a message one after the other."""
    fini = subprocess.run([sys.executable, "-c", PROGRAMME, comment], capture_output=True, text=True, check=True)
    return int(fini.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="what is tested is glibc's")
def test_threads_that_read_in_turn_keep_the_memory_of_one():
    assert gardes("ménagée") * 2 < gardes("ordinaire")


def test_a_worker_of_another_server_looks_for_cycles_seldom_and_not_in_what_its_start_made(tmp_path: Path):
    """granian makes its workers by the factory; one look at everything held all messages up for 30 ms."""
    maison = Maison({"ESAT_DONNEES": str(tmp_path)})
    maison.migrer()
    maison.moteur.dispose()
    programme = """
import gc, os
from service.app import application
application()
print(gc.get_freeze_count() > 10 * len(gc.get_objects()), gc.get_threshold(), flush=True)
os._exit(0)
"""
    environ = {**os.environ, "ESAT_DONNEES": str(tmp_path)}
    fini = subprocess.run([sys.executable, "-c", programme], env=environ, capture_output=True, text=True, timeout=60)
    assert fini.stdout == "True (50000, 20, 20)\n", fini.stderr


def test_a_process_that_serves_loads_no_highlighter_of_code():
    programme = "import sys, service.app; print([nom for nom in sys.modules if nom.partition('.')[0] == 'pygments'])"
    fini = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=True)
    assert fini.stdout.strip() == "[]"


def test_what_is_free_goes_back_to_the_system():
    rendre_la_memoire()  # where there is no such function, nothing happens either
    assert menager_la_memoire() is (sys.platform == "linux")
