"""What is measured of the product alone: its profile, by room, and the CPU time of the reference client."""

import pytest

from benchmarks.candidats import Candidat, notre_produit
from benchmarks.charge import M1, M1000
from benchmarks.client import DECLARER, DEMARRAGE, VERIFIER, observer_le_client
from benchmarks.profil import par_piece, profiler

FIL = "Thread.run (threading.py:982);Door.__call__ (service/door.py:77);deposer (service/usecases/deposer.py:63)"


@pytest.fixture(scope="module")
def notre(tmp_path_factory: pytest.TempPathFactory) -> Candidat:
    return notre_produit("waitress", "sqlite", tmp_path_factory.mktemp("modele"), None)


@pytest.mark.parametrize(
    ("pile", "piece"),
    [
        (FIL, "service.usecases"),
        ("Thread.run (threading.py:982);Door.__call__ (service/door.py:77)", "service"),
        (f"{FIL};valider (service/contract/validation.py:1);xmlSchemaValidateDoc (lxml/etree.cpython-311.so)", "lxml"),
        (f"{FIL};bulk (service/storage/session.py:88);sqlite3Step (libsqlite3.so.0.8.6)", "pilote sqlite3 et SQLite"),
        (f"{FIL};sign (cryptography/hazmat/bindings/_rust.abi3.so);0x7f (libc.so.6)", "cryptography"),
        (f"{FIL};gc_collect_main (libpython3.11.so.1.0)", "ramasse-miettes de Python"),
        (f"{FIL};read (service/contract/reading.py:12)", "service.contract"),
        ("_run_code (<frozen runpy>:65)", "autre"),
    ],
)
def test_a_sample_counts_for_its_innermost_piece(pile: str, piece: str):
    assert par_piece([f"{pile} 3", f"{pile} 4"]) == {piece: 7}


@pytest.mark.parametrize(
    "fin",
    [
        "PyThread_acquire_lock_timed (libpython3.11.so.1.0);0x7f61e94aed90 (libc.so.6)",
        "accept (service/server/dispatching.py:9);0x7f61e94aed90 (libc.so.6);0x7f61e94a3f16 (libc.so.6)",
        "Session.commit (service/storage/session.py:9);sqlite3WalFrames (libsqlite3.so.0.8.6);fdatasync (libc.so.6)",
        "poll2 (waitress/wasyncore.py:213);select_poll_poll (selectmodule.c:655);poll (libc.so.6)",
    ],
    ids=["lock", "lock without a name", "disk", "network"],
)
def test_what_waits_is_left_out(fin: str):
    assert par_piece([f"{FIL};{fin} 5"]) == {}


def test_a_worker_is_looked_at_under_both_loads(notre: Candidat):
    profils = profiler(notre, 1)
    assert list(profils) == [M1.nom, M1000.nom]
    for profil in profils.values():
        # Where the kernel forbids it to look at another process, the page says that instead.
        assert "empechement" in profil or sum(profil["pieces"].values()) > 0


def test_the_client_is_measured_reading_checking_and_sending(notre: Candidat):
    durees = observer_le_client(notre, 1)
    assert list(durees) == ["csv", "xlsx"]
    for actes in durees.values():
        assert 0 < actes[DEMARRAGE] < actes[VERIFIER]
        assert 0 < actes[DEMARRAGE] < actes[DECLARER]
