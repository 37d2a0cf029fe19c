"""The commands as an operator types them: real processes, their exit codes, their pipes, both databases.

What an outcome looks like is seen of fresh interpreters; the steps of a longer way come from the nursery.
"""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from messages import declare_certificats, en_clair, enveloppe, operation
from serveur import commande, finir, lancer, preparer, reglages

from service.storage.database import creer_moteur
from service.storage.journal import NouvelleEntree
from service.storage.unit_of_work import FabriqueUnites

SIRET = "99910083700015"
PYTHON = [sys.executable, "-m", "service"]


def executer(environ, *arguments, **options):
    fini = subprocess.run(
        [*PYTHON, *arguments], env=environ, cwd=environ["ESAT_DONNEES"], capture_output=True, timeout=120, **options
    )
    sortie, erreurs = fini.stdout.decode(), fini.stderr.decode()
    assert "Traceback" not in erreurs
    return fini.returncode, sortie, erreurs


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """A prepared demonstration, to be looked at."""
    return preparer(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def sa_demonstration(demonstration, tmp_path):
    """A demonstration of a test's own."""
    shutil.copytree(demonstration["ESAT_DONNEES"], tmp_path / "donnees")
    return reglages(tmp_path / "donnees")


def test_from_nothing_to_a_declaration_found_in_the_log(base, tmp_path):
    environ = reglages(tmp_path, ESAT_BASE=base, ESAT_ENVIRONNEMENT="essai")
    environ["ESAT_MANDATAIRES"] = "127.0.0.1"
    commande(environ, "migrate")
    commande(environ, "cles", "creer")
    commande(environ, "conventions", "creer", "C-1", "--signee-le", "01/01/2020", "--organisme", "831")
    commande(environ, "esats", "creer", SIRET, "--nom", "ESAT d'ici", "--convention", "C-1")
    commande(environ, "comptes", "creer", "a@x.example", "--nom", "A", "--prenom", "Zoé", "--siret", SIRET)
    cle = commande(environ, "cles", "integration", "creer", "a@x.example", "--logiciel", "Paie").strip()
    ouverture = f"{datetime.now(UTC) - timedelta(days=2):%d/%m/%Y}"
    annee = f"{datetime.now(UTC) - timedelta(days=2):%Y}"
    fermeture = f"31/12/{int(annee) + 1}"
    commande(
        environ, "campagnes", "fixer", annee,
        "--ouverture", ouverture, "--date-limite", fermeture, "--fermeture", fermeture,
    )  # fmt: skip
    en_marche = lancer(environ)
    try:
        message = enveloppe(
            declare_certificats().replace("12345678200010", SIRET).replace(">2026<", f">{annee}<"),
            en_clair("a@x.example", cle),
        )
        entetes = {"Content-Type": "text/xml; charset=utf-8", "X-Forwarded-Proto": "https"}
        reponse = requests.post(en_marche.service, data=message, headers=entetes, timeout=60)
        assert reponse.status_code == 200, reponse.text
        entrees = json.loads(commande(environ, "journal", "--esat", "ICI", "--format", "json"))
        entrees = [une for une in entrees if une["operation"] is not None]
        assert [(une["operation"], une["compte"]) for une in entrees] == [("DeclareCertificatEmploi", "a@x.example")]
        assert entrees[0]["numero_depot"] in reponse.text
        commande(environ, "cles", "integration", "revoquer", "a@x.example", "1")
        message = enveloppe(operation("ConsulteService"), en_clair("a@x.example", cle))
        reponse = requests.post(en_marche.service, data=message, headers=entetes, timeout=60)
        assert "AUTHENTIFICATION" in reponse.text
        assert en_marche.arreter() == 0
    finally:
        finir(en_marche)


def test_demo_data_is_prepared_on_postgresql_as_on_sqlite(grappe, tmp_path):
    nom = f"demo_{os.getpid()}"
    grappe.creer(nom)
    try:
        environ = reglages(tmp_path, ESAT_BASE=grappe.url(nom))
        commande(environ, "demo-data")
        assert len(json.loads(commande(environ, "esats", "lister", "--format", "json"))) == 2
        commande(environ, "demo-data", code=1)
        assert not list(tmp_path.glob("*.sqlite"))
    finally:
        grappe.supprimer(nom)


@pytest.mark.parametrize(
    ("arguments", "autres", "code"),
    [
        pytest.param(["config"], {}, 0, id="done"),
        pytest.param(["esats", "montrer", "1"], {}, 1, id="refused by a rule"),
        pytest.param(["demo-data"], {}, 1, id="a database exists"),
        pytest.param(["esats"], {}, 2, id="wrong usage"),
        pytest.param(["journal"], {"ESAT_PROCESSUS": "0"}, 2, id="a wrong setting"),
        pytest.param(["journal"], {"ESAT_BASE": "postgresql://e@127.0.0.1:1/b"}, 3, id="database not reached"),
        pytest.param(["serve"], {"ESAT_BASE": "postgresql://e@127.0.0.1:1/b"}, 3, id="nothing to serve from"),
        pytest.param(["migrate"], {"ESAT_BASE": "sqlite:////proc/ailleurs/base.sqlite"}, 3, id="no place for a file"),
    ],
)
def test_each_outcome_has_its_exit_code(demonstration, arguments, autres, code):
    retour, sortie, erreurs = executer(demonstration | autres, *arguments)

    assert retour == code, erreurs
    assert bool(erreurs) is (code != 0)
    assert bool(sortie) is (code == 0)


def test_two_settings_that_are_wrong_are_told_together(demonstration):
    _, _, erreurs = executer(demonstration | {"ESAT_PROCESSUS": "0", "ESAT_SERVEUR": "apache"}, "serve")

    assert "ESAT_PROCESSUS" in erreurs
    assert "ESAT_SERVEUR" in erreurs


def test_a_log_cut_by_head_ends_quietly(sa_demonstration):
    moteur = creer_moteur(f"sqlite:///{sa_demonstration['ESAT_DONNEES']}/teledeclaration.sqlite")
    entree = NouvelleEntree(
        datetime(2026, 12, 1, tzinfo=UTC), "192.0.2.1", "agent " * 30, None, None, None, None, None, 1, 1, "REFUSE",
        "MESSAGE_ILLISIBLE", None, None, None, "r",
    )  # fmt: skip
    with FabriqueUnites(moteur).ecriture() as unite:
        for _ in range(3000):
            unite.journal.ajouter(entree)
        unite.commit()
    moteur.dispose()

    for forme in ("csv", "json", "table"):
        tuyau = f"set -o pipefail; {sys.executable} -m service journal --tout --format {forme} | head -n 3"
        fini = subprocess.run(["bash", "-c", tuyau], env=sa_demonstration, capture_output=True, timeout=120, text=True)
        assert fini.returncode == 0, fini.stderr
        assert fini.stderr == ""
        assert len(fini.stdout.splitlines()) == 3


def test_an_incident_leaves_one_line_for_the_person_and_one_for_the_log(sa_demonstration):
    with contextlib.closing(sqlite3.connect(f"{sa_demonstration['ESAT_DONNEES']}/teledeclaration.sqlite")) as base:
        base.execute("DROP TABLE journal")

    code, sortie, erreurs = executer(sa_demonstration, "journal")

    assert (code, sortie) == (1, "")
    note, phrase = erreurs.splitlines()
    assert json.loads(note)["incident"] in phrase
    assert "no such table" not in erreurs


@pytest.mark.parametrize("encodage", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_without_our_letters_gets_question_marks_not_errors(demonstration, encodage):
    fini = subprocess.run(
        [*PYTHON, "esats", "lister"],
        env=demonstration | {"PYTHONIOENCODING": encodage, "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=120,
    )

    assert fini.returncode == 0
    assert SIRET in fini.stdout.decode(encodage)


def test_a_command_stopped_by_the_keyboard_says_so(sa_demonstration):
    fichier = f"{sa_demonstration['ESAT_DONNEES']}/comptes.csv"
    with open(fichier, "w", encoding="utf-8") as sortie:
        sortie.write("courriel;nom;prenom;siret\n")
        sortie.writelines(f"c{rang}@x.example;C;C;{SIRET}\n" for rang in range(400))
    lent = sa_demonstration | {"ESAT_ARGON2_MEMOIRE": "65536", "ESAT_ARGON2_ITERATIONS": "4"}
    processus = subprocess.Popen([*PYTHON, "comptes", "importer", fichier], env=lent, stderr=subprocess.PIPE, text=True)
    while processus.poll() is None and not _a_calcule_trois_secondes(processus.pid):
        time.sleep(0.05)
    processus.send_signal(signal.SIGINT)
    _, erreurs = processus.communicate(timeout=60)

    assert (processus.returncode, erreurs) == (130, "Interrompu.\n")
    comptes = json.loads(commande(sa_demonstration, "comptes", "lister", "--format", "json"))
    assert not [compte for compte in comptes if compte["nom"] == "C"]


def _a_calcule_trois_secondes(pid):
    """Whether the process is past its start: it hashes passwords then, for half a minute."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as fichier:
        champs = fichier.read().rpartition(")")[2].split()
    return int(champs[11]) / os.sysconf("SC_CLK_TCK") > 3
