"""Every command of the README is run, and its example of zeep too: the page stays true."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from serveur import commande, finir, lancer, reglages, serveur

RACINE = Path(__file__).resolve().parents[2]
README = (RACINE / "README.md").read_text(encoding="utf-8")
BLOCS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)
COMMANDES = [ligne for langue, bloc in BLOCS if langue == "sh" for ligne in bloc.strip().splitlines()]
(EXEMPLE,) = [bloc for langue, bloc in BLOCS if langue == "python"]
MAKE = [ligne.split()[1] for ligne in COMMANDES if ligne.startswith("make ")]
SERVICE = [ligne for ligne in COMMANDES if "-m service" in ligne]


def test_the_page_has_the_two_commands_and_every_target_it_names_exists():
    assert MAKE == ["demo", "test"]
    cibles = set(re.findall(r"^([a-z-]+):", (RACINE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", README)) | set(MAKE) <= cibles


def test_make_demo_shows_everything_and_leaves_with_0(tmp_path):
    # What `make demo` runs once the environment is there; this test runs inside `make test`, which made one.
    recette = subprocess.run(
        ["make", "--dry-run", "demo"], cwd=RACINE, capture_output=True, text=True, check=True
    ).stdout
    assert "client_examples/demonstration.py var/demo" in recette
    fini = subprocess.run(
        [sys.executable, "client_examples/demonstration.py", str(tmp_path / "demo")],
        cwd=RACINE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert fini.returncode == 0, fini.stdout + fini.stderr
    for attendu in ("identique octet pour octet", "Accusé authentique", "répété (même accusé)", "Qui reste à déclarer"):
        assert attendu in fini.stdout
    assert "Traceback" not in fini.stdout + fini.stderr


def test_the_ten_lines_of_zeep_declare_and_get_a_receipt(tmp_path):
    with serveur(tmp_path / "donnees") as service:
        demo = service.demo
        esat = demo["esats"][0]
        compte = next(compte for compte in esat["comptes"] if compte.get("cle_integration"))
        fini = subprocess.run(
            [
                sys.executable,
                "-c",
                EXEMPLE,
                service.adresse,
                compte["courriel"],
                compte["cle_integration"],
                esat["siret"],
                str(demo["annee"]),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert fini.returncode == 0, fini.stderr
        assert re.match(r"D\d{6}-\w{8} ACCEPTE ", fini.stdout), fini.stdout


@pytest.fixture
def base_vierge(grappe):
    """URL of a PostgreSQL database that nothing was done to."""
    nom = f"vierge_{os.getpid()}"
    grappe.creer(nom)
    yield grappe.url(nom)
    grappe.supprimer(nom)


def test_the_commands_for_postgresql_prepare_and_serve(tmp_path, base_vierge):
    assert [ligne.split("-m service ")[1] for ligne in SERVICE] == ["demo-data", "serve"]
    environ = reglages(tmp_path, ESAT_BASE=base_vierge)
    commande(environ, "demo-data")
    service = lancer(environ)
    try:
        assert "DeclareCertificatEmploi" in service.commande("journal")
    finally:
        finir(service)


@pytest.mark.parametrize("lien", re.findall(r"\]\(([^):]+)\)", README))
def test_a_link_leads_somewhere(lien):
    assert (RACINE / lien).exists()


def test_make_serve_prints_a_line_that_declares_and_stops_when_told(tmp_path):
    garder = [sys.executable, "-u", "client_examples/demonstration.py", "--garder", str(tmp_path / "demo")]
    with subprocess.Popen(garder, cwd=RACINE, stdout=subprocess.PIPE, text=True) as processus:
        assert processus.stdout is not None
        for ligne in processus.stdout:
            if ligne.strip() == "Déclarer":
                break
        prete = shlex.split(processus.stdout.readline())
        fini = subprocess.run(prete, cwd=RACINE, capture_output=True, text=True, timeout=120, check=False)
        processus.send_signal(signal.SIGTERM)
        processus.stdout.read()
    assert fini.returncode == 0, fini.stdout + fini.stderr
    assert "Accepté" in fini.stdout
    assert processus.returncode == 0
