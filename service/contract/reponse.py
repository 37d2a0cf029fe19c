"""The back office's answer to a file, from its bytes to what it says; everything wrong with it is told at once.

The same hardened parser as for messages (`reading`), then ``transmission-v1.xsd``. What XML Schema cannot say comes
from `incoherences`, to be told beside what the database says: a reason goes with a refusal and with nothing else, a
declaration is answered once.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from lxml.etree import _Element

from service.contract.catalogue import NS_TRANSMISSION, schema_transmission
from service.contract.diagnostic import diagnostiquer_racine
from service.contract.modele import modele_des_transmissions
from service.contract.reading import lire_document
from service.contract.valeurs import reduire
from service.domain.transmission import Resultat
from service.errors import MessageIllisibleError, Precision, SaisieError

PRECISIONS_MAX = 100
"""Problems that are told of one answer; when there are more, one more precision says how many others."""
_RACINE = "reponse"
_NUMERO, _RESULTAT, _MOTIF = (f"{{{NS_TRANSMISSION}}}{nom}" for nom in ("numeroDeclaration", "resultat", "motif"))


class Sort(NamedTuple):
    """What became of one movement, and where the answer says it."""

    numero: str
    """Number of the declaration."""
    resultat: Resultat
    motif: str | None
    ligne: int | None
    champ: str


class ReponseLue(NamedTuple):
    """An answer: the file that it is for, and what became of its movements."""

    organisme: str
    numero: int
    sorts: Sequence[Sort]


def lire_reponse(octets: bytes) -> ReponseLue:
    """Read an answer. Raises SaisieError with a precision for each problem, its line and its path."""
    try:
        racine = lire_document(octets)
    except MessageIllisibleError as refus:
        message = "Le fichier de réponse n'est pas un document XML lisible."
        raise SaisieError(message, refus.precisions) from None
    if not schema_transmission().validate(racine) or racine.tag != f"{{{NS_TRANSMISSION}}}{_RACINE}":
        raise SaisieError("Le fichier de réponse n'est pas conforme à son schéma.", bornees(_non_conformites(racine)))
    organisme, numero, *sorts = racine
    lus = [_lire_sort(rang, sort) for rang, sort in enumerate(sorts, 1)]
    return ReponseLue(reduire(organisme.text or ""), int(numero.text or ""), lus)


def bornees(precisions: Iterator[Precision] | Sequence[Precision]) -> list[Precision]:
    """Return the first precisions, `PRECISIONS_MAX` at most, and one more that says that there are others."""
    suite = iter(precisions)
    dites = list(islice(suite, PRECISIONS_MAX))
    autres = sum(1 for _ in suite)
    if autres:
        dites.append(
            Precision(f"{autres} autre{'s' if autres > 1 else ''} problème{'s' if autres > 1 else ''} encore.")
        )
    return dites


def _non_conformites(racine: _Element) -> Iterator[Precision]:
    """What is not valid, in our words; failing them, at least the lines where libxml2 sees something."""
    dites = diagnostiquer_racine(racine, _RACINE, modele_des_transmissions())
    premiere = next(dites, None)
    if premiere is not None:
        return chain((premiere,), dites)
    journal = schema_transmission().error_log
    return iter([Precision("Cet élément n'est pas conforme au schéma.", erreur.line) for erreur in journal])


def _lire_sort(rang: int, sort: _Element) -> Sort:
    motif = sort.findtext(_MOTIF)
    return Sort(
        reduire(sort.findtext(_NUMERO) or ""),
        Resultat(reduire(sort.findtext(_RESULTAT) or "")),
        None if motif is None else reduire(motif),
        sort.sourceline,
        f"{_RACINE}/sort[{rang}]",
    )


def incoherences(reponse: ReponseLue) -> Iterator[Precision]:
    """Yield what does not go together in an answer that is valid against its schema."""
    vues: dict[str, int] = {}
    for rang, sort in enumerate(reponse.sorts, 1):
        premier = vues.setdefault(sort.numero, rang)
        if premier != rang:
            message = f"La déclaration {sort.numero} a déjà son sort plus haut, sort[{premier}] : une seule fois."
            yield Precision(message, sort.ligne, f"{sort.champ}/numeroDeclaration")
        if (sort.resultat is Resultat.REFUSEE) != (sort.motif is not None):
            trouve = "il manque" if sort.motif is None else "il accompagne INTEGREE"
            yield Precision(
                f"Un motif va avec REFUSEE, et avec lui seul : {trouve}.", sort.ligne, f"{sort.champ}/motif"
            )
