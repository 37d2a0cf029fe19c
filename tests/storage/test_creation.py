"""A database born whole or not at all, never over another."""

import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect

from service.errors import IndisponibleError, SaisieError
from service.storage.creation import base_neuve
from service.storage.database import creer_moteur
from service.storage.migrations import version, version_du_code
from service.storage.unit_of_work import FabriqueUnites


class PanneError(Exception):
    """What happens half-way."""


@pytest.fixture
def url_sqlite(tmp_path):
    """A place where there is no database yet."""
    return f"sqlite:///{tmp_path}/donnees/base.sqlite"


@pytest.fixture
def url_postgresql(grappe, base_postgresql):
    """A PostgreSQL database without any table."""
    nom = f"vide_{base_postgresql.partition('@/')[2].partition('?')[0]}"
    grappe.creer(nom)
    yield grappe.url(nom)
    grappe.supprimer(nom)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """Both, in turn."""
    return request.getfixturevalue(f"url_{request.param}")


def tables(url):
    moteur = creer_moteur(url)
    try:
        return inspect(moteur).get_table_names()
    finally:
        moteur.dispose()


def campagnes(url):
    moteur = creer_moteur(url)
    try:
        with FabriqueUnites(moteur).lecture() as unite:
            return [campagne.annee for campagne in unite.campagnes.toutes()]
    finally:
        moteur.dispose()


def remplir(moteur, annee=2026):
    jour = date(annee, 12, 1)
    with FabriqueUnites(moteur).ecriture() as unite:
        unite.campagnes.fixer(annee, jour, jour, jour, "DEUX")
        unite.commit()


def test_what_the_block_wrote_is_there_when_it_ends_well(url):
    with base_neuve(url) as moteur:
        remplir(moteur)

    assert campagnes(url) == [2026]
    moteur = creer_moteur(url)
    assert version(moteur) == version_du_code()
    moteur.dispose()


def test_of_a_block_that_fails_nothing_is_left(url):
    def echouer():
        with base_neuve(url) as moteur:
            remplir(moteur)
            raise PanneError

    with pytest.raises(PanneError):
        echouer()

    assert tables(url) == []
    with base_neuve(url) as moteur:
        remplir(moteur, 2027)
    assert campagnes(url) == [2027]


def test_an_existing_database_is_left_as_it_is(url):
    with base_neuve(url) as moteur:
        remplir(moteur)

    with pytest.raises(SaisieError, match="existe déjà"), base_neuve(url):
        raise PanneError

    assert campagnes(url) == [2026]


def test_while_it_is_made_sqlite_shows_no_database(url_sqlite, tmp_path):
    dossier = tmp_path / "donnees"
    with base_neuve(url_sqlite) as moteur:
        remplir(moteur)
        assert not (dossier / "base.sqlite").exists()

    assert sorted(chemin.name for chemin in dossier.iterdir()) == ["base.sqlite", "base.sqlite.verrou"]


def test_a_file_that_is_no_database_is_left_as_it_is(url_sqlite, tmp_path):
    fichier = tmp_path / "donnees" / "base.sqlite"
    fichier.parent.mkdir()
    fichier.write_text("des notes")

    with pytest.raises(SaisieError, match="existe déjà"), base_neuve(url_sqlite):
        raise PanneError

    assert fichier.read_text() == "des notes"
    assert list(fichier.parent.iterdir()) == [fichier]


@pytest.mark.parametrize("contenu", ["", "PRAGMA journal_mode = WAL"])
def test_a_database_without_any_table_is_none(url_sqlite, tmp_path, contenu):
    fichier = tmp_path / "donnees" / "base.sqlite"
    fichier.parent.mkdir()
    connexion = sqlite3.connect(fichier)
    connexion.execute(contenu or "SELECT 1")
    connexion.close()

    with base_neuve(url_sqlite) as moteur:
        remplir(moteur)

    assert campagnes(url_sqlite) == [2026]


def test_a_log_left_by_an_emptied_database_is_not_read_into_the_new_one(url_sqlite, tmp_path):
    reste = tmp_path / "donnees" / "base.sqlite-wal"
    reste.parent.mkdir()
    reste.write_bytes(b"x" * 4096)

    with base_neuve(url_sqlite) as moteur:
        remplir(moteur)

    assert not reste.exists()
    assert campagnes(url_sqlite) == [2026]


def test_two_at_once_make_one(url):
    entres, resultats = threading.Barrier(2), []

    def faire(annee):
        entres.wait()
        try:
            with base_neuve(url) as moteur:
                remplir(moteur, annee)
            resultats.append(annee)
        except SaisieError:
            resultats.append(None)

    fils = [threading.Thread(target=faire, args=(annee,)) for annee in (2026, 2027)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()

    (gagnante,) = [annee for annee in resultats if annee]
    assert sorted(resultats, key=str) == sorted([gagnante, None], key=str)
    assert campagnes(url) == [gagnante]


def test_a_place_that_cannot_be_made_is_told_as_unreachable(tmp_path):
    Path(tmp_path / "fichier").write_text("")

    with pytest.raises(IndisponibleError), base_neuve(f"sqlite:///{tmp_path}/fichier/base.sqlite"):
        raise PanneError


def test_a_database_that_does_not_answer_is_told_as_unreachable():
    with pytest.raises(IndisponibleError), base_neuve("postgresql://esat@127.0.0.1:1/base"):
        raise PanneError
