"""The wiring: what is refused at start, before anything is served."""

import pytest

from service.app import Maison
from service.errors import ConfigurationError, IndisponibleError
from service.security import keystore


def maison(tmp_path, **environ):
    return Maison({"ESAT_DONNEES": str(tmp_path), **environ})


def test_the_demonstration_makes_its_keys_on_first_use(tmp_path):
    assert maison(tmp_path).cles.demonstration
    assert (tmp_path / "cles" / "courantes.ini").exists()


def test_another_environment_never_makes_keys_by_itself(tmp_path):
    with pytest.raises(ConfigurationError):
        _ = maison(tmp_path, ESAT_ENVIRONNEMENT="essai").cles


def test_production_refuses_demonstration_keys(tmp_path):
    keystore.creer(tmp_path / "cles", demonstration=True)
    production = {"ESAT_ENVIRONNEMENT": "production", "ESAT_ADRESSE_PUBLIQUE": "https://esat.example"}
    with pytest.raises(ConfigurationError) as refus:
        _ = maison(tmp_path, **production).cles
    assert refus.value.precisions[0].champ == "ESAT_CLES"


def test_production_starts_with_keys_of_its_own(tmp_path):
    keystore.creer(tmp_path / "cles", demonstration=False)
    production = {"ESAT_ENVIRONNEMENT": "production", "ESAT_ADRESSE_PUBLIQUE": "https://esat.example"}
    assert not maison(tmp_path, **production).cles.demonstration


def test_a_database_that_was_not_migrated_is_not_served(tmp_path):
    with pytest.raises(IndisponibleError, match="migrate"):
        _ = maison(tmp_path).dependencies


def test_migration_tells_the_version_before_and_after(tmp_path):
    la_maison = maison(tmp_path)
    avant, apres = la_maison.migrer()
    assert avant is None
    assert la_maison.migrer() == (apres, apres)
    la_maison.moteur.dispose()
