"""Writes the guides that follow from the code: ``docs/regles.md`` from the catalogue, ``docs/contrat.md`` from the XSD;
and from ``docs/guide-utilisateur.md`` the Word document that the extranet offers.

Run ``.venv/bin/python docs/produire.py`` after a change of any; a test holds the files in step.
"""

from collections.abc import Iterator
from pathlib import Path

from guide_word import CIBLE, guide

from service.contract.catalogue import NS, SCHEMA, SCHEMA_ACCUSE, WSDL, schema_complet
from service.contract.modele import documentation
from service.domain.declaration import Gravite
from service.domain.regles import REGLES, VERSION_REGLES

XS = "{http://www.w3.org/2001/XMLSchema}"
DOSSIER = Path(__file__).resolve().parent
_GRAVITES = {
    Gravite.REJET: "la ligne est rejetée",
    Gravite.ALERTE: "la ligne est acceptée et signalée à l'œil d'un opérateur",
    Gravite.INFO: "la ligne est acceptée, pour information",
}


def regles() -> str:
    """The page of the rules."""
    lignes = [
        "# Les règles",
        "",
        f"Version {VERSION_REGLES}. Ce catalogue est dans le code (`service/domain/regles.py`) et sert aux contrôles "
        "du service, à l'opération `ListeAnomalies`, au contrôle hors ligne du client et à cette page, qui en est "
        "écrite par `docs/produire.py`.",
        "",
        "| code | gravité | règle |",
        "|---|---|---|",
        *(
            f"| [{regle.code}](#{regle.code.lower()}) | {regle.gravite} | {regle.libelle} |"
            for regle in REGLES.values()
        ),
    ]
    for regle in REGLES.values():
        lignes += [
            "",
            f"## {regle.code}",
            "",
            f"**{regle.libelle}** — {regle.gravite} : {_GRAVITES[regle.gravite]}.",
            "",
            regle.explication,
            "",
            f"*Que faire ?* {regle.correction}",
            "",
            f"*Exemple.* {regle.exemple}",
        ]
    return "\n".join(lignes) + "\n"


def contrat() -> str:
    """The page of the contract."""
    schema = schema_complet()
    lignes = [
        "# Le contrat, version 1",
        "",
        f"Espace de noms `{NS}`. La source est `schemas/{SCHEMA}` et `wsdl/{WSDL}` ; l'accusé signé a son schéma, "
        f"`schemas/{SCHEMA_ACCUSE}`. Cette page en est écrite par `docs/produire.py`.",
        "",
        "## Éléments des messages",
    ]
    for element in schema.findall(f"{XS}element"):
        lignes += ["", f"### {element.get('name')}", "", documentation(element), *_tableau(element)]
    lignes += ["", "## Types composés"]
    for type_compose in schema.findall(f"{XS}complexType"):
        lignes += ["", f"### {type_compose.get('name')}", "", documentation(type_compose), *_tableau(type_compose)]
    lignes += ["", "## Types simples", "", "| type | base | sens |", "|---|---|---|"]
    for simple in schema.findall(f"{XS}simpleType"):
        restriction = simple.find(f"{XS}restriction")
        base = "" if restriction is None else restriction.get("base", "")
        lignes.append(f"| `{simple.get('name')}` | `{base}` | {_cellule(documentation(simple))} |")
    return "\n".join(lignes) + "\n"


def _tableau(definition) -> Iterator[str]:  # type: ignore[no-untyped-def]
    elements = [element for element in definition.iter(f"{XS}element") if element is not definition]
    if not elements:
        return
    yield from ("", "| élément | type | occurrences | sens |", "|---|---|---|---|")
    for element in elements:
        choix = element.getparent().tag == f"{XS}choice"
        bas, haut = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
        occurrences = "au choix" if choix else bas if bas == haut else f"{bas}..{'n' if haut == 'unbounded' else haut}"
        type_ = element.get("type", "").removeprefix("tns:")
        yield f"| `{element.get('name')}` | `{type_}` | {occurrences} | {_cellule(documentation(element))} |"


def _cellule(texte: str) -> str:
    return texte.replace("|", "\\|")


PAGES = {"regles.md": regles, "contrat.md": contrat}

if __name__ == "__main__":
    for nom, page in PAGES.items():
        (DOSSIER / nom).write_text(page(), encoding="utf-8")
    CIBLE.write_bytes(guide())
