"""Addresses, SIRET and the TOML file."""

import pytest
from declarer_esat.configuration import Connexion, adresses, lire_toml, siret_normalise

from service.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://esat.example.fr", "https://esat.example.fr"),
        ("https://esat.example.fr/", "https://esat.example.fr"),
        ("https://esat.example.fr/ws/v1", "https://esat.example.fr"),
        ("https://esat.example.fr/caf/ws/v1?wsdl", "https://esat.example.fr/caf"),
        (" http://127.0.0.1:8083/ws/v1?wsdl=soap12 ", "http://127.0.0.1:8083"),
        ("http://localhost:8083", "http://localhost:8083"),
        ("http://[::1]:8083", "http://[::1]:8083"),
    ],
)
def test_a_base_address_or_that_of_a_wsdl_serve_alike(url, base):
    assert adresses(url, False) == (base, f"{base}/ws/v1")


@pytest.mark.parametrize("url", ["", "esat.example.fr", "ftp://esat.example.fr", "https://", "/ws/v1"])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ConfigurationError) as refus:
        adresses(url, False)
    assert refus.value.precisions[0].champ == "--url"


def test_personal_data_do_not_travel_in_clear_unless_told_so():
    with pytest.raises(ConfigurationError) as refus:
        adresses("http://esat.example.fr", False)
    assert "--autoriser-http" in refus.value.precisions[0].message
    assert adresses("http://esat.example.fr", True)[0] == "http://esat.example.fr"


def test_a_siret_loses_its_spaces_and_keeps_its_key():
    assert siret_normalise("999 100 837 00015") == "99910083700015"
    with pytest.raises(ConfigurationError):
        siret_normalise("99910083700016")


def test_a_file_gives_options_under_either_spelling(tmp_path):
    fichier = tmp_path / "d.toml"
    fichier.write_text('url = "https://a"\nmot-de-passe = "s"\nautoriser_http = true\ndelai = 5\n', encoding="utf-8")
    fichier.chmod(0o600)
    options, avertissements = lire_toml(fichier)
    assert options == {"url": "https://a", "mot_de_passe": "s", "autoriser_http": True, "delai": 5}
    assert avertissements == []


def test_a_folder_is_beside_the_file_that_names_it(tmp_path):
    fichier = tmp_path / "d.toml"
    fichier.write_text('dossier = "paie/declarations"\n', encoding="utf-8")
    assert lire_toml(fichier)[0]["dossier"] == str(tmp_path / "paie" / "declarations")


@pytest.mark.parametrize("ou", ["declarer-esat.toml", ".config/declarer-esat.toml"])
def test_without_a_name_the_usual_places_are_looked_at(ou, tmp_path, sans_environnement):
    fichier = tmp_path / ou
    fichier.parent.mkdir(exist_ok=True)
    fichier.write_text('siret = "1"\n', encoding="utf-8")
    assert lire_toml(None)[0] == {"siret": "1"}


def test_without_any_file_nothing_is_set(sans_environnement):
    assert lire_toml(None) == ({}, [])


def test_everything_wrong_in_a_file_is_told_at_once(tmp_path):
    fichier = tmp_path / "d.toml"
    fichier.write_text('utilisateurs = "a"\nessai = "oui"\ndelai = 1.5\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as refus:
        lire_toml(fichier)
    assert [precision.champ for precision in refus.value.precisions] == ["utilisateurs", "essai", "delai"]
    assert "« utilisateur »" in refus.value.precisions[0].message


@pytest.mark.parametrize("contenu", [b"cle = cle_secrete\n", b"cle = 'cle_secrete\n", b"\xff\xfe", b"[cle_secrete"])
def test_a_file_that_is_no_toml_is_told_without_its_secrets(tmp_path, contenu):
    fichier = tmp_path / "d.toml"
    fichier.write_bytes(contenu)
    with pytest.raises(ConfigurationError) as refus:
        lire_toml(fichier)
    assert "cle_secrete" not in str(refus.value.precisions)
    assert "TOML en UTF-8" in refus.value.precisions[0].message


def test_a_mistake_in_a_toml_file_is_told_with_its_line(tmp_path):
    fichier = tmp_path / "d.toml"
    fichier.write_text('url = "https://a"\nsiret = 1 2\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as refus:
        lire_toml(fichier)
    assert refus.value.precisions[0].message.endswith("ligne 2")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError):
        lire_toml(tmp_path / "absent.toml")


def test_a_secret_that_others_can_read_is_told(tmp_path):
    fichier = tmp_path / "d.toml"
    fichier.write_text('cle = "cle_secrete"\n', encoding="utf-8")
    fichier.chmod(0o644)
    (avertissement,) = lire_toml(fichier)[1]
    assert "chmod 600" in avertissement
    assert "cle_secrete" not in avertissement


def test_a_secret_does_not_show_in_a_trace():
    connexion = Connexion("https://a", "https://a/ws/v1", "u", "cle_secrete", True, 60, 6)
    assert "cle_secrete" not in repr(connexion)
