"""spyne 2.14 on every supported Python, through one module; nothing else of the house imports it."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SERVICE = Path(__file__).resolve().parents[2] / "service"
NOTRE = """
from service.soap import compat
from spyne.util.six.moves.urllib.parse import quote
from spyne.util import six
importer = six._importer
spec = importer.find_spec("spyne.util.six.moves", None)
assert spec is not None and spec.name == "spyne.util.six.moves"
assert importer.find_spec("spyne.util.six.moves.nothing_of_the_kind", None) is None
assert spec.loader.is_package("spyne.util.six.moves")
assert quote("é") == "%C3%A9"
assert compat.Application.__module__ == "spyne.application"
"""


def executer(texte):
    return subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", textwrap.dedent(texte)],
        cwd=SERVICE.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_spyne_loads_and_the_importer_of_its_six_has_find_spec():
    essai = executer(NOTRE)
    assert essai.returncode == 0, essai.stderr


def test_plain_spyne_does_not_load_where_find_module_is_not_called():
    # Python 3.12 no longer calls it (PEP 706); 3.11 warns before it does, and the warning is an error here.
    essai = executer("import spyne.server.wsgi")
    assert essai.returncode == 1
    assert "find_spec" in essai.stderr or "spyne.util.six.moves" in essai.stderr


def test_a_missing_spyne_is_told_in_words_that_say_what_to_install():
    essai = executer(
        """
        import sys
        sys.path[:] = [dossier for dossier in sys.path if "site-packages" not in dossier]
        import service.soap.compat
        """
    )
    assert "ModuleNotFoundError" in essai.stderr
    assert "pip install teledeclaration-esat[serveur]" in essai.stderr


@pytest.mark.parametrize("chemin", sorted(SERVICE.rglob("*.py")), ids=lambda chemin: str(chemin.relative_to(SERVICE)))
def test_only_compat_imports_spyne(chemin):
    arbre = ast.parse(chemin.read_text(encoding="utf-8"))
    importes = {
        nom.split(".")[0]
        for noeud in ast.walk(arbre)
        for nom in (
            [alias.name for alias in noeud.names]
            if isinstance(noeud, ast.Import)
            else [noeud.module or ""]
            if isinstance(noeud, ast.ImportFrom)
            else []
        )
    }
    assert ("spyne" in importes) is (chemin.name == "compat.py" and chemin.parent.name == "soap")
