"""ecrivain: units that wait share a commit, each undoes its own work only, nobody is told of what is not durable."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, text

from service.errors import IndisponibleError
from service.storage.database import creer_moteur
from service.storage.ecrivain import Ecrivain
from service.storage.unit_of_work import FabriqueUnites, UnitOfWork

JOUR = date(2026, 1, 1)


@pytest.fixture
def moteur(base_sqlite: str) -> Iterator[Engine]:
    """An engine on SQLite; PostgreSQL has no such writer."""
    moteur = creer_moteur(base_sqlite)
    yield moteur
    moteur.dispose()


@pytest.fixture
def ecrivain(unites: FabriqueUnites, monkeypatch: pytest.MonkeyPatch) -> Ecrivain:
    """The writer of `unites`; its groups may last as long as a busy machine makes a test last."""
    monkeypatch.setattr("service.storage.ecrivain.DUREE_MAX_S", 60.0)
    ecrivain = unites._ecrivain
    assert ecrivain is not None
    return ecrivain


@pytest.fixture
def commits(unites: FabriqueUnites, ecrivain: Ecrivain) -> list[str]:
    """The commits that the database sees from now on."""
    with unites.ecriture() as unite:
        unite.commit()
    vus: list[str] = []
    ecrivain._pilote.set_trace_callback(lambda sql: vus.append(sql) if sql == "COMMIT" else None)
    return vus


class Suivant:
    """A unit that waits for its turn in a thread of its own, and what became of it."""

    def __init__(self, unites: FabriqueUnites, ecrivain: Ecrivain, travail: Callable[[UnitOfWork], None], **options):
        self.entre, self.continuer = threading.Event(), threading.Event()
        self.erreur: BaseException | None = None
        self._fil = threading.Thread(target=self._travailler, args=(unites, travail, options))
        attendent = len(ecrivain._attendent)
        self._fil.start()
        while options.get("groupee", True) and len(ecrivain._attendent) == attendent:
            time.sleep(0.001)

    def _travailler(self, unites: FabriqueUnites, travail: Callable[[UnitOfWork], None], options: dict) -> None:
        try:
            with unites.ecriture(**{"groupee": True, **options}) as unite:
                self.entre.set()
                assert self.continuer.wait(10)
                travail(unite)
        except BaseException as erreur:
            self.erreur = erreur

    def finir(self) -> BaseException | None:
        """Let it go on to its end."""
        self.continuer.set()
        self._fil.join(10)
        assert not self._fil.is_alive()
        return self.erreur


@pytest.fixture
def suivre(unites: FabriqueUnites, ecrivain: Ecrivain):
    """Starts units that wait for their turn; the test's end lets all of them go on."""
    suivants: list[Suivant] = []

    def commencer(travail: Callable[[UnitOfWork], None], **options) -> Suivant:
        suivants.append(Suivant(unites, ecrivain, travail, **options))
        return suivants[-1]

    yield commencer
    for suivant in suivants:
        suivant.finir()


def _creer_et_echouer(unite: UnitOfWork) -> None:
    unite.conventions.creer("échec", JOUR, None, None, 180)
    raise ZeroDivisionError


def _creer(numero: str) -> Callable[[UnitOfWork], None]:
    def travailler(unite: UnitOfWork) -> None:
        unite.conventions.creer(numero, JOUR, None, None, 180)
        unite.commit()

    return travailler


def _numeros(unites: FabriqueUnites) -> list[str]:
    with unites.lecture() as unite:
        return [convention.numero for convention in unite.conventions.lister()]


def test_units_that_wait_share_one_commit_and_none_returns_before_it(unites, suivre, commits):
    with unites.ecriture(groupee=True) as unite:
        premiere = suivre(_creer("B"))
        seconde = suivre(_creer("C"))
        unite.conventions.creer("A", JOUR, None, None, 180)
        rendre = threading.Timer(0.1, lambda: (premiere.continuer.set(), seconde.continuer.set()))
        rendre.start()
        unite.commit()
        assert _numeros(unites) == ["A", "B", "C"]
    rendre.join()
    assert (premiere.finir(), seconde.finir()) == (None, None)
    assert commits == ["COMMIT"]


