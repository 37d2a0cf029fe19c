"""signing: every receipt verifies with two public verifiers, and ours refuses all that is not exactly ours."""

import base64
import hashlib
import hmac
import re
import subprocess
from datetime import UTC, datetime

import pytest
import signxml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from service.errors import ConfigurationError, SaisieError
from service.security.certificate import Algorithme, certificat_autosigne
from service.security.signing import Signataire, octets_signes, verifier

NS = "urn:caf:teleprocedure-esat:v1"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
OUVERTURE, FIN = f'<accuse xmlns="{NS}">', "</accuse>"


def canonique(texte):
    return etree.tostring(etree.fromstring(texte), method="c14n", exclusive=True, with_comments=False)


def resultats(nombre):
    return "".join(
        f"<resultat><rang>{rang}</rang><statut>ACCEPTEE</statut><numeroDeclaration>D261201-7KQ2ZX4M-{rang:04d}"
        "</numeroDeclaration><anomalie><code>C15</code><gravite>INFO</gravite><message>Déposé après le 15 janvier."
        "</message></anomalie></resultat>"
        for rang in range(1, nombre + 1)
    )


DOCUMENTS = {
    "one result": f"{OUVERTURE}{resultats(1)}{FIN}",
    "a thousand results": f"{OUVERTURE}{resultats(1000)}{FIN}",
    "markup characters": f"{OUVERTURE}<a>&amp; &lt; &gt; ]]&gt; \" ' &amp;amp;</a>{FIN}",
    "carriage return, tab, line feed": f"{OUVERTURE}<a>&#13;&#10;&#9;\n x </a>{FIN}",
    "beyond ASCII": f"{OUVERTURE}<a>é œ Ÿ € \u2028 \U0001f58a e\u0301 \u00a0</a>{FIN}",
    "empty elements": f"{OUVERTURE}<a/><b></b><c><d/></c>{FIN}",
    "nested elements": f"{OUVERTURE}{'<a>' * 40}x{'</a>' * 40}{FIN}",
    "text directly in the root": f"{OUVERTURE}texte{FIN}",
    "white space between elements": f"{OUVERTURE}\n  <a>1</a>\n  <b>2</b>\n{FIN}",
    "root under a prefix": f'<t:accuse xmlns:t="{NS}"><t:a>1</t:a></t:accuse>',
    "attributes": f'{OUVERTURE}<a z="&quot;&lt;&#9;&#13;" b="1"/>{FIN}',
}


@pytest.mark.parametrize("texte", DOCUMENTS.values(), ids=DOCUMENTS.keys())
@pytest.mark.parametrize("algorithme", Algorithme)
def test_a_receipt_verifies_with_public_verifiers_and_with_ours(paires, verdicts, algorithme, texte):
    paire = paires[algorithme]
    document = canonique(texte)
    signe = paire.signataire.signer(document)
    dires = verdicts(signe, paire.certificat)
    assert len(dires) >= 2
    assert all(dires.values()), dires
    assert canonique(etree.tostring(verifier(signe, paire.pem))) == document


@pytest.mark.parametrize("algorithme", Algorithme)
def test_public_verifiers_see_a_change_as_well(paires, verdicts, algorithme):
    paire = paires[algorithme]
    signe = paire.signataire.signer(canonique(DOCUMENTS["one result"]))
    assert not any(verdicts(signe.replace(b"ACCEPTEE", b"REJETEE"), paire.certificat).values())


@settings(deadline=None, max_examples=60)
@given(
    texte=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40),
    nombre=st.integers(1, 4),
)
def test_any_text_is_signed_in_canonical_form(paires, texte, nombre):
    paire = paires[Algorithme.P256]
    racine = etree.Element(f"{{{NS}}}accuse", nsmap={None: NS})
    for _ in range(nombre):
        etree.SubElement(racine, f"{{{NS}}}message").text = texte
    document = canonique(etree.tostring(racine))
    signe = paire.signataire.signer(document)
    assert canonique(signe) == signe
    debut, fin = signe.index(b"<ds:Signature "), signe.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signe[:debut] + signe[fin:] == document
    assert [enfant.text or "" for enfant in verifier(signe, paire.pem)] == [texte] * nombre


