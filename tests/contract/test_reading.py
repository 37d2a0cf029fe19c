"""From any bytes to a checked envelope, or to one of our errors."""

import io
import re
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.contract import reading
from service.contract.canonisation import empreinte
from service.contract.reading import (
    PROFONDEUR_MAX,
    Enveloppe,
    VersionSoap,
    exiger_compris,
    lire_enveloppe,
)
from service.errors import EnteteNonComprisError, MessageIllisibleError, VersionSoapError

NS = "urn:caf:teleprocedure-esat:v1"
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}Security"
SOAP11 = VersionSoap.SOAP_1_1.espace
SOAP12 = VersionSoap.SOAP_1_2.espace
SECRET = "185058300100192"
OUVRE, FERME = f'<s:Envelope xmlns:s="{SOAP11}">', "</s:Envelope>"


def enveloppe(corps="<s:Body><a/></s:Body>", avant="", apres=""):
    return f"{avant}{OUVRE}{corps}{FERME}{apres}".encode()


def refus(octets, charset=None):
    with pytest.raises(MessageIllisibleError) as erreur:
        lire_enveloppe(octets, charset)
    return erreur.value


@pytest.mark.parametrize("version", VersionSoap)
def test_both_versions_of_soap_are_read(version):
    lue = lire_enveloppe(
        f'<s:Envelope xmlns:s="{version.espace}"><s:Header><h xmlns="urn:h"/></s:Header><s:Body><a/></s:Body>'
        "</s:Envelope>".encode(),
        None,
    )
    assert (lue.version, [entete.tag for entete in lue.entetes], lue.charge.tag) == (version, ["{urn:h}h"], "a")


def test_a_header_is_optional_and_white_space_between_elements_is_nothing():
    lue = lire_enveloppe(enveloppe("\n <s:Header/>\n <s:Body>\n <a>\n</a>\n </s:Body>\n"), None)
    assert lue.entetes == []
    assert lire_enveloppe(enveloppe(), None).charge.tag == "a"


def test_comments_are_dropped_so_that_a_text_reads_whole():
    charge = lire_enveloppe(
        enveloppe("<!-- a --><s:Body><!-- b --><a>Du<!-- c -->pont</a><!-- d --></s:Body><!-- e -->"), None
    ).charge
    assert charge.text == "Dupont"


def test_encoding_style_and_foreign_attributes_of_the_envelope_are_not_looked_at():
    octets = enveloppe().replace(
        b"<s:Envelope ", b'<s:Envelope s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" autre="1" '
    )
    assert lire_enveloppe(octets, None).charge.tag == "a"


