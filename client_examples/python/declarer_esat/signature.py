"""Is this document a receipt signed by the service, as it stands? Only what was signed is ever read from it.

XML Signature is easy to verify wrongly. Invariants, enforced in this order:

1. The document is read by a hardened parser: no DTD, no entity; comments and processing instructions are refused.
2. Its root is ``accuse`` of our namespace, and it is valid against ``accuse-signe-v1.xsd``: one signature, last child
   of the root, over the whole document (URI ``""``), with the one set of algorithms that the service uses. A wrapped,
   second or moved signature, an HMAC (truncated or not), another digest or transform: none gets further.
3. KeyInfo repeats a certificate that is trusted, and signxml verifies with that certificate, never with what the
   document brings.
4. What is returned is parsed from the very bytes that the signature covers.
"""

import binascii
from base64 import b64decode
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidInput, InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from declarer_esat.erreurs import AccuseDouteuxError
from service.contract.catalogue import NS, schema_accuse

Element = etree._Element

_DS = "http://www.w3.org/2000/09/xmldsig#"
_METHODES = frozenset({SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256})
_CONDENSES = frozenset({DigestAlgorithm.SHA256})


def verifier(document: bytes, certificats_pem: bytes) -> Element:
    """Return the signed receipt, without its signature.

    `certificats_pem`: the certificates of the service, in PEM. Raises `AccuseDouteuxError`, in French, for any document
    that the service did not sign exactly as it stands.
    """
    racine = _lire(document)
    certificat = _certificat(racine, certificats_pem)
    configuration = SignatureConfiguration(
        location="./",
        signature_methods=_METHODES,
        digest_algorithms=_CONDENSES,
        # A receipt outlives its certificate, which had to be good on the day of reception.
        verification_time=_reception(racine),
    )
    try:
        resultat = XMLVerifier().verify(document, x509_cert=certificat, expect_config=configuration)
    except (InvalidSignature, InvalidInput, ValueError):
        raise AccuseDouteuxError(
            "La signature ne vaut pas pour ce document : il a été modifié depuis, ou n'a pas été signé par ce service."
        ) from None
    if isinstance(resultat, list) or resultat.signed_xml is None or resultat.signed_xml.tag != f"{{{NS}}}accuse":
        raise AccuseDouteuxError("La signature ne couvre pas l'accusé entier.")
    return resultat.signed_xml


def certificats_du_pem(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises `AccuseDouteuxError` when there is none."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise AccuseDouteuxError("Les certificats donnés ne sont pas du PEM lisible.") from None


def _lire(document: bytes) -> Element:
    analyseur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(document, analyseur)
    except (etree.XMLSyntaxError, ValueError):
        raise AccuseDouteuxError("Le document n'est pas du XML lisible : ce n'est pas un accusé.") from None
    if racine.getroottree().docinfo.doctype:
        raise AccuseDouteuxError("Le document a une déclaration DOCTYPE : un accusé n'en a pas.")
    if racine.tag != f"{{{NS}}}accuse":
        raise AccuseDouteuxError("La racine du document n'est pas l'élément accuse : ce n'est pas un accusé.")
    alentour = [*racine.itersiblings(), *racine.itersiblings(preceding=True)]
    if alentour or any(not isinstance(noeud.tag, str) for noeud in racine.iter()):
        raise AccuseDouteuxError("Le document contient un commentaire ou une instruction : un accusé n'en a pas.")
    signatures = list(racine.iter(f"{{{_DS}}}Signature"))
    if len(signatures) != 1 or signatures[0] is not racine[-1]:
        raise AccuseDouteuxError(
            f"Une seule signature est attendue, à la fin de l'accusé ; {len(signatures)} trouvée(s), ou ailleurs."
        )
    if not schema_accuse().validate(racine):
        raise AccuseDouteuxError("Le document n'est pas conforme au schéma des accusés signés (accuse-signe-v1.xsd).")
    return racine


def _certificat(racine: Element, certificats_pem: bytes) -> x509.Certificate:
    """Return the trusted certificate that KeyInfo repeats."""
    annonce = racine.findtext(f"{{{_DS}}}Signature/{{{_DS}}}KeyInfo/{{{_DS}}}X509Data/{{{_DS}}}X509Certificate") or ""
    try:
        der = b64decode("".join(annonce.split()), validate=True)
    except (binascii.Error, ValueError):
        der = b""
    for certificat in certificats_du_pem(certificats_pem):
        if certificat.public_bytes(Encoding.DER) == der:
            return certificat
    raise CertificatInconnuError("Le certificat de la signature n'est pas l'un de ceux du service.")


class CertificatInconnuError(AccuseDouteuxError):
    """The receipt is signed with a certificate that is not trusted, or not yet."""


def _reception(racine: Element) -> datetime:
    """Return the date of reception that the schema has found well written; the signature covers it."""
    texte = racine.findtext(f"{{{NS}}}dateReception") or ""
    try:
        return datetime.fromisoformat(texte.strip())
    except ValueError:
        raise AccuseDouteuxError("La date de réception de l'accusé est illisible.") from None
