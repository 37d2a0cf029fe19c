"""What makes a payload invalid beyond the words of XML Schema: elements that do not go together.

ConsulteDepot has exactly one of its two identifiers, the dates of ListeDepots follow one another and its cursor is one
of ours, ListeResteADeclarer names a year that may have a campaign. These errors are told beside those of the schema, so
they are looked for in payloads that may be invalid: what is missing or malformed there is for `diagnostic` to say.
"""

from collections.abc import Callable, Iterator

from lxml import etree
from lxml.etree import _Element

from service.contract.catalogue import NS
from service.contract.curseur import lire_curseur
from service.contract.valeurs import est_une_date, reduire
from service.domain.campagne import ANNEES
from service.errors import Precision


def incoherences(charge: _Element) -> Iterator[Precision]:
    """Yield what does not go together in a payload, valid against the schema or not."""
    verifier = _VERIFICATIONS.get(str(charge.tag))
    if verifier is not None:
        yield from verifier(charge)


def _consultation(charge: _Element) -> Iterator[Precision]:
    nombre = sum(_enfant(charge, nom) is not None for nom in ("numeroDepot", "identifiantMessage"))
    if nombre != 1:
        trouve = "les deux ont été trouvés" if nombre else "aucun n'a été trouvé"
        message = f"Exactement un de numeroDepot et identifiantMessage est attendu, {trouve}."
        yield Precision(message, charge.sourceline, "ConsulteDepot")


def _liste(charge: _Element) -> Iterator[Precision]:
    depuis, jusque = (_jour(charge, nom) for nom in ("depuis", "jusque"))
    if depuis and jusque and jusque < depuis:
        yield _precision(charge, "jusque", "Le même jour que depuis, ou un jour suivant, est attendu.")
    curseur = _valeur(charge, "curseur")
    if curseur:
        try:
            lire_curseur(curseur)
        except ValueError:
            yield _precision(charge, "curseur", "Le curseurSuivant de la page précédente est attendu, rendu tel quel.")


def _reste(charge: _Element) -> Iterator[Precision]:
    annee = _valeur(charge, "annee")
    try:
        connue = int(annee) in ANNEES
    except ValueError:
        return
    if not connue:
        yield _precision(charge, "annee", f"Une année de campagne est attendue, de {ANNEES[0]} à {ANNEES[-1]}.")


_VERIFICATIONS: dict[str, Callable[[_Element], Iterator[Precision]]] = {
    f"{{{NS}}}ConsulteDepot": _consultation,
    f"{{{NS}}}ListeDepots": _liste,
    f"{{{NS}}}ListeResteADeclarer": _reste,
}


def _enfant(charge: _Element, nom: str) -> _Element | None:
    return charge.find(f"{{{NS}}}{nom}")


def _valeur(charge: _Element, nom: str) -> str:
    """The collapsed text of a child; empty where there is none."""
    element = _enfant(charge, nom)
    return "" if element is None else reduire(element.text or "")


def _jour(charge: _Element, nom: str) -> str:
    """The day of a date, which sorts as text, its offset left out; empty where it is no date."""
    valeur = _valeur(charge, nom)
    return valeur[:10] if est_une_date(valeur) else ""


def _precision(charge: _Element, nom: str, message: str) -> Precision:
    element = _enfant(charge, nom)
    assert element is not None
    return Precision(message, element.sourceline, f"{etree.QName(charge).localname}/{nom}")
