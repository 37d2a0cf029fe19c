"""A running demonstration for the tests of pages, shared by those of a module, and a browser."""

from collections.abc import Iterator

import pytest
from courrier import Courrier, courrier_du_module
from navigateur import chromium, ouvrir
from serveur import Serveur, serveur

__all__ = ["chromium", "courrier_du_module", "demonstration", "ouvrir"]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory, courrier_du_module: Courrier) -> Iterator[Serveur]:
    """A service with the demonstration's data, whose mails arrive."""
    donnees = tmp_path_factory.mktemp("pages") / "donnees"
    with serveur(donnees, ESAT_SMTP=courrier_du_module.adresse) as en_marche:
        yield en_marche
