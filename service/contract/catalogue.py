"""The schema files: where they are, what they say, compiled.

Invariants:

- The files are read from the package (``service/schemas``, ``service/wsdl`` in a wheel) or beside it (in a checkout).
- A compiled schema belongs to one thread: its error log is shared state, so two threads on one schema read each other's
  errors. Compilation is under a lock: concurrent first compilations fail in libxml2 once in a while.
- The words for messages come from the schemas: `modele` is what they say, in Python.
"""

import copy
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from service.contract.reading import analyseur

NS = "urn:caf:teleprocedure-esat:v1"
"""Namespace of version 1 of the contract."""

NS_TRANSMISSION = "urn:caf:teleprocedure-esat:transmission:v1"
"""Namespace of version 1 of the exchange with the back office."""

NS_XSD = "http://www.w3.org/2001/XMLSchema"
NS_WSDL = "http://schemas.xmlsoap.org/wsdl/"

SCHEMA = "teledeclaration-esat-v1.xsd"
"""The schema of the messages; it includes that of the types."""
SCHEMA_ACCUSE = "accuse-signe-v1.xsd"
"""The schema of the signed receipt."""
SCHEMA_TRANSMISSION = "transmission-v1.xsd"
"""The schema of the files for the back office, and of its answers."""
WSDL = "teledeclaration-esat-v1.wsdl"

_verrou = threading.Lock()
_par_fil = threading.local()


@cache
def dossier(nom: str) -> Path:
    """Return the folder ``schemas`` or ``wsdl``, of the installed package or of the checkout."""
    installe = Path(__file__).resolve().parent.parent / nom
    return installe if installe.is_dir() else installe.parent.parent / nom


@cache
def noms_des_schemas() -> tuple[str, ...]:
    """Return the file names of the schemas, sorted."""
    return tuple(sorted(fichier.name for fichier in dossier("schemas").glob("*.xsd")))


def arbre(chemin: Path) -> _Element:
    """Parse one of our own files with the hardened parser."""
    return etree.fromstring(chemin.read_bytes(), analyseur(), base_url=str(chemin))


def schema_complet() -> _Element:
    """Return a new tree of the whole schema of the messages in one ``xs:schema``: the types, then the operations."""
    racine = arbre(dossier("schemas") / SCHEMA)
    for inclusion in racine.findall(f"{{{NS_XSD}}}include"):
        types = arbre(dossier("schemas") / inclusion.attrib["schemaLocation"])
        for rang, definition in enumerate(types.iterchildren(f"{{{NS_XSD}}}simpleType", f"{{{NS_XSD}}}complexType")):
            racine.insert(racine.index(inclusion) + 1 + rang, copy.deepcopy(definition))
        racine.remove(inclusion)
    return racine


def schema() -> etree.XMLSchema:
    """Return this thread's compiled schema of the messages; the first call of a thread compiles it (milliseconds)."""
    return _compile(SCHEMA, schema_complet)


def schema_accuse() -> etree.XMLSchema:
    """Return this thread's compiled schema of the signed receipt."""
    return _compile(SCHEMA_ACCUSE, lambda: arbre(dossier("schemas") / SCHEMA_ACCUSE))


def schema_transmission() -> etree.XMLSchema:
    """Return this thread's compiled schema of the exchange with the back office."""
    return _compile(SCHEMA_TRANSMISSION, lambda: arbre(dossier("schemas") / SCHEMA_TRANSMISSION))


def _compile(nom: str, lire: Callable[[], _Element]) -> etree.XMLSchema:
    compile_: etree.XMLSchema | None = getattr(_par_fil, nom, None)
    if compile_ is None:
        with _verrou:
            compile_ = etree.XMLSchema(lire())
        setattr(_par_fil, nom, compile_)
    return compile_


def compiler() -> None:
    """Compile every schema once."""
    schema()
    schema_accuse()
    schema_transmission()
