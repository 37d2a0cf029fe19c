"""Bytes cut anywhere, altered anywhere, in any encoding, as heavy as they may be: an answer each, never an incident."""

import codecs
import random

import pytest
from fautes import CONTRAT, exiger_faute
from maison import AGENT, CONSULTE_SERVICE
from messages import (
    NS,
    SOAP_11,
    SOAP_12,
    certificat,
    changement,
    declare_certificats,
    declare_changements,
    en_clair,
    enveloppe,
    operation,
    reste_a_declarer,
    salarie,
    securite,
)

NOM = "Lefèvre-Ŵ𝄞"


def message(service, charge=CONSULTE_SERVICE, soap=SOAP_11):
    return enveloppe(charge, en_clair(AGENT, service.cle), soap)


def test_a_message_cut_at_any_byte_is_unreadable(service):
    entier = message(service)
    assert service.brut(entier).statut == 200
    for fin in range(len(entier)):
        exiger_faute(service.brut(entier[:fin]), "MESSAGE_ILLISIBLE", service.cle)
    assert service.brut(entier).statut == 200


@pytest.mark.parametrize("graine", range(4))
def test_a_message_altered_anywhere_is_answered_and_never_an_incident(service, graine):
    hasard = random.Random(graine)
    entier = bytearray(message(service, declare_certificats(certificat(salarie(nom=NOM)))))
    for _ in range(300):
        altere = bytearray(entier)
        for _ in range(hasard.randint(1, 3)):
            place = hasard.randrange(len(altere))
            geste = hasard.choice(["remplacer", "inserer", "oter", "repeter"])
            if geste == "remplacer":
                altere[place] = hasard.randrange(256)
            elif geste == "inserer":
                altere[place:place] = bytes(hasard.randrange(256) for _ in range(hasard.randint(1, 8)))
            elif geste == "oter":
                del altere[place : place + hasard.randint(1, 40)]
            else:
                altere[place:place] = altere[place : place + hasard.randint(1, 80)]
        reponse = service.brut(bytes(altere))
        if reponse.faute is not None:
            assert reponse.faute.code != "INCIDENT", bytes(altere)
            exiger_faute(reponse, reponse.faute.code)
            assert reponse.faute.code in CONTRAT


LISIBLES = {
    "UTF-8": ("utf-8", b"", "text/xml; charset=utf-8"),
    "UTF-8 in capitals": ("utf-8", b"", "text/xml; charset=UTF-8"),
    "UTF-8 between quotes": ("utf-8", b"", 'text/xml; charset="utf-8"'),
    "UTF-8 without its hyphen": ("utf-8", b"", "text/xml;charset=utf8"),
    "UTF-8 with its mark": ("utf-8", codecs.BOM_UTF8, "text/xml; charset=utf-8"),
    "UTF-8 without charset": ("utf-8", b"", "text/xml"),
    "UTF-8 with an empty charset": ("utf-8", b"", "text/xml; charset="),
    "UTF-8 with its mark, announced in UTF-16": ("utf-8", codecs.BOM_UTF8, "text/xml; charset=utf-16"),
    "UTF-16 little-endian with its mark": ("utf-16-le", codecs.BOM_UTF16_LE, "text/xml; charset=utf-16"),
    "UTF-16 big-endian with its mark": ("utf-16-be", codecs.BOM_UTF16_BE, "text/xml; charset=utf-16"),
    "UTF-16 with its mark, without charset": ("utf-16-le", codecs.BOM_UTF16_LE, "text/xml"),
    "UTF-16 with its mark, announced in UTF-8": ("utf-16-be", codecs.BOM_UTF16_BE, "text/xml; charset=utf-8"),
    "UTF-16LE announced": ("utf-16-le", b"", "text/xml; charset=utf-16le"),
    "UTF-16BE announced": ("utf-16-be", b"", "text/xml; charset=UTF-16BE"),
    "UTF-16 little-endian seen by its first bytes": ("utf-16-le", b"", "text/xml; charset=utf-16"),
    "UTF-16 big-endian seen by its first bytes": ("utf-16-be", b"", "text/xml"),
}


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["soap-1.1", "soap-1.2"])
@pytest.mark.parametrize(("codage", "marque", "media"), LISIBLES.values(), ids=LISIBLES)
def test_utf_8_and_utf_16_are_read_whole(service, codage, marque, media, soap):
    charge = declare_changements(changement(salarie(nom=NOM)))
    octets = marque + message(service, charge, soap).decode().encode(codage)
    assert service.brut(octets, CONTENT_TYPE=media).codes == [[]]
    assert NOM in service.post(reste_a_declarer()).textes("salarie/nom")