def test_a_group_that_lasted_takes_nobody_in_any_more(unites, suivre, commits, monkeypatch):
    monkeypatch.setattr("service.storage.ecrivain.DUREE_MAX_S", 0.0)
    with unites.ecriture(groupee=True) as unite:
        suivante = suivre(_creer("B"))
        unite.conventions.creer("A", JOUR, None, None, 180)
        unite.commit()
        assert commits == ["COMMIT"]
    assert suivante.finir() is None
    assert commits == ["COMMIT", "COMMIT"]


def test_a_unit_that_fails_in_a_group_undoes_its_own_work_only(unites, suivre, commits):
    with unites.ecriture(groupee=True) as unite:
        suivante = suivre(_creer_et_echouer)
        suivante.continuer.set()
        unite.conventions.creer("A", JOUR, None, None, 180)
        unite.commit()
    assert isinstance(suivante.finir(), ZeroDivisionError)
    assert _numeros(unites) == ["A"]
    assert commits == ["COMMIT"]


def test_the_first_unit_of_a_group_that_fails_leaves_the_others_a_transaction_of_their_own(unites, suivre):
    with pytest.raises(ZeroDivisionError), unites.ecriture(groupee=True) as unite:  # noqa: PT012
        suivante = suivre(_creer("B"))
        _creer_et_echouer(unite)
    assert suivante.finir() is None
    assert _numeros(unites) == ["B"]


def test_a_commit_that_fails_is_told_to_every_unit_of_its_group(unites, moteur, ecrivain, suivre):
    """A foreign key whose check is put off to the commit makes a real one fail."""

    def gater(unite: UnitOfWork) -> None:
        ecrivain._pilote.execute("PRAGMA defer_foreign_keys = ON")
        unite.esats.creer(404, "26830001100010", None, "Sans convention", "")
        unite.commit()

    with pytest.raises(IndisponibleError) as refus, unites.ecriture(groupee=True) as unite:  # noqa: PT012
        suivante = suivre(gater)
        suivante.continuer.set()
        _creer("A")(unite)
    assert isinstance(refus.value.__cause__, sqlite3.IntegrityError)
    assert isinstance(suivante.finir(), IndisponibleError)
    assert _numeros(unites) == []
    _creer_et_relire(unites)


def test_a_disk_that_is_full_for_one_unit_loses_nothing_that_was_told(unites, ecrivain, suivre, commits):
    """SQLite may then undo the whole transaction by itself: whatever it does, told and durable go together."""

    def remplir(unite: UnitOfWork) -> None:
        pages = ecrivain._pilote.execute("PRAGMA page_count").fetchone()[0]
        ecrivain._pilote.execute(f"PRAGMA max_page_count = {pages}")
        unite.conventions.creer("x" * 100_000, JOUR, None, None, 180)

    dites = []
    try:
        with unites.ecriture(groupee=True) as unite:
            suivante = suivre(remplir)
            suivante.continuer.set()
            unite.conventions.creer("A", JOUR, None, None, 180)
            unite.commit()
            dites.append("A")
    except IndisponibleError:
        pass
    assert isinstance(suivante.finir(), IndisponibleError)
    assert _numeros(unites) == dites


def test_a_transaction_that_sqlite_undid_by_itself_is_never_told_as_done(unites, ecrivain):
    with pytest.raises(IndisponibleError), unites.ecriture(groupee=True) as unite:  # noqa: PT012
        unite.conventions.creer("A", JOUR, None, None, 180)
        ecrivain._pilote.execute("ROLLBACK")
        unite.commit()
    assert _numeros(unites) == []
    _creer_et_relire(unites)


def test_a_unit_that_goes_alone_ends_the_group_it_finds(unites, suivre, commits):
    with unites.ecriture(groupee=True) as unite:
        seule = suivre(_creer("B"), groupee=False)
        promise = suivre(_creer("C"))
        unite.conventions.creer("A", JOUR, None, None, 180)
        for suivant in (seule, promise):
            suivant.continuer.set()
        unite.commit()
    assert (seule.finir(), promise.finir()) == (None, None)
    assert _numeros(unites) == ["A", "B", "C"]
    assert 2 <= len(commits) <= 3


