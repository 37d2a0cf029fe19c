"""What a person types: the checks that several acts share, and the refusal that tells all problems at once."""

import unicodedata
from collections.abc import Sequence

from service.errors import Precision, SaisieError

_INVISIBLES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that no name or number of ours holds: controls, formats, surrogates, line separators."""


def exiger(problemes: Sequence[Precision]) -> None:
    """Raise SaisieError with the problems, if any."""
    if problemes:
        raise SaisieError(precisions=problemes)


def texte_refuse(champ: str, texte: str, longueur_max: int) -> list[Precision]:
    """Return what is wrong with a short text that must be there, the problem under the name `champ`."""
    if not texte.strip():
        return [Precision("un texte est attendu.", champ=champ)]
    if len(texte) > longueur_max:
        return [Precision(f"{longueur_max} caractères au plus sont attendus.", champ=champ)]
    if texte != texte.strip() or any(unicodedata.category(signe) in _INVISIBLES for signe in texte):
        return [Precision("un texte sans espace aux bouts ni caractère invisible est attendu.", champ=champ)]
    return []
