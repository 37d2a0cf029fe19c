"""spyne's types against the schemas, element by element: the hand-written contract is the source of truth."""

import pytest
from lxml import etree

from service.contract.catalogue import NS, schema_complet
from service.domain.declaration import Operation
from service.soap import compat, messages, simple_types, types
from service.soap.endpoint import TeledeclarationEsat

XS = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = schema_complet()
BASES = {
    "string": "Unicode",
    "token": "Unicode",
    "decimal": "Decimal",
    "int": "Integer32",
    "boolean": "Boolean",
    "date": "Date",
    "dateTime": "DateTime",
    "base64Binary": "ByteArray",
}
COMPLEXES = {element.get("name"): element for element in SCHEMA.findall(f"{XS}complexType")}
SIMPLES = {element.get("name"): element for element in SCHEMA.findall(f"{XS}simpleType")}
REQUETES = {
    element.get("name"): element
    for element in SCHEMA.findall(f"{XS}element")
    if element.get("name") not in ("Erreur", "accuse")
}


def elements_du_schema(definition: etree._Element) -> list[tuple[str, str, str, str]]:
    """Name, type, minimum and maximum of each element of a definition, in document order; a choice's are optional."""
    trouves = []
    for element in definition.iter(f"{XS}element"):
        if element is definition:
            continue
        minimum = "0" if element.getparent().tag == f"{XS}choice" else element.get("minOccurs", "1")
        trouves.append((element.get("name"), element.get("type").split(":")[1], minimum, element.get("maxOccurs", "1")))
    return trouves


def elements_de_spyne(modele: type) -> list[tuple[str, str, str, str]]:
    """The same of a spyne type."""
    trouves = []
    for nom, membre in modele._type_info.items():
        attributs = membre.Attributes
        maximum = attributs.max_occurs
        texte = "unbounded" if maximum in (float("inf"), "unbounded") else str(int(maximum))
        trouves.append((nom, nom_du_type(membre), str(attributs.min_occurs), texte))
    return trouves


def nom_du_type(membre: type) -> str:
    """Name of the schema type that a spyne type stands for."""
    return membre.get_type_name()


@pytest.mark.parametrize("nom", sorted(set(COMPLEXES) - {"ErreurType", "PrecisionType"}))
def test_a_complex_type_of_the_schema_has_its_spyne_type_element_by_element(nom):
    assert elements_de_spyne(getattr(types, nom)) == elements_du_schema(COMPLEXES[nom])


@pytest.mark.parametrize("nom", sorted(REQUETES))
def test_a_wrapper_of_the_schema_has_its_spyne_type_element_by_element(nom):
    assert elements_de_spyne(getattr(messages, nom)) == elements_du_schema(REQUETES[nom])


@pytest.mark.parametrize("nom", sorted(SIMPLES))
def test_a_simple_type_of_the_schema_has_a_spyne_type_of_the_same_base(nom):
    base = SIMPLES[nom].find(f"{XS}restriction").get("base").split(":")[1]
    assert issubclass(getattr(simple_types, nom), getattr(compat, BASES[base]))


def test_no_element_is_nillable_on_either_side():
    assert not SCHEMA.xpath("//@nillable")
    modeles = [getattr(types, nom) for nom in COMPLEXES if hasattr(types, nom)]
    assert not [
        (modele, nom)
        for modele in modeles
        for nom, membre in modele._type_info.items()
        if membre.Attributes.min_occurs and membre.Attributes.nillable
    ]


def test_spyne_dispatches_on_the_nine_operations_of_the_contract_and_no_other():
    assert set(TeledeclarationEsat.public_methods) == {operation.value for operation in Operation}
    assert {nom for nom in REQUETES if not nom.endswith("Response")} == {operation.value for operation in Operation}
    assert SCHEMA.get("targetNamespace") == NS
