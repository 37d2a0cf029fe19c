"""Several processes on one database: each thing once, nothing committed lost, no lock left by the dead."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pepiniere import Processus, planter

from service.storage.unit_of_work import FabriqueUnites

ECRIVAIN = Path(__file__).with_name("ecrivain.py")
INSTANT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


@pytest.fixture
def executer(tmp_path: Path):
    """Starts a writer; whatever is still running at the end is killed."""
    processus = []

    def demarrer(*arguments: object) -> Processus:
        processus.append(planter([ECRIVAIN, *arguments], os.environ, tmp_path, sys.__stderr__))
        return processus[-1]

    yield demarrer
    for un in processus:
        un.achever()


@pytest.fixture
def lancer(base: str, executer):
    """Starts a writer on the test's database."""
    return lambda acte, *arguments: executer(acte, base, *arguments)


def _deposes(unites: FabriqueUnites, esat: int) -> list[str]:
    with unites.lecture() as unite:
        return [depot.numero for depot in unite.depots.lister(esat, INSTANT, INSTANT + timedelta(1), None, 1_000_000)]


def test_a_killed_writer_loses_nothing_committed_and_holds_nobody_up(unites: FabriqueUnites, monde, lancer):
    """Two writers die inside a transaction, one after the other, the second having waited for the first."""
    annonces = []
    for _ in range(2):
        victime = lancer("tuer", monde.esat)
        while (mot := victime.stdout.readline().strip()) != "ouverte":
            assert mot
            annonces.append(mot)
        victime.kill()
    assert len(annonces) == 18
    debut = time.monotonic()
    with unites.ecriture() as unite:
        unite.esats.verrouiller(monde.esat)
        unite.jetons.consommer(bytes(32), monde.maintenant)
        unite.commit()
    assert time.monotonic() - debut < 10
    assert sorted(_deposes(unites, monde.esat)) == sorted(annonces)


def test_processes_killed_while_their_threads_share_commits_lose_nothing_told(unites: FabriqueUnites, monde, lancer):
    victimes = [lancer("groupes", monde.esat) for _ in range(2)]
    annonces = [victime.stdout.readline().strip() for victime in victimes for _ in range(50)]
    for victime in victimes:
        victime.kill()
        annonces += [mot.strip() for mot in victime.stdout if mot.endswith("\n")]
    deposes = _deposes(unites, monde.esat)
    assert set(annonces) <= set(deposes)
    assert len(deposes) <= len(annonces) + 8  # one at most of each thread was durable and not told yet


def test_processes_that_bring_the_same_messages_record_each_once(unites: FabriqueUnites, monde, lancer):
    dits = [processus.lire(120).split() for processus in _deux(lancer, "identifiant", monde.esat)]
    assert sorted(map(int, dits[0] + dits[1])) == list(range(20))
    assert len(_deposes(unites, monde.esat)) == 20


def test_processes_that_present_the_same_tokens_consume_each_once(lancer):
    dits = [processus.lire(120).split() for processus in _deux(lancer, "jetons")]
    assert sorted(map(int, dits[0] + dits[1])) == list(range(50))


def _deux(lancer, *arguments: object) -> list[Processus]:
    return [lancer(*arguments), lancer(*arguments)]


def test_a_lock_that_crossed_a_fork_still_lets_one_in_at_a_time(executer, tmp_path: Path):
    sortie = executer("fourche", tmp_path / "base.verrou").lire(60)
    assert sortie.splitlines() == ["le parent sort", "l'enfant entre"]
