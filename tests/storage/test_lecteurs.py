"""lecteurs: connections that read an SQLite database serve again, each one unit at a time."""

import pytest

from service.storage.database import creer_moteur
from service.storage.lecteurs import Lecteurs


@pytest.fixture
def moteur(base_sqlite: str):
    """An engine on SQLite; PostgreSQL has its pool."""
    moteur = creer_moteur(base_sqlite)
    yield moteur
    moteur.dispose()


def test_a_connection_given_back_serves_again(moteur):
    lecteurs = Lecteurs(moteur)
    premiere = lecteurs.prendre()
    lecteurs.rendre(premiere)
    seconde = lecteurs.prendre()
    lecteurs.rendre(seconde)
    assert seconde is premiere


def test_units_that_read_at_once_have_one_each(moteur):
    lecteurs = Lecteurs(moteur)
    prises = [lecteurs.prendre() for _ in range(12)]
    differentes = len({id(prise.dbapi_connection) for prise in prises})
    for prise in prises:
        lecteurs.rendre(prise)
    assert differentes == len(prises)


def test_leaving_the_database_closes_those_that_are_free(moteur):
    lecteurs = Lecteurs(moteur)
    connexion = lecteurs.prendre()
    pilote = connexion.dbapi_connection
    lecteurs.rendre(connexion)
    moteur.dispose()
    with pytest.raises(Exception, match="closed"):
        pilote.execute("SELECT 1")
    autre = lecteurs.prendre()
    lecteurs.rendre(autre)
    assert autre is not connexion
