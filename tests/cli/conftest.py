"""Commands run in this process, on the tests' own house."""

import gettext
import logging
from collections.abc import Callable
from typing import NamedTuple

import pytest
from maison import dossier_de_cles, service, service_partout

from service.cli import main

__all__ = ["dossier_de_cles", "service", "service_partout"]


class Retour(NamedTuple):
    """What a command gave."""

    code: int
    sortie: str
    erreurs: str


@pytest.fixture
def lancer(capsys, monkeypatch):
    """Run a command on a house; the language, the width and the log that it sets are this test's own."""
    monkeypatch.setenv("LANGUAGE", "fr")
    monkeypatch.setenv("COLUMNS", "80")
    domaine, journal = gettext.textdomain(), logging.getLogger("service")
    avant = list(journal.handlers), journal.propagate, journal.level

    def lancer(maison, *arguments: str) -> Retour:
        capsys.readouterr()
        code = main(lambda: maison, arguments)
        return Retour(code, *capsys.readouterr())

    yield lancer
    gettext.textdomain(domaine)
    journal.handlers[:], journal.propagate = avant[:2]
    journal.setLevel(avant[2])


@pytest.fixture
def executer(lancer, service) -> Callable[..., Retour]:
    """Run a command on a house with one ESAT."""
    return lambda *arguments: lancer(service.maison, *arguments)


@pytest.fixture
def executer_partout(lancer, service_partout) -> Callable[..., Retour]:
    """The same on SQLite, then on PostgreSQL."""
    return lambda *arguments: lancer(service_partout.maison, *arguments)
