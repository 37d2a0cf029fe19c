"""The benchmark measures what it says: its messages are real deposits, and those refused are counted as such."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks import candidats
from benchmarks.candidats import CandidatEnEchecError, Instance, notre_produit
from benchmarks.charge import CERTIFICATS, CHANGEMENTS, Charge, tirer
from benchmarks.monde import par_mot_de_passe


@pytest.mark.parametrize(
    "charge",
    [
        Charge("", CERTIFICATS, 1, True, 2),
        Charge("", CERTIFICATS, 100, False, 2),
        Charge("", CHANGEMENTS, 100, True, 2),
    ],
    ids=["certificats by digest", "certificats by password", "changements"],
)
def test_messages_of_the_load_are_accepted_and_counted(tmp_path: Path, charge: Charge):
    candidat = notre_produit("waitress", "sqlite", tmp_path, None)
    donnees = tmp_path / "essai"
    donnees.mkdir()
    with candidat.demarrer(donnees) as instance:
        expediteurs = instance.expediteurs if charge.condense else par_mot_de_passe(instance.expediteurs)
        mesure = tirer(instance.url, charge, expediteurs[-2:], 2, 0)
        assert (mesure.fausses, mesure.reseau, mesure.exemple) == (0, 0, "")
        assert mesure.justes > 0
        assert mesure.justes * charge.lignes <= instance.compter() <= mesure.envoyees * charge.lignes


def test_a_refused_message_is_counted_as_wrong(tmp_path: Path):
    candidat = notre_produit("waitress", "sqlite", tmp_path, None)
    donnees = tmp_path / "essai"
    donnees.mkdir()
    with candidat.demarrer(donnees) as instance:
        faux = [instance.expediteurs[0]._replace(cle="une autre")]
        mesure = tirer(instance.url, Charge("", CERTIFICATS, 1, True, 2), faux, 1, 0)
        assert mesure.justes == 0
        assert mesure.fausses > 0
        assert "AUTHENTIFICATION" in mesure.exemple
        assert instance.compter() == 0


@pytest.fixture
def occuper() -> Iterator[Callable[[float], Instance]]:
    """Give a candidate that works for some seconds, then rests."""
    with contextlib.ExitStack() as fin:

        def lancer(secondes: float) -> Instance:
            travail = f"import time\nprint(flush=True)\nwhile time.process_time() < {secondes}: pass\ntime.sleep(60)"
            processus = fin.enter_context(subprocess.Popen([sys.executable, "-c", travail], stdout=subprocess.PIPE))
            fin.callback(processus.kill)
            assert processus.stdout is not None
            processus.stdout.readline()
            return Instance("", [], processus.pid, lambda: 0, lambda: "")

        yield lancer


def test_a_burst_begins_once_the_one_before_is_digested(occuper: Callable[[float], Instance]):
    instance = occuper(0.7)
    instance.attendre_le_calme()
    assert sum(instance.processus()[0].cpu_times()[:2]) > 0.6  # the kernel counts in hundredths


def test_a_candidate_that_never_rests_fails(occuper: Callable[[float], Instance], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(candidats, "_PATIENCE_S", 1)
    with pytest.raises(CandidatEnEchecError, match="travaille encore 1 s après une rafale"):
        occuper(60).attendre_le_calme()