ILLISIBLES = {
    "nothing": (b"", "un document XML est attendu", 1),
    "blanks": (b" \n ", "un document XML est attendu", 2),
    "json": (b'{"nir": "185058300100192"}', "un document XML est attendu", 1),
    "binary": (bytes(range(256)), "UTF-8", 2),
    "not closed": (enveloppe()[: -len(FERME)], "s'arrête avant la fermeture", 1),
    "cut in a tag": (enveloppe()[:60], None, 1),
    "wrong closing tag": (enveloppe("<s:Body><a>\n</b></s:Body>"), "balise fermante", 2),
    "text after the root": (enveloppe(apres="\n185058300100192"), "un seul élément racine", 2),
    "two roots": (enveloppe(apres="<a/>"), "un seul élément racine", 1),
    "undeclared prefix": (enveloppe("<s:Body><x:a/></s:Body>"), "préfixe", 1),
    "undefined entity": (enveloppe("<s:Body><a>&secret185058300100192;</a></s:Body>"), "entité", 1),
    "bare ampersand": (enveloppe("<s:Body><a>185058300100192 & Cie</a></s:Body>"), "&amp;", 1),
    "attribute twice": (enveloppe("<s:Body><a b='1' b='185058300100192'/></s:Body>"), "deux fois", 1),
    "attribute without quotes": (enveloppe("<s:Body><a b=185058300100192/></s:Body>"), "guillemets", 1),
    "less-than in attribute": (enveloppe("<s:Body><a b='<185058300100192'/></s:Body>"), "&lt;", 1),
    "control character": (enveloppe("<s:Body><a>185058300100192\x01</a></s:Body>"), "caractère interdit", 1),
    "NUL": (enveloppe("<s:Body><a>\x00</a></s:Body>"), "caractère interdit", 1),
    "reference to NUL": (enveloppe("<s:Body><a>&#0;</a></s:Body>"), "caractère interdit", 1),
    "late declaration": (b"\n<?xml version='1.0'?>" + enveloppe(), "tout début", 2),
    "XML 2.0": (b"<?xml version='2.0'?>" + enveloppe(), "version de XML", 1),
    "open CDATA": (enveloppe("<s:Body><a><![CDATA[185058300100192</a></s:Body>"), "n'est pas bien formé", 1),
    "DOCTYPE": (b"<!DOCTYPE a>" + enveloppe(), "DOCTYPE", None),
    "DOCTYPE after blanks, comment and instruction": (
        b"<?xml version='1.0'?>\n<!-- a > b -->\n<?x y?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" + enveloppe(),
        "DOCTYPE",
        None,
    ),
    "billion laughs": (
        b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]>"
        + enveloppe("<s:Body><a>&j;</a></s:Body>"),
        "DOCTYPE",
        None,
    ),
    "DOCTYPE after a byte order mark": (b"\xef\xbb\xbf<!DOCTYPE a>" + enveloppe(), "DOCTYPE", None),
    "DOCTYPE after two byte order marks": (
        b"\xff\xfe"
        + '\ufeff<!DOCTYPE a [<!ENTITY e "185058300100192">]>'.encode("utf-16-le")
        + enveloppe().decode().encode("utf-16-le"),
        "DOCTYPE",
        None,
    ),
    "two byte order marks": (b"\xef\xbb\xbf" * 2 + enveloppe(), "un document XML est attendu", 1),
    "instruction before": (b"<?xml version='1.0'?><?xsl 185058300100192?>" + enveloppe(), "instruction", None),
    "instruction in the payload": (
        enveloppe("<s:Body><a><b/><?php 185058300100192?></a></s:Body>"),
        "instruction",
        None,
    ),
    "instruction after": (enveloppe(apres="<?x?>"), "instruction", None),
    "65 levels": (enveloppe("<s:Body>" + "<a>" * 63 + "</a>" * 63 + "</s:Body>"), "64 niveaux", None),
    "3,000 levels": (enveloppe("<s:Body>" + "<a>" * 3000 + "</a>" * 3000 + "</s:Body>"), "64 niveaux", 1),
    "no envelope": (f"\n<DeclareCertificatEmploi xmlns='{NS}'/>".encode(), "soap:Envelope", 2),
    "html": (b"<html><body>185058300100192</body></html>", "soap:Envelope", 1),
    "no Body": (enveloppe(""), "aucun n'a été trouvé", 1),
    "Header alone": (enveloppe("<s:Header/>"), "aucun n'a été trouvé", 1),
    "empty Body": (enveloppe("<s:Body/>"), "il est vide", 1),
    "blank Body": (enveloppe("\n<s:Body>\n<!-- rien --> </s:Body>"), "il est vide", 2),
    "text in Body": (enveloppe("<s:Body>185058300100192<a/></s:Body>"), "du texte", 1),
    "text after the payload": (enveloppe("<s:Body><a/>185058300100192</s:Body>"), "du texte", 1),
    "Body of text": (enveloppe("<s:Body>185058300100192</s:Body>"), "il est vide", 1),
    "two payloads": (enveloppe("\n<s:Body>\n<a/><b/></s:Body>"), "2 éléments", 2),
    "two Headers": (enveloppe("<s:Header/>\n<s:Header/><s:Body><a/></s:Body>"), "un autre élément", 2),
    "Header after Body": (enveloppe("<s:Body><a/></s:Body>\n<s:Header/>"), "après Body", 2),
    "two Bodies": (enveloppe("<s:Body><a/></s:Body><s:Body><a/></s:Body>"), "après Body", 1),
    "element after Body": (enveloppe("<s:Body><a/></s:Body><x xmlns='u'/>"), "après Body", 1),
    "foreign element before Body": (enveloppe("<x xmlns='u'/><s:Body><a/></s:Body>"), "un autre élément", 1),
    "Body without namespace": (enveloppe("<Body><a/></Body>"), "un autre élément", 1),
    "Body of the other version": (enveloppe(f"<o:Body xmlns:o='{SOAP12}'><a/></o:Body>"), "un autre élément", 1),
    "Header of the other version": (
        enveloppe(f"<o:Header xmlns:o='{SOAP12}'/><s:Body><a/></s:Body>"),
        "un autre élément",
        1,
    ),
    "text in Envelope": (enveloppe("185058300100192<s:Body><a/></s:Body>"), "du texte", 1),
    "text after Body": (enveloppe("<s:Body><a/></s:Body>185058300100192"), "du texte", 1),
}


