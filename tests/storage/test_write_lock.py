"""write_lock: one holder at a time, whatever the thread, the process or the path to the file."""

import os
import threading
from pathlib import Path

import pytest

from service.storage.database import creer_moteur
from service.storage.write_lock import VerrouEcriture, verrou_de


@pytest.fixture
def verrou(tmp_path: Path):
    """A lock."""
    verrou = VerrouEcriture(tmp_path / "base.verrou")
    yield verrou
    verrou.fermer()


@pytest.fixture
def prendre_ailleurs(verrou: VerrouEcriture):
    """Takes a lock in another thread; the event returned is set once it was had and given back."""
    fils = []

    def commencer(voulu: VerrouEcriture) -> threading.Event:
        fini = threading.Event()

        def prendre() -> None:
            with voulu:
                pass
            fini.set()

        fils.append(threading.Thread(target=prendre))
        fils[-1].start()
        return fini

    yield commencer
    for fil in fils:
        fil.join(10)


def test_another_thread_waits(verrou: VerrouEcriture, prendre_ailleurs):
    with verrou:
        pris = prendre_ailleurs(verrou)
        assert not pris.wait(0.1)
    assert pris.wait(10)


def test_another_lock_on_the_same_file_waits(verrou: VerrouEcriture, tmp_path: Path, prendre_ailleurs):
    autre = VerrouEcriture(tmp_path / "base.verrou")
    with verrou:
        pris = prendre_ailleurs(autre)
        assert not pris.wait(0.1)
    assert pris.wait(10)


def test_the_thread_that_has_it_is_told_rather_than_left_to_wait_for_itself(verrou: VerrouEcriture, prendre_ailleurs):
    with verrou, pytest.raises(RuntimeError), verrou:
        pass
    assert prendre_ailleurs(verrou).wait(10)


def test_an_exception_gives_it_back(verrou: VerrouEcriture, prendre_ailleurs):
    with pytest.raises(ZeroDivisionError), verrou:
        raise ZeroDivisionError
    assert prendre_ailleurs(verrou).wait(10)


def test_the_file_is_the_owners_alone(verrou: VerrouEcriture, tmp_path: Path):
    with verrou:
        assert (tmp_path / "base.verrou").stat().st_mode & 0o777 == 0o600


def test_two_paths_to_one_database_have_one_lock(tmp_path: Path, prendre_ailleurs):
    os.symlink(tmp_path / "base.sqlite", tmp_path / "lien.sqlite")
    direct = verrou_de(creer_moteur(f"sqlite:///{tmp_path}/base.sqlite"))
    par_le_lien = verrou_de(creer_moteur(f"sqlite:///{tmp_path}/lien.sqlite"))
    assert direct is not None
    assert par_le_lien is not None
    with direct:
        pris = prendre_ailleurs(par_le_lien)
        assert not pris.wait(0.1)
    assert pris.wait(10)


def test_postgresql_needs_no_lock_of_ours():
    assert verrou_de(creer_moteur("postgresql://localhost/base")) is None
