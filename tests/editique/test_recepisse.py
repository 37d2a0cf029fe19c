"""The receipt on paper says what the signed one says, to eyes and to screen readers, and runs nothing."""

import io
import json
import re
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from service.domain.declaration import Anomalie, Gravite, Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur
from service.editique.recepisse import _REPERTOIRE, _polices, imprimable, imprimer_recepisse

ADRESSE = "https://esat.caf.example"
ACCUSE = Accuse(
    "D261205-7K3M9QXA",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    Operation.DECLARE_CERTIFICAT_EMPLOI,
    "12345678200010",
    datetime(2026, 12, 5, 9, 12, 44, 125000, tzinfo=UTC),
    False,
    StatutDepot.ACCEPTE_PARTIELLEMENT,
    Empreinte("SHA-256", "3f" * 32),
    "2026.1",
    ServiceEmetteur("Caf du Var", "Rue Emile Ollivier - 83083 Toulon Cedex", "partenariat@caf83.caf.fr", "3230"),
    2,
    1,
    1,
    (
        Resultat(1, "MAT-00001", StatutLigne.ACCEPTEE, "D261205-7K3M9QXA-0001", ()),
        Resultat(2, None, StatutLigne.REJETEE, None, (Anomalie("I02", Gravite.REJET, "salarie/nir", "Clé fausse."),)),
    ),
)


def lire(accuse: Accuse, nom: str = "ESAT Les Mimosas") -> PdfReader:
    return PdfReader(io.BytesIO(imprimer_recepisse(accuse, nom, ADRESSE)))


