"""Answers withheld: sent by the loop once the disk confirmed them, never where it did not."""

import threading
from collections.abc import Callable, Iterator

import pytest

from service.errors import IndisponibleError
from service.server.withheld import Retenues


class Canal:
    """A connection that notes what becomes of its answer, and in which thread."""

    def __init__(self) -> None:
        self.sort: tuple[str, bool] | None = None

    def retenir(self) -> None:
        self.sort = None

    def lacher(self) -> None:
        self.sort = ("envoyée", threading.current_thread() is threading.main_thread())

    def rompre(self) -> None:
        self.sort = ("rompue", threading.current_thread() is threading.main_thread())


class Disque:
    """Ensembles by their number; those in `pannes` are not confirmed."""

    def __init__(self) -> None:
        self.confirmes: list[list[int]] = []
        self.pannes: set[int] = set()
        self.erreur: Exception = IndisponibleError()
        self.porte = threading.Event()

    def confirmer(self, ensembles: list[int]) -> None:
        assert self.porte.wait(10)
        self.confirmes.append(ensembles)
        if self.pannes & set(ensembles):
            raise self.erreur


@pytest.fixture
def disque() -> Disque:
    return Disque()


@pytest.fixture
def retenues(disque: Disque) -> Iterator[Retenues]:
    retenues = Retenues(disque.confirmer)
    yield retenues
    disque.porte.set()
    retenues.arreter()


def confier(retenues: Retenues, numero: int, eveiller: Callable[[], None]) -> Canal:
    canal = Canal()
    retenues.confier(numero, [canal], eveiller)
    return canal


def test_the_loop_is_woken_and_sends_what_was_confirmed(retenues, disque):
    eveil = threading.Event()
    canal = confier(retenues, 1, eveil.set)
    retenues.rendre()
    assert canal.sort is None
    disque.porte.set()
    assert eveil.wait(10)
    assert canal.sort is None
    retenues.rendre()
    assert canal.sort == ("envoyée", True)


@pytest.mark.parametrize("erreur", [IndisponibleError(), ZeroDivisionError()])
def test_what_was_not_confirmed_is_not_sent_and_what_comes_later_is(retenues, disque, erreur):
    disque.erreur = erreur
    disque.pannes.add(1)
    disque.porte.set()
    eveil = threading.Event()
    perdu = confier(retenues, 1, eveil.set)
    assert eveil.wait(10)
    eveil.clear()
    garde = confier(retenues, 2, eveil.set)
    assert eveil.wait(10)
    retenues.rendre()
    assert (perdu.sort, garde.sort) == (("rompue", True), ("envoyée", True))


def test_stopping_waits_for_what_was_handed_over(disque):
    retenues = Retenues(disque.confirmer)
    canal = confier(retenues, 1, lambda: None)
    threading.Timer(0.1, disque.porte.set).start()
    retenues.arreter()
    retenues.rendre()
    assert canal.sort == ("envoyée", True)
    assert disque.confirmes == [[1]]
