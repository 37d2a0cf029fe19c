"""Every error of a document that is not valid, in our own French words: expected, found, where.

libxml2 says whether a payload is valid; it is a poor teller of why: it quotes values, loses names under a default
namespace, stops looking at the brothers of a misplaced element and writes English. This module walks the tree beside
`modele` instead. Invariants:

- Nothing the sender wrote is repeated: neither values nor unknown names; names are those of the contract.
- A path has names, with 1-based ranks for elements that may be repeated: ``DeclareCertificatEmploi/certificat[3]/nir``.
- One mistake gives one `Precision`, in the order of the document.
- Precisions are made one at a time: who needs a hundred does not pay for a million.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.etree import _Element

from service.contract.catalogue import NS_XSD
from service.contract.modele import Modele, Particule, TypeComplexe, TypeSimple, modele
from service.contract.valeurs import conseil, decrire, est_valide
from service.errors import Precision

NS_XSI = "http://www.w3.org/2001/XMLSchema-instance"

# Hints that XML Schema allows on any element; they are ignored, never followed.
_INDICES = frozenset({f"{{{NS_XSI}}}schemaLocation", f"{{{NS_XSI}}}noNamespaceSchemaLocation"})
_NIL, _TYPE = f"{{{NS_XSI}}}nil", f"{{{NS_XSI}}}type"
_FACULTATIF = "un élément facultatif sans valeur ne s'écrit pas"
_VIDE = "Cet élément doit rester vide, un contenu a été trouvé."


def diagnostiquer(charge: _Element) -> Iterator[Precision]:
    """Yield what is wrong with a payload, in document order; nothing for a valid one."""
    contrat = modele()
    nom = etree.QName(charge)
    type_ = contrat.racines.get(nom.localname)
    if nom.namespace != contrat.espace or type_ is None:
        attendue = f"Une opération de l'espace de noms {contrat.espace} est attendue"
        yield Precision(f"{attendue}, un autre élément a été trouvé.", charge.sourceline)
        return
    yield from _element(charge, type_, nom.localname, contrat)


def diagnostiquer_racine(document: _Element, nom: str, contrat: Modele) -> Iterator[Precision]:
    """Yield what is wrong with a document whose root has to be the element `nom` of a schema, in document order."""
    if document.tag != f"{{{contrat.espace}}}{nom}":
        attendu = f"L'élément {nom} de l'espace de noms {contrat.espace} est attendu"
        yield Precision(f"{attendu}, un autre élément a été trouvé.", document.sourceline)
        return
    yield from _element(document, contrat.racines[nom], nom, contrat)


def _element(
    element: _Element, type_: TypeSimple | TypeComplexe, chemin: str, contrat: Modele, facultatif: bool = False
) -> Iterator[Precision]:
    yield from _attributs(element, type_, chemin, contrat.espace)
    if isinstance(type_, TypeComplexe):
        yield from _complexe(element, type_, chemin, contrat)
    elif element.get(_NIL) is None:
        yield from _simple(element, type_, chemin, facultatif)


def _attributs(element: _Element, type_: TypeSimple | TypeComplexe, chemin: str, espace: str) -> Iterator[Precision]:
    if not element.attrib:
        return
    ligne = element.sourceline
    noms = {str(nom) for nom in element.attrib} - _INDICES
    if _NIL in noms:
        yield Precision(f"L'attribut xsi:nil n'est pas admis : {_FACULTATIF}.", ligne, chemin)
    if _TYPE in noms and not _type_declare(element, type_, espace):
        attendu = f"le type de cet élément est {type_.nom}" if type_.nom else "cet élément n'a pas de type nommé"
        yield Precision(
            f"L'attribut xsi:type est à laisser de côté : {attendu}, un autre a été annoncé.", ligne, chemin
        )
    if noms - {_NIL, _TYPE}:
        sans = " (style document/literal : ni id, ni href, ni encodingStyle)" if noms & {"id", "href"} else ""
        yield Precision(f"Aucun attribut n'est admis, un attribut a été trouvé{sans}.", ligne, chemin)


def _type_declare(element: _Element, type_: TypeSimple | TypeComplexe, attendu: str) -> bool:
    """Say whether xsi:type names the very type of the contract (none of its types is derived from another)."""
    prefixe, deux_points, local = element.get(_TYPE, "").strip().rpartition(":")
    espace = element.nsmap.get(prefixe if deux_points else None)
    integre = isinstance(type_, TypeSimple) and type_.nom == type_.base
    return espace == (NS_XSD if integre else attendu) and local == type_.nom


def _simple(element: _Element, type_: TypeSimple, chemin: str, facultatif: bool) -> Iterator[Precision]:
    if len(element):
        trouve = "trouvé : un élément à l'intérieur"
        yield Precision(f"Attendu : {type_.forme} ; {trouve}.", element.sourceline, chemin)
        return
    texte = element.text or ""
    if est_valide(texte, type_):
        return
    suite = f" ; {_FACULTATIF}" if facultatif and not texte.strip() else conseil(texte, type_)
    yield Precision(f"Attendu : {type_.forme} ; trouvé : {decrire(texte)}{suite}.", element.sourceline, chemin)


def _complexe(element: _Element, type_: TypeComplexe, chemin: str, contrat: Modele) -> Iterator[Precision]:
    texte = _texte_entre_elements(element)
    if not type_.places:
        if texte or len(element):
            yield Precision(_VIDE, element.sourceline, chemin)
        return
    if texte:
        yield Precision("Seuls des éléments sont attendus ici, du texte a été trouvé.", element.sourceline, chemin)
    connues = {particule.nom: (rang, particule) for rang, particule in type_.particules}
    comptes: Counter[str] = Counter()
    derniere = 0
    for enfant in element:
        nom = etree.QName(enfant)
        if nom.localname not in connues or nom.namespace != contrat.espace:
            # A right name in a wrong namespace is present all the same: one mistake, one line.
            comptes[nom.localname] += 1
            yield _intrus(enfant, type_, chemin, contrat)
            continue
        rang, particule = connues[nom.localname]
        comptes[particule.nom] += 1
        ici = _chemin(chemin, particule, comptes[particule.nom])
        yield from _place(enfant, type_, rang, particule, derniere, comptes, ici)
        derniere = rang
        yield from _element(enfant, particule.type, ici, contrat, particule.minimum == 0)
    yield from _manquants(element, type_, chemin, comptes)


def _texte_entre_elements(element: _Element) -> bool:
    textes = [element.text, *(enfant.tail for enfant in element)]
    return any(texte is not None and texte.strip(" \t\r\n") for texte in textes)


def _chemin(chemin: str, particule: Particule, compte: int) -> str:
    repetable = particule.maximum != 1 or compte > 1
    return f"{chemin}/{particule.nom}[{compte}]" if repetable else f"{chemin}/{particule.nom}"


def _place(
    enfant: _Element,
    type_: TypeComplexe,
    rang: int,
    particule: Particule,
    derniere: int,
    comptes: Counter[str],
    chemin: str,
) -> Iterator[Precision]:
    """Say what is wrong with the place of an element that its parent may have."""
    compte, maximum = comptes[particule.nom], particule.maximum
    if len(type_.places[rang]) > 1 and any(comptes[autre.nom] for autre in type_.places[rang] if autre != particule):
        yield Precision(f"Un seul élément est attendu parmi {_noms(type_.places[rang])}.", enfant.sourceline, chemin)
    elif maximum is not None and compte == maximum + 1:
        attendu = "une seule fois" if maximum == 1 else f"{maximum} fois au plus ; le reste va dans un autre message"
        yield Precision(f"L'élément {particule.nom} est attendu {attendu}.", enfant.sourceline, chemin)
    elif rang < derniere:
        ordre = ", ".join(_noms(place) for place in type_.places)
        message = f"L'élément {particule.nom} n'est pas à sa place ; ordre attendu : {ordre}."
        yield Precision(message, enfant.sourceline, chemin)


def _intrus(enfant: _Element, type_: TypeComplexe, chemin: str, contrat: Modele) -> Precision:
    """Say what is wrong with an element that its parent may not have, named only if it is a word of the contract."""
    nom, ligne = etree.QName(enfant), enfant.sourceline
    attendus = ", ".join(_noms(place) for place in type_.places)
    connu = nom.localname in contrat.vocabulaire
    if nom.namespace != contrat.espace and connu:
        trouve = "sans espace de noms" if nom.namespace is None else "dans un autre espace de noms"
        message = (
            f"L'élément {nom.localname} est attendu dans l'espace de noms {contrat.espace}, il a été trouvé {trouve}."
        )
        return Precision(message, ligne, f"{chemin}/{nom.localname}")
    if connu:
        message = f"L'élément {nom.localname} n'est pas attendu ici ; éléments attendus, dans l'ordre : {attendus}."
        return Precision(message, ligne, f"{chemin}/{nom.localname}")
    proche = next((p.nom for _, p in type_.particules if p.nom.casefold() == nom.localname.casefold()), None)
    casse = "" if proche is None else f" ; l'élément {proche} s'écrit avec ces majuscules et minuscules"
    message = f"Un élément inconnu du contrat a été trouvé ; éléments attendus, dans l'ordre : {attendus}{casse}."
    return Precision(message, ligne, chemin)


def _manquants(element: _Element, type_: TypeComplexe, chemin: str, comptes: Counter[str]) -> Iterator[Precision]:
    for rang, place in enumerate(type_.places):
        if any(particule.minimum == 0 or comptes[particule.nom] for particule in place):
            continue
        quoi = "l'élément obligatoire" if len(place) == 1 else "l'un des éléments"
        ou = f", après {_noms(type_.places[rang - 1])}" if rang else ", en premier"
        yield Precision(f"Il manque {quoi} {_noms(place)}{ou}.", element.sourceline, chemin)


def _noms(place: Sequence[Particule]) -> str:
    return " ou ".join(particule.nom for particule in place)
