"""The receipt on paper: the facts of the signed receipt, and nothing more personal than they are.

CRPA R112-11-1: date of reception, service in charge, its postal and electronic addresses, its telephone. Facts go to
the layout as JSON data, so that no name or reference is ever read as markup. What the fonts cannot show is replaced,
for PDF/UA asks that every character be shown.
"""

import json
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from service.domain.declaration import Operation
from service.domain.recepisse import Accuse

_MISE_EN_PAGE = Path(__file__).with_name("recepisse.typ")
_PARIS = ZoneInfo("Europe/Paris")
_REMPLACANT = "\ufffd"
_REPERTOIRE = ((0x20, 0x7E), (0xA0, 0x2FF), (0x370, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2040), (0x20A0, 0x20C0))
"""Code points that the fonts of typst all show: Latin, Greek, Cyrillic, punctuation, currencies."""
_ABSENTS = frozenset({"\u2041", "\u2043", "\u2053"})
_ESSAI = "ESSAI : tous les contrôles ont été faits, mais rien n'est déclaré ni transmis."
_LIGNES_QUI_PESENT = 100
_TOURS_POUR_OUBLIER = 11
"""Typst keeps what it laid out in its last ten documents: 70 MB for a thousand lines."""


def imprimer_recepisse(accuse: Accuse, raison_sociale: str, adresse_publique: str) -> bytes:
    """Return the receipt as a tagged PDF; `adresse_publique` is where the certificates are published.

    The same facts give the same bytes.
    """
    faits = json.dumps(_faits(accuse, raison_sociale, adresse_publique), ensure_ascii=False)
    pdf = _composer(_MISE_EN_PAGE.read_bytes(), {"donnees": faits}, accuse.date_reception)
    if accuse.nombre_recues > _LIGNES_QUI_PESENT:
        for _ in range(_TOURS_POUR_OUBLIER):
            _composer(b"", {}, accuse.date_reception)
    return pdf


def imprimable(texte: str) -> str:
    """Return a text with what cannot be printed replaced: controls, reversed writing, signs of no font of ours."""
    return "".join(signe if _a_un_dessin(signe) else _REMPLACANT for signe in unicodedata.normalize("NFC", texte))


def _a_un_dessin(signe: str) -> bool:
    connu = any(debut <= ord(signe) <= fin for debut, fin in _REPERTOIRE) and signe not in _ABSENTS
    return connu and unicodedata.category(signe)[0] != "C" and unicodedata.category(signe) not in ("Zl", "Zp")


@cache
def _polices() -> typst.Fonts:
    """The fonts that come with typst: the same paper on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _composer(source: bytes, entrees: dict[str, str], date: datetime) -> bytes:
    compositeur = typst.Compiler(source, font_paths=_polices())
    pdf = compositeur.compile(
        format="pdf", sys_inputs=entrees, pdf_standards="ua-1" if source else [], timestamp=int(date.timestamp())
    )
    assert isinstance(pdf, bytes)
    return pdf


def _faits(accuse: Accuse, raison_sociale: str, adresse_publique: str) -> dict[str, Any]:
    service = accuse.service
    faits = {
        "titre": f"Accusé de réception {accuse.numero_depot}",
        "description": f"Accusé de réception électronique du dépôt {accuse.numero_depot}",
        "service": service.designation,
        "attestation": _attestation(accuse),
        "essai": _ESSAI if accuse.essai else "",
        "depot": _fiche(
            ("Date de réception", _quand(accuse.date_reception)),
            ("Numéro de dépôt", accuse.numero_depot, True),
            ("Objet", accuse.operation.libelle),
            ("Établissement", f"{raison_sociale}, SIRET {accuse.siret}"),
            ("Résultat", accuse.statut.libelle),
            ("Lignes", _comptes(accuse)),
        ),
        "contact": _fiche(
            ("Service", service.designation),
            ("Adresse postale", service.adresse),
            ("Adresse électronique", service.courriel),
            ("Téléphone", service.telephone),
        ),
        **_resultats(accuse),
        "preuve": "Ce document reprend l'accusé signé par le service, un fichier XML de même numéro, à conserver. Sa "
        f"signature se vérifie avec le certificat publié à l'adresse {adresse_publique}/certificats.",
        "empreintes": _fiche(
            ("Identifiant du message", accuse.identifiant_message, True),
            (f"Empreinte {accuse.empreinte.algorithme}", accuse.empreinte.valeur, True),
            ("Version des règles", accuse.version_regles),
        ),
    }
    imprimables: dict[str, Any] = _imprimables(faits)
    return imprimables


def _attestation(accuse: Accuse) -> str:
    return (
        f"Le dépôt électronique {accuse.numero_depot} a été reçu le {_quand(accuse.date_reception)}. Cet accusé de "
        "réception est délivré en application des articles L112-11 et R112-11-1 du code des relations entre le public "
        "et l'administration. Il dit ce que le dépôt a donné ; il ne dit pas encore ce que la Caf en intègre."
    )


def _resultats(accuse: Accuse) -> dict[str, list[dict[str, Any]]]:
    lignes = [
        {
            "rang": resultat.rang,
            "reference": resultat.reference or "",
            "statut": _statut(accuse.operation, resultat.statut.libelle),
            "numero": resultat.numero_declaration or "",
        }
        for resultat in accuse.resultats
    ]
    anomalies = [
        {"rang": resultat.rang, "code": une.code, "gravite": une.gravite.libelle, "message": une.message}
        for resultat in accuse.resultats
        for une in resultat.anomalies
    ]
    return {"lignes": lignes, "anomalies": anomalies}


def _fiche(*faits: tuple[str, str] | tuple[str, str, bool]) -> list[dict[str, Any]]:
    return [dict(zip(("nom", "valeur", "code"), fait, strict=False)) for fait in faits]


def _comptes(accuse: Accuse) -> str:
    return f"{accuse.nombre_recues} reçues, {accuse.nombre_acceptees} acceptées, {accuse.nombre_rejetees} rejetées"


def _statut(operation: Operation, libelle: str) -> str:
    """What was accepted of a cancellation is the cancellation."""
    return libelle.replace("Acceptée", "Annulée") if operation is Operation.ANNULE_DECLARATION else libelle


def _quand(instant: datetime) -> str:
    return f"{instant.astimezone(_PARIS):%d/%m/%Y à %H h %M min %S s} (heure de Paris)"


def _imprimables(valeur: Any) -> Any:
    if isinstance(valeur, str):
        return imprimable(valeur)
    if isinstance(valeur, dict):
        return {nom: _imprimables(un) for nom, un in valeur.items()}
    return [_imprimables(un) for un in valeur] if isinstance(valeur, list) else valeur
