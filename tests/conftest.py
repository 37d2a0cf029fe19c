"""Databases for every room's tests: each test has its own, migrated and empty, on SQLite and on PostgreSQL."""

import itertools
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.storage.database import creer_moteur
from service.storage.migrations import migrer
from service.storage.unit_of_work import FabriqueUnites

# Tests are no package: their shared modules are found beside this file, whatever the working directory.
sys.path.insert(0, str(Path(__file__).parent))

from postgres import MODELE, Grappe, arreter

_RACINE = pytest.StashKey[Path]()
_PROPRIETAIRE = pytest.StashKey[int]()
_TESTS = Path(__file__).parent
_DE_L_EXTERIEUR = {"journeys", "benchmarks"}
"""Rooms driven from outside."""
_MEMOIRE = Path("/dev/shm")
_OCTETS_EN_MEMOIRE = 2 * 2**30
"""What must be free there for a cluster, which takes some 300 MB."""
_rangs = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """The pytest that distributes the tests owns the cluster, if any; its workers are told where it will be."""
    travailleur = getattr(config, "workerinput", None)
    if travailleur is not None:
        config.stash[_RACINE] = Path(travailleur["racine_postgresql"])
        config.stash[_PROPRIETAIRE] = travailleur["proprietaire_postgresql"]
    else:
        # Not under pytest's own directory: the path of a Unix socket has at most 107 bytes, and PostgreSQL runs
        # under another account where the tests run as root.
        config.stash[_RACINE] = _place() / f"esat-pg-{secrets.token_hex(6)}"
        config.stash[_PROPRIETAIRE] = os.getpid()


def _place() -> Path:
    """Where the cluster is made: in memory where there is much, since each test makes and drops 300 small files."""
    if os.access(_MEMOIRE, os.W_OK) and shutil.disk_usage(_MEMOIRE).free > _OCTETS_EN_MEMOIRE:
        return _MEMOIRE
    return Path(tempfile.gettempdir())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """With xdist: tell a worker where the cluster is."""
    node.workerinput["racine_postgresql"] = str(node.config.stash[_RACINE])
    node.workerinput["proprietaire_postgresql"] = node.config.stash[_PROPRIETAIRE]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what no interpreter of ours changes: it is enough to see it with one.

    A browser, a foreign toolkit or a load generator drives from outside. A test that runs on both databases runs on
    SQLite with every interpreter; on PostgreSQL every interpreter is tried by the room of storage, save for the many
    searches of the log, and by a whole way (house/test_readme).
    """
    for item in items:
        choix = getattr(item, "callspec", None)
        parametres = choix.params.values() if choix else ()
        piece = item.path.relative_to(_TESTS).parts[0] if item.path.is_relative_to(_TESTS) else ""
        if "chromium" in getattr(item, "fixturenames", ()) or piece in _DE_L_EXTERIEUR:
            item.add_marker("exterieur")
        elif "postgresql" in parametres and (piece != "storage" or item.path.stem == "test_journal"):
            item.add_marker("redite")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The owner leaves nothing behind."""
    if not hasattr(config, "workerinput"):
        arreter(config.stash[_RACINE])


@pytest.fixture(scope="session")
def grappe(pytestconfig: pytest.Config) -> Grappe:
    """The PostgreSQL cluster of this run, with a migrated template database."""
    grappe = Grappe(pytestconfig.stash[_RACINE], pytestconfig.stash[_PROPRIETAIRE])
    grappe.assurer(_migrer_modele)
    return grappe


def _migrer_modele(grappe: Grappe) -> None:
    grappe.creer(MODELE)
    _migrer(grappe.url(MODELE))


def _migrer(url: str) -> None:
    moteur = creer_moteur(url, connexions=1)
    migrer(moteur)
    moteur.dispose()


@pytest.fixture(scope="session")
def modele_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    fichier = tmp_path_factory.mktemp("modele") / "base.sqlite"
    _migrer(f"sqlite:///{fichier}")
    return fichier


@pytest.fixture
def base_sqlite(modele_sqlite: Path, tmp_path: Path) -> str:
    """URL of an empty migrated SQLite database of this test alone."""
    fichier = tmp_path / "base.sqlite"
    shutil.copyfile(modele_sqlite, fichier)
    return f"sqlite:///{fichier}"


@pytest.fixture
def base_postgresql(grappe: Grappe) -> Iterator[str]:
    """URL of an empty migrated PostgreSQL database of this test alone."""
    nom = f"test_{os.getpid()}_{next(_rangs)}"
    grappe.creer(nom, MODELE)
    yield grappe.url(nom)
    grappe.supprimer(nom)


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest) -> str:
    """URL of an empty migrated database: the test runs on both."""
    return request.getfixturevalue(f"base_{request.param}")


@pytest.fixture
def moteur(base: str) -> Iterator[Engine]:
    """An engine on `base`."""
    moteur = creer_moteur(base, connexions=10)
    yield moteur
    moteur.dispose()


@pytest.fixture
def unites(moteur: Engine) -> FabriqueUnites:
    """The units of work of `moteur`."""
    return FabriqueUnites(moteur)
