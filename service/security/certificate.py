"""Signature keys and their self-signed certificates (RFC 5280).

P-256 by default, which XML Signature 1.1 §6.1 requires of every implementation; RSA-3072 for .NET's SignedXml, which
knows no ECDSA. A certificate lives ten years, twice the retention of the receipts it proves.
"""

import enum
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

ClePrivee = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DUREE = timedelta(days=3653)
_RECUL = timedelta(minutes=5)  # a verifier's clock may be a little behind ours
_EXPOSANT_RSA = 65537
_TAILLE_RSA = 3072


class Algorithme(enum.StrEnum):
    """Kinds of signature key, as the command `cles` names them."""

    P256 = "p256"
    RSA3072 = "rsa3072"


def nouvelle_cle_de_signature(algorithme: Algorithme) -> ClePrivee:
    """A new private key: tens of microseconds for P-256, up to a second for RSA-3072."""
    if algorithme is Algorithme.RSA3072:
        return rsa.generate_private_key(_EXPOSANT_RSA, _TAILLE_RSA)
    return ec.generate_private_key(ec.SECP256R1())


def certificat_autosigne(
    cle: ClePrivee, nom: str, maintenant: datetime, organisation: str | None = None
) -> x509.Certificate:
    """A certificate of ten years for `cle`, whose subject has `nom` as common name (at most 64 characters, RFC 5280).

    Its only use is digitalSignature; it is no authority. `maintenant` is aware.
    """
    attributs = [x509.NameAttribute(NameOID.COMMON_NAME, nom)]
    if organisation is not None:
        attributs.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    sujet = x509.Name(attributs)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(maintenant - _RECUL)
        .not_valid_after(maintenant + DUREE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle.public_key()), critical=False)
        .sign(cle, hashes.SHA256())
    )


def numero_de_serie(certificat: x509.Certificate) -> str:
    """The serial number as ``openssl x509 -serial`` prints it: whole bytes in upper-case hexadecimal."""
    numero = certificat.serial_number
    return numero.to_bytes((numero.bit_length() + 7) // 8, "big").hex().upper()


def par_numero_de_serie(certificats_pem: bytes) -> dict[str, x509.Certificate]:
    """The certificates of a PEM text, under their serial numbers."""
    return {numero_de_serie(certificat): certificat for certificat in x509.load_pem_x509_certificates(certificats_pem)}
