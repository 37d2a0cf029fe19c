"""Lines written in the plainest way: found valid and read by an expression, and never made a tree.

A payload of a thousand lines says a thousand times the same: parsing and validating it took a quarter of a deposit. So
the lines from the second one on are set aside before the parser sees the message, if `LignePlaine`, which is compiled
from the schema, recognises every one of them to the end of the operation. libxml2 parses and judges what is left, the
first line and all that surrounds them; where one line is written in any other way it has the whole message, as before.
Nothing is accepted so that it would refuse, and what is read and signed is the same:

- What is set aside is whole elements, well-formed by themselves, in the schema's order and with valid texts. It is its
  own canonical form (Exclusive XML Canonicalization 1.0).
- It is followed by the end tags of operation, Body and Envelope, which nothing but elements can precede: no comment,
  section or attribute that began before it could end there. So it stands in the operation, in the scope of its prefix,
  and its place is after that first line, which is the only one before it.
"""

import re
from functools import cache

from service.contract import catalogue
from service.contract.ligne_plaine import Colonnes, LignePlaine
from service.contract.modele import Particule, modele
from service.contract.reading import AUCUNE, Ecartees, Enveloppe, en_utf8, lire_enveloppe

_REPETES = {"DeclareCertificatEmploi": "certificat", "DeclareChangementActivite": "changement"}
"""The operations that hold a thousand lines, and what each line is called; it is the last thing they hold."""
_FIN = re.compile(
    rb"</(?P<prefixe>[^\s<>&/:=\"']+:)?(?P<operation>%b)>\s*</[^\s<>]+>\s*</[^\s<>]+>\s*\Z"
    % "|".join(_REPETES).encode()
)
_FIN_MAX = 200
"""Bytes at the end of a message in which those tags are looked for."""


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
    if not len(fermante) <= debut < fin.start() or octets.count(nom, 0, debut) != 2:
        return octets, AUCUNE
    suivantes = octets[debut : fin.start()]
    nombre = suivantes.count(fermante)
    colonnes = _lire(suivantes, operation, prefixe) if nombre < _maximum(operation) else None
    if colonnes is None:
        return octets, AUCUNE
    return octets[:debut] + octets[fin.start() :], Ecartees(suivantes, nombre, colonnes)


def _lire(octets: bytes, operation: str, prefixe: bytes) -> Colonnes | None:
    """What these lines say; None where one of them is not plain."""
    try:
        return _ligne_plaine(operation, bool(prefixe)).lire(octets.decode(), prefixe.decode())
    except UnicodeDecodeError:
        return None


def compiler() -> None:
    """Compile schemas and expressions, before any thread or worker process starts, so that a broken file shows."""
    catalogue.compiler()
    for operation in _REPETES:
        for prefixee in (False, True):
            _ligne_plaine(operation, prefixee)


@cache
def _ligne_plaine(operation: str, prefixee: bool) -> LignePlaine:
    return LignePlaine(_ligne(operation), prefixee=prefixee)


@cache
def _maximum(operation: str) -> int:
    """How many lines the schema allows in all."""
    maximum = _ligne(operation).maximum
    assert maximum is not None
    return maximum


def _ligne(operation: str) -> Particule:
    (ligne,) = modele().racines[operation].places[-1]
    if ligne.nom != _REPETES[operation] or ligne.minimum != 1:
        raise ValueError(f"{operation} : des éléments {_REPETES[operation]} sont attendus en dernier.")
    return ligne
