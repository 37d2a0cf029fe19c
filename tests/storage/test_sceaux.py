"""sceaux: how far the log is settled, and rows that somebody made unreadable."""

import threading
import time
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from service.domain.sceau import Sceau
from service.storage.columns import EPOQUE
from service.storage.database import creer_moteur
from service.storage.sceaux import Feuille
from service.storage.unit_of_work import FabriqueUnites

SCEAU = Sceau(1, 1, 3, 3, b"r" * 32, bytes(32), datetime(2026, 12, 4, 9, 30, tzinfo=UTC), 0, "4E7C", b"signe")


def inscrire(unites: FabriqueUnites, nouvelle_entree, combien: int = 1) -> None:
    with unites.ecriture() as unite:
        for _ in range(combien):
            unite.journal.ajouter(nouvelle_entree())
        unite.commit()


def borne(unites: FabriqueUnites, **attente: float) -> int | None:
    with unites.lecture() as unite:
        return unite.sceaux.borne(**attente)


def ids(unites: FabriqueUnites, jusque: int) -> list[int]:
    with unites.lecture() as unite:
        return [numero for numero, _ in unite.sceaux.entrees(0, jusque, 100)]


def sql(moteur, requete: str) -> None:
    with moteur.begin() as connexion:
        connexion.exec_driver_sql(requete)


def test_an_empty_log_is_settled(unites):
    assert borne(unites) == 0


def test_a_log_that_nobody_writes_in_is_settled_to_its_end(unites, monde, nouvelle_entree):
    inscrire(unites, nouvelle_entree, 3)
    assert borne(unites) == 3
    assert ids(unites, 3) == [1, 2, 3]


@pytest.fixture
def en_vol(base_postgresql, moteur_postgresql, nouvelle_entree):
    """A transaction that has an entry in hand, whose id is below the next one's."""
    unites = FabriqueUnites(moteur_postgresql)
    with unites.ecriture() as unite:
        unite.journal.ajouter(nouvelle_entree())
        yield unite


@pytest.fixture
def moteur_postgresql(base_postgresql):
    moteur = creer_moteur(base_postgresql, connexions=10)
    yield moteur
    moteur.dispose()


@pytest.fixture
def unites_postgresql(base_postgresql):
    """Units of work of another engine, as another process has them."""
    moteur = creer_moteur(base_postgresql, connexions=10)
    yield FabriqueUnites(moteur)
    moteur.dispose()


