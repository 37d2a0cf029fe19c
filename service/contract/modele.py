"""What a schema of ours says, as Python values: the source of the words and checks of `diagnostic`.

Read once from the hand-written files, so a type is described in one place only. Only the constructs that the contract
uses are understood; any other one raises `ValueError` at start, so that this reading never falls behind the schemas.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from lxml.etree import _Element

from service.contract.catalogue import NS_XSD, SCHEMA_TRANSMISSION, arbre, dossier, schema_complet

_XS = f"{{{NS_XSD}}}"

_FORMES = {
    "string": "texte",
    "token": "texte",
    "int": "nombre entier, sans décimale",
    "decimal": "nombre décimal, avec un point",
    "boolean": "true ou false",
    "date": "date de la forme AAAA-MM-JJ",
    "dateTime": "date et heure de la forme AAAA-MM-JJTHH:MM:SSZ",
    "base64Binary": "octets en Base64",
}


class TypeSimple(NamedTuple):
    """A simple type: a builtin of XML Schema, or a restriction of one."""

    nom: str
    """Name in the contract, or of the builtin."""
    base: str
    """Local name of the XML Schema builtin underneath."""
    forme: str
    """What is expected, in French, to follow « attendu : »."""
    motif: re.Pattern[str] | None = None
    longueur_min: int = 0
    longueur_max: int | None = None
    valeurs: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class Particule(NamedTuple):
    """An element of a sequence."""

    nom: str
    type: "TypeSimple | TypeComplexe"
    minimum: int
    maximum: int | None
    """None: no limit."""


class TypeComplexe(NamedTuple):
    """A complex type: a sequence of places, each for one element or for one of several (a choice)."""

    nom: str | None
    """None for the anonymous type of an operation's wrapper."""
    places: tuple[tuple[Particule, ...], ...]

    @property
    def particules(self) -> Iterator[tuple[int, Particule]]:
        """Every element of the type, with the index of its place."""
        return ((rang, particule) for rang, place in enumerate(self.places) for particule in place)


class Modele(NamedTuple):
    """A whole schema."""

    espace: str
    """Its target namespace."""
    racines: Mapping[str, TypeComplexe]
    """Global elements; of the contract: the operations, their responses and Erreur."""
    types: Mapping[str, TypeSimple | TypeComplexe]
    vocabulaire: frozenset[str]
    """Every element name of the schema: the only names a message may repeat to its sender."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Names of the operations, in the order of the contract."""
        return tuple(nom for nom in self.racines if f"{nom}Response" in self.racines)


def documentation(definition: _Element) -> str:
    """Return the French documentation of a schema component, on one line; empty where it has none."""
    return " ".join(definition.findtext(f"{_XS}annotation/{_XS}documentation", "").split())


@cache
def modele() -> Modele:
    """Return the model of the contract, read once from the schema files."""
    return _lire(schema_complet())


@cache
def modele_des_transmissions() -> Modele:
    """Return the model of the exchange with the back office, read once from its schema."""
    return _lire(arbre(dossier("schemas") / SCHEMA_TRANSMISSION))


def _lire(schema: _Element) -> Modele:
    lecture = _Lecture(schema)
    racines: dict[str, TypeComplexe] = {}
    for element in lecture.racine.iterchildren(f"{_XS}element"):
        type_ = lecture.type_de(element)
        if not isinstance(type_, TypeComplexe):
            raise ValueError("Un élément global de type simple n'est pas prévu par le contrat.")
        racines[element.attrib["name"]] = type_
    noms = {element.attrib["name"] for element in schema.iter(f"{_XS}element")}
    return Modele(schema.attrib["targetNamespace"], racines, lecture.types, frozenset(noms))


class _Lecture:
    """One reading of a schema tree; types are read when first referred to, and no type of ours contains itself."""

    def __init__(self, racine: _Element) -> None:
        self.racine = racine
        self.types: dict[str, TypeSimple | TypeComplexe] = {}
        self._definitions = {
            definition.attrib["name"]: definition
            for definition in racine.iterchildren(f"{_XS}simpleType", f"{_XS}complexType")
        }
        for nom in self._definitions:
            self._type_nomme(nom)

    def type_de(self, element: _Element) -> TypeSimple | TypeComplexe:
        """Return the type of an element declaration, named or anonymous."""
        nom = element.get("type")
        if nom is None:
            return _complexe(None, element[-1], self)
        prefixe, _, local = nom.partition(":")
        return _integre(local) if prefixe == "xs" else self._type_nomme(local)

    def _type_nomme(self, nom: str) -> TypeSimple | TypeComplexe:
        if nom not in self.types:
            definition = self._definitions[nom]
            simple = definition.tag == f"{_XS}simpleType"
            self.types[nom] = _simple(nom, definition) if simple else _complexe(nom, definition, self)
        return self.types[nom]


def _integre(local: str) -> TypeSimple:
    return TypeSimple(local, local, _FORMES[local])


def _simple(nom: str, definition: _Element) -> TypeSimple:
    restriction = definition[-1]
    facettes: dict[str, list[str]] = {}
    for facette in restriction:
        facettes.setdefault(str(facette.tag).removeprefix(_XS), []).append(facette.attrib["value"])
    inconnues = facettes.keys() - {"pattern", "minLength", "maxLength", "enumeration", "minInclusive", "maxInclusive"}
    if inconnues:
        raise ValueError(f"Facettes que les contrôles ne connaissent pas : {', '.join(sorted(inconnues))}.")
    seule = {facette: valeurs[0] for facette, valeurs in facettes.items()}
    phrase = documentation(definition).split(". ", 1)[0].rstrip(".")
    return TypeSimple(
        nom=nom,
        base=restriction.attrib["base"].removeprefix("xs:"),
        forme=phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() else phrase,
        # The patterns of the contract use only what XML Schema and Python write alike: classes, groups, counts.
        motif=re.compile(seule["pattern"]) if "pattern" in seule else None,
        longueur_min=int(seule.get("minLength", 0)),
        longueur_max=int(seule["maxLength"]) if "maxLength" in seule else None,
        valeurs=tuple(facettes.get("enumeration", ())),
        minimum=Decimal(seule["minInclusive"]) if "minInclusive" in seule else None,
        maximum=Decimal(seule["maxInclusive"]) if "maxInclusive" in seule else None,
    )


def _complexe(nom: str | None, definition: _Element, lecture: _Lecture) -> TypeComplexe:
    sequence = definition[-1]
    if sequence.tag != f"{_XS}sequence":
        raise ValueError("Un type complexe du contrat est une séquence.")
    return TypeComplexe(nom, tuple(_place(enfant, lecture) for enfant in sequence))


def _place(enfant: _Element, lecture: _Lecture) -> tuple[Particule, ...]:
    if enfant.tag == f"{_XS}choice":
        return tuple(_particule(element, lecture) for element in enfant)
    if enfant.tag != f"{_XS}element":
        raise ValueError("Une séquence du contrat contient des éléments, ou un choix entre éléments.")
    return (_particule(enfant, lecture),)


def _particule(element: _Element, lecture: _Lecture) -> Particule:
    maximum = element.get("maxOccurs", "1")
    return Particule(
        element.attrib["name"],
        lecture.type_de(element),
        int(element.get("minOccurs", "1")),
        None if maximum == "unbounded" else int(maximum),
    )
