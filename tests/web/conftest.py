"""A running demonstration for the tests of pages, shared by those of a module, and a browser."""

from collections.abc import Iterator

import pytest
from navigateur import chromium, ouvrir
from serveur import Serveur, serveur

__all__ = ["chromium", "demonstration", "ouvrir"]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """A service with the demonstration's data."""
    with serveur(tmp_path_factory.mktemp("pages") / "donnees") as en_marche:
        yield en_marche