def test_the_signature_stands_last_in_the_root_with_empty_uri(paires):
    signe = etree.fromstring(paires[Algorithme.P256].signataire.signer(canonique(DOCUMENTS["one result"])))
    assert signe[-1].tag == f"{{{DS}}}Signature"
    assert [reference.get("URI") for reference in signe.iter(f"{{{DS}}}Reference")] == [""]
    assert [t.get("Algorithm") for t in signe.iter(f"{{{DS}}}Transform")] == [f"{DS}enveloped-signature", EXC]


METHODES = {Algorithme.P256: ("ecdsa-sha256", 64), Algorithme.RSA3072: ("rsa-sha256", 384)}


@pytest.mark.parametrize(("algorithme", "attendu"), METHODES.items())
def test_the_key_decides_the_algorithm_and_the_length_of_the_value(paires, algorithme, attendu):
    signe = etree.fromstring(paires[algorithme].signataire.signer(canonique(DOCUMENTS["one result"])))
    (methode,) = signe.iter(f"{{{DS}}}SignatureMethod")
    valeur = base64.b64decode(signe.findtext(f"{{{DS}}}Signature/{{{DS}}}SignatureValue"))
    assert (methode.get("Algorithm").rpartition("#")[2], len(valeur)) == attendu


@pytest.mark.parametrize(
    "document", [b"", b"accuse", b"<accuse/>", b"<?xml version='1.0'?><a></a>", b"<!-- c --><a></a>", b" <a></a>"]
)
def test_what_cannot_be_canonical_is_not_signed(paires, document):
    with pytest.raises(ValueError, match="canonical"):
        paires[Algorithme.P256].signataire.signer(document)


def test_a_certificate_of_another_key_is_refused(paires):
    with pytest.raises(ConfigurationError, match="n'est pas celui de la clé"):
        Signataire(paires[Algorithme.P256].cle, paires[Algorithme.RSA3072].certificat)


def test_a_key_of_another_kind_does_not_sign():
    cle = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(ConfigurationError, match="ECDSA P-256 ou RSA"):
        Signataire(cle, certificat_autosigne(cle, "x", datetime.now(UTC)))


# --- what our verifier refuses ---

DOCUMENT = canonique(DOCUMENTS["one result"])
INFO = re.compile(rb"<ds:SignedInfo>.*</ds:SignedInfo>")
VALEUR = re.compile(rb"(<ds:SignatureValue>)(.*)(</ds:SignatureValue>)")
CERTIFICAT = re.compile(rb"(<ds:X509Certificate>)(.*)(</ds:X509Certificate>)")
SIGNATURE = re.compile(rb"<ds:Signature .*</ds:Signature>")


def resigner(paire, signe):
    """Put the right value of our key on a SignedInfo that was changed: only its form can be refused then."""
    info = INFO.search(signe)[0].replace(b"<ds:SignedInfo>", f'<ds:SignedInfo xmlns:ds="{DS}">'.encode())
    valeur = base64.b64encode(paire.valeur(canonique(info)))
    return VALEUR.sub(rb"\g<1>" + valeur + rb"\g<3>", signe)


def remplacer(avant, apres):
    def changer(paire, signe):
        assert avant in signe
        return resigner(paire, signe.replace(avant, apres))

    return changer


def par_signxml(paire, _):
    """A signature of our own key that any verifier takes, laid out in another way than ours."""
    signeur = signxml.XMLSigner(signature_algorithm="ecdsa-sha256", c14n_algorithm=EXC)
    racine = signeur.sign(etree.fromstring(DOCUMENT), key=paire.cle, cert=[paire.certificat])
    return etree.tostring(racine)