REFUSES = [
    "iso-8859-1",
    "ISO-8859-15",
    "windows-1252",
    "us-ascii",
    "utf-7",
    "utf-32",
    "utf_8_sig",
    "cp037",
    "big5",
    "rot13",
    "zip",
    "base64",
    "idna",
    "punycode",
    "unicode_escape",
    "mbcs",
    "klingon",
    "../../etc/passwd",
    "é",
]


@pytest.mark.parametrize("charset", REFUSES)
def test_any_other_charset_is_refused_as_such(service, charset):
    octets = message(service)
    for declare in (f"text/xml; charset={charset}", f"application/soap+xml; charset={charset}; action=x"):
        reponse = service.brut(octets, CONTENT_TYPE=declare)
        exiger_faute(reponse, "MESSAGE_ILLISIBLE", service.cle)
        assert "UTF-8 ou UTF-16" in reponse.faute.message


@pytest.mark.parametrize("marque", [codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE], ids=["little-endian", "big-endian"])
def test_utf_32_is_refused_whatever_is_announced(service, marque):
    codage = "utf-32-le" if marque == codecs.BOM_UTF32_LE else "utf-32-be"
    for media in ("text/xml", "text/xml; charset=utf-8", "text/xml; charset=utf-32"):
        octets = marque + message(service).decode().encode(codage)
        exiger_faute(service.brut(octets, CONTENT_TYPE=media), "MESSAGE_ILLISIBLE", service.cle)


ENTIERS = {
    "a comment": "Du<!-- suite -->pont",
    "comments": "<!-- -->D<!-- -->u<!-- -->po<!-- -->nt<!-- -->",
    "a CDATA section": "Du<![CDATA[pont]]>",
    "CDATA and comments": "<![CDATA[Du]]><!-- < & > --><![CDATA[po]]>nt",
    "character references": "D&#117;&#x70;ont",
    "line breaks around": "\r\n  Dupont\r\n\t",
    "a CDATA section that looks like an element": None,
}


@pytest.mark.parametrize("ecriture", ENTIERS.values(), ids=ENTIERS)
def test_a_value_is_read_whole_however_it_is_written(service, ecriture):
    attendu = "Dupont" if ecriture is not None else "Du<pont/>"
    ecriture = ecriture if ecriture is not None else "Du<![CDATA[<pont/>]]>"
    charge = declare_changements(changement(salarie(nom="@")).replace("<nom>@</nom>", f"<nom>{ecriture}</nom>"))
    assert service.post(charge).codes == [[]]
    assert attendu in service.post(reste_a_declarer()).textes("salarie/nom")


def repeter(morceau, octets):
    """Numbered copies of a text, up to a weight."""
    copies, poids, rang = [], 0, 0
    while poids < octets:
        copies.append(morceau.format(rang))
        poids += len(copies[-1])
        rang += 1
    return "".join(copies)


