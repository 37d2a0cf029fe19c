"""The signed receipt: an enveloped XML Signature (W3C XML Signature 1.1) written directly in canonical form.

Invariants:

1. The document comes in exclusive canonical form (W3C Exclusive XML Canonicalization 1.0, without comments), so its
   digest is that of its bytes; the result is in canonical form too, and removing the signature gives the bytes back.
2. One reference, URI ``""``, transforms enveloped-signature then exclusive C14N, SHA-256; ECDSA-SHA256 on P-256 with
   the raw r ‖ s of XML Signature 1.1 §6.4.3, or RSA-SHA256 (PKCS #1 v1.5), as the key says.
3. Verification interprets nothing: SignedInfo must be, byte for byte once canonical, the one that this module writes
   for the document, so no other transform, reference, algorithm or length can be smuggled in. The key is that of a
   certificate the caller trusts, which KeyInfo must repeat exactly; KeyInfo is never trusted by itself.
"""

import base64
import binascii
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from service.errors import ConfigurationError, SaisieError
from service.security.certificate import ClePrivee, numero_de_serie

RACINE = "{urn:caf:teleprocedure-esat:v1}accuse"
"""Clark name of the root of every document that this service signs."""

_DS = "http://www.w3.org/2000/09/xmldsig#"
_EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_SIGNATURE = f"{{{_DS}}}Signature"
_MOITIE = 32  # bytes of r and of s on P-256

_SIGNED_INFO = f'<ds:SignedInfo xmlns:ds="{_DS}">'.encode()
_FORME_INCONNUE = "La signature n'est pas de la forme que ce service produit."


class Signataire:
    """Signs receipts with one key and its certificate. Safe to share between threads."""

    def __init__(self, cle: ClePrivee, certificat: x509.Certificate) -> None:
        """Raises ConfigurationError when the certificate is not that of the key, or the key of another kind."""
        if certificat.public_key() != cle.public_key():
            raise ConfigurationError("Le certificat de signature n'est pas celui de la clé de signature.")
        self._cle = cle
        self._methode = _methode(cle.public_key())
        self._x509 = base64.b64encode(certificat.public_bytes(Encoding.DER))
        self.certificat = certificat
        self.serie = numero_de_serie(certificat)

    def signer(self, document_canonique: bytes) -> bytes:
        """The document with its signature as last child of the root, in canonical form.

        `document_canonique` must be in exclusive canonical form without comments, its root not empty: this is what
        makes the signature right, and only the ends of the text are checked here (ValueError).
        """
        fin = document_canonique.rfind(b"</")
        if fin <= 0 or document_canonique[:2] in (b"<?", b"<!") or not document_canonique.startswith(b"<"):
            raise ValueError("document_canonique: canonical XML text expected, from the root's start tag")
        info = _signed_info(self._methode, _empreinte(document_canonique))
        valeur = base64.b64encode(self._signature(_SIGNED_INFO + info))
        return document_canonique[:fin] + _signature_canonique(info, valeur, self._x509) + document_canonique[fin:]

    def signer_octets(self, octets: bytes) -> bytes:
        """A signature of these bytes by themselves: ECDSA-SHA256 in DER (RFC 3279, 2.2.3) or RSA-SHA256 (PKCS #1 v1.5).

        What is signed so must begin unlike the ``<ds:SignedInfo`` of receipts.
        """
        if isinstance(self._cle, rsa.RSAPrivateKey):
            return self._cle.sign(octets, padding.PKCS1v15(), hashes.SHA256())
        return self._cle.sign(octets, ec.ECDSA(hashes.SHA256()))

    def _signature(self, signed_info: bytes) -> bytes:
        signature = self.signer_octets(signed_info)
        if isinstance(self._cle, rsa.RSAPrivateKey):
            return signature
        r, s = decode_dss_signature(signature)
        return r.to_bytes(_MOITIE, "big") + s.to_bytes(_MOITIE, "big")


