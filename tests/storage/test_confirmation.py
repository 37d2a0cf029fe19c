"""confirmation: a commit is told once the disk has confirmed it, and nobody is kept from writing meanwhile."""

import os
from collections.abc import Callable

import pytest
from conventions import creer, numeros

from service.errors import IndisponibleError
from service.storage import confirmation
from service.storage.database import creer_moteur
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture
def unites(sur_sqlite: FabriqueUnites) -> FabriqueUnites:
    """On SQLite; PostgreSQL confirms by itself."""
    return sur_sqlite


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


def test_what_the_disk_failed_to_confirm_once_is_never_taken_for_confirmed(unites, disque):
    creer(unites, "A")
    confirmation_ = unites._ecrivain._disque
    numero = confirmation_.numeroter()
    disque[1].append(panne)
    with pytest.raises(IndisponibleError):
        confirmation_.confirmer(numero)
    disque[1].clear()
    with pytest.raises(IndisponibleError):
        confirmation_.confirmer(numero)
    confirmation_.confirmer(confirmation_.numeroter())


def test_a_commit_that_came_before_a_confirmation_needs_none_of_its_own(unites, disque):
    creer(unites, "A")
    confirmation_ = unites._ecrivain._disque
    numeros_ = [confirmation_.numeroter() for _ in range(3)]
    for numero in reversed(numeros_):
        confirmation_.confirmer(numero)
    assert len(disque[0]) == 2


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
