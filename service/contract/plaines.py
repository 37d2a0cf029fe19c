"""Lines written in the plainest way: found valid by an expression, and never made a tree.

A payload of a thousand lines says a thousand times the same: parsing and validating it took a quarter of a deposit. So
the lines from the second one on are set aside before the parser sees the message, if `_expression`, which is compiled
from the schema, recognises every one of them to the end of the operation. libxml2 parses and judges what is left, the
first line and all that surrounds them; where one line is written in any other way it has the whole message, as before.
Nothing is accepted so that it would refuse, and what is read and signed is the same:

- What is set aside is whole elements of the schema, in its order, without attribute, reference, comment or white space
  between them: it is well-formed by itself, and its own canonical form (Exclusive XML Canonicalization 1.0).
- It is followed by the end tags of operation, Body and Envelope, which nothing but elements can precede: no comment,
  section or attribute that began before it could end there. So it stands in the operation, in the scope of its prefix,
  and its place is after that first line, which is the only one before it.
- The texts it holds are some of those that the schema admits: characters of XML 1.0 without control characters, dates
  of the calendar, numbers that no bound refuses.
"""

import re
from decimal import Decimal
from functools import cache

from service.contract import catalogue
from service.contract.modele import Particule, TypeComplexe, TypeSimple, modele
from service.contract.reading import AUCUNE, Ecartees, Enveloppe, en_utf8, lire_enveloppe

_REPETES = {"DeclareCertificatEmploi": "certificat", "DeclareChangementActivite": "changement"}
"""The operations that hold a thousand lines, and what each line is called; it is the last thing they hold."""
_FIN = re.compile(
    rb"</(?P<prefixe>[^\s<>&/:=\"']+:)?(?P<operation>%b)>\s*</[^\s<>]+>\s*</[^\s<>]+>\s*\Z"
    % "|".join(_REPETES).encode()
)
_FIN_MAX = 1000
"""Bytes at the end of a message in which those tags are looked for."""

_CARACTERE = r"[^<>&\x00-\x1f\ufffe\uffff]"
_CARACTERE_NOIR = r"[^<>& \x00-\x1f\ufffe\uffff]"
_ENTIER = "-?[0-9]{1,9}+"
_BISSEXTILE = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DATE = (
    "(?:(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    f"|(?:0[13578]|1[02])-31)|{_BISSEXTILE}-02-29)"
)


def lire_message(octets: bytes, charset: str | None) -> Enveloppe:
    """Read the body of a request as `lire_enveloppe` does, the plain lines set aside; raises as it does."""
    utf8 = en_utf8(octets, charset)
    reste, ecartees = ecarter(utf8)
    enveloppe = lire_enveloppe(reste, "utf-8")
    return enveloppe._replace(ecartees=ecartees) if ecartees.nombre else enveloppe


def ecarter(octets: bytes) -> tuple[bytes, Ecartees]:
    """Return a message in UTF-8 without the lines that follow its first one, and these: none, or all of them."""
    fin = _FIN.search(octets, max(0, len(octets) - _FIN_MAX))
    if fin is None:
        return octets, AUCUNE
    operation, prefixe = fin["operation"].decode(), fin["prefixe"] or b""
    nom = _REPETES[operation].encode()
    fermante = b"</%b%b>" % (prefixe, nom)
    debut = octets.find(fermante) + len(fermante)
    # The name of a line stands twice in it, and cannot be written otherwise: there is one, in whatever prefix.
    if not 0 < debut - len(fermante) < debut < fin.start() or octets.count(nom, 0, debut) != 2:
        return octets, AUCUNE
    suivantes = octets[debut : fin.start()]
    nombre = suivantes.count(fermante)
    if nombre >= _maximum(operation) or not _valides(suivantes, operation, prefixe):
        return octets, AUCUNE
    return octets[:debut] + octets[fin.start() :], Ecartees(suivantes, nombre)


def _valides(octets: bytes, operation: str, prefixe: bytes) -> bool:
    """Whether these are lines and nothing else, each of them valid."""
    if prefixe:  # every tag has it: at most one is taken from each, and as many as there are tags
        sans = octets.replace(b"</" + prefixe, b"</").replace(b"<" + prefixe, b"<")
        if len(octets) - len(sans) != len(prefixe) * octets.count(b"<"):
            return False
        octets = sans
    try:
        return _expression(operation).fullmatch(octets.decode()) is not None
    except UnicodeDecodeError:
        return False


def compiler() -> None:
    """Compile schemas and expressions, before any thread or worker process starts, so that a broken file shows."""
    catalogue.compiler()
    for operation in _REPETES:
        _expression(operation)


def _ligne(operation: str) -> Particule:
    (ligne,) = modele().racines[operation].places[-1]
    if ligne.nom != _REPETES[operation] or ligne.minimum != 1:
        raise ValueError(f"{operation} : des éléments {_REPETES[operation]} sont attendus en dernier.")
    return ligne


@cache
def _maximum(operation: str) -> int:
    """How many lines the schema allows in all."""
    maximum = _ligne(operation).maximum
    assert maximum is not None
    return maximum


@cache
def _expression(operation: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_element(_ligne(operation))})*+")


def _element(particule: Particule) -> str:
    type_ = particule.type
    contenu = _contenu(type_) if isinstance(type_, TypeComplexe) else f"(?>{_valeur(type_)})"
    return f"<{particule.nom}>{contenu}</{particule.nom}>"


def _contenu(type_: TypeComplexe) -> str:
    """Each place in its order; what follows tells whether one is empty, so nothing is ever tried again."""
    places = []
    for place in type_.places:
        if any(particule.maximum != 1 for particule in place):
            raise ValueError(f"{type_.nom} : un élément répété n'est pas prévu dans une ligne.")
        facultative = any(particule.minimum == 0 for particule in place)
        places.append(f"(?>{'|'.join(map(_element, place))}{'|' if facultative else ''})")
    return "".join(places)


def _valeur(type_: TypeSimple) -> str:
    """Texts that are valid whatever stands around them. Raises ValueError for a type of which none are known here."""
    if type_.base == "token" and type_.motif is not None:
        return type_.motif.pattern.replace("(", "(?:")
    if type_.base == "token" and type_.valeurs:
        return "|".join(map(re.escape, sorted(type_.valeurs, key=len, reverse=True)))
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
