"""unit_of_work: all or nothing, one writer at a time on SQLite, readers that never wait."""

import threading
from datetime import date

import pytest

from service.storage.database import creer_moteur
from service.storage.unit_of_work import FabriqueUnites, UnitOfWork

JOUR = date(2026, 1, 1)


def _creer(unite: UnitOfWork, numero: str) -> None:
    unite.conventions.creer(numero, JOUR, None, None, 180)


def _numeros(unites: FabriqueUnites) -> list[str]:
    with unites.lecture() as unite:
        return [convention.numero for convention in unite.conventions.lister()]


def test_what_is_committed_is_there(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        _creer(unite, "A")
        unite.commit()
    assert _numeros(unites) == ["A"]


def test_leaving_without_commit_rolls_back(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        _creer(unite, "A")
    assert _numeros(unites) == []


def _creer_puis_echouer(unites: FabriqueUnites) -> None:
    with unites.ecriture() as unite:
        _creer(unite, "A")
        raise ZeroDivisionError


def test_an_exception_rolls_back_and_passes(unites: FabriqueUnites):
    with pytest.raises(ZeroDivisionError):
        _creer_puis_echouer(unites)
    assert _numeros(unites) == []


def test_a_refused_statement_does_not_leave_its_connection_in_a_failed_transaction(unites: FabriqueUnites):
    with pytest.raises(Exception, match=r"(?i)foreign key"), unites.ecriture() as unite:
        unite.esats.creer(404, "26830001100010", None, "Sans convention", "")
    with unites.ecriture() as unite:
        _creer(unite, "A")
        unite.commit()
    assert _numeros(unites) == ["A"]


def test_nothing_runs_after_the_commit(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.commit()
        with pytest.raises(RuntimeError):
            _creer(unite, "A")
    assert _numeros(unites) == []


def test_nothing_runs_after_the_end(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        pass
    with pytest.raises(RuntimeError):
        _creer(unite, "A")
    with pytest.raises(RuntimeError):
        unite.commit()


def test_a_reader_sees_one_state_from_its_first_query_to_its_end(unites: FabriqueUnites):
    with unites.lecture() as lecture:
        assert lecture.conventions.lister() == []
        with unites.ecriture() as unite:
            _creer(unite, "A")
            unite.commit()
        assert lecture.conventions.lister() == []
    assert _numeros(unites) == ["A"]


def test_a_reader_does_not_wait_for_a_writer_nor_see_what_it_has_not_committed(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        _creer(unite, "A")
        assert _numeros(unites) == []
        unite.commit()


def test_a_reader_cannot_write(unites: FabriqueUnites):
    with pytest.raises(Exception, match=r"read-only|joignable"), unites.lecture() as unite:
        _creer(unite, "A")
    assert _numeros(unites) == []


def test_a_writer_may_follow_a_reader_on_its_connection(base: str):
    moteur = creer_moteur(base, connexions=1)
    unites = FabriqueUnites(moteur)
    assert _numeros(unites) == []
    with unites.ecriture() as unite:
        _creer(unite, "A")
        unite.commit()
    assert _numeros(unites) == ["A"]
    moteur.dispose()


def test_writers_follow_each_other(unites: FabriqueUnites, base: str):
    """Each thread reads what the others have written and adds one: none may be lost."""

    def ajouter() -> None:
        for _ in range(10):
            with unites.ecriture() as unite:
                verrou = unite.esats.verrouiller(esat)
                _creer(unite, f"{len(unite.conventions.lister()):04d}")
                unite.commit()
                assert verrou is None

    with unites.ecriture() as unite:
        convention = unite.conventions.creer("0000", JOUR, None, None, 180)
        esat = unite.esats.creer(convention, "26830001100010", None, "ESAT", "")
        unite.commit()
    fils = [threading.Thread(target=ajouter) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert _numeros(unites) == [f"{rang:04d}" for rang in range(41)]
