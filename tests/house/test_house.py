"""The rules of the house that a machine can check: layers, sizes, names, documentation."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
CODE = sorted(
    chemin
    for dossier in ("service", "client_examples/python")
    for chemin in (RACINE / dossier).rglob("*.py")
    if "versions" not in chemin.parts
)
LIGNES_D_UN_MODULE = 300
LIGNES_D_UNE_FONCTION = 40
NOMS_REFUSES = re.compile(r"(^|_)(utils?|helpers?|common|managers?)(_|$)")


def definitions(chemin: Path) -> list[ast.stmt]:
    return list(ast.parse(chemin.read_text(encoding="utf-8")).body)


def relatif(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


def test_imports_only_go_left():
    controle = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert controle.returncode == 0, controle.stdout


@pytest.mark.parametrize("chemin", CODE, ids=relatif)
def test_a_module_is_small_and_so_are_its_functions(chemin):
    texte = chemin.read_text(encoding="utf-8")
    longues = [
        f"{noeud.name} ({noeud.end_lineno - noeud.lineno + 1})"
        for noeud in ast.walk(ast.parse(texte))
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
        and noeud.end_lineno - noeud.lineno + 1 > LIGNES_D_UNE_FONCTION
    ]
    assert texte.count("\n") <= LIGNES_D_UN_MODULE
    assert not longues


@pytest.mark.parametrize("chemin", CODE, ids=relatif)
def test_everything_public_is_documented(chemin):
    arbre = ast.parse(chemin.read_text(encoding="utf-8"))
    muettes = [] if ast.get_docstring(arbre) else ["module"]
    for noeud in arbre.body:
        if isinstance(noeud, ast.FunctionDef | ast.ClassDef) and not noeud.name.startswith("_"):
            muettes += [] if ast.get_docstring(noeud) else [noeud.name]
            if isinstance(noeud, ast.ClassDef) and noeud.name != "TeledeclarationEsat":  # its docstring names them all
                muettes += [
                    f"{noeud.name}.{methode.name}"
                    for methode in noeud.body
                    if isinstance(methode, ast.FunctionDef)
                    and not methode.name.startswith("_")
                    and not ast.get_docstring(methode)
                ]
    assert not muettes


@pytest.mark.parametrize("chemin", CODE, ids=relatif)
def test_nothing_is_imported_lazily(chemin):
    arbre = ast.parse(chemin.read_text(encoding="utf-8"))
    tardifs = [
        noeud.name
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.FunctionDef)
        and any(isinstance(interne, ast.Import | ast.ImportFrom) for interne in ast.walk(noeud))
    ]
    assert not tardifs


@pytest.mark.parametrize("chemin", CODE, ids=relatif)
def test_a_module_is_named_after_what_it_holds(chemin):
    assert not NOMS_REFUSES.search(chemin.stem)


def test_only_compat_imports_spyne_and_only_settings_reads_the_environment():
    par_spyne, par_environ = set(), set()
    for chemin in CODE:
        if "service" not in chemin.relative_to(RACINE).parts[0]:
            continue
        texte = chemin.read_text(encoding="utf-8")
        if re.search(r"^\s*(from|import) spyne", texte, re.MULTILINE):
            par_spyne.add(relatif(chemin))
        if "os.environ" in texte or "os.getenv" in texte:
            par_environ.add(relatif(chemin))
    assert par_spyne == {"service/soap/compat.py"}
    assert par_environ <= {"service/settings.py", "service/app.py"}  # app sets one variable for granian's workers


def test_every_package_is_named_in_the_distribution():
    declares = set(
        re.findall(r"^    ((?:service|declarer_esat)[\w.]*)$", (RACINE / "setup.cfg").read_text(), re.MULTILINE)
    )
    presents = {".".join(chemin.parent.relative_to(RACINE).parts) for chemin in CODE if chemin.name == "__init__.py"}
    presents = {nom.removeprefix("client_examples.python.") for nom in presents}
    presents |= {"service.schemas", "service.wsdl", "service.storage.migrations.versions"}
    assert presents <= declares
