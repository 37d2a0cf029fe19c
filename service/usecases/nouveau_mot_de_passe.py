"""A new password against the policy: the same for pages and messages, for accounts of ESATs and for operators."""

from collections.abc import Sequence

from service.domain.mot_de_passe import RegleMotDePasse, regles_enfreintes
from service.errors import MotDePasseRefuseError, Precision
from service.security.passwords import entropie_bits
from service.usecases.dependencies import Dependencies


def examiner_mot_de_passe(dependencies: Dependencies, courriel: str, nouveau: str) -> list[RegleMotDePasse]:
    """Return the rules that a password being typed breaks, those that need no hash to be computed."""
    return _enfreintes(dependencies, courriel, nouveau, deja_utilise=False)


def exiger_un_bon_mot_de_passe(
    dependencies: Dependencies, courriel: str, derniers: Sequence[str], nouveau: str, champ: str | None = None
) -> None:
    """Raise MotDePasseRefuseError, with every reason, unless the new password satisfies the policy.

    `derniers` are the hashes of the present password and of those before it; `champ` is where the new one stood.
    Raises DebitDepasseError when argon2id's queue is full.
    """
    comptant = derniers[: dependencies.politique.historique]
    deja_utilise = any(dependencies.hacheur.verifier(dernier, nouveau) for dernier in comptant)
    enfreintes = _enfreintes(dependencies, courriel, nouveau, deja_utilise)
    if enfreintes:
        politique = dependencies.politique
        raise MotDePasseRefuseError(precisions=[Precision(regle.refus(politique), champ=champ) for regle in enfreintes])


def _enfreintes(dependencies: Dependencies, courriel: str, nouveau: str, deja_utilise: bool) -> list[RegleMotDePasse]:
    mots = [courriel, *courriel.replace("@", ".").split(".")]
    bits = entropie_bits(nouveau, mots)
    return regles_enfreintes(nouveau, courriel, bits, deja_utilise, dependencies.politique)
