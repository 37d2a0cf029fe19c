"""The directory of keys: made, checked, read and rotated as files that only their owner can read.

::

    chiffrement-<id>.cle     AES-256 key, Base64; older ones stay, since they still decrypt
    recherche.cle            key of the search hashes, never rotated
    signature-<id>.pem       private key (PKCS #8)
    signature-<id>.crt       its certificate; older ones stay, since receipts outlive them
    courantes.ini            which of them are current

Invariants, in the order the code enforces them:

1. The directory is closed to others (0700) and so is every key (0600): anything looser is refused, not repaired.
2. A demonstration key says so itself: its identifier begins with ``demo-``, its ``.cle`` file with ``demonstration:``,
   its certificate names the organisation DEMONSTRATION. One such key anywhere makes `Cles.demonstration` true.
3. One process at a time writes in the directory (flock), and an existing key is never written over.
4. A file is written whole under another name, flushed to the disk, then renamed; a key exists on disk before
   ``courantes.ini`` names it, so that a crash at any moment leaves a directory that loads, or that `creer` completes.
"""

import base64
import binascii
import configparser
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from service.errors import ConfigurationError
from service.security.certificate import Algorithme, certificat_autosigne, nouvelle_cle_de_signature
from service.security.encryption import TAILLE_CLE, Coffre
from service.security.key_files import ecrire, exiger_ferme, exiger_presents, seul_a_ecrire
from service.security.signing import Signataire

ORGANISATION_DEMONSTRATION = "DEMONSTRATION"
NOM_PAR_DEFAUT = "Télédéclaration ESAT"

_COURANTES = "courantes.ini"
_RECHERCHE = "recherche.cle"
_MARQUE = "demonstration:"
_PREFIXE_DEMO = "demo-"
_SECTION = "courantes"


class Cles(NamedTuple):
    """Everything read from a directory of keys."""

    coffre: Coffre
    signataire: Signataire
    certificats_pem: bytes
    """All certificates, PEM, the current one first."""
    demonstration: bool
    """Whether any of the keys is a demonstration's: production must not start with it."""

    def __repr__(self) -> str:
        return f"Cles(demonstration={self.demonstration})"


class CleInventoriee(NamedTuple):
    """What may be told of a key of the directory: never the key."""

    usage: str
    """``chiffrement``, ``recherche`` or ``signature``."""
    identifiant: str
    algorithme: str
    courante: bool
    demonstration: bool
    fin: datetime | None
    """End of a certificate; None for a key that has none."""


def creer(dossier: Path, demonstration: bool, nom: str = NOM_PAR_DEFAUT) -> list[Path]:
    """Make what a directory of keys lacks, itself included; returns the files made, none when it was complete.

    `nom` is the common name of the certificate. A directory that has ``courantes.ini`` is only checked: keys missing
    there are not made anew, for what they encrypted would be lost without a word (ConfigurationError).
    """
    try:
        dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise ConfigurationError("Le dossier des clés ne peut pas être créé à cet endroit.") from None
    exiger_ferme([dossier])
    with seul_a_ecrire(dossier):
        if (dossier / _COURANTES).exists():
            charger(dossier)
            return []
        faits = []
        if not (dossier / _RECHERCHE).exists():
            faits.append(_ecrire_cle(dossier / _RECHERCHE, demonstration))
        chiffrement = _nouvelle_cle_de_chiffrement(dossier, demonstration)
        signature = _nouvelle_signature(dossier, Algorithme.P256, nom, demonstration)
        faits += [_chiffrement(dossier, chiffrement), *_paire(dossier, signature)]
        _ecrire_courantes(dossier, chiffrement, signature)
    return [*faits, dossier / _COURANTES]


def charger(dossier: Path) -> Cles:
    """Read a directory of keys. Raises ConfigurationError, all problems of permissions or of files at once."""
    chiffrement, signature = _lire_courantes(dossier)
    fichiers = sorted(dossier.glob("*.cle")) + sorted(dossier.glob("signature-*.pem"))
    exiger_ferme([dossier, *fichiers])
    exiger_presents([dossier / _RECHERCHE, _chiffrement(dossier, chiffrement), *_paire(dossier, signature)])
    recherche, marque = _lire_cle(dossier / _RECHERCHE)
    cles = {}
    for fichier in sorted(dossier.glob("chiffrement-*.cle")):
        identifiant = fichier.stem.removeprefix("chiffrement-")
        cles[identifiant], marquee = _lire_cle(fichier)
        marque = marque or marquee or identifiant.startswith(_PREFIXE_DEMO)
    certificats = _lire_certificats(dossier, signature)
    marque = marque or any(_est_de_demonstration(certificat) for certificat in certificats)
    pem = b"".join(certificat.public_bytes(Encoding.PEM) for certificat in certificats)
    return Cles(Coffre(cles, chiffrement, recherche), _signataire(dossier, signature), pem, marque)