@pytest.mark.parametrize(("octets", "mot", "ligne"), ILLISIBLES.values(), ids=ILLISIBLES)
def test_what_is_no_readable_soap_is_refused_with_the_reason_and_the_line(octets, mot, ligne):
    erreur = refus(octets)
    assert mot is None or mot in erreur.message
    (precision,) = erreur.precisions
    assert precision.ligne == ligne
    assert (f"(ligne {ligne})" in erreur.message) is (ligne is not None)


@pytest.mark.parametrize("octets", [cas[0] for cas in ILLISIBLES.values()], ids=ILLISIBLES)
def test_a_refusal_never_quotes_the_message(octets):
    erreur = refus(octets)
    assert SECRET not in f"{erreur!r} {erreur.message} {erreur.precisions}"
    assert erreur.__cause__ is None
    assert erreur.__context__ is None or erreur.__suppress_context__


def test_sixty_four_levels_are_read():
    niveaux = PROFONDEUR_MAX - 2
    assert (
        lire_enveloppe(enveloppe("<s:Body>" + "<a>" * niveaux + "</a>" * niveaux + "</s:Body>"), None).charge.tag == "a"
    )


VERSIONS_FAUSSES = [
    "",
    ' xmlns="urn:autre"',
    ' xmlns="http://schemas.xmlsoap.org/soap/envelope"',
    f' xmlns="{SOAP12}/"',
]


@pytest.mark.parametrize("espace", VERSIONS_FAUSSES)
def test_an_envelope_of_another_namespace_is_a_version_mismatch(espace):
    with pytest.raises(VersionSoapError):
        lire_enveloppe(f"<Envelope{espace}><Body><a/></Body></Envelope>".encode(), None)


TEXTE = f'<?xml version="1.0" encoding="ENC"?>{OUVRE}<s:Body><a>é€😀</a></s:Body>{FERME}'


def encode(codage, declare, marque=b""):
    texte = TEXTE.replace("ENC", declare) if declare else TEXTE[TEXTE.index("?>") + 2 :]
    return marque + texte.encode(codage)


