"""The wiring: what is refused at start, before anything is served."""

import pytest

from service.app import Maison
from service.errors import ConfigurationError, IndisponibleError
from service.security import keystore


@pytest.fixture
def maison(tmp_path):
    """Makes houses on this test's directory, and closes their connections."""
    faites = []

    def faire(**environ):
        faites.append(Maison({"ESAT_DONNEES": str(tmp_path), **environ}))
        return faites[-1]

    yield faire
    for faite in faites:
        faite.moteur.dispose()


def test_the_demonstration_makes_its_keys_on_first_use(tmp_path, maison):
    assert maison().cles.demonstration
    assert (tmp_path / "cles" / "courantes.ini").exists()


def test_another_environment_never_makes_keys_by_itself(tmp_path, maison):
    with pytest.raises(ConfigurationError):
        _ = maison(ESAT_ENVIRONNEMENT="essai").cles


def test_production_refuses_demonstration_keys(tmp_path, maison):
    keystore.creer(tmp_path / "cles", demonstration=True)
    production = {"ESAT_ENVIRONNEMENT": "production", "ESAT_ADRESSE_PUBLIQUE": "https://esat.example"}
    with pytest.raises(ConfigurationError) as refus:
        _ = maison(**production).cles
    assert refus.value.precisions[0].champ == "ESAT_CLES"


def test_production_starts_with_keys_of_its_own(tmp_path, maison):
    keystore.creer(tmp_path / "cles", demonstration=False)
    production = {"ESAT_ENVIRONNEMENT": "production", "ESAT_ADRESSE_PUBLIQUE": "https://esat.example"}
    assert not maison(**production).cles.demonstration


def test_a_database_that_was_not_migrated_is_not_served(tmp_path, maison):
    with pytest.raises(IndisponibleError, match="migrate"):
        _ = maison().dependencies


def test_migration_tells_the_version_before_and_after(tmp_path, maison):
    la_maison = maison()
    avant, apres = la_maison.migrer()
    assert avant is None
    assert la_maison.migrer() == (apres, apres)
