"""The directory of keys: made, checked, read and rotated as files that only their owner can read.

::

    chiffrement-<id>.cle     AES-256 key, Base64; older ones stay, since they still decrypt
    recherche.cle            key of the search hashes, never rotated
    signature-<id>.pem       private key (PKCS #8)
    signature-<id>.crt       its certificate; older ones stay, since receipts outlive them
    courantes.ini            which of them are current, and whether the directory is a demonstration's

Invariants, in the order the code enforces them:

1. The directory is closed to others (0700) and so is every key (0600): anything looser is refused, not repaired.
2. A demonstration key says so itself: its identifier begins with ``demo-``, its ``.cle`` file with ``demonstration:``,
   its certificate names the organisation DEMONSTRATION. One such key anywhere makes `Cles.demonstration` true.
3. A file is written whole under another name, flushed to the disk, then renamed; a key exists on disk before
   ``courantes.ini`` names it, so that a crash at any moment leaves a directory that loads.
4. An existing key is never written over.
"""

import base64
import binascii
import configparser
import os
import secrets
import stat
from collections.abc import Sequence
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

from service.errors import ConfigurationError, Precision
from service.security.certificate import Algorithme, certificat_autosigne, nouvelle_cle_de_signature
from service.security.encryption import TAILLE_CLE, Coffre
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


def creer(dossier: Path, demonstration: bool, nom: str = NOM_PAR_DEFAUT) -> list[Path]:
    """Make what a directory of keys lacks, itself included; returns the files made, none when it was complete.

    `nom` is the common name of the certificate. A directory that has ``courantes.ini`` is left as it is, unless its
    current keys are missing: those are not made anew, for what they encrypted would seem lost (ConfigurationError).
    """
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    _exiger_ferme([dossier])
    if (dossier / _COURANTES).exists():
        charger(dossier)
        return []
    faits = []
    if not (dossier / _RECHERCHE).exists():
        faits.append(_ecrire_cle(dossier / _RECHERCHE, demonstration))
    chiffrement = _nouvelle_cle_de_chiffrement(dossier, demonstration)
    signature = _nouvelle_signature(dossier, Algorithme.P256, nom, demonstration)
    faits += [dossier / f"chiffrement-{chiffrement}.cle", *_paire(dossier, signature)]
    _ecrire_courantes(dossier, chiffrement, signature)
    return [*faits, dossier / _COURANTES]


def charger(dossier: Path) -> Cles:
    """Read a directory of keys. Raises ConfigurationError, all problems of permissions or of files at once."""
    chiffrement, signature = _lire_courantes(dossier)
    fichiers = sorted(dossier.glob("*.cle")) + sorted(dossier.glob("signature-*.pem"))
    _exiger_ferme([dossier, *fichiers])
    _exiger_presents([dossier / _RECHERCHE, dossier / f"chiffrement-{chiffrement}.cle", *_paire(dossier, signature)])
    recherche, marque = _lire_cle(dossier / _RECHERCHE)
    cles = {}
    for fichier in sorted(dossier.glob("chiffrement-*.cle")):
        identifiant = fichier.stem.removeprefix("chiffrement-")
        cles[identifiant], marquee = _lire_cle(fichier)
        marque = marque or marquee or identifiant.startswith(_PREFIXE_DEMO)
    certificats = _lire_certificats(dossier, signature)
    marque = marque or any(_est_de_demonstration(certificat) for certificat in certificats)
    signataire = Signataire(_lire_cle_privee(_paire(dossier, signature)[0]), certificats[0])
    pem = b"".join(certificat.public_bytes(Encoding.PEM) for certificat in certificats)
    return Cles(Coffre(cles, chiffrement, recherche), signataire, pem, marque)


def tourner_chiffrement(dossier: Path) -> str:
    """Make a new encryption key and make it current; the older ones still decrypt. Returns its identifier."""
    demonstration = charger(dossier).demonstration
    signature = _lire_courantes(dossier)[1]
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
    return _nouvelle_signature(dossier, algorithme, nom, charger(dossier).demonstration)


def choisir_signature(dossier: Path, identifiant: str) -> None:
    """Make an existing signature key current. Raises ConfigurationError when the directory has none of that name."""
    chiffrement, _ = _lire_courantes(dossier)
    _exiger_presents(_paire(dossier, identifiant))
    _ecrire_courantes(dossier, chiffrement, identifiant)


def signatures(dossier: Path) -> list[str]:
    """Identifiers of the signature keys that can be chosen, the current one first."""
    courante = _lire_courantes(dossier)[1]
    tous = {fichier.stem.removeprefix("signature-") for fichier in dossier.glob("signature-*.pem")}
    return [courante, *sorted(tous - {courante})]