CHARSETS_LUS = {
    "UTF-8 undeclared": (encode("utf-8", None), None),
    "UTF-8 declared": (encode("utf-8", "UTF-8"), None),
    "UTF-8 declared utf8": (encode("utf-8", "utf8"), None),
    "UTF-8 with mark": (encode("utf-8", "UTF-8", b"\xef\xbb\xbf"), None),
    "mark above Content-Type": (encode("utf-8", "UTF-8", b"\xef\xbb\xbf"), "utf-16"),
    "mark above a charset that is refused": (encode("utf-8", None, b"\xef\xbb\xbf"), "iso-8859-1"),
    "UTF-16 mark above Content-Type": (encode("utf-16-le", "UTF-16", b"\xff\xfe"), "utf-8"),
    "Content-Type above declaration": (encode("utf-8", "ISO-8859-1"), "utf-8"),
    "Content-Type UTF-16 above declaration": (encode("utf-16-be", "UTF-8"), "UTF-16BE"),
    "Content-Type in capitals and quotes": (encode("utf-8", None), ' "UTF-8" '),
    "UTF-16 little-endian with mark": (encode("utf-16-le", "UTF-16", b"\xff\xfe"), None),
    "UTF-16 big-endian with mark": (encode("utf-16-be", "UTF-16", b"\xfe\xff"), None),
    "UTF-16 little-endian without mark": (encode("utf-16-le", "UTF-16"), None),
    "UTF-16 big-endian without mark": (encode("utf-16-be", None), None),
    "charset utf-16, little-endian without mark": (encode("utf-16-le", "UTF-16"), "utf-16"),
    "charset utf-16, big-endian without mark": (encode("utf-16-be", "UTF-16"), "utf-16"),
    "empty charset": (encode("utf-8", "UTF-8"), ""),
    "charset utf-16le": (encode("utf-16-le", None), "utf-16le"),
}


@pytest.mark.parametrize(("octets", "charset"), CHARSETS_LUS.values(), ids=CHARSETS_LUS)
def test_utf_8_and_utf_16_are_read_mark_first_then_content_type_then_declaration(octets, charset):
    assert lire_enveloppe(octets, charset).charge.text == "é€😀"


CHARSETS_REFUSES = {
    "declared ISO-8859-1": (encode("utf-8", "ISO-8859-1"), None, "UTF-8 ou UTF-16"),
    "declared Windows-1252": (encode("utf-8", "windows-1252"), None, "UTF-8 ou UTF-16"),
    "declared US-ASCII": (encode("utf-8", "us-ascii"), None, "UTF-8 ou UTF-16"),
    "declared UTF-16 in UTF-8 bytes": (encode("utf-8", "UTF-16"), None, "UTF-8 ou UTF-16"),
    "declared UTF-7": (encode("utf-8", "utf-7"), None, "UTF-8 ou UTF-16"),
    "declared unknown": (encode("utf-8", "cp-martien"), None, "UTF-8 ou UTF-16"),
    "declared empty": (b'<?xml version="1.0" encoding=""?>' + enveloppe(), None, "UTF-8 ou UTF-16"),
    "Content-Type ISO-8859-1": (encode("utf-8", "UTF-8"), "ISO-8859-1", "UTF-8 ou UTF-16"),
    "Content-Type unknown": (encode("utf-8", "UTF-8"), "x-185058300100192", "UTF-8 ou UTF-16"),
    "UTF-32": (encode("utf-32", "UTF-32"), None, "UTF-8 ou UTF-16"),
    "EBCDIC": ("<a>185058300100192</a>".encode("cp037"), None, "UTF-8"),
    "Latin-1 bytes said UTF-8": (enveloppe("\n<s:Body><a>é</a></s:Body>").decode().encode("latin-1"), None, "en UTF-8"),
    "overlong UTF-8": (enveloppe("<s:Body><a>X</a></s:Body>").replace(b"X", b"\xc0\xaf"), "utf-8", "en UTF-8"),
    "surrogate in UTF-8": (enveloppe("<s:Body><a>X</a></s:Body>").replace(b"X", b"\xed\xa0\x80"), None, "en UTF-8"),
    "UTF-16 of odd length": (encode("utf-16", "UTF-16") + b"\x00", None, "en UTF-16"),
    "UTF-16 with a lone surrogate": (
        encode("utf-16", None).replace("€".encode("utf-16-le"), b"\x00\xd8"),
        None,
        "UTF-16",
    ),
    "UTF-8 said UTF-16": (encode("utf-8", None) + b" ", "utf-16", None),
}


