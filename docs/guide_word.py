"""The users' guide as a Word document, from ``guide-utilisateur.md``: real headings, lists and tables, in French.

pandoc writes it; its own reference document gives the styles, of which the colours, the borders of tables and the
language are ours. The same source gives the same bytes.
"""

import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pypandoc
from lxml import etree

DOSSIER = Path(__file__).resolve().parent
SOURCE = DOSSIER / "guide-utilisateur.md"
CIBLE = DOSSIER.parent / "service" / "web" / "static" / "guide-utilisateur.docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BLEU = "1B3F7D"
_A4 = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" w:header="709" w:footer="709" w:gutter="0"/>'
)
"""Twentieths of a point."""
_EPOQUE = {"SOURCE_DATE_EPOCH": "1767225600"}
_BORDURES = (
    f'<w:tblBorders xmlns:w="{W}">'
    + "".join(
        f'<w:{cote} w:val="single" w:sz="4" w:space="0" w:color="8A93A6"/>'
        for cote in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)


def guide() -> bytes:
    """Return the document."""
    with tempfile.TemporaryDirectory() as dossier:
        modele, ecrit = Path(dossier, "modele.docx"), Path(dossier, "guide.docx")
        modele.write_bytes(_modele())
        _pandoc(str(SOURCE), f"--reference-doc={modele}", "--from=markdown", "--to=docx", f"--output={ecrit}")
        return ecrit.read_bytes()


def _pandoc(*arguments: str) -> bytes:
    return subprocess.run([pypandoc.get_pandoc_path(), *arguments], env=_EPOQUE, check=True, capture_output=True).stdout


def _modele() -> bytes:
    """pandoc's reference document with our styles and paper."""
    origine = zipfile.ZipFile(io.BytesIO(_pandoc("--print-default-data-file=reference.docx")))
    tampon = io.BytesIO()
    changes = {"word/styles.xml": _styles, "word/document.xml": _papier}
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as copie:
        for nom in origine.namelist():
            octets = origine.read(nom)
            copie.writestr(nom, changes[nom](octets) if nom in changes else octets)
    return tampon.getvalue()


def _papier(octets: bytes) -> bytes:
    racine = etree.fromstring(octets)
    section = racine.find(f".//{{{W}}}sectPr")
    assert section is not None
    section.extend(etree.fromstring(f'<x xmlns:w="{W}">{_A4}</x>'))
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)


def _styles(octets: bytes) -> bytes:
    racine = etree.fromstring(octets)
    for couleur in racine.iterfind(f".//{{{W}}}style//{{{W}}}color"):
        couleur.attrib.clear()
        couleur.set(f"{{{W}}}val", _BLEU)
    for langue in racine.iter(f"{{{W}}}lang"):
        langue.set(f"{{{W}}}val", "fr-FR")
    tableau = racine.find(f".//{{{W}}}style[@{{{W}}}styleId='Table']")
    assert tableau is not None
    proprietes, entete = tableau.find(f"{{{W}}}tblPr"), tableau.find(f"{{{W}}}tblStylePr")
    assert proprietes is not None
    assert entete is not None
    marges = proprietes.find(f"{{{W}}}tblCellMar")
    proprietes.insert(len(proprietes) if marges is None else proprietes.index(marges), etree.fromstring(_BORDURES))
    entete.insert(0, etree.fromstring(f'<w:rPr xmlns:w="{W}"><w:b/></w:rPr>'))
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)