class TestPostgresql:
    """Ids are given out of commit order there."""

    @pytest.fixture
    def unites(self, unites_postgresql):
        return unites_postgresql

    def test_an_entry_in_flight_with_a_smaller_id_is_waited_for(self, unites, monde, nouvelle_entree, en_vol):
        inscrire(unites, nouvelle_entree)
        trouvee: list[int | None] = []
        attente = threading.Thread(target=lambda: trouvee.append(borne(unites)))
        attente.start()
        time.sleep(0.3)
        assert not trouvee
        en_vol.commit()
        attente.join(10)
        assert trouvee == [2]
        assert ids(unites, 2) == [1, 2]

    def test_an_entry_in_flight_that_is_given_up_is_waited_for_too(self, unites, monde, nouvelle_entree, en_vol):
        inscrire(unites, nouvelle_entree)
        trouvee: list[int | None] = []
        attente = threading.Thread(target=lambda: trouvee.append(borne(unites)))
        attente.start()
        time.sleep(0.3)
        en_vol._session._driver("ROLLBACK")
        attente.join(10)
        assert trouvee == [2]
        assert ids(unites, 2) == [2]

    def test_a_writer_that_does_not_end_puts_the_sealing_off(self, unites, monde, nouvelle_entree, en_vol):
        inscrire(unites, nouvelle_entree)
        debut = time.monotonic()
        assert borne(unites, attente_s=0.2) is None
        assert time.monotonic() - debut < 2

    def test_whoever_waits_for_a_writer_holds_nobody_up(self, unites, monde, nouvelle_entree, en_vol):
        """A lock of the table would make these entries queue behind the one that waits."""
        attente = threading.Thread(target=lambda: borne(unites, attente_s=1.5))
        inscrire(unites, nouvelle_entree)
        attente.start()
        time.sleep(0.2)
        debut = time.monotonic()
        inscrire(unites, nouvelle_entree, 3)
        assert attente.is_alive()
        assert time.monotonic() - debut < 1
        attente.join(10)

    def test_whoever_reads_the_log_or_writes_elsewhere_is_not_waited_for(
        self, unites, monde, nouvelle_entree, moteur_postgresql
    ):
        inscrire(unites, nouvelle_entree)
        autres = FabriqueUnites(moteur_postgresql)
        with autres.lecture() as lecteur, autres.ecriture() as ecrivain:
            assert lecteur.sceaux.entrees(0, 9, 9)
            ecrivain.jetons.consommer(bytes(32), monde.maintenant)
            assert borne(unites, attente_s=0.2) == 1

    def test_a_vacuum_of_the_log_is_neither_waited_for_nor_disturbed(
        self, unites, monde, nouvelle_entree, moteur_postgresql
    ):
        """Autovacuum holds the table as this session does, for minutes on a large log."""
        inscrire(unites, nouvelle_entree)
        with moteur_postgresql.connect() as connexion:
            connexion.exec_driver_sql("BEGIN")
            connexion.exec_driver_sql("LOCK TABLE journal IN SHARE UPDATE EXCLUSIVE MODE")
            assert borne(unites, attente_s=0.2) == 1
            connexion.exec_driver_sql("ROLLBACK")


def test_seals_and_leaves_read_back_as_written(unites, monde):
    feuilles = [Feuille(rang, bytes([rang]) * 16, bytes([rang]) * 32) for rang in (1, 2, 3)]
    with unites.ecriture() as unite:
        unite.sceaux.verrouiller()
        unite.sceaux.ajouter(SCEAU, feuilles, 0)
        unite.sceaux.ajouter(SCEAU._replace(numero=2, premier=5, dernier=9), [], 3)
        unite.commit()
    with unites.lecture() as unite:
        assert unite.sceaux.par_numero(1) == SCEAU
        assert unite.sceaux.par_numero(3) is None
        assert unite.sceaux.dernier().numero == 2
        assert [sceau.numero for sceau in unite.sceaux.suivants(0, 10)] == [1, 2]
        assert [sceau.numero for sceau in unite.sceaux.suivants(0, 1)] == [1]
        assert [sceau.numero for sceau in unite.sceaux.derniers(5)] == [2, 1]
        for entree, numero in ((1, 1), (3, 1), (4, 2), (9, 2)):
            assert unite.sceaux.de_l_entree(entree).numero == numero
        assert unite.sceaux.de_l_entree(10) is None
        assert unite.sceaux.feuilles(0, 9, 9) == feuilles
        assert unite.sceaux.feuilles(1, 2, 9) == feuilles[1:2]
        assert unite.sceaux.depuis(SCEAU.scelle_le) == 1
        assert unite.sceaux.scelle_avant(SCEAU.scelle_le) == 9
        assert unite.sceaux.scelle_avant(EPOQUE) == 0


ILLISIBLES_SQLITE = [
    "UPDATE journal SET instant = 'hier' WHERE id = 2",
    "UPDATE journal SET instant = 9223372036854775807 WHERE id = 2",
    "UPDATE journal SET agent = CAST(x'ff' AS TEXT) WHERE id = 2",
]


@pytest.mark.parametrize("requete", ILLISIBLES_SQLITE)
def test_an_entry_made_unreadable_on_sqlite_is_read_as_such(base_sqlite, requete):
    moteur = creer_moteur(base_sqlite)
    _trois_entrees(moteur)
    sql(moteur, requete)
    _exiger_illisible(moteur)


