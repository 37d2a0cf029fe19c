"""A payload against the schemas: silence, or every error at once.

libxml2 judges (one compiled schema per thread), `diagnostic` tells why. Where the two disagree:

- libxml2 refuses white space around an xs:date and inside an empty operation, though XML Schema collapses the former
  and pretty-printers write the latter: such a payload is accepted, after libxml2 has agreed on a copy without it.
- A year beyond 9999 or before 1 is an xs:date, but no date of ours: it is refused.

Of lines written in the plainest way they see the first one only: the others were found valid before (`plaines`).

A payload with attributes goes to `diagnostic` first: hardly a toolkit writes any, and half a million of them would
each cost an error of libxml2. Where no equal sign follows the payload's start tag there are none, as its bytes tell
within 10 us; walking a thousand lines takes 300. ``xsi:schemaLocation``, which XML Schema allows anywhere, is let be;
libxml2 does not follow it where it has a schema already.
"""

import copy
from itertools import chain, islice

from lxml import etree
from lxml.etree import _Element

from service.contract.canonisation import nom_ecrit
from service.contract.catalogue import NS, schema
from service.contract.coherence import incoherences
from service.contract.diagnostic import diagnostiquer
from service.contract.valeurs import est_une_date, reduire
from service.errors import Precision, SchemaInvalideError

PRECISIONS_MAX = 100
"""Errors that one fault tells; when there are more, one more precision says so."""

_A_DES_ATTRIBUTS = etree.XPath("boolean(descendant-or-self::*/@*)")
_DATES = tuple(f"{{{NS}}}{nom}" for nom in ("dateNaissance", "dateEffet", "depuis", "jusque"))


def valider(charge: _Element, octets: bytes = b"") -> None:
    """Check a payload against the schema of the messages; it is left as it is.

    `octets` is the message in UTF-8 that it was read from, where there is one. Raises `SchemaInvalideError` with a
    `Precision` for each error, up to `PRECISIONS_MAX`.
    """
    conforme = not _a_des_attributs(charge, octets) and schema().validate(charge) and _dates_lisibles(charge)
    erreurs = incoherences(charge) if conforme else chain(diagnostiquer(charge), incoherences(charge))
    precisions = list(islice(erreurs, PRECISIONS_MAX + 1))
    if len(precisions) > PRECISIONS_MAX:
        precisions[PRECISIONS_MAX:] = [Precision(f"D'autres erreurs suivent ces {PRECISIONS_MAX} premières.")]
    if not precisions and not conforme:
        precisions = _reste(charge)
    if precisions:
        raise SchemaInvalideError(precisions=precisions)


def _a_des_attributs(charge: _Element, octets: bytes) -> bool:
    """Say whether an element of the payload has an attribute."""
    ouvrante = octets.find(f"<{nom_ecrit(charge)}".encode())
    if ouvrante >= 0 and octets.rfind(b"=") < octets.find(b">", ouvrante):
        return bool(charge.attrib)
    return bool(_A_DES_ATTRIBUTS(charge))


def _dates_lisibles(charge: _Element) -> bool:
    """Say whether no date of a valid payload has a year outside 1 to 9999: its fifth character is then no hyphen."""
    return all((element.text or "")[4:5] == "-" for element in charge.iter(*_DATES)) or all(
        est_une_date(element.text or "") for element in charge.iter(*_DATES)
    )


def _reste(charge: _Element) -> list[Precision]:
    """Return what libxml2 has against a payload in which we see nothing wrong, once it is put in its plainest form."""
    epuree = copy.deepcopy(charge)
    for element in epuree.iter(*_DATES):
        element.text = reduire(element.text or "")
    if not len(epuree) and not reduire(epuree.text or ""):
        epuree.text = None
    juge = schema()
    if juge.validate(epuree):
        return []
    lignes = [erreur.line for erreur in juge.error_log]
    return [Precision("Cet élément n'est pas conforme au schéma.", ligne) for ligne in lignes[:PRECISIONS_MAX]]
