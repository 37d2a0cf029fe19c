"""A signed receipt of ours, read back: what pages show and print is what was signed."""

from datetime import datetime

from lxml import etree

from service.contract.catalogue import NS
from service.contract.reading import analyseur
from service.domain.declaration import Anomalie, Gravite, Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur

_Element = etree._Element


def lire_accuse(accuse_signe: bytes) -> Accuse:
    """Return what a receipt of this service says; its signature is the affair of whoever did not keep it himself.

    Raises `ValueError` for a document not of our making.
    """
    racine = etree.fromstring(accuse_signe, analyseur())
    if racine.tag != f"{{{NS}}}accuse":
        raise ValueError("Ce document n'est pas un accusé de ce service.")
    empreinte, service = _enfant(racine, "empreinte"), _enfant(racine, "service")
    return Accuse(
        _texte(racine, "numeroDepot"),
        _texte(racine, "identifiantMessage"),
        Operation(_texte(racine, "operation")),
        _texte(racine, "siret"),
        datetime.fromisoformat(_texte(racine, "dateReception")),
        _texte(racine, "essai") == "true",
        StatutDepot(_texte(racine, "statut")),
        Empreinte(_texte(empreinte, "algorithme"), _texte(empreinte, "valeur")),
        _texte(racine, "versionRegles"),
        ServiceEmetteur(*(_texte(service, nom) for nom in ("designation", "adresse", "courriel", "telephone"))),
        int(_texte(racine, "nombreRecues")),
        int(_texte(racine, "nombreAcceptees")),
        int(_texte(racine, "nombreRejetees")),
        tuple(_resultat(resultat) for resultat in racine.iterchildren(f"{{{NS}}}resultat")),
    )


def _resultat(resultat: _Element) -> Resultat:
    return Resultat(
        int(_texte(resultat, "rang")),
        resultat.findtext(f"{{{NS}}}reference"),
        StatutLigne(_texte(resultat, "statut")),
        resultat.findtext(f"{{{NS}}}numeroDeclaration"),
        tuple(
            Anomalie(
                _texte(anomalie, "code"),
                Gravite(_texte(anomalie, "gravite")),
                anomalie.findtext(f"{{{NS}}}champ"),
                _texte(anomalie, "message"),
            )
            for anomalie in resultat.iterchildren(f"{{{NS}}}anomalie")
        ),
    )


def _enfant(parent: _Element, nom: str) -> _Element:
    enfant = parent.find(f"{{{NS}}}{nom}")
    if enfant is None:
        raise ValueError(f"L'accusé n'a pas d'élément {nom}.")
    return enfant


def _texte(parent: _Element, nom: str) -> str:
    return _enfant(parent, nom).text or ""
