"""The certificates that receipts are verified with: fetched once, kept, and any change told.

They are fetched from the service the first time; from then on a receipt signed with another one is not believed before
the service publishes it, and a person is told.
"""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from declarer_esat.ecriture import creer_dossier, remplacer
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.signature import certificats_du_pem

Telecharger = Callable[[], bytes]
"""Gets what the service publishes at /certificats."""


class Certificats:
    """The certificates of one service, in ``certificats/<host>.pem``."""

    def __init__(self, dossier: Path, base: str, telecharger: Telecharger, dire: Callable[[str], None]) -> None:
        """`dire` is told, in French, what a person should know."""
        parties = urlsplit(base)
        nom = re.sub(r"[^A-Za-z0-9.-]", "_", f"{parties.netloc.rpartition('@')[2]}{parties.path}")
        self._chemin = dossier / "certificats" / f"{nom}.pem"
        self._telecharger = telecharger
        self._dire = dire

    def pem(self) -> bytes:
        """Return the certificates trusted; the first time, those that the service publishes now."""
        if self._chemin.exists():
            return self._chemin.read_bytes()
        publies = certificats_du_pem(self._telecharger())
        self._garder(publies)
        self._dire(
            f"Certificat du service enregistré dans {self._chemin} : empreinte SHA-256 {empreinte(publies[0])}. "
            "À comparer, une fois, avec celle que la Caf communique."
        )
        return self._chemin.read_bytes()

    def renouveler(self) -> bytes:
        """Look for certificates that the service publishes since; tell of those that are new. Return all of them."""
        connus = certificats_du_pem(self.pem())
        nouveaux = [publie for publie in certificats_du_pem(self._telecharger()) if publie not in connus]
        if nouveaux:
            self._garder(nouveaux + connus)
            self._dire(
                "Le service a changé de certificat de signature : nouvelle empreinte SHA-256 "
                f"{', '.join(map(empreinte, nouveaux))}. La Caf peut confirmer ce changement."
            )
        return self._chemin.read_bytes()

    def _garder(self, certificats: list[x509.Certificate]) -> None:
        creer_dossier(self._chemin.parent)
        remplacer(self._chemin, b"".join(certificat.public_bytes(Encoding.PEM) for certificat in certificats))


def tous_les_certificats(dossier: Path) -> bytes:
    """Return every certificate kept in a folder. Raises `AccuseDouteuxError` when there is none."""
    pem = b"".join(fichier.read_bytes() for fichier in sorted((dossier / "certificats").glob("*.pem")))
    if not pem:
        raise AccuseDouteuxError(
            f"Aucun certificat n'est encore enregistré dans {dossier} : donner --certificats, un fichier PEM ou "
            "l'adresse https://…/certificats du service."
        )
    return pem


def empreinte(certificat: x509.Certificate) -> str:
    """Return the digest by which people compare certificates."""
    return certificat.fingerprint(SHA256()).hex(":", 2).upper()