def test_nobody_joins_a_unit_that_goes_alone(unites, suivre, commits):
    with unites.ecriture() as unite:
        suivante = suivre(_creer("B"))
        unite.conventions.creer("A", JOUR, None, None, 180)
        unite.commit()
        assert commits == ["COMMIT"]
    assert suivante.finir() is None
    assert commits == ["COMMIT", "COMMIT"]


def test_a_refusal_is_told_once_what_it_may_rest_on_is_durable(unites, suivre, commits):
    """The unit left without commit saw what an earlier one of its group wrote: it waits for their commit too."""
    vus = []

    def refuser(unite: UnitOfWork) -> None:
        vus.append([convention.numero for convention in unite.conventions.lister()])

    with unites.ecriture(groupee=True) as unite:
        refusee = suivre(refuser)
        derniere = suivre(_creer("C"))
        unite.conventions.creer("A", JOUR, None, None, 180)
        refusee.continuer.set()
        threading.Timer(0.2, derniere.continuer.set).start()
        unite.commit()
    assert refusee.finir() is None
    assert derniere.finir() is None
    assert vus[0] in (["A"], ["A", "C"])
    assert _numeros(unites) == ["A", "C"]


def test_a_group_whose_follower_never_comes_is_ended_all_the_same(unites, ecrivain):
    ecrivain._attendent.append(None)
    try:
        _creer_et_relire(unites)
    finally:
        ecrivain._attendent.pop()


def test_the_thread_at_work_is_told_rather_than_left_to_wait_for_itself(unites):
    with unites.ecriture(groupee=True), pytest.raises(RuntimeError, match="already"):
        unites.ecriture(groupee=True).__enter__()
    _creer_et_relire(unites)


def test_a_disposed_engine_lets_the_writing_connection_go_and_the_next_unit_opens_another(unites, moteur, ecrivain):
    _creer_et_relire(unites)
    moteur.dispose()
    assert ecrivain._pilote is None
    with moteur.connect() as connexion:  # the last connection closed took the write-ahead log with it
        assert connexion.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    _creer_et_relire(unites, "Z2")


def _creer_et_relire(unites: FabriqueUnites, numero: str = "Z") -> None:
    with unites.ecriture(groupee=True) as unite:
        unite.conventions.creer(numero, JOUR, None, None, 180)
        unite.commit()
    assert numero in _numeros(unites)


def _attendre(condition: Callable[[], bool]) -> None:
    echeance = time.monotonic() + 10
    while not condition() and time.monotonic() < echeance:
        time.sleep(0.001)


def test_who_waits_for_its_turn_or_for_the_disk_lets_another_be_served(moteur, unites, monkeypatch):
    monkeypatch.setattr("service.storage.ecrivain.DUREE_MAX_S", 60.0)
    cedes: list[str] = []

    @contextlib.contextmanager
    def ceder():
        cedes.append(threading.current_thread().name)
        yield

    def valider_quand_l_autre_attend(unite: UnitOfWork) -> None:
        _attendre(lambda: len(cedes) >= 2)
        unite.commit()

    unites = FabriqueUnites(moteur, ceder)
    assert unites._ecrivain is not None
    with unites.ecriture(groupee=True) as premiere:
        suivant = Suivant(unites, unites._ecrivain, valider_quand_l_autre_attend)
        _attendre(lambda: bool(cedes))
        pour_le_tour = list(cedes)
        suivant.continuer.set()
        premiere.commit()  # for the commit of the last of the group
    suivant._fil.join(10)
    assert pour_le_tour == [suivant._fil.name]
    assert cedes[:2] == [suivant._fil.name, threading.current_thread().name]


def test_nobody_else_writing_there_is_the_disk_only_to_wait_for(moteur, unites):
    cedes: list[int] = []
    unites = FabriqueUnites(moteur, lambda: cedes.append(1) or contextlib.nullcontext())
    with unites.ecriture(groupee=True) as unite:
        assert cedes == []
        unite.commit()
    assert cedes == [1]
