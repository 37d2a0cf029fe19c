"""confirmation: a commit is told once the disk has confirmed it, and nobody is kept from writing meanwhile."""

import os
import threading
from collections.abc import Callable

import pytest
from conventions import creer, numeros

from service.errors import IndisponibleError
from service.storage import confirmation
from service.storage.database import creer_moteur
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture
def unites(base_sqlite: str):
    """Units of work on SQLite; PostgreSQL confirms by itself."""
    moteur = creer_moteur(base_sqlite)
    yield FabriqueUnites(moteur)
    moteur.dispose()


@pytest.fixture
def disque(monkeypatch: pytest.MonkeyPatch):
    """The names of the files that are confirmed from now on; what is put first is called before each."""
    confirmes: list[str] = []
    avant: list[Callable[[], None]] = []
    vraiment = confirmation._confirmer

    def confirmer(descripteur: int) -> None:
        for faire in avant:
            faire()
        vraiment(descripteur)
        confirmes.append(os.path.basename(os.readlink(f"/proc/self/fd/{descripteur}")))

    monkeypatch.setattr(confirmation, "_confirmer", confirmer)
    return confirmes, avant


def panne() -> None:
    raise OSError(5, "Input/output error")


def test_a_commit_returns_once_the_log_of_the_database_is_confirmed(unites, disque):
    creer(unites, "A")
    assert disque[0] == ["base.sqlite-wal"]


def test_others_may_write_while_the_disk_is_waited_for(unites, disque, base_sqlite):
    moteur = creer_moteur(base_sqlite)
    disque[1].append(lambda: (disque[1].clear(), creer(FabriqueUnites(moteur), "B")))
    creer(unites, "A")
    moteur.dispose()
    assert numeros(unites) == ["A", "B"]
    assert len(disque[0]) == 2


def test_what_the_disk_did_not_confirm_is_not_told(unites, disque):
    disque[1].append(panne)
    with pytest.raises(IndisponibleError):
        creer(unites, "A")
    disque[1].clear()
    creer(unites, "B")
    assert "B" in numeros(unites)


def test_units_of_one_thread_wait_for_the_disk_together(unites, disque):
    with unites.ensemble():
        for numero in "ABC":
            creer(unites, numero)
        assert disque[0] == []
        assert numeros(unites) == ["A", "B", "C"]
    assert disque[0] == ["base.sqlite-wal"]
    creer(unites, "D")
    assert len(disque[0]) == 2


def test_an_ensemble_that_the_disk_did_not_confirm_raises_at_its_end(unites, disque):
    disque[1].append(panne)
    with pytest.raises(IndisponibleError), unites.ensemble():
        creer(unites, "A")


def test_an_ensemble_that_wrote_nothing_waits_for_nothing(unites, disque):
    with unites.ensemble():
        assert numeros(unites) == []
    assert disque[0] == []


def test_what_one_thread_put_off_is_not_put_off_for_another(unites, disque):
    with unites.ensemble():
        creer(unites, "A")
        autre = threading.Thread(target=creer, args=(unites, "B"))
        autre.start()
        autre.join(10)
        assert disque[0] == ["base.sqlite-wal"]


def test_the_database_may_be_left_and_opened_again(unites, disque):
    creer(unites, "A")
    unites._moteur.dispose()
    creer(unites, "B")
    assert disque[0] == ["base.sqlite-wal"] * 2


def test_only_the_writer_leaves_the_disk_to_us(unites):
    creer(unites, "A")
    assert unites._ecrivain._pilote.execute("PRAGMA synchronous").fetchone() == (1,)
    with unites.lecture() as unite:
        assert unite._session._pilote.execute("PRAGMA synchronous").fetchone() == (2,)
