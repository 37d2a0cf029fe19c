"""The policy of passwords (CNIL, délibération n° 2022-100 du 21 juillet 2022): the pure part.

At least 12 characters and 50 bits of estimated entropy, attempts being limited; never the e-mail's local part; never
one of the last five; never the beginning that marks a clé d'intégration, since such a secret is compared with clés
only.
"""

import unicodedata
from typing import NamedTuple

PREFIXE_DE_CLE = "cle_"
"""What every clé d'intégration begins with, and no password may."""


class Politique(NamedTuple):
    """What a new password must satisfy."""

    longueur_min: int = 12
    """Characters."""
    entropie_min_bits: float = 50
    """Base-2 logarithm of the estimated number of guesses."""
    historique: int = 5
    """How many of the last passwords are refused."""


POLITIQUE_PAR_DEFAUT = Politique()


def _comparable(texte: str) -> str:
    return unicodedata.normalize("NFKC", texte).casefold()


def raisons_de_refus(
    nouveau: str,
    courriel: str,
    entropie_bits: float,
    deja_utilise: bool,
    politique: Politique = POLITIQUE_PAR_DEFAUT,
) -> list[str]:
    """Return every reason, in French, to refuse a new password; empty when it is right.

    `entropie_bits` is its estimated entropy and `deja_utilise` whether it is one of the last ones: the caller knows
    both. No reason quotes the password or the e-mail address.
    """
    raisons = []
    if len(nouveau) < politique.longueur_min:
        raisons.append(f"Il compte moins de {politique.longueur_min} caractères.")
    if entropie_bits < politique.entropie_min_bits:
        raisons.append(
            "Il est trop facile à deviner : l'allonger, par exemple de plusieurs mots sans rapport, et éviter les "
            "suites, les répétitions et les dates."
        )
    locale = _comparable(courriel.partition("@")[0])
    if locale and locale in _comparable(nouveau):
        raisons.append("Il contient le début de l'adresse électronique du compte.")
    if deja_utilise:
        raisons.append(f"Il est l'un des {politique.historique} derniers mots de passe de ce compte.")
    if nouveau.startswith(PREFIXE_DE_CLE):
        raisons.append(f"Il commence par « {PREFIXE_DE_CLE} », réservé aux clés d'intégration.")
    return raisons
