"""The guides say what is true now: those that follow from the code are in step, the others name what exists."""

import importlib.util
import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from service import errors
from service.settings import charger, montrer

DOCS = Path(__file__).resolve().parents[2] / "docs"
sys.path.insert(0, str(DOCS))
_spec = importlib.util.spec_from_file_location("produire", DOCS / "produire.py")
produire = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(produire)


@pytest.mark.parametrize("nom", produire.PAGES)
def test_a_page_made_from_the_code_is_in_step_with_it(nom):
    assert (DOCS / nom).read_text(encoding="utf-8") == produire.PAGES[nom]()


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphes(octets: bytes) -> list[tuple[str, str]]:
    """Style and words of each paragraph of a Word document."""
    racine = etree.fromstring(zipfile.ZipFile(io.BytesIO(octets)).read("word/document.xml"))
    return [
        (
            "".join(style.get(f"{W}val") for style in paragraphe.iter(f"{W}pStyle")),
            "".join(texte.text or "" for texte in paragraphe.iter(f"{W}t")),
        )
        for paragraphe in racine.iter(f"{W}p")
    ]


def test_the_word_guide_is_in_step_with_its_source():
    assert paragraphes(produire.CIBLE.read_bytes()) == paragraphes(produire.guide())


def test_the_word_guide_has_headings_lists_and_tables_in_french():
    octets = produire.CIBLE.read_bytes()
    assert zipfile.ZipFile(io.BytesIO(octets)).testzip() is None
    racine = etree.fromstring(zipfile.ZipFile(io.BytesIO(octets)).read("word/document.xml"))
    styles = [style for style, _ in paragraphes(octets)]
    assert styles[0] == "Title"
    assert {"Heading1", "Heading2"} <= set(styles)
    assert len(list(racine.iter(f"{W}tbl"))) == len(list(racine.iter(f"{W}tblHeader"))) == 4
    assert len(list(racine.iter(f"{W}numPr"))) > 20
    langues = etree.fromstring(zipfile.ZipFile(io.BytesIO(octets)).read("word/styles.xml")).iter(f"{W}lang")
    assert {langue.get(f"{W}val") for langue in langues} == {"fr-FR"}


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