@pytest.mark.parametrize(("octets", "charset", "mot"), CHARSETS_REFUSES.values(), ids=CHARSETS_REFUSES)
def test_other_charsets_and_wrong_bytes_are_refused(octets, charset, mot):
    erreur = refus(octets, charset)
    assert mot is None or mot in erreur.message
    assert SECRET not in erreur.message


def test_the_line_of_wrong_bytes_is_told():
    octets = enveloppe("\n\n<s:Body><a>X</a></s:Body>").replace(b"X", b"\xe9")
    assert refus(octets).precisions[0].ligne == 3


@given(octets=st.binary(max_size=200), charset=st.none() | st.text(max_size=12))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_an_envelope_or_one_of_our_errors(octets, charset):
    lire_ou_refuser(octets, charset)


MORCEAUX = [
    b"<!DOCTYPE a [<!ENTITY e 'x'>]>",
    b"<?x y?>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"&e;",
    b"<a>",
    b"</a>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x00",
    b"xmlns:x='y'",
    b"<s:Body>",
    b"<s:Header>",
    b"encoding='utf-16'",
    b"xmlns=''",
]


@given(donnees=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sample_with_bytes_changed_anywhere_gives_an_envelope_or_one_of_our_errors(echantillon, donnees):
    octets = echantillon("DeclareCertificatEmploi").encode(
        donnees.draw(st.sampled_from(["utf-8", "utf-16", "utf-16-be"]))
    )
    for _ in range(donnees.draw(st.integers(1, 3))):
        debut = donnees.draw(st.integers(0, len(octets)))
        fin = donnees.draw(st.integers(debut, min(len(octets), debut + 40)))
        octets = octets[:debut] + donnees.draw(st.sampled_from(MORCEAUX) | st.binary(max_size=4)) + octets[fin:]
    lire_ou_refuser(octets, donnees.draw(st.sampled_from([None, "utf-8", "utf-16"])))


def lire_ou_refuser(octets, charset):
    try:
        lue = lire_enveloppe(octets, charset)
        valeur = empreinte(lue.charge)
    except (MessageIllisibleError, VersionSoapError):
        return
    assert isinstance(lue, Enveloppe)
    assert len(valeur) == 64


def entete(attributs, version=VersionSoap.SOAP_1_1, nom="h"):
    return lire_enveloppe(
        f'<s:Envelope xmlns:s="{version.espace}" xmlns:o="{SOAP12 if version is VersionSoap.SOAP_1_1 else SOAP11}">'
        f'<s:Header><{nom} xmlns="urn:h" {attributs}/></s:Header><s:Body><a/></s:Body></s:Envelope>'.encode(),
        None,
    )


NEXT11 = "http://schemas.xmlsoap.org/soap/actor/next"
ROLE = "http://www.w3.org/2003/05/soap-envelope/role"
A_COMPRENDRE = {
    "1.1, 1": ('s:mustUnderstand="1"', VersionSoap.SOAP_1_1),
    "1.1, true": ('s:mustUnderstand="true"', VersionSoap.SOAP_1_1),
    "1.1, blanks": ('s:mustUnderstand=" 1 "', VersionSoap.SOAP_1_1),
    "1.1, empty actor": ('s:mustUnderstand="1" s:actor=""', VersionSoap.SOAP_1_1),
    "1.1, next": (f's:mustUnderstand="1" s:actor="{NEXT11}"', VersionSoap.SOAP_1_1),
    "1.2, true": ('s:mustUnderstand="true"', VersionSoap.SOAP_1_2),
    "1.2, 1": ('s:mustUnderstand="1"', VersionSoap.SOAP_1_2),
    "1.2, next": (f's:mustUnderstand="1" s:role="{ROLE}/next"', VersionSoap.SOAP_1_2),
    "1.2, ultimate receiver": (f's:mustUnderstand="1" s:role="{ROLE}/ultimateReceiver"', VersionSoap.SOAP_1_2),
}
PAS_A_COMPRENDRE = {
    "absent": ("", VersionSoap.SOAP_1_1),
    "0": ('s:mustUnderstand="0"', VersionSoap.SOAP_1_1),
    "false": ('s:mustUnderstand="false"', VersionSoap.SOAP_1_2),
    "not qualified": ('mustUnderstand="1"', VersionSoap.SOAP_1_1),
    "of the other version": ('o:mustUnderstand="1"', VersionSoap.SOAP_1_1),
    "another actor": ('s:mustUnderstand="1" s:actor="urn:autre"', VersionSoap.SOAP_1_1),
    "another role": ('s:mustUnderstand="1" s:role="urn:autre"', VersionSoap.SOAP_1_2),
    "role none": (f's:mustUnderstand="1" s:role="{ROLE}/none"', VersionSoap.SOAP_1_2),
}


@pytest.mark.parametrize(("attributs", "version"), A_COMPRENDRE.values(), ids=A_COMPRENDRE)
def test_a_mandatory_header_for_us_that_we_do_not_know_is_refused(attributs, version):
    with pytest.raises(EnteteNonComprisError) as erreur:
        exiger_compris(entete(attributs, version), {WSSE})
    assert erreur.value.entetes == ("{urn:h}h",)


@pytest.mark.parametrize(("attributs", "version"), A_COMPRENDRE.values(), ids=A_COMPRENDRE)
def test_a_mandatory_header_that_we_know_passes(attributs, version):
    exiger_compris(entete(attributs, version), {"{urn:h}h"})


@pytest.mark.parametrize(("attributs", "version"), PAS_A_COMPRENDRE.values(), ids=PAS_A_COMPRENDRE)
def test_a_header_not_mandatory_or_not_for_us_is_ignored(attributs, version):
    exiger_compris(entete(attributs, version), {WSSE})


def test_a_message_without_header_has_nothing_to_understand():
    exiger_compris(lire_enveloppe(enveloppe(), None), set())


def test_a_doctype_that_the_first_look_misses_is_seen_by_the_second(monkeypatch):
    monkeypatch.setattr(reading, "_DOCTYPE", re.compile(b"jamais"))
    assert "DOCTYPE" in refus(b"<!DOCTYPE a>" + enveloppe()).message


def test_nothing_outside_the_message_is_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("ouvert")
    for forme in ("<!DOCTYPE a [<!ENTITY e SYSTEM '{0}'>]>", "<!DOCTYPE a SYSTEM '{0}'>"):
        octets = enveloppe("<s:Body><a>&e;</a></s:Body>", avant=forme.format(secret.as_uri()))
        assert "ouvert" not in refus(octets).message


def test_threads_read_at_once_each_its_own_message():
    lus: dict[int, set[str]] = {}

    def lire(numero):
        octets = enveloppe(f"<s:Body><a>{numero}</a></s:Body>")
        faux = enveloppe("\n" * numero + "<s:Body><a></s:Body>")
        lus[numero] = {lire_enveloppe(octets, None).charge.text for _ in range(100)}
        lus[numero] |= {str(refus(faux).precisions[0].ligne) for _ in range(100)}

    fils = [threading.Thread(target=lire, args=(numero,)) for numero in range(1, 9)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert lus == {numero: {str(numero), str(numero + 1)} for numero in range(1, 9)}


def test_a_big_message_is_read_to_its_last_line():
    lue = lire_enveloppe(enveloppe("<s:Body><a>" + "\n" * 70_000 + "<b/></a></s:Body>"), None)
    assert lue.charge[0].sourceline == 70_001
    assert io.BytesIO(lue.charge.text.encode()).read(1) == b"\n"
