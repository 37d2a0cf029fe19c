"""database: how connections are set, and which errors mean that the database cannot be had."""

import os
import sqlite3
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from service.errors import IndisponibleError
from service.storage.database import creer_moteur, joignable, verifier
from service.storage.unit_of_work import FabriqueUnites

JOUR = date(2026, 1, 1)
AUTRES_BASES = ["mysql://localhost/base", "sqlite://", "sqlite:///:memory:"]


@pytest.mark.parametrize("url", AUTRES_BASES)
def test_another_database_is_refused_before_anything_is_opened(url: str):
    with pytest.raises(ValueError, match="sqlite:///FICHIER"):
        creer_moteur(url)


def test_a_reachable_database_is_reachable(moteur: Engine):
    assert verifier(moteur) is None


@pytest.mark.parametrize(
    ("pragma", "valeur"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)]
)
def test_sqlite_is_durable_and_holds_references(base_sqlite: str, pragma: str, valeur: object):
    moteur = creer_moteur(base_sqlite)
    with moteur.connect() as connexion:
        assert connexion.exec_driver_sql(f"PRAGMA {pragma}").scalar() == valeur
    moteur.dispose()


@pytest.mark.parametrize(
    ("reglage", "valeur"),
    [("timezone", "UTC"), ("transaction_isolation", "read committed"), ("lock_timeout", "10s")],
)
def test_postgresql_sessions_are_in_utc_and_never_wait_for_ever(base_postgresql: str, reglage: str, valeur: str):
    moteur = creer_moteur(base_postgresql)
    with moteur.connect() as connexion:
        assert connexion.exec_driver_sql(f"SHOW {reglage}").scalar() == valeur
    moteur.dispose()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path):
    moteur = creer_moteur(f"postgresql://esat@/base?host={tmp_path}")
    with pytest.raises(IndisponibleError):
        verifier(moteur)
    with pytest.raises(IndisponibleError), FabriqueUnites(moteur).ecriture():
        pass


def _absent(dossier: Path) -> Path:
    return dossier / "absent" / "base.sqlite"


def _dossier(dossier: Path) -> Path:
    return dossier


def _autre_chose(dossier: Path) -> Path:
    (dossier / "base.sqlite").write_bytes(b"ceci n'est pas une base" * 100)
    return dossier / "base.sqlite"


@pytest.mark.parametrize("fichier", [_absent, _dossier, _autre_chose])
def test_a_file_that_cannot_be_a_database_is_unavailable(tmp_path: Path, fichier):
    moteur = creer_moteur(f"sqlite:///{fichier(tmp_path)}")
    with pytest.raises(IndisponibleError):
        verifier(moteur)
    moteur.dispose()


def test_the_message_of_an_unavailable_database_tells_nothing_of_the_library(tmp_path: Path):
    moteur = creer_moteur(f"sqlite:///{_absent(tmp_path)}")
    with pytest.raises(IndisponibleError) as refus:
        verifier(moteur)
    assert refus.value.message == IndisponibleError.message


def test_a_pool_without_a_free_place_is_unavailable(base_postgresql: str):
    moteur = creer_moteur(base_postgresql, connexions=1, attente_s=0.05)
    unites = FabriqueUnites(moteur)
    with unites.lecture(), pytest.raises(IndisponibleError), unites.lecture():
        pass
    with unites.lecture() as unite:
        assert unite.campagnes.toutes() == []
    moteur.dispose()


def test_a_defect_of_ours_is_not_told_as_an_unavailable_database(moteur: Engine):
    with pytest.raises(DBAPIError), joignable(), moteur.connect() as connexion:
        connexion.exec_driver_sql("SELECT * FROM table_qui_n_existe_pas")


def test_a_full_disk_is_unavailable_and_the_transaction_is_gone(base_sqlite: str):
    moteur = creer_moteur(base_sqlite, connexions=1)
    with moteur.connect() as connexion:
        pages = connexion.exec_driver_sql("PRAGMA page_count").scalar()
        connexion.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    unites = FabriqueUnites(moteur)
    with pytest.raises(IndisponibleError) as refus, unites.ecriture() as unite:
        unite.conventions.creer("x" * 100_000, JOUR, None, None, 180)
    assert isinstance(refus.value.__cause__, sqlite3.OperationalError)
    with unites.lecture() as unite:
        assert unite.conventions.lister() == []
    moteur.dispose()


@pytest.fixture
def coupure(base_postgresql: str):
    """Cuts every connection to the database, as a restart of the server does."""

    def couper() -> None:
        with psycopg.connect(base_postgresql.replace("+psycopg", ""), autocommit=True) as connexion:
            connexion.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    return couper


def test_a_connection_cut_in_a_transaction_is_unavailable_and_the_next_unit_works(base_postgresql: str, coupure):
    moteur = creer_moteur(base_postgresql)
    unites = FabriqueUnites(moteur)
    with unites.ecriture() as unite:
        unite.campagnes.toutes()
        coupure()
        with pytest.raises(IndisponibleError):
            unite.campagnes.toutes()
    with unites.ecriture() as unite:
        assert unite.campagnes.toutes() == []
    moteur.dispose()


def test_idle_connections_cut_by_the_server_are_replaced_unseen(base_postgresql: str, coupure):
    moteur = creer_moteur(base_postgresql)
    unites = FabriqueUnites(moteur)
    with unites.lecture() as unite:
        unite.campagnes.toutes()
    coupure()
    with unites.lecture() as unite:
        assert unite.campagnes.toutes() == []
    moteur.dispose()


def test_a_commit_that_fails_is_never_told_as_done(base_postgresql: str, coupure):
    moteur = creer_moteur(base_postgresql)
    unites = FabriqueUnites(moteur)
    with unites.ecriture() as unite:
        unite.conventions.creer("CONV-9", JOUR, None, None, 180)
        coupure()
        with pytest.raises(IndisponibleError):
            unite.commit()
    with unites.lecture() as unite:
        assert unite.conventions.lister() == []
    moteur.dispose()


def test_an_unwritable_lock_file_is_unavailable(base_sqlite: str):
    os.mkdir(f"{base_sqlite.removeprefix('sqlite:///')}.verrou")
    moteur = creer_moteur(base_sqlite)
    with pytest.raises(IndisponibleError), FabriqueUnites(moteur).ecriture():
        pass
    moteur.dispose()