def octets_signes(certificat: x509.Certificate, octets: bytes, signature: bytes) -> bool:
    """Whether `Signataire.signer_octets` made this signature of these bytes with the key of that certificate."""
    cle = certificat.public_key()
    try:
        if isinstance(cle, rsa.RSAPublicKey):
            cle.verify(signature, octets, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(cle, ec.EllipticCurvePublicKey):
            cle.verify(signature, octets, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def verifier(document: bytes, certificats_pem: bytes) -> etree._Element:
    """The receipt that was signed, without its signature, re-read from the very bytes that the signature covers.

    `certificats_pem` are the certificates trusted, one of which must have signed; their dates are not looked at, since
    a receipt outlives its certificate. Raises SaisieError, in French, for every document that this service did not
    sign as it stands.
    """
    racine = _lire(document)
    signature = _seule_signature(racine)
    valeur = _base64_de(signature, "SignatureValue")
    x509_base64 = _base64_de(signature, "KeyInfo/X509Data/X509Certificate")
    certificat = _certificat(base64.b64decode(x509_base64), certificats_pem)
    presente = _canonique(signature)
    racine.remove(signature)
    couvert = _canonique(racine)
    empreinte = _empreinte(couvert)
    if _base64_de(signature, "SignedInfo/Reference/DigestValue") != empreinte:
        raise SaisieError("L'accusé a été modifié depuis sa signature.")
    info = _signed_info(_methode(certificat.public_key()), empreinte)
    if presente != _signature_canonique(info, valeur, x509_base64):
        raise SaisieError(_FORME_INCONNUE)
    if not _valeur_valide(certificat, base64.b64decode(valeur), _SIGNED_INFO + info):
        raise SaisieError("La signature n'est pas celle du certificat publié.")
    return _lire(couvert)


def _empreinte(document_canonique: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(document_canonique).digest())


def _canonique(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _signed_info(methode: str, empreinte: bytes) -> bytes:
    """SignedInfo in canonical form, less its start tag, which declares the prefix only where it stands alone."""
    return (
        f'<ds:CanonicalizationMethod Algorithm="{_EXC_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{methode}"></ds:SignatureMethod><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{_DS}enveloped-signature"></ds:Transform>'
        f'<ds:Transform Algorithm="{_EXC_C14N}"></ds:Transform></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>'
        f"{empreinte.decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    ).encode()


def _signature_canonique(info: bytes, valeur: bytes, x509_base64: bytes) -> bytes:
    """The whole Signature element in canonical form."""
    return (
        f'<ds:Signature xmlns:ds="{_DS}"><ds:SignedInfo>{info.decode()}'
        f"<ds:SignatureValue>{valeur.decode()}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
        f"{x509_base64.decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()


def _methode(cle: object) -> str:
    """The signature method that a public key imposes."""
    if isinstance(cle, ec.EllipticCurvePublicKey) and isinstance(cle.curve, ec.SECP256R1):
        return "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    if isinstance(cle, rsa.RSAPublicKey):
        return "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    raise ConfigurationError("La clé de signature doit être ECDSA P-256 ou RSA.")


def _lire(document: bytes) -> etree._Element:
    """Parse without entities, network or DTD; refuse what canonicalisation would drop or a reader could miss."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        raise SaisieError("Le document n'est pas du XML lisible.") from None
    if racine.getroottree().docinfo.doctype:
        raise SaisieError("Le document a une déclaration DOCTYPE : un accusé n'en a pas.")
    voisins = [*racine.itersiblings(), *racine.itersiblings(preceding=True)]
    if voisins or any(not isinstance(noeud.tag, str) for noeud in racine.iter()):
        raise SaisieError("Le document contient un commentaire ou une instruction de traitement.")
    if racine.tag != RACINE:
        raise SaisieError("La racine du document n'est pas l'élément accuse de ce service.")
    return racine


def _seule_signature(racine: etree._Element) -> etree._Element:
    signatures = list(racine.iter(_SIGNATURE))
    if len(signatures) != 1:
        raise SaisieError(f"Une signature et une seule est attendue dans l'accusé : {len(signatures)} trouvée(s).")
    signature = signatures[0]
    if signature.getparent() is not racine or signature.getnext() is not None or signature.tail:
        raise SaisieError("La signature n'est pas le dernier élément de l'accusé.")
    return signature


def _certificat(der: bytes, certificats_pem: bytes) -> x509.Certificate:
    """The trusted certificate that KeyInfo repeats."""
    try:
        publies = x509.load_pem_x509_certificates(certificats_pem)
    except ValueError:
        raise SaisieError("Les certificats donnés pour vérifier ne sont pas du PEM lisible.") from None
    for certificat in publies:
        if certificat.public_bytes(Encoding.DER) == der:
            return certificat
    raise SaisieError("Le certificat de la signature n'est pas l'un de ceux que le service publie.")


def _base64_de(signature: etree._Element, chemin: str) -> bytes:
    """The Base64 text of the only element at `chemin`, known to decode."""
    trouves = signature.findall("/".join(f"{{{_DS}}}{nom}" for nom in chemin.split("/")))
    try:
        texte = (trouves[0].text or "").encode("ascii")
        base64.b64decode(texte, validate=True)
    except (IndexError, binascii.Error, UnicodeEncodeError):
        raise SaisieError(_FORME_INCONNUE) from None
    return texte


def _valeur_valide(certificat: x509.Certificate, valeur: bytes, signed_info: bytes) -> bool:
    if isinstance(certificat.public_key(), ec.EllipticCurvePublicKey):
        if len(valeur) != 2 * _MOITIE:
            return False
        r, s = (int.from_bytes(moitie, "big") for moitie in (valeur[:_MOITIE], valeur[_MOITIE:]))
        valeur = encode_dss_signature(r, s)
    return octets_signes(certificat, signed_info, valeur)
