"""Whether a text is a value of a simple type of the contract, and what can be said of one that is not.

The lexical forms are those of XML Schema part 2, as far as the contract uses them; white space is treated as there
(kept in xs:string, collapsed in all else). What is said of a text is its length and kind, never the text.
"""

import re
from datetime import date
from decimal import Decimal

from service.contract.modele import TypeSimple

_INT = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?")
_DATE_FRANCAISE = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")
_DATE_HEURE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*")
_DECIMAL_VIRGULE = re.compile(r"[+-]?[0-9]+,[0-9]+")
_BLANCS = " \t\r\n"


def reduire(texte: str) -> str:
    """Collapse white space as XML Schema does (part 2, 4.3.6): XML's four blanks only."""
    return " ".join(re.split(r"[ \t\r\n]+", texte.strip(_BLANCS)))


def est_valide(texte: str, type_: TypeSimple) -> bool:
    """Say whether `texte`, as it stands in the element, is a value of the type."""
    valeur = texte if type_.base == "string" else reduire(texte)
    if not _est_de_base(valeur, type_.base):
        return False
    if type_.minimum is not None and Decimal(valeur) < type_.minimum:
        return False
    if type_.maximum is not None and Decimal(valeur) > type_.maximum:
        return False
    if type_.valeurs and valeur not in type_.valeurs:
        return False
    if type_.motif is not None and type_.motif.fullmatch(valeur) is None:
        return False
    return type_.longueur_min <= len(valeur) and (type_.longueur_max is None or len(valeur) <= type_.longueur_max)


def est_une_date(texte: str) -> bool:
    """Say whether `texte` is an xs:date of a year from 1 to 9999 (XML Schema allows others)."""
    forme = _DATE.fullmatch(texte.strip(_BLANCS))
    if forme is None:
        return False
    try:
        date(int(forme[1]), int(forme[2]), int(forme[3]))
    except ValueError:
        return False
    return True


def _est_de_base(valeur: str, base: str) -> bool:
    if base == "int":
        return _INT.fullmatch(valeur) is not None and -(2**31) <= Decimal(valeur) < 2**31
    if base == "decimal":
        return _DECIMAL.fullmatch(valeur) is not None
    if base == "date":
        return est_une_date(valeur)
    if base == "boolean":
        return valeur in ("true", "false", "1", "0")
    # string and token take anything; dateTime and base64Binary stand only in answers, which no sender of ours writes.
    return True


def decrire(texte: str) -> str:
    """Say the length and kind of a text, and nothing else of it."""
    valeur = texte.strip(_BLANCS)
    if not valeur:
        return "un élément vide"
    pluriel = "s" if len(valeur) > 1 else ""
    if valeur.isascii() and valeur.isdigit():
        return f"{len(valeur)} chiffre{pluriel}"
    dont = [
        nature
        for nature, present in (
            ("des lettres", any(caractere.isalpha() for caractere in valeur)),
            ("des espaces", any(caractere.isspace() for caractere in valeur)),
        )
        if present
    ]
    return f"{len(valeur)} caractère{pluriel}" + (f", dont {' et '.join(dont)}" if dont else "")


def conseil(texte: str, type_: TypeSimple) -> str:
    """Return a hint to follow the words of a refusal, for the mistakes that are often met; empty for the others."""
    valeur = texte.strip(_BLANCS)
    if type_.base in ("decimal", "int") and _DECIMAL_VIRGULE.fullmatch(valeur):
        return " ; le séparateur décimal est le point" if type_.base == "decimal" else ""
    if type_.base == "date" and _DATE_FRANCAISE.fullmatch(valeur):
        return " ; l'année vient d'abord, les séparateurs sont des tirets"
    if type_.base == "date" and _DATE.fullmatch(valeur):
        return " ; ce jour n'existe pas"
    if type_.base == "date" and _DATE_HEURE.fullmatch(valeur):
        return " ; une date seule, sans heure"
    if type_.base == "boolean" and valeur.lower() in ("true", "false"):
        return " ; en minuscules"
    if type_.valeurs and valeur.upper() in type_.valeurs:
        return " ; en majuscules"
    if type_.motif is not None and type_.motif.fullmatch(re.sub(r"[\s.-]", "", valeur)):
        return " ; sans espace ni séparateur"
    return ""
