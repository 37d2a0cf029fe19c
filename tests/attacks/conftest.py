"""One service for all attacks of a process: they must leave it as they found it.

Two minutes pass between two tests, so that what one minute counts is not counted against the next test.
"""

from collections.abc import Iterator

import pytest
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE, Service, dossier_de_cles, service_partout
from maison import service as service_neuf
from messages import en_clair

__all__ = ["dossier_de_cles", "service_neuf", "service_partout"]


@pytest.fixture(scope="session")
def forteresse(tmp_path_factory, modele_sqlite, dossier_de_cles) -> Iterator[Service]:
    """The service itself, on SQLite, with its ESAT."""
    dossier = tmp_path_factory.mktemp("forteresse")
    base = dossier / "base.sqlite"
    base.write_bytes(modele_sqlite.read_bytes())
    service = Service(dossier, f"sqlite:///{base}", dossier_de_cles)
    service.peupler()
    yield service
    service.fermer()


@pytest.fixture
def service(forteresse: Service) -> Iterator[Service]:
    """The service, two minutes later, which still answers after the test."""
    forteresse.horloge.avancer(minutes=2)
    yield forteresse
    assert forteresse.post(CONSULTE_SERVICE).statut == 200


@pytest.fixture
def mot_de_passe_connu(service: Service) -> None:
    """The agent's password was verified a moment ago: whatever is counted against it, it is not slowed."""
    service.dependencies.memoire.oublier()
    service.horloge.avancer(days=2)
    assert service.post(CONSULTE_SERVICE, en_clair(AGENT, MOT_DE_PASSE)).statut == 200