def empreinte_sha_512(paire, signe):
    empreinte = base64.b64encode(hashlib.sha512(DOCUMENT).digest())
    change = re.sub(rb"(<ds:DigestValue>).*(</ds:DigestValue>)", rb"\g<1>" + empreinte + rb"\g<2>", signe)
    return remplacer(b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2001/04/xmlenc#sha512")(
        paire, change
    )


def hmac_du_certificat(paire, signe):
    """An HMAC whose secret is the public certificate, truncated to nothing as CVE-2009-0217 had it."""
    methode = f'<ds:SignatureMethod Algorithm="{DS}hmac-sha1"><ds:HMACOutputLength>8</ds:HMACOutputLength>'.encode()
    change = re.sub(rb'<ds:SignatureMethod Algorithm="[^"]*">', methode, signe)
    info = INFO.search(change)[0].replace(b"<ds:SignedInfo>", f'<ds:SignedInfo xmlns:ds="{DS}">'.encode())
    valeur = base64.b64encode(hmac.new(paire.pem, info, "sha1").digest()[:1])
    return VALEUR.sub(rb"\g<1>" + valeur + rb"\g<3>", change)


def valeur_en_der(paire, signe):
    info = INFO.search(signe)[0].replace(b"<ds:SignedInfo>", f'<ds:SignedInfo xmlns:ds="{DS}">'.encode())
    valeur = base64.b64encode(paire.cle.sign(info, ec.ECDSA(hashes.SHA256())))
    return VALEUR.sub(rb"\g<1>" + valeur + rb"\g<3>", signe)


def zero_insere_dans_la_valeur(_, signe):
    """r ‖ 0 ‖ s: the same two numbers, another length."""
    valeur = base64.b64decode(VALEUR.search(signe)[2])
    return VALEUR.sub(rb"\g<1>" + base64.b64encode(valeur[:32] + b"\0" + valeur[32:]) + rb"\g<3>", signe)


def contenu_change_et_empreinte_refaite(_, signe):
    change = signe.replace(b"ACCEPTEE", b"REJETEE")
    empreinte = base64.b64encode(hashlib.sha256(SIGNATURE.sub(b"", change)).digest())
    return re.sub(rb"(<ds:DigestValue>).*(</ds:DigestValue>)", rb"\g<1>" + empreinte + rb"\g<2>", change)


def enveloppe(paire, signe):
    """The genuine receipt inside a forged one: a verifier that looks for the signature anywhere would be content."""
    return OUVERTURE.encode() + b"<statut>REJETE</statut>" + signe + FIN.encode()


def original_dans_un_object(paire, signe):
    """Classic wrapping: forged content on top, the genuine receipt kept inside the signature."""
    signature = SIGNATURE.search(signe)[0]
    avec_objet = signature.replace(b"</ds:Signature>", b"<ds:Object>" + DOCUMENT + b"</ds:Object></ds:Signature>")
    return OUVERTURE.encode() + b"<statut>REJETE</statut>" + avec_objet + FIN.encode()


def autre_cle(certificat_garde):
    def changer(paire, _):
        etrangere = type(paire)(Algorithme.P256)
        signe = etrangere.signataire.signer(DOCUMENT)
        if not certificat_garde:
            return signe
        notre = CERTIFICAT.search(paire.signataire.signer(DOCUMENT))[2]
        return CERTIFICAT.sub(rb"\g<1>" + notre + rb"\g<3>", signe)

    return changer


