"""report: SQLite's log is carried over beside those who write, and starts anew once it is long."""

import errno
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest
from conventions import JOUR, creer, numeros

from service.errors import IndisponibleError
from service.storage import report
from service.storage.database import creer_moteur
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture
def unites(base_sqlite: str, monkeypatch: pytest.MonkeyPatch):
    """Units of work on SQLite, whose log is long from a few pages on."""
    monkeypatch.setattr(report, "PAGES", 3)
    moteur = creer_moteur(base_sqlite)
    yield FabriqueUnites(moteur)
    moteur.dispose()


@pytest.fixture
def journal(base_sqlite: str) -> Path:
    """The log of the database."""
    return Path(f"{base_sqlite.removeprefix('sqlite:///')}-wal")


def test_a_long_log_starts_anew_and_nothing_is_lost(unites, journal):
    for rang in range(5):
        creer(unites, f"{rang}")
    unites.reporter()
    longueur = journal.stat().st_size
    for rang in range(5, 10):
        creer(unites, f"{rang}")
        unites.reporter()
    assert journal.stat().st_size == longueur
    assert numeros(unites) == [str(rang) for rang in range(10)]


def test_without_it_the_log_goes_on_growing(unites, journal):
    creer(unites, "A")
    longueur = journal.stat().st_size
    for rang in range(5):
        creer(unites, f"{rang}")
    assert journal.stat().st_size > longueur


def test_it_goes_on_while_somebody_writes_and_keeps_nobody_out(unites):
    creer(unites, "A")
    with unites.ecriture() as unite:
        unite.conventions.creer("B", JOUR, None, None, 180)
        assert unites._report is not None
        assert unites._report._copier() > 0
        unite.commit()
    assert numeros(unites) == ["A", "B"]


def test_one_of_several_processes_does_it(unites, monkeypatch):
    faits: list[str] = []
    monkeypatch.setattr(unites._report, "faire", lambda: faits.append("fait"))
    with unites.seul("reporter") as seul:
        assert seul
        unites.reporter()
        assert faits == []
    unites.reporter()
    assert faits == ["fait"]


def test_what_is_written_meanwhile_is_carried_over_with_writers_kept_out(unites, journal, monkeypatch):
    for numero in "ACDE":
        creer(unites, numero)
    copier, gardes = unites._report._copier, []

    def copier_puis_ecrire() -> int:
        pages = copier()
        gardes.append(garde(journal))
        if len(gardes) == 1:
            creer(unites, "B")
        return pages

    monkeypatch.setattr(unites._report, "_copier", copier_puis_ecrire)
    unites.reporter()
    assert gardes == [False, True]
    assert not garde(journal)


def test_the_disk_confirms_the_database_before_writers_are_kept_out(unites, journal, monkeypatch):
    for numero in "ACDE":
        creer(unites, numero)
    vraiment, gardes = report.confirmer_le_contenu, []
    monkeypatch.setattr(
        report, "confirmer_le_contenu", lambda fichier: gardes.append(garde(journal)) or vraiment(fichier)
    )
    unites.reporter()
    assert gardes == [False]


def test_a_database_that_the_disk_does_not_confirm_keeps_its_log(unites, journal, monkeypatch):
    for numero in "ACDE":
        creer(unites, numero)

    def refuser(_fichier: int) -> None:
        raise OSError(errno.EIO, "essai")

    monkeypatch.setattr(report, "confirmer_le_contenu", refuser)
    with pytest.raises(IndisponibleError):
        unites.reporter()
    assert not garde(journal)
    assert numeros(unites) == ["A", "C", "D", "E"]


def test_the_locks_of_sqlite_outlive_it(unites, journal):
    """Closing a descriptor of the database would let a second process write what this one is writing."""
    for numero in "ACDE":
        creer(unites, numero)
    unites.reporter()
    chemin = str(journal).removesuffix("-wal")
    with unites.lecture():
        unites._report.fermer()
        essai = f"import fcntl; fcntl.lockf(open({chemin!r}, 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        refus = subprocess.run([sys.executable, "-c", essai], capture_output=True, text=True, check=False)
    assert "BlockingIOError" in refus.stderr


def garde(journal: Path) -> bool:
    """Whether somebody keeps writers out of the database of that log."""
    with open(f"{str(journal).removesuffix('-wal')}.verrou") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_the_database_may_be_left_and_opened_again(unites):
    creer(unites, "A")
    unites.reporter()
    unites._moteur.dispose()
    creer(unites, "B")
    unites.reporter()
    assert numeros(unites) == ["A", "B"]


def test_postgresql_needs_none(base_postgresql: str):
    moteur = creer_moteur(base_postgresql)
    FabriqueUnites(moteur).reporter()
    moteur.dispose()
