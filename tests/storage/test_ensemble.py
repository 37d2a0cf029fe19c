"""ensemble: works served together read one state, write in one transaction, and are told once it is on the disk."""

import contextlib
import threading
from collections.abc import Callable
from functools import partial

import pytest
from conventions import JOUR, creer, numeros

from service.errors import IndisponibleError
from service.storage import confirmation
from service.storage.database import creer_moteur
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture
def unites(sur_sqlite: FabriqueUnites) -> FabriqueUnites:
    """On SQLite; PostgreSQL has no ensembles."""
    return sur_sqlite


@pytest.fixture
def ailleurs(base_sqlite: str):
    """Units of work of another process, as far as the database can tell."""
    moteur = creer_moteur(base_sqlite)
    yield FabriqueUnites(moteur)
    moteur.dispose()


@pytest.fixture
def confirmations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One element for each time that the disk is waited for."""
    vues: list[int] = []
    vraiment = confirmation._confirmer
    monkeypatch.setattr(confirmation, "_confirmer", lambda fichier: (vues.append(1), vraiment(fichier)))
    return vues


@pytest.fixture
def commits(unites: FabriqueUnites) -> list[str]:
    """The commits of the writing connection from now on."""
    with unites.ecriture():
        pass
    vus: list[str] = []
    unites._ecrivain._pilote.set_trace_callback(lambda sql: vus.append(sql) if sql == "COMMIT" else None)
    return vus


def creation(unites: FabriqueUnites, numero: str, pas: list[str]) -> Callable[[], None]:
    """A work that reads, then writes."""

    def travailler() -> None:
        pas.append(f"{numero} lit {''.join(numeros(unites))}")
        with unites.ecriture(groupee=True) as unite:
            unite.conventions.creer(numero, JOUR, None, None, 180)
            unite.commit()
        pas.append(f"{numero} finit")

    return travailler


def test_works_read_first_then_write_in_one_transaction(unites, commits, confirmations):
    pas: list[str] = []
    with unites.ensembles.ouvrir() as ensemble:
        for numero in "ABC":
            ensemble.faire(creation(unites, numero, pas))
        assert pas == ["A lit ", "B lit ", "C lit "]
    assert pas[3:] == ["A finit", "B finit", "C finit"]
    assert (commits, confirmations) == (["COMMIT"], [])
    unites.ensembles.confirmer([ensemble])
    assert len(confirmations) == 1
    assert numeros(unites) == ["A", "B", "C"]


def test_works_read_the_state_that_the_first_one_read(unites, ailleurs):
    lues = []
    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(lambda: lues.append(numeros(unites)))
        creer(ailleurs, "A")
        ensemble.faire(lambda: lues.append(numeros(unites)))
        lues.append(numeros(ailleurs))
    assert len(unites._lecteurs._libres) == 1  # given back
    lues.append(numeros(unites))
    assert lues == [[], [], ["A"], ["A"]]


def test_what_is_read_once_works_write_is_what_they_wrote(unites):
    lues = []

    def ecrire_et_relire() -> None:
        numeros(unites)
        creer(unites, "A")
        lues.append(numeros(unites))

    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(ecrire_et_relire)
    assert lues == [["A"]]


def test_works_take_each_step_together(unites):
    pas: list[str] = []

    def travailler(nom: str, etapes: int) -> None:
        for etape in range(etapes):
            pas.append(f"{nom}{etape}")
            unites.etape()
        creer(unites, nom)
        unites.etape()
        pas.append(f"{nom} répond")

    with unites.ensembles.ouvrir() as ensemble:
        for nom, etapes in (("A", 3), ("B", 1), ("C", 2)):
            ensemble.faire(partial(travailler, nom, etapes))
    assert pas == ["A0", "B0", "C0", "A1", "C1", "A2", "B répond", "C répond", "A répond"]
    assert numeros(unites) == ["A", "B", "C"]


def test_a_unit_that_writes_is_never_left_at_a_step(unites):
    def ecrire(nom: str) -> None:
        for groupee in (False, True):
            with unites.ecriture(groupee=groupee) as unite:
                unites.etape()
                unite.conventions.creer(f"{nom}{groupee:d}", JOUR, None, None, 180)
                unite.commit()

    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(partial(ecrire, "A"))
        ensemble.faire(partial(ecrire, "B"))
    assert numeros(unites) == ["A0", "A1", "B0", "B1"]


def test_outside_an_ensemble_a_step_is_nothing(unites):
    unites.etape()
    with unites.ensembles.ouvrir():
        autre = threading.Thread(target=unites.etape)
        autre.start()
        autre.join(10)
        assert not autre.is_alive()


def test_a_work_that_only_reads_ends_at_once(unites, confirmations):
    lues = []
    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(lambda: lues.append(numeros(unites)))
        assert lues == [[]]
    unites.ensembles.confirmer([ensemble])
    assert confirmations == []


def test_a_work_that_writes_alone_waits_for_nobody(unites, confirmations):
    def ecrire_seul() -> None:
        with unites.ecriture() as unite:
            unite.conventions.creer("A", JOUR, None, None, 180)
            unite.commit()

    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(ecrire_seul)
        assert numeros(unites) == ["A"]
    unites.ensembles.confirmer([ensemble])
    assert len(confirmations) == 1


def test_a_work_that_undoes_its_own_leaves_the_others_theirs(unites):
    def renoncer() -> None:
        with contextlib.suppress(ZeroDivisionError), unites.ecriture(groupee=True) as unite:
            unite.conventions.creer("B", JOUR, None, None, 180)
            raise ZeroDivisionError

    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(creation(unites, "A", []))
        ensemble.faire(renoncer)
        ensemble.faire(creation(unites, "C", []))
    unites.ensembles.confirmer([ensemble])
    assert numeros(unites) == ["A", "C"]


def test_whatever_a_work_raises_the_others_go_on(unites):
    def echouer() -> None:
        with unites.ecriture(groupee=True):
            raise ZeroDivisionError

    def echouer_aussitot() -> None:
        raise KeyError

    with pytest.raises(KeyError), unites.ensembles.ouvrir() as ensemble:  # noqa: PT012
        ensemble.faire(echouer)
        ensemble.faire(echouer_aussitot)
        ensemble.faire(creation(unites, "A", []))
    assert numeros(unites) == ["A"]
    with unites.ensembles.ouvrir() as suivant:
        suivant.faire(creation(unites, "B", []))
    unites.ensembles.confirmer([ensemble, suivant])
    assert numeros(unites) == ["A", "B"]


def test_what_the_disk_did_not_confirm_is_not_told(unites, monkeypatch):
    def refuser(_fichier: int) -> None:
        raise OSError(5, "Input/output error")

    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(creation(unites, "A", []))
    monkeypatch.setattr(confirmation, "_confirmer", refuser)
    with pytest.raises(IndisponibleError):
        unites.ensembles.confirmer([ensemble])


def test_several_ensembles_are_confirmed_at_once_and_by_another_thread(unites, confirmations):
    ensembles = []
    for numero in "AB":
        with unites.ensembles.ouvrir() as ensemble:
            ensemble.faire(creation(unites, numero, []))
        ensembles.append(ensemble)
    fil = threading.Thread(target=unites.ensembles.confirmer, args=(ensembles,))
    fil.start()
    fil.join(10)
    assert len(confirmations) == 1


def test_who_confirms_an_ensemble_does_not_depend_on_the_next_one(unites, ailleurs):
    """A thread that waits for its turn takes the transaction over, or the next ensemble does: either may end it."""
    ecrivain = unites._ecrivain
    ecrivain._attendent.append(None)  # somebody who does not come
    with unites.ensembles.ouvrir() as premier:
        premier.faire(creation(unites, "A", []))
    assert ecrivain._groupe is not None
    fil = threading.Thread(target=unites.ensembles.confirmer, args=([premier],))
    fil.start()
    ecrivain._attendent.pop()
    with unites.ensembles.ouvrir() as second:
        second.faire(creation(unites, "B", []))
    fil.join(10)
    assert not fil.is_alive()
    assert numeros(ailleurs) == ["A", "B"]


def test_another_thread_is_not_part_of_it(unites, confirmations):
    with unites.ensembles.ouvrir() as ensemble:
        ensemble.faire(creation(unites, "A", []))
        autre = threading.Thread(target=creation(unites, "B", []))
        autre.start()
        autre.join(10)
        assert not autre.is_alive()
        assert len(confirmations) == 1
    unites.ensembles.confirmer([ensemble])
    assert numeros(unites) == ["A", "B"]


def test_greenlets_serve_again(unites):
    for tour in range(3):
        with unites.ensembles.ouvrir() as ensemble:
            for rang in range(40):
                ensemble.faire(creation(unites, f"{tour}-{rang:02d}", []))
        unites.ensembles.confirmer([ensemble])
    assert len(numeros(unites)) == 120
    assert len(unites.ensembles._fil.ouvriers) == 32