@pytest.mark.parametrize("instant", ["infinity", "20000-01-01"])
def test_an_entry_made_unreadable_on_postgresql_is_read_as_such(base_postgresql, instant):
    moteur = creer_moteur(base_postgresql)
    _trois_entrees(moteur)
    sql(moteur, f"UPDATE journal SET instant = '{instant}' WHERE id = 2")
    _exiger_illisible(moteur)


def _trois_entrees(moteur) -> None:
    instant = "0" if moteur.dialect.name == "sqlite" else "now()"
    for _ in range(3):
        sql(
            moteur,
            "INSERT INTO journal (instant, adresse, taille, duree_us, issue, identifiant_requete, nombre) "
            f"VALUES ({instant}, '', 0, 0, 'FAIT', '', 1)",
        )


def _exiger_illisible(moteur) -> None:
    with FabriqueUnites(moteur).lecture() as unite:
        lues = dict(unite.sceaux.entrees(0, 9, 9))
    moteur.dispose()
    assert list(lues) == [1, 2, 3]
    assert lues[2] == {"id": 2, "illisible": True}
    assert lues[1]["issue"] == lues[3]["issue"] == "FAIT"


SCEAUX_ILLISIBLES = [
    "scelle_le = 'hier'",
    "racine = 'texte'",
    "premier = 'un'",
    "signature = 'x'",
    "cle = CAST(x'ff' AS TEXT)",
]


@pytest.mark.parametrize("valeur", SCEAUX_ILLISIBLES)
def test_a_seal_made_unreadable_is_read_without_anything_that_could_be_believed(base_sqlite, valeur):
    moteur = creer_moteur(base_sqlite)
    unites = FabriqueUnites(moteur)
    with unites.ecriture() as unite:
        unite.sceaux.ajouter(SCEAU, [], 0)
        unite.sceaux.ajouter(SCEAU._replace(numero=2, dernier=9), [], 3)
        unite.commit()
    sql(moteur, f"UPDATE sceau SET {valeur} WHERE numero = 1")
    with unites.lecture() as unite:
        lus = unite.sceaux.suivants(0, 9)
        assert unite.sceaux.par_numero(1) == lus[0]
    moteur.dispose()
    assert [sceau.numero for sceau in lus] == [1, 2]
    assert lus[0].signature == b""
    assert lus[0].nombre == 0
    assert lus[1] == SCEAU._replace(numero=2, dernier=9)


def test_a_leaf_made_unreadable_is_read_as_nobodys(base_sqlite):
    moteur = creer_moteur(base_sqlite)
    sql(moteur, "INSERT INTO feuille VALUES (1, 'sel', 'hache'), (2, NULL, x'00')")
    with FabriqueUnites(moteur).lecture() as unite:
        assert unite.sceaux.feuilles(0, 9, 9) == [Feuille(1, b"", b""), Feuille(2, None, b"\x00")]
    moteur.dispose()


def test_leaves_that_no_seal_covers_make_way(unites, monde):
    """Left by hand, or by a seal that was taken out: they prove nothing, and must not stop the sealing."""
    autres = [Feuille(rang, b"x" * 16, b"x" * 32) for rang in (1, 2, 5, 9)]
    feuilles = [Feuille(rang, b"s" * 16, b"h" * 32) for rang in (2, 3)]
    with unites.ecriture() as unite:
        unite.sceaux.ajouter(SCEAU, autres, 0)
        unite.sceaux.ajouter(SCEAU._replace(numero=2, dernier=9), feuilles, 1)
        assert unite.sceaux.feuilles(0, 99, 99) == [autres[0], *feuilles]


def test_sealers_of_several_instances_follow_each_other(unites_postgresql, moteur_postgresql, base_postgresql):
    with unites_postgresql.ecriture() as premier:
        premier.sceaux.verrouiller()
        url = base_postgresql.replace("postgresql+psycopg", "postgresql")
        with closing(psycopg.connect(url, autocommit=True)) as autre:
            (libre,) = autre.execute("SELECT pg_try_advisory_xact_lock(x'73636561'::int)").fetchone()
        assert not libre