def _paire(dossier: Path, identifiant: str) -> tuple[Path, Path]:
    return dossier / f"signature-{identifiant}.pem", dossier / f"signature-{identifiant}.crt"


def _nouvel_identifiant(demonstration: bool) -> str:
    """Sorts by date; random beyond it, so that two made at once differ."""
    jour = datetime.now(UTC).strftime("%Y%m%d")
    return f"{_PREFIXE_DEMO if demonstration else ''}{jour}-{secrets.token_hex(3)}"


def _nouvelle_cle_de_chiffrement(dossier: Path, demonstration: bool) -> str:
    identifiant = _nouvel_identifiant(demonstration)
    _ecrire_cle(dossier / f"chiffrement-{identifiant}.cle", demonstration)
    return identifiant


def _nouvelle_signature(dossier: Path, algorithme: Algorithme, nom: str, demonstration: bool) -> str:
    identifiant = f"{_nouvel_identifiant(demonstration)}-{algorithme}"
    cle = nouvelle_cle_de_signature(algorithme)
    organisation = ORGANISATION_DEMONSTRATION if demonstration else None
    certificat = certificat_autosigne(cle, nom, datetime.now(UTC), organisation)
    prive, public = _paire(dossier, identifiant)
    _ecrire(prive, cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _ecrire(public, certificat.public_bytes(Encoding.PEM))
    return identifiant


def _ecrire_cle(fichier: Path, demonstration: bool) -> Path:
    marque = _MARQUE if demonstration else ""
    _ecrire(fichier, f"{marque}{base64.b64encode(secrets.token_bytes(TAILLE_CLE)).decode()}\n".encode())
    return fichier


def _ecrire_courantes(dossier: Path, chiffrement: str, signature: str) -> None:
    texte = f"[{_SECTION}]\nchiffrement = {chiffrement}\nsignature = {signature}\n"
    _ecrire(dossier / _COURANTES, texte.encode(), remplacer=True)


def _ecrire(fichier: Path, contenu: bytes, remplacer: bool = False) -> None:
    """Write whole or not at all, 0600, on the disk when this returns; an existing file only with `remplacer`."""
    provisoire = fichier.with_name(f".{fichier.name}.{secrets.token_hex(4)}")
    descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.write(contenu)
            sortie.flush()
            os.fsync(sortie.fileno())
        if remplacer:
            provisoire.replace(fichier)
        else:
            os.link(provisoire, fichier)  # fails where the file exists, which a rename would not
    finally:
        provisoire.unlink(missing_ok=True)
    dossier = os.open(fichier.parent, os.O_RDONLY)
    try:
        os.fsync(dossier)
    finally:
        os.close(dossier)


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


def _exiger_ferme(chemins: Sequence[Path]) -> None:
    problemes = [
        Precision(
            f"{chemin.name} : droits {stat.S_IMODE(mode):04o}, {'0700' if stat.S_ISDIR(mode) else '0600'} attendus."
        )
        for chemin in chemins
        if (mode := chemin.stat().st_mode) & 0o077
    ]
    if problemes:
        raise ConfigurationError("Les clés sont lisibles ou modifiables par d'autres que leur propriétaire.", problemes)


def _exiger_presents(fichiers: Sequence[Path]) -> None:
    problemes = [Precision(f"{fichier.name} manque.") for fichier in fichiers if not fichier.is_file()]
    if problemes:
        raise ConfigurationError("Il manque des fichiers au dossier des clés.", problemes)


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


def _lire_cle_privee(fichier: Path) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    try:
        cle = load_pem_private_key(fichier.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise ConfigurationError(f"Dossier des clés : {fichier.name} n'est pas une clé privée lisible.") from None
    if not isinstance(cle, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ConfigurationError(f"Dossier des clés : {fichier.name} doit être une clé ECDSA P-256 ou RSA.")
    return cle


def _lire_certificats(dossier: Path, courant: str) -> list[x509.Certificate]:
    """The current certificate, then the others, the newest first."""
    premier = _paire(dossier, courant)[1]
    autres = sorted((f for f in dossier.glob("signature-*.crt") if f != premier), reverse=True)
    certificats = []
    for fichier in (premier, *autres):
        try:
            certificats.append(x509.load_pem_x509_certificate(fichier.read_bytes()))
        except (OSError, ValueError):
            raise ConfigurationError(f"Dossier des clés : {fichier.name} n'est pas un certificat lisible.") from None
    return certificats


def _est_de_demonstration(certificat: x509.Certificate) -> bool:
    organisations = certificat.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(attribut.value == ORGANISATION_DEMONSTRATION for attribut in organisations)
