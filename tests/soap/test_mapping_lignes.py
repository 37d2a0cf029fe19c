"""Lines read from the canonical form are those that the tree holds, however the payload is written."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from messages import NS, certificat, changement, declare_certificats, declare_changements, depart, reduction, salarie

from service.contract.canonique import Forme
from service.contract.reading import lire_enveloppe
from service.contract.validation import valider
from service.domain.declaration import Certificat, Nature, Operation, Salarie
from service.soap.mapping import lire_demande
from service.soap.textes import texte, textes

XSI = "http://www.w3.org/2001/XMLSchema-instance"
LETTRES = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def lire(charge: str):
    """The lines of a payload that came in an envelope, and its tree."""
    lue = lire_enveloppe(
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{charge}</s:Body></s:Envelope>'.encode(), "utf-8"
    ).charge
    valider(lue)
    return lire_demande(Operation(etree.QName(lue).localname), lue).lignes, lue


def du_certificat(element: etree._Element) -> Certificat:
    """A certificate read element by element."""
    textes = {etree.QName(un).localname: un.text for un in element.iter()}
    montants = ("montantNet", "montantAidePoste", "pourcentageSalaireDirect")
    return Certificat(
        texte(textes.get("reference")),
        Salarie(
            (texte(textes.get("nir")) or "").upper() or None,
            *(texte(textes.get(nom)) for nom in ("numeroAllocataire", "organisme", "nom", "nomUsage", "prenom")),
            date.fromisoformat(textes["dateNaissance"].strip()[:10]),
        ),
        int(textes["nombreMois"]),
        *(Decimal(textes[nom]) if nom in textes else None for nom in montants),
        texte(textes.get("remplace")),
    )


def exiger_les_memes(charge: str) -> list[Certificat]:
    lignes, lue = lire(charge)
    assert lignes == [du_certificat(element) for element in lue.iterchildren(f"{{{NS}}}certificat")]
    return lignes


LIGNES = (
    certificat(salarie(nomUsage="Durand & fils", numero="1234567a", organisme="831"), reference="", remplace=""),
    certificat(salarie(nom='L\'<Hô>"pital"', prenom="  Anne\tMarie "), reference=" a  b ", montantNet=None),
    certificat(salarie(numero="7654321"), pourcentageSalaireDirect="12.5", remplace="D261205-7K3M9QXA-0001"),
    certificat(salarie(dateNaissance="1985-05-14Z", nir="2910 2B00200396".replace(" ", "1").lower())),
)
ECRITURES = {
    "as it is": lambda charge: charge,
    "prefixed": lambda charge: re.sub(r"<(/?)(\w)", r"<\1p:\2", charge).replace("xmlns=", "xmlns:p="),
    "in two prefixes": lambda charge: charge.replace("<certificat>", f'<q:certificat xmlns:q="{NS}">').replace(
        "</certificat>", "</q:certificat>"
    ),
    "indented": lambda charge: charge.replace("><", ">\n\t <"),
    "indented, carriage returns written out": lambda charge: charge.replace("><", ">&#13;&#10;<"),
    "with places of schemas": lambda charge: charge.replace(
        "<certificat>", f'<certificat xmlns:xsi="{XSI}" xsi:schemaLocation="urn:x &lt;certificat> y">'
    ),
    "with sections of character data": lambda charge: re.sub(
        r"<prenom>([^<&]*)</", r"<prenom><![CDATA[\1]]></", charge
    ),
    "with comments": lambda charge: charge.replace("</nom>", "<!-- <certificat> --></nom>"),
}


@pytest.mark.parametrize("ecrire", ECRITURES.values(), ids=ECRITURES)
def test_certificates_are_read_however_they_are_written(ecrire):
    lignes = exiger_les_memes(ecrire(declare_certificats(*LIGNES)))
    assert len(lignes) == len(LIGNES)
    assert lignes[1].salarie.nom == 'L\'<Hô>"pital"'
    assert (lignes[0].reference, lignes[0].remplace, lignes[1].salarie.prenom) == (None, None, "Anne Marie")


@given(st.lists(st.text(LETTRES, min_size=1, max_size=20), min_size=1))
def test_names_are_read_whatever_they_hold(noms):
    noms = [nom if texte(nom) else "x" for nom in noms]
    lignes = exiger_les_memes(declare_certificats(*(certificat(salarie(nom=nom)) for nom in noms)))
    assert [ligne.salarie.nom for ligne in lignes] == [texte(nom) for nom in noms]


@given(st.lists(st.text(" |aé-", max_size=4), max_size=4))
@example(["a\tb", "\u00a0a", "", "\r"])
@example(["", "\n", "a"])
@example(["a  b"])
def test_a_column_of_texts_is_read_as_each_one_is(ecrits):
    assert list(textes(ecrits)) == list(map(texte, ecrits))


@pytest.mark.parametrize("nom", ["prefixed", "indented", "indented, carriage returns written out"])
def test_changes_are_read_however_they_are_written(nom):
    details = (None, reduction(), depart("2026-10-31"))
    charge = declare_changements(*(changement(detail=detail) for detail in details))
    (hausse, baisse, fin), _ = lire(ECRITURES[nom](charge))
    assert [une.nature for une in (hausse, baisse, fin)] == [Nature.AUGMENTATION, Nature.REDUCTION, Nature.DEPART]
    assert (hausse.heures_avant, hausse.heures_apres, hausse.motif) == (Decimal("17.5"), Decimal(35), None)
    assert (fin.heures_avant, fin.heures_apres) == (None, None)
    assert fin.motif


def test_a_form_that_finds_fewer_lines_than_there_are_says_so():
    forme = Forme("ligne", ["a", "c"])
    assert forme.lire("<x><ligne><a>1</a></ligne></x>", None, 1) == [("1", "")]
    with pytest.raises(ValueError, match="not validated"):
        forme.lire("<x><ligne><b>1</b></ligne></x>", None, 1)
