"""work_lock: a work is done by one at a time; a lock ends with its process, however it dies."""

import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy import Engine

from service.errors import IndisponibleError
from service.storage.database import creer_moteur
from service.storage.work_lock import seul

TENIR = """
import sys, time
from service.storage.database import creer_moteur
from service.storage.work_lock import seul
with seul(creer_moteur(sys.argv[1], connexions=1), "courriels") as obtenu:
    print(obtenu, flush=True)
    time.sleep(60)
"""


def obtenu(moteur: Engine, travail: str = "courriels") -> bool:
    """Whether the lock is free."""
    with seul(moteur, travail) as libre:
        return libre


def test_who_comes_second_does_not_work_and_does_not_wait(moteur: Engine):
    with seul(moteur, "courriels") as premier:
        assert premier
        assert not obtenu(moteur)
        vus: list[bool] = []
        fil = threading.Thread(target=lambda: vus.append(obtenu(moteur)))
        fil.start()
        fil.join(5)
        assert vus == [False]
        assert obtenu(moteur, "autre"), "another work is another lock"
    assert obtenu(moteur)


def test_a_work_that_fails_gives_its_lock_back(moteur: Engine):
    with pytest.raises(ZeroDivisionError), seul(moteur, "courriels"):
        _ = 1 / 0
    assert obtenu(moteur)
    assert obtenu(moteur)


def test_a_killed_process_gives_its_lock_back_at_once(base: str, moteur: Engine):
    autre = subprocess.Popen([sys.executable, "-c", TENIR, base], stdout=subprocess.PIPE, text=True)
    assert autre.stdout is not None
    assert autre.stdout.readline() == "True\n"
    assert not obtenu(moteur)
    autre.send_signal(signal.SIGKILL)
    autre.wait(10)
    autre.stdout.close()
    limite = threading.Event()
    for _ in range(100):  # PostgreSQL notices the closed connection in a moment
        if obtenu(moteur):
            return
        limite.wait(0.05)
    raise AssertionError("the lock outlived its process")


def test_a_connection_lost_meanwhile_is_thrown_away_with_its_lock(base_postgresql: str):
    moteur, autre = creer_moteur(base_postgresql, connexions=1), creer_moteur(base_postgresql, connexions=1)
    with seul(moteur, "courriels") as premier:
        assert premier
        with autre.connect() as connexion:
            connexion.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        assert obtenu(autre)
    assert obtenu(moteur)
    moteur.dispose()
    autre.dispose()


def test_without_a_database_there_is_no_lock(base: str, tmp_path):
    perdue = f"sqlite:///{tmp_path}/rien/base.sqlite" if base.startswith("sqlite") else f"{base}_perdue"
    moteur = creer_moteur(perdue, connexions=1)
    with pytest.raises(IndisponibleError), seul(moteur, "courriels"):
        pass
    moteur.dispose()
