"""Help, usage, exit codes and where options come from."""

import re

import pytest


def test_a_template_is_written(declarer, tmp_path):
    assert declarer("modele", "certificat", "paie.xlsx").code == 0
    assert (tmp_path / "paie.xlsx").exists()
    assert declarer("modele", "certificat", "paie.xlsx").code == 1


@pytest.mark.parametrize(
    "commande",
    [
        (),
        ("certificat",),
        ("changement",),
        ("annuler",),
        ("accuse",),
        ("accuse", "verifier"),
        ("accuse", "montrer"),
        ("suivi",),
        ("depots",),
        ("reste-a-declarer",),
        ("service",),
        ("mot-de-passe",),
        ("modele",),
    ],
)
def test_every_command_has_help_in_french(declarer, commande):
    fini = declarer(*commande, "--help")
    assert fini.code == 0
    assert fini.sortie.startswith("Utilisation : declarer-esat")
    for anglais in ("Usage", "Show this", "TEXT]", "INTEGER", "default:", "required"):
        assert anglais not in fini.sortie


@pytest.mark.parametrize(
    "arguments", [(), ("bidule",), ("certificat",), ("modele", "a", "b"), ("depots", "--depuis", "x")]
)
def test_wrong_usage_is_exit_code_2_in_french(declarer, arguments):
    fini = declarer(*arguments)
    assert fini.code == 2
    assert "Utilisation" in fini.tout
    assert "Traceback" not in fini.tout


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(declarer, tmp_path, monkeypatch):
    reglages = 'url = "http://127.0.0.1:1"\ntentatives = 1\nsiret = "1"\n'
    (tmp_path / "declarer-esat.toml").write_text(reglages, encoding="utf-8")
    assert "--siret" in declarer("depots").erreur
    monkeypatch.setenv("DECLARER_ESAT_SIRET", "99910083700015")
    monkeypatch.setenv("DECLARER_ESAT_UTILISATEUR", "a@b.fr")
    monkeypatch.setenv("DECLARER_ESAT_CLE", "cle_x")
    assert "127.0.0.1:1" in declarer("depots").erreur
    assert "127.0.0.1:2" in declarer("depots", "--url", "http://127.0.0.1:2").erreur


def test_the_version_is_that_of_the_distribution(declarer):
    assert re.fullmatch(r"declarer-esat \d+\.\d+\.\d+\n", declarer("--version").sortie)
