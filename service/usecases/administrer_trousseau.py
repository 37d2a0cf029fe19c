"""The service's own keys, as operators make, rotate and look at them; the files are `security.keystore`'s.

A running service reads its keys when it starts: after a rotation it goes on with the former ones until then.
"""

from pathlib import Path

from service.security import keystore
from service.security.certificate import Algorithme
from service.security.keystore import CleInventoriee

ALGORITHMES = tuple(algorithme.value for algorithme in Algorithme)
"""Kinds of signature key, as operators name them."""


def creer_trousseau(dossier: Path, *, demonstration: bool) -> list[str]:
    """Make what the directory of keys lacks and return the names of the files made; none when it was complete.

    Raises ConfigurationError for a directory that is open to others or damaged.
    """
    return [fichier.name for fichier in keystore.creer(dossier, demonstration)]


def tourner_chiffrement(dossier: Path) -> str:
    """Make a new encryption key current and return its identifier; the older ones still decrypt."""
    return keystore.tourner_chiffrement(dossier)


def tourner_signature(dossier: Path, algorithme: str) -> str:
    """Make a new signature key current and return its identifier; the older certificates remain published."""
    return keystore.tourner_signature(dossier, Algorithme(algorithme))


def inventorier(dossier: Path) -> list[CleInventoriee]:
    """Tell the keys of the directory, never their contents. Raises ConfigurationError."""
    return keystore.inventaire(dossier)


def certificats(dossier: Path) -> str:
    """Return the published certificates, PEM, the current one first. Raises ConfigurationError."""
    return keystore.charger(dossier).certificats_pem.decode("ascii")
