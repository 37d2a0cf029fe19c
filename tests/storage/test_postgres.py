"""The tests' own cluster: told plainly when it cannot be had, and gone when the tests are."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import service

TESTS = Path(__file__).parents[1]


def test_the_absence_of_postgresql_is_a_failure_that_says_what_is_needed(grappe, tmp_path: Path, monkeypatch):
    binaires = sys.modules[type(grappe).__module__].binaires
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="PostgreSQL is needed"):
        binaires(tmp_path)


def test_the_newest_postgresql_is_taken(grappe, tmp_path: Path, monkeypatch):
    for version in ("9.6", "13", "15"):
        dossier = tmp_path / version / "bin"
        dossier.mkdir(parents=True)
        for nom in ("initdb", "postgres"):
            (dossier / nom).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sys.modules[type(grappe).__module__].binaires(tmp_path) == tmp_path / "15" / "bin"


def test_a_killed_run_of_tests_leaves_no_server_and_no_directory(tmp_path: Path):
    test = tmp_path / "test_tuee.py"
    test.write_text(
        "import os, pathlib\n"
        "def test_qui_tue_son_pytest(grappe, request):\n"
        "    pathlib.Path(__file__).with_name('racine').write_text(str(grappe.racine))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environnement = {**os.environ, "PYTHONPATH": f"{TESTS}:{Path(service.__file__).parents[1]}"}
    commande = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "-p", "no:xdist"]
    fini = subprocess.run([*commande, test], env=environnement, cwd=tmp_path, capture_output=True, timeout=120)
    assert fini.returncode == -9
    racine = Path((tmp_path / "racine").read_text())
    limite = time.monotonic() + 30
    while (restes := _restes(racine)) and time.monotonic() < limite:
        time.sleep(0.05)
    assert restes == []


def _restes(racine: Path) -> list[str]:
    """Files and processes of a cluster."""
    lignes = [str(chemin) for chemin in racine.parent.glob(f"{racine.name}*")]
    for commande in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lignes.append(commande.read_text(errors="replace"))
        except OSError:
            continue
    return [ligne for ligne in lignes if str(racine) in ligne]
