"""background: works are done again and again beside requests, whatever a round does, until the process leaves."""

import logging
import threading
import time

import pytest

from service.errors import IndisponibleError
from service.server.background import Coulisses, Travail, tenter


def test_a_round_that_fails_is_told_by_its_kind_alone_and_comes_again(caplog: pytest.LogCaptureFixture):
    fois = threading.Semaphore(0)

    def echouer() -> None:
        fois.release()
        raise ValueError("jean.secret@esat.example")

    coulisses = Coulisses()
    with caplog.at_level(logging.WARNING, "service"):
        coulisses.commencer([Travail("essai", echouer, 0.01)])
        assert all(fois.acquire(timeout=5) for _ in range(3))
        coulisses.finir(5)
    faits = {(une.levelname, une.getMessage(), une.travail, une.erreur) for une in caplog.records}
    assert faits == {("ERROR", "travail_manque", "essai", "ValueError")}
    assert "secret" not in caplog.text


def test_a_database_that_is_away_is_a_warning(caplog: pytest.LogCaptureFixture):
    def attendre() -> None:
        raise IndisponibleError

    with caplog.at_level(logging.WARNING, "service"):
        tenter("essai", attendre)
    assert [(une.levelname, une.getMessage()) for une in caplog.records] == [("WARNING", "travail_remis")]


def test_a_slow_work_does_not_keep_another():
    lent, vite = threading.Event(), threading.Semaphore(0)
    coulisses = Coulisses()
    coulisses.commencer([Travail("lent", lambda: lent.wait(10), 0.01), Travail("vite", vite.release, 0.01)])
    assert all(vite.acquire(timeout=5) for _ in range(5))
    lent.set()
    coulisses.finir(5)


def test_the_round_under_way_ends_before_the_process_leaves_and_no_other_begins():
    commence, finis = threading.Event(), []
    coulisses = Coulisses()

    def travailler() -> None:
        commence.set()
        assert coulisses.arret.wait(5)
        time.sleep(0.2)
        finis.append(1)

    coulisses.commencer([Travail("essai", travailler, 0.01)])
    assert commence.wait(5)
    coulisses.finir(5)
    assert finis == [1]


def test_a_round_that_does_not_end_is_not_waited_for_for_ever():
    jamais, commence = threading.Event(), threading.Event()
    coulisses = Coulisses()

    def rester() -> None:
        commence.set()
        jamais.wait(30)

    coulisses.commencer([Travail("essai", rester, 0.01)])
    assert commence.wait(5)
    debut = time.monotonic()
    coulisses.finir(0.2)
    assert time.monotonic() - debut < 2
    jamais.set()