def texte(pdf: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def roles(element) -> list[str]:
    """Roles of the structure, depth first."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        return [role for enfant in element for role in roles(enfant)]
    if not isinstance(element, DictionaryObject):
        return []
    siens = [str(element["/S"])[1:]] if "/S" in element else []
    return siens + (roles(element["/K"]) if "/K" in element else [])


def test_the_law_finds_what_it_asks_for():
    lu = texte(lire(ACCUSE))
    for attendu in (
        "05/12/2026 à 10 h 12 min 44 s",
        "Caf du Var",
        "Rue Emile Ollivier - 83083 Toulon Cedex",
        "partenariat@caf83.caf.fr",
        "3230",
        "L112-11 et R112-11-1",
    ):
        assert attendu in lu


def test_every_fact_of_the_signed_receipt_is_there():
    lu = texte(lire(ACCUSE))
    for attendu in (
        "D261205-7K3M9QXA",
        "Déclaration de certificats d'emploi",
        "ESAT Les Mimosas, SIRET 12345678200010",
        "Accepté partiellement",
        "2 reçues, 1 acceptées, 1 rejetées",
        "1 MAT-00001 Acceptée D261205-7K3M9QXA-0001",
        "2 I02 Rejet Clé fausse.",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "3f" * 32,
        "2026.1",
        f"{ADRESSE}/certificats",
    ):
        assert attendu in lu
    assert "ESSAI" not in lu


def test_a_trial_says_so_and_a_deposit_without_anomaly_has_no_table_of_them():
    bon = ACCUSE._replace(essai=True, resultats=ACCUSE.resultats[:1])
    lu = texte(lire(bon))
    assert "ESSAI : tous les contrôles ont été faits" in lu
    assert "Anomalies" not in lu


def test_what_is_accepted_of_a_cancellation_is_the_cancellation():
    lu = texte(lire(ACCUSE._replace(operation=Operation.ANNULE_DECLARATION)))
    assert "MAT-00001 Annulée D261205-7K3M9QXA-0001" in lu


def test_it_is_tagged_in_french_with_a_title_that_readers_show():
    pdf = lire(ACCUSE)
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]).startswith("fr")
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Accusé de réception D261205-7K3M9QXA"
    assert pdf.metadata.author == "Caf du Var"
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_object().get_data()


def test_its_structure_is_titles_tables_with_headers_and_lists():
    trouves = roles(lire(ACCUSE).trailer["/Root"]["/StructTreeRoot"])
    assert trouves.count("Title") == 1
    assert trouves.count("H1") == 5
    assert trouves.count("Table") == 2
    assert trouves.count("TH") == 8
    assert {"L", "Lbl", "LBody", "TR", "TD"} <= set(trouves)


def test_it_is_printed_on_a4():
    boite = lire(ACCUSE).pages[0].mediabox
    assert (round(float(boite.width)), round(float(boite.height))) == (595, 842)


@pytest.mark.parametrize(
    "piege",
    [
        '#panic("x")',
        "*gras* _x_",
        "$ 1/0 $",
        ']#read("/etc/passwd")',
        "<etiquette> @renvoi",
        "// rien",
        "\\u{41}",
        '"',
        "{{ x }}",
    ],
)
def test_a_name_or_reference_is_text_and_never_markup(piege):
    resultats = (ACCUSE.resultats[0]._replace(reference=piege), ACCUSE.resultats[1])
    lu = texte(lire(ACCUSE._replace(resultats=resultats), nom=piege))
    assert f"1 {piege} Acceptée" in lu
    assert f"{piege}, SIRET" in lu


@pytest.mark.parametrize(
    ("texte_recu", "imprime"),
    [
        ("Œuvre – 12 € « ça »", "Œuvre – 12 € « ça »"),
        ("e\u0301te\u0301", "été"),
        ("漢字 😀", "\ufffd\ufffd \ufffd"),
        ("abc\u202edef", "abc\ufffddef"),
        ("a\x00b\tc\nd", "a\ufffdb\ufffdc\ufffdd"),
        ("a\u00adb", "a\ufffdb"),
    ],
)
def test_what_cannot_be_printed_is_replaced(texte_recu, imprime):
    assert imprimable(texte_recu) == imprime
    lire(ACCUSE, nom=texte_recu)


def test_every_sign_that_is_kept_can_be_printed():
    signes = "".join(chr(code) for debut, fin in _REPERTOIRE for code in range(debut, fin + 1))
    gardes = " ".join(signe for signe in imprimable(signes) if not unicodedata.combining(signe))
    lire(ACCUSE, nom=gardes)


def test_the_same_facts_give_the_same_bytes():
    assert imprimer_recepisse(ACCUSE, "E", ADRESSE) == imprimer_recepisse(ACCUSE, "E", ADRESSE)


def test_nothing_of_the_machine_is_needed():
    assert "Libertinus Serif" in _polices().families()
    assert all(police.path is None for police in _polices().fonts())
    source = b'#set text(font: "Libertinus Serif")\n#json(bytes(sys.inputs.d))'
    assert typst.Compiler(source, font_paths=_polices()).compile(format="pdf", sys_inputs={"d": json.dumps("x")})


MEMOIRE = """
import sys
sys.path[:0] = {chemins!r}
from test_recepisse import ACCUSE
from service.domain.declaration import Resultat, StatutLigne
from service.editique.recepisse import imprimer_recepisse

def occupee():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 // 2**20

def imprimer(tour):
    une = Resultat(1, "-", StatutLigne.ACCEPTEE, None, ())
    lignes = tuple(une._replace(rang=rang, reference=f"{{tour}}-{{rang}}") for rang in range(1, 1001))
    imprimer_recepisse(ACCUSE._replace(resultats=lignes, nombre_recues=1000), "E", "https://x")

imprimer(0)
avant = occupee()
for tour in range(1, 6):
    imprimer(tour)
print(occupee() - avant)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_printing_a_thousand_lines_again_and_again_keeps_no_memory():
    fini = subprocess.run(
        [sys.executable, "-c", MEMOIRE.format(chemins=[str(Path(__file__).parent), *sys.path])],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert fini.returncode == 0, fini.stderr
    assert int(fini.stdout) < 40
