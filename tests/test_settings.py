"""Settings: read once, from the environment or a file, all that is wrong told at once."""

import pytest

from service.errors import ConfigurationError
from service.settings import charger, montrer

MAUVAIS = {
    "ESAT_ENVIRONNEMENT": "prod",
    "ESAT_ECOUTE": "8083",
    "ESAT_BASE": "mysql://u:secret@h/b",
    "ESAT_PROCESSUS": "zéro",
    "ESAT_FILS": "0",
    "ESAT_SERVEUR": "gunicorn",
    "ESAT_ADRESSE_PUBLIQUE": "esat.example",
    "ESAT_MANDATAIRES": "10.0.0.0/8, proxy",
    "ESAT_SMTP": "mail.example:25",
    "ESAT_COURRIEL_EXPEDITEUR": "Caf du Var",
    "ESAT_SERVICE_COURRIEL": "esat@caf@example",
    "ESAT_OCTETS_MAX": "-1",
}


def refus(environ):
    with pytest.raises(ConfigurationError) as erreur:
        charger(environ)
    return {precision.champ: precision.message for precision in erreur.value.precisions}


def test_every_wrong_setting_is_told_at_once_with_its_name():
    assert set(refus(MAUVAIS)) == set(MAUVAIS)


@pytest.mark.parametrize("nom", sorted(set(MAUVAIS) - {"ESAT_BASE"}))
def test_a_wrong_setting_is_told_with_what_was_expected(nom):
    assert refus({nom: MAUVAIS[nom]})[nom].startswith("attendu")


@pytest.mark.parametrize(
    "adresse",
    [
        "http://u:secret@h",
        "smtp://u:secret@",
        "smtp://u:secret@h:0",
        "smtp://u:secret@h:port",
        "smtp://u:sec/secret@h",
        "smtp://u:secret@[::1",
        "smtp://u:s%C3%A9cret-secret@h",
    ],
)
def test_a_wrong_address_of_a_mail_server_is_refused_without_its_password(adresse):
    assert "secret" not in refus({"ESAT_SMTP": adresse})["ESAT_SMTP"]


def test_a_refused_database_url_does_not_show_its_password():
    assert "secret" not in refus({"ESAT_BASE": "mysql://u:secret@h/b"})["ESAT_BASE"]


def test_defaults_follow_from_the_data_directory_and_the_address(tmp_path):
    settings = charger({"ESAT_DONNEES": str(tmp_path), "ESAT_ECOUTE": "127.0.0.1:9000"})
    assert settings.base == f"sqlite:///{tmp_path}/teledeclaration.sqlite"
    assert settings.cles == tmp_path / "cles"
    assert settings.adresse_publique == "http://127.0.0.1:9000"
    assert settings.environnement == "demonstration"


@pytest.mark.parametrize("adresse", ["postgres://u@h/b", "postgresql://u@h/b", "postgresql+psycopg://u@h/b"])
def test_every_spelling_of_a_postgresql_url_goes_through_psycopg(adresse):
    assert charger({"ESAT_BASE": adresse}).base == "postgresql+psycopg://u@h/b"


def test_the_environment_wins_over_the_file(tmp_path):
    fichier = tmp_path / "esat.toml"
    fichier.write_text('processus = 3\nfils = 4\nservice_designation = "Caf de l\'Ain"\n', encoding="utf-8")
    settings = charger({"ESAT_CONFIG": str(fichier), "ESAT_FILS": "1"})
    assert (settings.processus, settings.fils, settings.service_designation) == (3, 1, "Caf de l'Ain")


def test_a_misspelt_key_of_the_file_is_told_with_the_nearest_setting(tmp_path):
    fichier = tmp_path / "esat.toml"
    fichier.write_text("procesus = 3\n", encoding="utf-8")
    assert "« processus »" in refus({"ESAT_CONFIG": str(fichier)})["ESAT_PROCESUS"]


@pytest.mark.parametrize("contenu", [None, b"processus =", b"\xff\xfe"], ids=["absent", "not TOML", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, contenu):
    fichier = tmp_path / "esat.toml"
    if contenu is not None:
        fichier.write_bytes(contenu)
    assert "ESAT_CONFIG" in refus({"ESAT_CONFIG": str(fichier)})


def test_production_needs_https_in_its_public_address():
    assert "ESAT_ADRESSE_PUBLIQUE" in refus({"ESAT_ENVIRONNEMENT": "production"})
    charger({"ESAT_ENVIRONNEMENT": "production", "ESAT_ADRESSE_PUBLIQUE": "https://esat.example"})


def test_secrets_are_masked_where_settings_are_shown():
    montre = montrer(
        charger(
            {
                "ESAT_BASE": "postgresql://u:motdepasse@h/b?password=aussi&sslmode=require",
                "ESAT_SMTP": "smtp://u:courrier@h:587",
            }
        )
    )
    texte = repr(montre)
    assert not [secret for secret in ("motdepasse", "aussi", "courrier") if secret in texte]
    assert montre["ESAT_BASE"] == "postgresql+psycopg://u:***@h/b?password=***&sslmode=require"
