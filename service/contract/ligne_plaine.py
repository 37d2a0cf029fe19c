"""How a line is written in the plainest way: an expression compiled from the schema, which reads what it recognises.

It admits elements in the schema's order, without attribute, reference, comment or white space between them, and of each
type some texts that are valid whatever stands around them: characters of XML 1.0 without control characters, dates of
the calendar, numbers that no bound refuses.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from service.contract.modele import Particule, TypeComplexe, TypeSimple

Colonnes = Sequence[Sequence[str]]
"""Texts of lines in the order of `canonique.Forme`, a column an element, empty where it is absent."""

_CARACTERE = r"[^<>&\x00-\x1f\ufffe\uffff]"
_CARACTERE_NOIR = r"[^<>& \x00-\x1f\ufffe\uffff]"
_ENTIER = "-?[0-9]{1,9}+"
_BISSEXTILE = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DATE = (
    "(?:(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    f"|(?:0[13578]|1[02])-31)|{_BISSEXTILE}-02-29)"
)
_PREFIXE = "([^<>/: ]+:)"
"""What the names of a line begin with: told once, then referred to."""


class LignePlaine:
    """A kind of line, in the default namespace or `prefixee`.

    Raises ValueError for a schema with something in a line that is not understood here.
    """

    def __init__(self, ligne: Particule, *, prefixee: bool = False) -> None:
        self._groupes: dict[str, list[int]] = {}
        self._nombre = 1 if prefixee else 0
        self._prefixe = r"\1" if prefixee else ""
        element = self._element(ligne, "")
        self._expression = re.compile(element.replace(self._prefixe, _PREFIXE, 1) if prefixee else element)

    def lire(self, texte: str, prefixe: str = "") -> Colonnes | None:
        """What lines say, None for a text that is anything else than plain lines, one after the other.

        `prefixe` is what every name is to begin with, such as ``ns:``.
        """
        parties: list[str] = self._expression.split(texte)  # what stands between lines, then the groups of the next one
        pas = self._nombre + 1
        if any(parties[::pas]) or (prefixe and set(parties[1::pas]) != {prefixe}):
            return None
        return [_colonne([parties[groupe::pas] for groupe in groupes]) for groupes in self._groupes.values()]

    def _element(self, particule: Particule, chemin: str) -> str:
        nom, type_ = particule.nom, particule.type
        if isinstance(type_, TypeComplexe):
            contenu = self._contenu(type_, chemin)
        else:
            contenu = self._groupe(chemin + nom, valeur(type_))
        return f"<{self._prefixe}{nom}>{contenu}</{self._prefixe}{nom}>"

    def _contenu(self, type_: TypeComplexe, chemin: str) -> str:
        """Each place in its order; the next tag tells at once whether one is empty, so little is ever tried again."""
        places = []
        for place in type_.places:
            if any(particule.maximum != 1 for particule in place):
                raise ValueError(f"{type_.nom} : un élément répété n'est pas prévu dans une ligne.")
            if len(place) == 1:
                elements = [self._element(place[0], f"{chemin}{place[0].nom}/")]
            else:
                elements = [self._choisi(particule, chemin) for particule in place]
            facultative = any(particule.minimum == 0 for particule in place)
            places.append(f"(?:{'|'.join(elements)}{'|' if facultative else ''})")
        return "".join(places)

    def _choisi(self, particule: Particule, chemin: str) -> str:
        """One of a choice: its name is told, then what it holds, in columns that it shares with the others."""
        nom, type_ = particule.nom, particule.type
        if not isinstance(type_, TypeComplexe):
            raise ValueError(f"{nom} : un choix entre textes n'est pas prévu dans une ligne.")
        ouvrante = f"<{self._prefixe}{self._groupe(chemin, nom)}>"
        return f"{ouvrante}{self._contenu(type_, chemin)}</{self._prefixe}{nom}>"

    def _groupe(self, chemin: str, motif: str) -> str:
        self._nombre += 1
        self._groupes.setdefault(chemin, []).append(self._nombre)
        return f"({motif})"


def _colonne(groupes: list[list[str]]) -> Sequence[str]:
    """One column of the groups that may hold its texts, None where they hold none."""
    if len(groupes) > 1:
        return ["".join(filter(None, textes)) for textes in zip(*groupes, strict=True)]
    (textes,) = groupes
    return textes if all(textes) else [texte or "" for texte in textes]


def valeur(type_: TypeSimple) -> str:
    """Texts of a type, as an expression without groups. Raises ValueError for one of which none are known here."""
    if type_.base == "token" and type_.motif is not None:
        return type_.motif.pattern.replace("(", "(?:")
    if type_.base == "token" and type_.valeurs:
        return "|".join(map(re.escape, type_.valeurs))
    if type_.base == "token" and type_.longueur_min <= 1 and type_.longueur_max is not None:
        texte = f"{_CARACTERE_NOIR}{_CARACTERE}{{0,{type_.longueur_max - 1}}}+"
        return texte if type_.longueur_min else f"(?:{texte})?+"
    if type_.base == "decimal" and type_.maximum is not None and type_.minimum == -type_.maximum:
        return _decimal(type_.maximum)
    if type_.base == "int" and type_.minimum is None and type_.maximum is None:
        return _ENTIER
    if type_.base == "date":
        return _DATE
    raise ValueError(f"{type_.nom} : ce type n'est pas prévu dans une ligne.")


def _decimal(maximum: Decimal) -> str:
    """Decimals of no more digits than a bound that is all nines."""
    _, chiffres, exposant = maximum.as_tuple()
    if set(chiffres) != {9} or not isinstance(exposant, int) or not -len(chiffres) < exposant < 0:
        raise ValueError(f"{maximum} : une borne toute en neuf est attendue.")
    return rf"-?[0-9]{{1,{len(chiffres) + exposant}}}+(?:\.[0-9]{{1,{-exposant}}}+)?+"
