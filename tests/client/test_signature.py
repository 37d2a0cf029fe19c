"""Only what the service signed, exactly as it signed it, is a receipt."""

import re
from datetime import timedelta

import pytest
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.signature import CertificatInconnuError, verifier
from lxml import etree
from recepisses import DS, RECEPTION, Emetteur, en_hmac, enveloppee_ailleurs, sans_signature

from service.contract.catalogue import NS
from service.security.certificate import Algorithme

SERVICE = Emetteur()
ETRANGER = Emetteur()
BON = SERVICE.accuse()
SIGNATURE = re.search(rb"<ds:Signature .*</ds:Signature>", BON)[0]


def remplacer(avant: bytes, apres: bytes) -> bytes:
    assert avant in BON
    return BON.replace(avant, apres, 1)


FAUX = {
    "a changed fact": remplacer(b"<nombreAcceptees>1<", b"<nombreAcceptees>2<"),
    "a changed message": remplacer(b"un nombre entier", b"un nombre quelconque"),
    "a foreign key, its own certificate": ETRANGER.accuse(),
    "a foreign signature under our certificate": remplacer(
        SIGNATURE,
        re.sub(
            rb"<ds:X509Certificate>.*</ds:X509Certificate>",
            re.search(rb"<ds:X509Certificate>.*</ds:X509Certificate>", BON)[0],
            re.search(rb"<ds:Signature .*</ds:Signature>", ETRANGER.accuse())[0],
        ),
    ),
    "no signature": sans_signature(BON),
    "two signatures": remplacer(b"</accuse>", SIGNATURE + b"</accuse>"),
    "a signature that is not last": remplacer(SIGNATURE, b"").replace(b"<resultat>", SIGNATURE + b"<resultat>", 1),
    "a signature inside a line": remplacer(SIGNATURE, b"").replace(b"</resultat>", SIGNATURE + b"</resultat>", 1),
    "a wrapped receipt": enveloppee_ailleurs(BON),
    "a receipt in another root": b"<enveloppe>" + BON + b"</enveloppe>",
    "a root of another name": BON.replace(b"<accuse ", b"<recu ").replace(b"</accuse>", b"</recu>"),
    "a root of another namespace": BON.replace(NS.encode(), b"urn:autre"),
    "an HMAC of the public certificate": en_hmac(BON, SERVICE.pem, None),
    "a truncated HMAC": en_hmac(BON, b"", 0),
    "an HMAC cut to eight bits": en_hmac(BON, SERVICE.pem, 8),
    "another signature algorithm": remplacer(b"#ecdsa-sha256", b"#ecdsa-sha1"),
    "another digest": remplacer(b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1"),
    "another canonical form": remplacer(
        b"http://www.w3.org/2001/10/xml-exc-c14n#", b"http://www.w3.org/2006/12/xml-c14n11"
    ),
    "a reference to a part": remplacer(b'URI=""', b'URI="#lignes"'),
    "a reference elsewhere": remplacer(b'URI=""', b'URI="http://127.0.0.1:9/"'),
    "two references": remplacer(
        b"</ds:SignedInfo>", re.search(rb"<ds:Reference .*</ds:Reference>", BON)[0] + b"</ds:SignedInfo>"
    ),
    "a comment that splits a value": remplacer(b"<statut>ACCEPTE_", b"<statut>ACCEPTE<!-- -->_"),
    "a processing instruction": remplacer(b"<resultat>", b"<?x y?><resultat>"),
    "a comment before the root": b"<!-- -->" + BON,
    "a document type": b'<!DOCTYPE accuse [<!ENTITY e "x">]>' + BON,
    "an element more": remplacer(b"<resultat>", b"<remise/><resultat>"),
    "an element less": remplacer(b"<versionRegles>2026.1</versionRegles>", b""),
    "text after the signature": remplacer(b"</accuse>", b"texte</accuse>"),
    "half of it": BON[: len(BON) // 2],
    "something else": b"PK\x03\x04",
    "nothing": b"",
}


@pytest.mark.parametrize("faux", FAUX.values(), ids=FAUX.keys())
def test_what_the_service_did_not_sign_as_it_stands_is_refused(faux):
    with pytest.raises(AccuseDouteuxError):
        verifier(faux, SERVICE.pem)


@pytest.mark.parametrize("nom", ["no signature", "two signatures", "a signature that is not last"])
def test_it_is_told_that_one_signature_is_expected_at_the_end(nom):
    with pytest.raises(AccuseDouteuxError, match="Une seule signature est attendue"):
        verifier(FAUX[nom], SERVICE.pem)


@pytest.mark.parametrize("algorithme", Algorithme)
def test_a_receipt_of_either_algorithm_is_verified(algorithme):
    service = Emetteur(algorithme)
    assert verifier(service.accuse(), service.pem).findtext(f"{{{NS}}}numeroDepot") == "D261205-7K3M9QXA"


def test_what_is_returned_is_what_was_signed_without_the_signature():
    accuse = verifier(BON, SERVICE.pem)
    assert accuse.find(f"{{{DS}}}Signature") is None
    assert etree.tostring(accuse, method="c14n", exclusive=True) == sans_signature(BON)


def test_any_of_the_published_certificates_will_do():
    assert verifier(BON, ETRANGER.pem + SERVICE.pem) is not None


def test_a_certificate_that_is_not_trusted_is_told_apart():
    with pytest.raises(CertificatInconnuError):
        verifier(BON, ETRANGER.pem)


def test_a_receipt_outlives_its_certificate():
    """The certificate had to be valid on the day of reception, ten years ago as well as now."""
    ancien = Emetteur(debut=RECEPTION - timedelta(days=9000))
    jadis = RECEPTION - timedelta(days=8999)
    assert verifier(ancien.accuse(date_reception=jadis), ancien.pem) is not None


def test_a_receipt_older_than_its_certificate_is_refused():
    with pytest.raises(AccuseDouteuxError):
        verifier(SERVICE.accuse(date_reception=RECEPTION - timedelta(days=400)), SERVICE.pem)


@pytest.mark.parametrize("pem", [b"", b"pas du PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_certificates_that_are_none_are_told(pem):
    with pytest.raises(AccuseDouteuxError, match="PEM"):
        verifier(BON, pem)


def test_any_byte_changed_is_seen():
    for place in range(0, len(BON), 37):
        autre = BON[:place] + bytes([BON[place] ^ 1]) + BON[place + 1 :]
        with pytest.raises(AccuseDouteuxError):
            verifier(autre, SERVICE.pem)