LOURD = 500_000
ATTRIBUT, ESPACE = " a{}='b'", " xmlns:a{}='b'"
LOURDS = {
    "instructions": (lambda: operation("ConsulteService", repeter("<?a?>", LOURD)), "MESSAGE_ILLISIBLE"),
    "attributes": (lambda: f'<ConsulteService xmlns="{NS}" {repeter(ATTRIBUT, LOURD)}/>', "SCHEMA_INVALIDE"),
    "namespaces": (lambda: f'<ConsulteService xmlns="{NS}" {repeter(ESPACE, LOURD)}/>', "MESSAGE_ILLISIBLE"),
    "payloads": (lambda: repeter("<a{}/>", LOURD), "MESSAGE_ILLISIBLE"),
    "elements in an empty request": (lambda: operation("ConsulteService", repeter("<a/>", LOURD)), "SCHEMA_INVALIDE"),
    "empty lines": (lambda: declare_certificats(repeter("<certificat/>", LOURD)), "SCHEMA_INVALIDE"),
    "names never seen": (lambda: operation("ConsulteService", repeter("<a{}/>", LOURD)), "SCHEMA_INVALIDE"),
    "text in an empty request": (lambda: operation("ConsulteService", "a" * LOURD), "SCHEMA_INVALIDE"),
    "a value": (lambda: declare_certificats(certificat(salarie(nom="x" * LOURD))), "SCHEMA_INVALIDE"),
    "a number": (lambda: declare_certificats(certificat(montantNet="1" * LOURD)), "SCHEMA_INVALIDE"),
    "an integer": (lambda: declare_certificats(certificat(nombreMois="1" * LOURD)), "SCHEMA_INVALIDE"),
    "unclosed elements": (lambda: "<a>" * (LOURD // 3), "MESSAGE_ILLISIBLE"),
    "an unknown operation": (lambda: operation("a" * 40_000), "OPERATION_INCONNUE"),
}


@pytest.mark.parametrize(("charge", "code"), LOURDS.values(), ids=LOURDS)
def test_weight_alone_brings_nothing_down(service, charge, code):
    # Each of these once cost the square of its weight in some parser: were it so again, this would take minutes.
    exiger_faute(service.post(charge()), code, "aaaaaaaaaa")


ENTETES_LOURDS = {
    "a user code": (lambda: en_clair("é" * (LOURD // 2), "x"), "SECURITE_INVALIDE"),
    "a user code of combining marks": (lambda: en_clair("e\u0301\u0327" * (LOURD // 5), "x"), "SECURITE_INVALIDE"),
    "a password": (lambda: en_clair("e", "x" * LOURD), "SECURITE_INVALIDE"),
    "children of a token": (
        lambda: securite(f"<wsse:UsernameToken>{repeter('<a/>', LOURD)}</wsse:UsernameToken>"),
        "SECURITE_INVALIDE",
    ),
    "Security headers": (lambda: repeter(securite(""), LOURD), "SECURITE_INVALIDE"),
    "unknown headers": (lambda: repeter("<a{}/>", LOURD), "SECURITE_INVALIDE"),
    "mandatory headers": (
        lambda: repeter('<a xmlns="u:{}" s:mustUnderstand="1"/>', LOURD),
        "ENTETE_NON_COMPRIS",
    ),
    "nested headers": (lambda: "<a>" * 1000 + "</a>" * 1000, "MESSAGE_ILLISIBLE"),
}


@pytest.mark.parametrize("soap", [SOAP_11, SOAP_12], ids=["soap-1.1", "soap-1.2"])
@pytest.mark.parametrize(("entetes", "code"), ENTETES_LOURDS.values(), ids=ENTETES_LOURDS)
def test_heavy_headers_bring_nothing_down(service, entetes, code, soap):
    exiger_faute(service.post(CONSULTE_SERVICE, entetes(), soap), code)


def test_namespaces_in_scope_have_a_limit_and_those_that_succeed_one_another_have_none(service):
    def avec(nombre):
        declarations = "".join(f' xmlns:n{rang}="urn:n{rang}"' for rang in range(nombre - 3))
        return message(service).replace(b"<s:Envelope", b"<s:Envelope" + declarations.encode(), 1)

    assert service.brut(avec(256)).statut == 200  # with those of Envelope and of Security
    exiger_faute(service.brut(avec(257)), "MESSAGE_ILLISIBLE")
    lignes = [certificat().replace("<nom>", f'<nom xmlns="{NS}" xmlns:a="b">') for _ in range(400)]
    assert service.post(declare_certificats(*lignes)).codes == [[]] * 400


def test_levels_have_a_limit(service):
    def avec(niveaux):
        return service.post(operation("ConsulteService", "<a>" * (niveaux - 3) + "</a>" * (niveaux - 3)))

    exiger_faute(avec(64), "SCHEMA_INVALIDE")
    exiger_faute(avec(65), "MESSAGE_ILLISIBLE")