def tourner_chiffrement(dossier: Path) -> str:
    """Make a new encryption key and make it current; the older ones still decrypt. Returns its identifier."""
    demonstration = charger(dossier).demonstration
    with seul_a_ecrire(dossier):
        _, signature = _lire_courantes(dossier)
        chiffrement = _nouvelle_cle_de_chiffrement(dossier, demonstration)
        _ecrire_courantes(dossier, chiffrement, signature)
    return chiffrement


def tourner_signature(dossier: Path, algorithme: Algorithme = Algorithme.P256, nom: str = NOM_PAR_DEFAUT) -> str:
    """Make a new signature key with its certificate and make it current. Returns its identifier.

    The older certificates remain published, the older private keys are no longer used.
    """
    signature = creer_signature(dossier, algorithme, nom)
    choisir_signature(dossier, signature)
    return signature


def creer_signature(dossier: Path, algorithme: Algorithme, nom: str = NOM_PAR_DEFAUT) -> str:
    """Make a signature key with its certificate, not current yet but published. Returns its identifier."""
    demonstration = charger(dossier).demonstration
    with seul_a_ecrire(dossier):
        return _nouvelle_signature(dossier, algorithme, nom, demonstration)


def choisir_signature(dossier: Path, identifiant: str) -> None:
    """Make an existing signature key current. Raises ConfigurationError when none has that name, or it is unusable."""
    if identifiant not in signatures(dossier):
        raise ConfigurationError("Le dossier des clés n'a pas de clé de signature de ce nom.")
    _signataire(dossier, identifiant)
    with seul_a_ecrire(dossier):
        chiffrement, _ = _lire_courantes(dossier)
        _ecrire_courantes(dossier, chiffrement, identifiant)


def signatures(dossier: Path) -> list[str]:
    """Identifiers of the signature keys that can be chosen, the current one first."""
    courante = _lire_courantes(dossier)[1]
    tous = {fichier.stem.removeprefix("signature-") for fichier in dossier.glob("signature-*.pem")}
    return [courante, *sorted(tous - {courante})]


def inventaire(dossier: Path) -> list[CleInventoriee]:
    """Tell every key of a directory that `charger` accepts: encryption, search, signature; current ones first."""
    charger(dossier)
    chiffrement, signature = _lire_courantes(dossier)
    inventaire = []
    for fichier in _courante_d_abord(dossier, "chiffrement-*.cle", _chiffrement(dossier, chiffrement)):
        nom = fichier.stem.removeprefix("chiffrement-")
        marque = _lire_cle(fichier)[1] or nom.startswith(_PREFIXE_DEMO)
        inventaire.append(CleInventoriee("chiffrement", nom, "AES-256-GCM", nom == chiffrement, marque, None))
    marque = _lire_cle(dossier / _RECHERCHE)[1]
    inventaire.append(CleInventoriee("recherche", "recherche", "BLAKE2b", True, marque, None))
    for fichier in _courante_d_abord(dossier, "signature-*.crt", _paire(dossier, signature)[1]):
        nom, certificat = fichier.stem.removeprefix("signature-"), _lire_certificat(fichier)
        cle = certificat.public_key()
        algorithme = f"RSA-{cle.key_size}" if isinstance(cle, rsa.RSAPublicKey) else "ECDSA P-256"
        fin, marque = certificat.not_valid_after_utc, _est_de_demonstration(certificat)
        inventaire.append(CleInventoriee("signature", nom, algorithme, nom == signature, marque, fin))
    return inventaire


def _courante_d_abord(dossier: Path, motif: str, courante: Path) -> list[Path]:
    return sorted(dossier.glob(motif), key=lambda fichier: (fichier != courante, fichier.name))


def _chiffrement(dossier: Path, identifiant: str) -> Path:
    return dossier / f"chiffrement-{identifiant}.cle"


def _paire(dossier: Path, identifiant: str) -> tuple[Path, Path]:
    return dossier / f"signature-{identifiant}.pem", dossier / f"signature-{identifiant}.crt"


