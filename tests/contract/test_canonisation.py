"""The canonical form of a payload is the same, made or found in the message; its fingerprint is the standard's."""

import hashlib
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.contract.canonisation import canoniser, deja_canonique, empreinte
from service.contract.reading import VersionSoap, lire_enveloppe
from service.contract.validation import valider
from service.errors import MessageIllisibleError, SchemaInvalideError, VersionSoapError

NS = "urn:caf:teleprocedure-esat:v1"
SOAP11 = VersionSoap.SOAP_1_1.espace
OPERATION = "DeclareCertificatEmploi"


def test_the_fingerprint_is_that_of_another_implementation_of_exclusive_canonical_xml(echantillon):
    texte = echantillon("DeclareCertificatEmploi")
    charge = lire_enveloppe(texte.encode(), None).charge
    debut, fin = texte.index("<t:Declare"), texte.index("</t:Declare") + len("</t:DeclareCertificatEmploi>")
    seule = texte[debut:fin].replace("<t:DeclareCertificatEmploi", f'<t:DeclareCertificatEmploi xmlns:t="{NS}"', 1)
    # The standard library's canonical XML 2.0 is, with its default parameters, exclusive canonical XML 1.0.
    attendue = hashlib.sha256(ET.canonicalize(seule).encode()).hexdigest()
    assert empreinte(charge) == attendue


def test_the_fingerprint_is_pinned(charge):
    assert (
        empreinte(charge("ListeAnomalies"))
        == hashlib.sha256(f'<t:ListeAnomalies xmlns:t="{NS}"></t:ListeAnomalies>'.encode()).hexdigest()
    )