FORME = "forme que ce service produit"
ATTAQUES = {
    "content changed": (lambda _, s: s.replace(b"ACCEPTEE", b"REJETEE"), "modifié"),
    "content and digest changed": (contenu_change_et_empreinte_refaite, "n'est pas celle du certificat"),
    "white space added": (lambda _, s: s.replace(b"<resultat>", b" <resultat>"), "modifié"),
    "comment in the content": (lambda _, s: s.replace(b"ACCEPTEE", b"ACC<!-- -->EPTEE"), "commentaire"),
    "comment in the signature": (lambda _, s: s.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo><!-- -->"), "commentaire"),
    "comment before the root": (lambda _, s: b"<!-- c -->" + s, "commentaire"),
    "instruction after the root": (lambda _, s: s + b"<?x y?>", "instruction de traitement"),
    "DOCTYPE": (lambda _, s: b"<!DOCTYPE accuse>" + s, "DOCTYPE"),
    "entity in the content": (
        lambda _, s: b'<!DOCTYPE accuse [<!ENTITY e "ACCEPTEE">]>' + s.replace(b"ACCEPTEE", b"&e;"),
        "DOCTYPE",
    ),
    "no signature": (lambda _, s: SIGNATURE.sub(b"", s), "0 trouvée"),
    "two signatures": (lambda _, s: SIGNATURE.sub(SIGNATURE.search(s)[0] * 2, s), "2 trouvée"),
    "signature not last": (
        lambda _, s: s.replace(b"</ds:Signature>", b"</ds:Signature><statut>REJETE</statut>"),
        "dernier élément",
    ),
    "text after the signature": (lambda _, s: s.replace(b"</ds:Signature>", b"</ds:Signature>x"), "dernier élément"),
    "genuine receipt wrapped in a forged one": (enveloppe, "dernier élément"),
    "genuine receipt in an Object": (original_dans_un_object, "modifié"),
    "foreign key": (autre_cle(False), "l'un de ceux que le service publie"),
    "foreign key under our certificate": (autre_cle(True), "n'est pas celle du certificat"),
    "truncated HMAC": (hmac_du_certificat, FORME),
    "value truncated": (lambda _, s: VALEUR.sub(rb"\g<1>AAAA\g<3>", s), "n'est pas celle du certificat"),
    "value of zeros": (
        lambda _, s: VALEUR.sub(rb"\g<1>" + base64.b64encode(bytes(64)) + rb"\g<3>", s),
        "n'est pas celle du certificat",
    ),
    "value with a zero inserted": (zero_insere_dans_la_valeur, "n'est pas celle du certificat"),
    "value in DER": (valeur_en_der, "n'est pas celle du certificat"),
    "value not Base64": (lambda _, s: VALEUR.sub(rb"\g<1>*\g<3>", s), FORME),
    "value not ASCII": (lambda _, s: VALEUR.sub("\\g<1>é\\g<3>".encode(), s), FORME),
    "value missing": (lambda _, s: VALEUR.sub(b"", s), FORME),
    "value on several lines": (lambda _, s: VALEUR.sub(rb"\g<1>\n\g<2>\g<3>", s), FORME),
    "certificate missing": (lambda _, s: CERTIFICAT.sub(b"", s), FORME),
    "SHA-1 digest": (
        remplacer(b"http://www.w3.org/2001/04/xmlenc#sha256", f"{DS}sha1".encode()),
        FORME,
    ),
    "without the second transform": (
        remplacer(f'<ds:Transform Algorithm="{EXC}"></ds:Transform>'.encode(), b""),
        FORME,
    ),
    "inclusive canonicalisation": (
        remplacer(EXC.encode(), b"http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        FORME,
    ),
    "XPath transform": (
        remplacer(
            f'<ds:Transform Algorithm="{EXC}"></ds:Transform>'.encode(),
            b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>true()</ds:XPath>'
            b"</ds:Transform>",
        ),
        FORME,
    ),
    "external URI": (remplacer(b'URI=""', b'URI="http://attaquant.example/x.xml"'), FORME),
    "URI of a fragment": (remplacer(b'URI=""', b'URI="#x"'), FORME),
    "no URI": (remplacer(b' URI=""', b""), FORME),
    "second reference": (
        lambda p, s: resigner(p, re.sub(rb"(<ds:Reference .*</ds:Reference>)", rb"\g<1>\g<1>", s)),
        FORME,
    ),
    "attribute on the signature": (lambda _, s: s.replace(b"<ds:KeyInfo>", b'<ds:KeyInfo Id="x">'), FORME),
    "Object added": (lambda _, s: s.replace(b"</ds:Signature>", b"<ds:Object>x</ds:Object></ds:Signature>"), FORME),
    "SHA-512 digest": (empreinte_sha_512, "modifié"),
    "KeyValue beside the certificate": (
        lambda _, s: s.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo><ds:KeyValue></ds:KeyValue>"),
        FORME,
    ),
    "our key, laid out by another library": (par_signxml, FORME),
    "root of another name": (
        lambda p, _: p.signataire.signer(DOCUMENT.replace(b"accuse", b"autre")),
        "racine",
    ),
    "root of another namespace": (
        lambda p, _: p.signataire.signer(DOCUMENT.replace(b"esat:v1", b"esat:v2")),
        "racine",
    ),
    "signature as the root": (lambda _, s: SIGNATURE.search(s)[0], "racine"),
    "no XML": (lambda _, s: s[:-1], "XML lisible"),
    "empty": (lambda _, s: b"", "XML lisible"),
}


@pytest.mark.parametrize(("changer", "extrait"), ATTAQUES.values(), ids=ATTAQUES.keys())
def test_a_document_that_is_not_exactly_ours_is_refused(paires, changer, extrait):
    paire = paires[Algorithme.P256]
    signe = paire.signataire.signer(DOCUMENT)
    change = changer(paire, signe)
    assert change != signe
    with pytest.raises(SaisieError) as refus:
        verifier(change, paire.pem)
    assert extrait in refus.value.message


def test_any_of_the_published_certificates_is_trusted(paires):
    ec_, rsa = paires[Algorithme.P256], paires[Algorithme.RSA3072]
    for paire in (ec_, rsa):
        assert verifier(paire.signataire.signer(DOCUMENT), ec_.pem + rsa.pem).tag == f"{{{NS}}}accuse"


def test_certificates_that_are_no_pem_are_told(paires):
    with pytest.raises(SaisieError, match="PEM"):
        verifier(paires[Algorithme.P256].signataire.signer(DOCUMENT), b"pas un certificat")


def test_what_verification_returns_has_no_signature_and_is_what_was_signed(paires):
    paire = paires[Algorithme.P256]
    racine = verifier(paire.signataire.signer(DOCUMENT), paire.pem)
    assert racine.find(f"{{{DS}}}Signature") is None
    assert canonique(etree.tostring(racine)) == DOCUMENT


def test_a_receipt_kept_under_another_serialisation_still_verifies(paires):
    paire = paires[Algorithme.P256]
    arbre = etree.fromstring(paire.signataire.signer(DOCUMENT)).getroottree()
    autre = etree.tostring(arbre, encoding="UTF-16", xml_declaration=True)
    assert canonique(etree.tostring(verifier(autre, paire.pem))) == DOCUMENT


@pytest.mark.parametrize("algorithme", Algorithme)
def test_bytes_signed_by_themselves_are_verified_by_the_certificate_and_by_openssl(paires, tmp_path, algorithme):
    signataire = paires[algorithme].signataire
    signature = signataire.signer_octets(b"sceau")
    assert octets_signes(signataire.certificat, b"sceau", signature)
    for nom, octets in (("octets", b"sceau"), ("signature", signature)):
        (tmp_path / nom).write_bytes(octets)
    cle = signataire.certificat.public_key()
    (tmp_path / "cle.pem").write_bytes(cle.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    commande = ["openssl", "dgst", "-sha256", "-verify", "cle.pem", "-signature", "signature", "octets"]
    assert subprocess.run(commande, cwd=tmp_path, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("algorithme", Algorithme)
def test_other_bytes_another_signature_or_another_key_are_refused(paires, algorithme):
    signataire = paires[algorithme].signataire
    signature = signataire.signer_octets(b"sceau")
    autres = [paire.signataire for nom, paire in paires.items() if nom != algorithme]
    assert not octets_signes(signataire.certificat, b"sceaux", signature)
    for fausse in (b"", b"\x00" * 70, signature[:-1], signature + b"\x00"):
        assert not octets_signes(signataire.certificat, b"sceau", fausse)
    for autre in autres:
        assert not octets_signes(autre.certificat, b"sceau", signature)