def _nouvel_identifiant(demonstration: bool) -> str:
    """Sorts by date; random beyond it, so that two made at once differ."""
    jour = datetime.now(UTC).strftime("%Y%m%d")
    return f"{_PREFIXE_DEMO if demonstration else ''}{jour}-{secrets.token_hex(3)}"


def _nouvelle_cle_de_chiffrement(dossier: Path, demonstration: bool) -> str:
    identifiant = _nouvel_identifiant(demonstration)
    _ecrire_cle(_chiffrement(dossier, identifiant), demonstration)
    return identifiant


def _nouvelle_signature(dossier: Path, algorithme: Algorithme, nom: str, demonstration: bool) -> str:
    identifiant = f"{_nouvel_identifiant(demonstration)}-{algorithme}"
    cle = nouvelle_cle_de_signature(algorithme)
    organisation = ORGANISATION_DEMONSTRATION if demonstration else None
    certificat = certificat_autosigne(cle, nom, datetime.now(UTC), organisation)
    prive, public = _paire(dossier, identifiant)
    ecrire(prive, cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    ecrire(public, certificat.public_bytes(Encoding.PEM))
    return identifiant


def _ecrire_cle(fichier: Path, demonstration: bool) -> Path:
    marque = _MARQUE if demonstration else ""
    ecrire(fichier, f"{marque}{base64.b64encode(secrets.token_bytes(TAILLE_CLE)).decode()}\n".encode())
    return fichier


def _ecrire_courantes(dossier: Path, chiffrement: str, signature: str) -> None:
    texte = f"[{_SECTION}]\nchiffrement = {chiffrement}\nsignature = {signature}\n"
    ecrire(dossier / _COURANTES, texte.encode(), remplacer=True)


def _lire_courantes(dossier: Path) -> tuple[str, str]:
    """Identifiers of the current encryption and signature keys."""
    fichier = dossier / _COURANTES
    lecteur = configparser.ConfigParser(interpolation=None)
    try:
        lecteur.read_string(fichier.read_text("utf-8"))
        section = lecteur[_SECTION]
        return section["chiffrement"], section["signature"]
    except FileNotFoundError:
        raise ConfigurationError(f"Le dossier des clés n'est pas préparé : {_COURANTES} manque.") from None
    except (OSError, UnicodeDecodeError, configparser.Error, KeyError):
        raise ConfigurationError(f"Dossier des clés : {_COURANTES} n'est pas lisible.") from None


def _lire_cle(fichier: Path) -> tuple[bytes, bool]:
    """A symmetric key, and whether its file bears the mark of the demonstration."""
    try:
        texte = fichier.read_text("ascii").strip()
        cle = base64.b64decode(texte.removeprefix(_MARQUE), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error):
        raise ConfigurationError(f"Dossier des clés : {fichier.name} n'est pas lisible.") from None
    if len(cle) != TAILLE_CLE:
        raise ConfigurationError(f"Dossier des clés : {fichier.name} doit contenir {TAILLE_CLE} octets en Base64.")
    return cle, texte.startswith(_MARQUE)


def _signataire(dossier: Path, identifiant: str) -> Signataire:
    prive, public = _paire(dossier, identifiant)
    try:
        cle = load_pem_private_key(prive.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise ConfigurationError(f"Dossier des clés : {prive.name} n'est pas une clé privée lisible.") from None
    if not isinstance(cle, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ConfigurationError(f"Dossier des clés : {prive.name} doit être une clé ECDSA P-256 ou RSA.")
    return Signataire(cle, _lire_certificat(public))


def _lire_certificat(fichier: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(fichier.read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(f"Dossier des clés : {fichier.name} n'est pas un certificat lisible.") from None


def _lire_certificats(dossier: Path, courant: str) -> list[x509.Certificate]:
    """The current certificate, then the others, the newest first."""
    premier = _paire(dossier, courant)[1]
    autres = [_lire_certificat(fichier) for fichier in sorted(dossier.glob("signature-*.crt")) if fichier != premier]
    autres.sort(key=lambda certificat: certificat.not_valid_before_utc, reverse=True)
    return [_lire_certificat(premier), *autres]


def _est_de_demonstration(certificat: x509.Certificate) -> bool:
    organisations = certificat.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(attribut.value == ORGANISATION_DEMONSTRATION for attribut in organisations)
