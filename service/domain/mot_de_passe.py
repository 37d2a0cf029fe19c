"""The policy of passwords (CNIL, délibération n° 2022-100 du 21 juillet 2022): the pure part.

At least 12 characters and 50 bits of estimated entropy, attempts being limited; never the e-mail's local part; never
one of the last five; never the beginning that marks a clé d'intégration, since such a secret is compared with clés
only.
"""

import unicodedata
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

PREFIXE_DE_CLE = "cle_"
"""What every clé d'intégration begins with, and no password may."""

PROVISOIRE = timedelta(hours=72)
"""How long a provisional password, which somebody else chose, may wait for its first use."""


class Politique(NamedTuple):
    """What a new password must satisfy."""

    longueur_min: int = 12
    """Characters."""
    entropie_min_bits: float = 50
    """Base-2 logarithm of the estimated number of guesses."""
    historique: int = 5
    """How many of the last passwords are refused."""


POLITIQUE_PAR_DEFAUT = Politique()


class RegleMotDePasse(StrEnum):
    """What a new password is held against, in the order in which it is told."""

    LONGUEUR = "LONGUEUR"
    ROBUSTESSE = "ROBUSTESSE"
    ADRESSE = "ADRESSE"
    HISTORIQUE = "HISTORIQUE"
    PREFIXE = "PREFIXE"

    def enonce(self, politique: Politique = POLITIQUE_PAR_DEFAUT) -> str:
        """Return the rule in French, as a page tells it beforehand."""
        return _ENONCES[self].format(politique=politique)

    def refus(self, politique: Politique = POLITIQUE_PAR_DEFAUT) -> str:
        """Return why a password that breaks it is refused, in French."""
        return _REFUS[self].format(politique=politique)


_ENONCES = {
    RegleMotDePasse.LONGUEUR: "compte {politique.longueur_min} caractères au moins",
    RegleMotDePasse.ROBUSTESSE: "est difficile à deviner : par exemple plusieurs mots sans rapport entre eux, sans "
    "suite, répétition ni date",
    RegleMotDePasse.ADRESSE: "ne contient pas ce qui précède « @ » dans votre adresse électronique",
    RegleMotDePasse.HISTORIQUE: "diffère de vos {politique.historique} derniers mots de passe",
    RegleMotDePasse.PREFIXE: f"ne commence pas par « {PREFIXE_DE_CLE} »",
}
_REFUS = {
    RegleMotDePasse.LONGUEUR: "Il compte moins de {politique.longueur_min} caractères.",
    RegleMotDePasse.ROBUSTESSE: "Il est trop facile à deviner : l'allonger, par exemple de plusieurs mots sans "
    "rapport, et éviter les suites, les répétitions et les dates.",
    RegleMotDePasse.ADRESSE: "Il contient le début de l'adresse électronique du compte.",
    RegleMotDePasse.HISTORIQUE: "Il est l'un des {politique.historique} derniers mots de passe de ce compte.",
    RegleMotDePasse.PREFIXE: f"Il commence par « {PREFIXE_DE_CLE} », réservé aux clés d'intégration.",
}


def regles_enfreintes(
    nouveau: str,
    courriel: str,
    entropie_bits: float,
    deja_utilise: bool,
    politique: Politique = POLITIQUE_PAR_DEFAUT,
) -> list[RegleMotDePasse]:
    """Return every rule that a new password breaks; none when it is right.

    `entropie_bits` is its estimated entropy and `deja_utilise` whether it is one of the last ones: the caller knows
    both.
    """
    locale = _comparable(courriel.partition("@")[0])
    enfreint = {
        RegleMotDePasse.LONGUEUR: len(nouveau) < politique.longueur_min,
        RegleMotDePasse.ROBUSTESSE: entropie_bits < politique.entropie_min_bits,
        RegleMotDePasse.ADRESSE: bool(locale) and locale in _comparable(nouveau),
        RegleMotDePasse.HISTORIQUE: deja_utilise,
        RegleMotDePasse.PREFIXE: nouveau.startswith(PREFIXE_DE_CLE),
    }
    return [regle for regle in RegleMotDePasse if enfreint[regle]]


def raisons_de_refus(
    nouveau: str,
    courriel: str,
    entropie_bits: float,
    deja_utilise: bool,
    politique: Politique = POLITIQUE_PAR_DEFAUT,
) -> list[str]:
    """Return every reason, in French, to refuse a new password; no reason quotes it or the e-mail address."""
    enfreintes = regles_enfreintes(nouveau, courriel, entropie_bits, deja_utilise, politique)
    return [regle.refus(politique) for regle in enfreintes]


def _comparable(texte: str) -> str:
    return unicodedata.normalize("NFKC", texte).casefold()
