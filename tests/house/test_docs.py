"""The guides say what is true now: those that follow from the code are in step, the others name what exists."""

import importlib.util
import re
from pathlib import Path

import pytest

from service import errors
from service.settings import charger, montrer

DOCS = Path(__file__).resolve().parents[2] / "docs"
_spec = importlib.util.spec_from_file_location("produire", DOCS / "produire.py")
produire = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(produire)


@pytest.mark.parametrize("nom", produire.PAGES)
def test_a_page_made_from_the_code_is_in_step_with_it(nom):
    assert (DOCS / nom).read_text(encoding="utf-8") == produire.PAGES[nom]()


def test_the_guide_of_vendors_explains_every_fault_of_the_contract():
    codes = {
        erreur.code
        for erreur in vars(errors).values()
        if isinstance(erreur, type) and issubclass(erreur, errors.MessageRefuseError)
    }
    guide = (DOCS / "guide-editeur.md").read_text(encoding="utf-8")
    assert codes == set(re.findall(r"^\| ([A-Z_]{5,}) \|", guide, re.MULTILINE))


def test_the_guide_of_operators_names_every_setting():
    guide = (DOCS / "exploitation.md").read_text(encoding="utf-8")
    nommes = set()
    for ligne in re.findall(r"^\| (`ESAT_.*?) \|", guide, re.MULTILINE):
        noms = re.findall(r"`(\w+)`", ligne)
        racine = noms[0].rsplit("_", 1)[0]
        nommes |= {nom if nom.startswith("ESAT_") else racine + nom for nom in noms}
    assert nommes == set(montrer(charger({})))


@pytest.mark.parametrize("guide", sorted(DOCS.glob("*.md")), ids=lambda chemin: chemin.name)
def test_a_link_between_guides_leads_somewhere(guide):
    texte = guide.read_text(encoding="utf-8")
    assert not [lien for lien in re.findall(r"\]\(([^)#:]+)\)", texte) if not (DOCS / lien).exists()]
