"""A run of the benchmark as `make bench` starts it always ends with a page: who failed is told, and what is missing."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from benchmarks.candidats import dernieres_lignes

NOTRE, CHARGE = "SQLite, waitress", "M1000 condensé, 8 connexions"
MORT, FAUX = "spyne tel quel", "node-soap"
RIEN = "produit non mesuré, pair en échec | —"
MEURT = "#!/bin/sh\necho 'la base manque' >&2\nexit 3\n"
REPOND_FAUX = """#!/bin/sh
"$BANC_PYTHON" -c "import sqlite3; sqlite3.connect('$BANC_DONNEES/pair.sqlite').execute('CREATE TABLE ligne (x)')"
exec "$BANC_PYTHON" -c "$(cat <<'FIN'
import http.server, os, sys
class Faux(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(501)
        print("je ne sais rien faire", file=sys.stderr)
    def log_message(self, *_):
        pass
class Serveur(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a generator of load that hangs up
Serveur(("127.0.0.1", int(os.environ["BANC_PORT"])), Faux).serve_forever()
FIN
)"
"""
ICI = Path(__file__).resolve().parents[2]
PATIENCE_S = 120
LIGNES_ECRITES = 20_000


@pytest.fixture
def banc(tmp_path: Path) -> Path:
    """The benchmark, with a peer that says why and dies, and one that answers wrongly; its docs/ are its own."""
    for dossier in ("benchmarks", "wsdl", "schemas"):
        shutil.copytree(ICI / dossier, tmp_path / dossier, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    pairs = tmp_path / "benchmarks" / "pairs"
    (pairs / "spyne" / "servir").write_text(MEURT)
    (pairs / "node_soap" / "preparer").write_text("#!/bin/sh\n")
    (pairs / "node_soap" / "servir").write_text(REPOND_FAUX)
    return tmp_path


def lancer(banc: Path, tours: int, seulement: Sequence[str]) -> subprocess.Popen[str]:
    options = ["--tours", str(tours), "--duree", "1", "--construction", "construction"]
    for nom in seulement:
        options += ["--seulement", nom]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks", *options],
        cwd=banc,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(banc)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_peers_that_die_or_answer_wrongly_are_told_and_cost_the_others_nothing(banc: Path):
    execution = lancer(banc, 1, [NOTRE, MORT, FAUX, CHARGE])
    sortie, _ = execution.communicate(timeout=PATIENCE_S)
    assert execution.returncode == 1, sortie
    assert f"ÉCHEC  {MORT}, tour 1 : s'est arrêté (code 3)\n       | la base manque" in sortie
    assert f"ÉCHEC  {FAUX}, tour 1, {CHARGE} : " in sortie
    page = (banc / "construction" / "mesures" / "mesures.md").read_text("utf-8")
    assert f"- {MORT}, tour 1 : s'est arrêté (code 3)\n\n      la base manque\n" in page
    assert re.search(rf"- {FAUX}, tour 1, {CHARGE} : \d+ réponses fausses, \d+ manquantes, pour 0 justes", page)
    assert "501 <!DOCTYPE" in page
    assert "je ne sais rien faire" in page  # what it wrote on its stderr
    assert f"Page partielle : seulement {NOTRE} ; {MORT} ; {FAUX} ; {CHARGE}." in page
    assert f"| {NOTRE} | {MORT} | 150 × | {RIEN} | {RIEN} | 25 × | {RIEN} |" in page
    assert f"| {NOTRE} | {FAUX} | 1.5 × | {RIEN} | {RIEN} | 2 × | pair en échec | — |" in page
    donnees = json.loads((banc / "construction" / "mesures" / "mesures.json").read_text("utf-8"))
    juste, fausse = sorted(donnees["mesures"], key=lambda mesure: mesure["erreurs"])
    assert (juste["candidat"], juste["charge"], juste["erreurs"]) == (NOTRE, CHARGE, 0)
    assert juste["debit"] > 0
    assert (fausse["candidat"], fausse["debit"]) == (FAUX, 0)
    assert list((banc / "docs").iterdir()) == []


def test_an_interrupted_run_leaves_its_figures_and_a_page_that_says_so(banc: Path):
    execution = lancer(banc, 1000, [NOTRE, CHARGE])
    chiffres = banc / "construction" / "mesures" / "mesures.json"
    fin = time.monotonic() + PATIENCE_S
    while not (chiffres.exists() and json.loads(chiffres.read_text("utf-8"))["mesures"]):
        assert execution.poll() is None, execution.communicate()[0]
        assert time.monotonic() < fin
        time.sleep(0.1)
    descendants = psutil.Process(execution.pid).children(recursive=True)
    execution.send_signal(signal.SIGTERM)
    sortie, _ = execution.communicate(timeout=PATIENCE_S)
    assert execution.returncode == 130, sortie
    donnees = json.loads(chiffres.read_text("utf-8"))
    assert donnees["etat"] == "interrompue"
    tours = len(donnees["mesures"])
    page = chiffres.with_name("mesures.md").read_text("utf-8")
    assert "Page partielle : l'exécution ne s'est pas finie." in page
    assert f"Tours mesurés, sur 1000 : {NOTRE} : {tours}." in page
    _, restes = psutil.wait_procs(descendants, timeout=PATIENCE_S)
    assert restes == []


def test_what_a_candidate_wrote_is_read_without_disturbing_what_it_writes():
    """The file's offset is one for both: a reader that moves it has lines written over others."""
    with tempfile.TemporaryFile() as erreurs:
        ecrit = f"for rang in range({LIGNES_ECRITES}): print(f'ligne {{rang:06d}}', flush=True)"
        candidat = subprocess.Popen([sys.executable, "-c", ecrit], stdout=erreurs)
        while candidat.poll() is None:
            assert all(map(re.compile(r"ligne \d{6}").fullmatch, dernieres_lignes(erreurs).splitlines()[1:-1]))
        erreurs.seek(0)
        assert erreurs.read().decode().splitlines() == [f"ligne {rang:06d}" for rang in range(LIGNES_ECRITES)]
        assert dernieres_lignes(erreurs).splitlines()[-1] == f"ligne {LIGNES_ECRITES - 1:06d}"