MEME_EMPREINTE = {
    "UTF-16": lambda texte: texte.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    "another header": lambda texte: texte.replace("agent@esat.example", "autre@esat.example").encode(),
    "comment": lambda texte: texte.replace("<t:annee>", "<!-- essai --><t:annee>").encode(),
    "CDATA": lambda texte: texte.replace(">Lefèvre<", "><![CDATA[Lefèvre]]><").encode(),
    "character references": lambda texte: texte.replace("Lefèvre", "Lef&#xE8;vre").encode(),
    "unused namespace": lambda texte: texte.replace("<soap:Envelope ", '<soap:Envelope xmlns:u="urn:u" ').encode(),
    "unused relative namespace on Envelope": lambda texte: texte.replace(
        "<soap:Envelope ", '<soap:Envelope xmlns:r="relatif" '
    ).encode(),
    "unused relative namespace inside": lambda texte: texte.replace("<t:annee>", '<t:annee xmlns:r="../r">').encode(),
    "carriage returns": lambda texte: texte.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("transforme", MEME_EMPREINTE.values(), ids=MEME_EMPREINTE)
def test_the_fingerprint_is_of_the_payload_not_of_its_writing(echantillon, charge, transforme):
    operation = "DeclareCertificatEmploi"
    autre = lire_enveloppe(transforme(echantillon(operation)), None).charge
    assert empreinte(autre) == empreinte(charge(operation))


AUTRE_EMPREINTE = {
    "an amount": ("812.40", "812.4"),
    "white space": ("<t:annee>", " <t:annee>"),
    "a prefix": ("<t:annee>2026</t:annee>", f'<n:annee xmlns:n="{NS}">2026</n:annee>'),
}


@pytest.mark.parametrize(("avant", "apres"), AUTRE_EMPREINTE.values(), ids=AUTRE_EMPREINTE)
def test_another_payload_has_another_fingerprint(charge, avant, apres):
    operation = "DeclareCertificatEmploi"
    assert empreinte(charge(operation, (avant, apres))) != empreinte(charge(operation))


def test_a_payload_in_a_relative_namespace_has_no_fingerprint():
    charge = lire_enveloppe(
        f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><r:a xmlns:r="relatif"/></s:Body></s:Envelope>'.encode(), None
    ).charge
    with pytest.raises(MessageIllisibleError, match="relative"):
        empreinte(charge)


def test_the_fingerprint_leaves_the_payload_as_it_is(charge):
    lue = charge("DeclareCertificatEmploi", ("<t:annee>", '<t:annee xmlns:r="../r">'))
    avant = empreinte(lue)
    assert empreinte(lue) == avant
    assert "r" in lue[1].nsmap


def ecrire(declaration: str, prefixe: str, autour: str = "", entete: str = "") -> str:
    """A message that declares our namespace on the payload or on the Envelope (`autour`), under a prefix or none."""
    p, x = (f"{prefixe}:", f":{prefixe}") if prefixe else ("", "")
    sur_l_enveloppe, sur_la_charge = (
        (f' xmlns{x}="{NS}"', "") if declaration == "Envelope" else ("", f' xmlns{x}="{NS}"')
    )
    identifiant = "0b9e0e3c-3c1e-4a53-9f0e-2f7d7f2c9a11"
    logiciel = f"<{p}logiciel><{p}editeur>E</{p}editeur><{p}nom>N</{p}nom><{p}version>1</{p}version></{p}logiciel>"
    salarie = (
        f"<{p}salarie><{p}nir>185058300100192</{p}nir><{p}nom>Lefèvre</{p}nom><{p}prenom>Léa 'L\" = : /</{p}prenom>"
        f"<{p}dateNaissance>1985-05-12</{p}dateNaissance></{p}salarie>"
    )
    return (
        f'<s:Envelope xmlns:s="{SOAP11}"{sur_l_enveloppe}{autour}><s:Header>{entete}</s:Header><s:Body>'
        f"<{p}{OPERATION}{sur_la_charge}><{p}entete><{p}identifiantMessage>{identifiant}</{p}identifiantMessage>"
        f"<{p}siret>26830001100010</{p}siret>{logiciel}<{p}essai>false</{p}essai></{p}entete><{p}annee>2026</{p}annee>"
        f"<{p}certificat>{salarie}<{p}nombreMois>12</{p}nombreMois><{p}montantNet>812.40</{p}montantNet>"
        f"<{p}montantAidePoste>640.10</{p}montantAidePoste></{p}certificat></{p}{OPERATION}></s:Body></s:Envelope>"
    )


FORMES = [(declaration, prefixe) for declaration in ("charge", "Envelope") for prefixe in ("", "t", "ns0")]


@pytest.mark.parametrize(("declaration", "prefixe"), FORMES)
def test_what_is_written_in_canonical_form_is_found_there(declaration, prefixe):
    for texte in (ecrire(declaration, prefixe), ecrire(declaration, prefixe, autour=' xmlns:u="urn:u"')):
        lue = lire_enveloppe(texte.encode(), None)
        valider(lue.charge)
        assert deja_canonique(lue.charge, lue.octets) == canoniser(lue.charge)


def test_white_space_between_elements_is_part_of_the_form(echantillon):
    lue = lire_enveloppe(echantillon(OPERATION).encode(), None)
    assert deja_canonique(lue.charge, lue.octets) == canoniser(lue.charge)


FAUX = f"<{OPERATION}><annee>1</annee></{OPERATION}>"
AUTREMENT = {
    "a comment": lambda texte: texte.replace("812.40", "812<!-- -->.40"),
    "a comment before": lambda texte: texte.replace("<s:Body>", f"<!--{FAUX}--><s:Body>"),
    "CDATA": lambda texte: texte.replace("Lefèvre", "<![CDATA[Lefèvre]]>"),
    "a reference": lambda texte: texte.replace("Lefèvre", "Lef&#xE8;vre"),
    "an ampersand": lambda texte: texte.replace("Lefèvre", "Le &amp; Fèvre"),
    "a carriage return": lambda texte: texte.replace("><", ">\r\n<"),
    "a greater-than sign": lambda texte: texte.replace("Lefèvre", "Lef>vre"),
    "an empty tag": lambda texte: texte.replace("<certificat>", "<certificat><reference/>"),
    "white space in a start tag": lambda texte: texte.replace("<annee>", "<annee >"),
    "white space in an end tag": lambda texte: texte.replace("</annee>", "</annee\n>"),
    "white space in the payload's end tag": lambda texte: texte.replace(f"</{OPERATION}>", f"</{OPERATION} >"),
    "a declaration inside": lambda texte: texte.replace("<annee>", f'<annee xmlns="{NS}">'),
    "another prefix": lambda texte: texte.replace("<annee>2026</annee>", f'<n:annee xmlns:n="{NS}">2026</n:annee>'),
    "another prefix of the Envelope": lambda texte: texte.replace(
        "<s:Envelope ", f'<s:Envelope xmlns:n="{NS}" '
    ).replace("<annee>2026</annee>", "<n:annee>2026</n:annee>"),
    "a payload in a header": lambda texte: texte.replace("<s:Header>", f"<s:Header>{FAUX}"),
}


AVEC_UN_PREFIXE = {
    "a payload in a header": lambda texte: texte.replace(
        "<s:Header>", f"<s:Header><t:{OPERATION}><t:annee>1</t:annee></t:{OPERATION}>"
    ),
    "another prefix": lambda texte: texte.replace("<s:Envelope ", f'<s:Envelope xmlns:n="{NS}" ').replace(
        "<t:annee>2026</t:annee>", "<n:annee>2026</n:annee>"
    ),
}
AUTREMENT_ECRITS = {
    **{nom: transforme(ecrire("charge", "")) for nom, transforme in AUTREMENT.items()},
    **{f"{nom}, prefixed": transforme(ecrire("Envelope", "t")) for nom, transforme in AVEC_UN_PREFIXE.items()},
    "a payload in a header, without any prefix": AUTREMENT["a payload in a header"](ecrire("charge", ""))
    .replace("s:", "")
    .replace("xmlns:s=", "xmlns="),
}


@pytest.mark.parametrize("texte", AUTREMENT_ECRITS.values(), ids=AUTREMENT_ECRITS)
def test_what_is_written_otherwise_is_not_taken_for_it(texte):
    lue = lire_enveloppe(texte.encode(), None)
    valider(lue.charge)
    assert deja_canonique(lue.charge, lue.octets) is None
    assert canoniser(lue.charge, lue.octets) == canoniser(lue.charge)


def test_a_payload_with_attributes_is_not_taken_for_it():
    texte = ecrire("charge", "").replace(f"<{OPERATION} ", f'<{OPERATION} lang="fr" ')
    lue = lire_enveloppe(texte.encode(), None)
    assert deja_canonique(lue.charge, lue.octets) is None


MORCEAUX = (
    *(
        "<!-- -->",
        "<![CDATA[a]]>",
        "&amp;",
        "&#13;",
        "&gt;",
        ">",
        "\r",
        "\r\n",
        " ",
        "\n",
        "\t",
        "/",
        "=",
        ":",
        "'",
        '"',
    ),
    *(f' xmlns:n="{NS}"', ' xmlns=""', " a='1'", "<reference/>", "<n:reference></n:reference>", FAUX, "t:", "ns0:"),
    *("<?pi?>", "é", "\u2028", "\ufeff", "]]", "<", "</", "/>", ""),
)


@given(donnees=st.data())
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_valid_has_one_canonical_form_found_or_made(echantillon, donnees):
    texte = donnees.draw(st.sampled_from([ecrire(*forme) for forme in FORMES] + [echantillon(OPERATION)]))
    for _ in range(donnees.draw(st.integers(1, 3))):
        place = donnees.draw(
            st.integers(0, len(texte)) | st.sampled_from([i for i, c in enumerate(texte) if c in "<>"])
        )
        fin = place + donnees.draw(st.integers(0, 2))
        texte = texte[:place] + donnees.draw(st.sampled_from(MORCEAUX)) + texte[fin:]
    try:
        lue = lire_enveloppe(texte.encode(), None)
        valider(lue.charge)
    except (MessageIllisibleError, VersionSoapError, SchemaInvalideError):
        return
    assert deja_canonique(lue.charge, lue.octets) in (None, canoniser(lue.charge))
