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
    """pandoc's reference document with our styles."""
    origine = zipfile.ZipFile(io.BytesIO(_pandoc("--print-default-data-file=reference.docx")))
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as copie:
        for nom in origine.namelist():
            octets = origine.read(nom)
            copie.writestr(nom, _styles(octets) if nom == "word/styles.xml" else octets)
    return tampon.getvalue()


def _styles(octets: bytes) -> bytes:
    racine = etree.fromstring(octets)
    for couleur in racine.iterfind(f".//{{{W}}}style//{{{W}}}color"):
        couleur.attrib.clear()
        couleur.set(f"{{{W}}}val", _BLEU)
    for langue in racine.iter(f"{{{W}}}lang"):
        langue.set(f"{{{W}}}val", "fr-FR")
    tableau = racine.find(f".//{{{W}}}style[@{{{W}}}styleId='Table']/{{{W}}}tblPr")
    assert tableau is not None
    marges = tableau.find(f"{{{W}}}tblCellMar")
    bordures = etree.fromstring(_BORDURES)
    tableau.insert(len(tableau) if marges is None else tableau.index(marges), bordures)
    return etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True)
