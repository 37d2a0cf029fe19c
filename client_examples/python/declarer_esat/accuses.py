"""Receipts: verified, compared with what was sent, kept byte for byte in ``accuses/<numeroDepot>.xml``.

Facts are read from the signed document alone, never from the part of the answer beside it. Values that the contract
leaves open (statuses, gravities) stay text: a new one must not make a receipt unreadable.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from declarer_esat.certificats import Certificats
from declarer_esat.ecriture import creer_dossier, remplacer
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.lots import Lot
from declarer_esat.registre import Identite
from declarer_esat.signature import CertificatInconnuError, verifier
from service.contract.catalogue import NS
from service.domain.declaration import Anomalie, Gravite

Element = etree._Element
_NUMERO = re.compile(r"[A-Za-z0-9-]{1,40}")


class ResultatLu(NamedTuple):
    """What became of one line."""

    rang: int
    reference: str | None
    statut: str
    numero_declaration: str | None
    anomalies: tuple[Anomalie, ...]

    @property
    def acceptee(self) -> bool:
        """Whether the line is declared."""
        return self.statut == "ACCEPTEE"


class AccuseLu(NamedTuple):
    """What a receipt says."""

    numero_depot: str
    identifiant_message: str
    operation: str
    siret: str
    date_reception: datetime
    essai: bool
    statut: str
    algorithme: str
    empreinte: str
    version_regles: str
    service: tuple[str, str, str, str]
    """Designation, address, e-mail and telephone of the service in charge."""
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int
    resultats: tuple[ResultatLu, ...]


def lire_accuse(accuse: Element) -> AccuseLu:
    """Return what a verified receipt says."""
    service = accuse.find(f"{{{NS}}}service")
    empreinte = accuse.find(f"{{{NS}}}empreinte")
    if service is None or empreinte is None:
        raise AccuseDouteuxError("L'accusé est incomplet.")
    return AccuseLu(
        _texte(accuse, "numeroDepot"),
        _texte(accuse, "identifiantMessage").lower(),
        _texte(accuse, "operation"),
        _texte(accuse, "siret"),
        datetime.fromisoformat(_texte(accuse, "dateReception")),
        _texte(accuse, "essai") in ("true", "1"),
        _texte(accuse, "statut"),
        _texte(empreinte, "algorithme"),
        _texte(empreinte, "valeur").lower(),
        _texte(accuse, "versionRegles"),
        (
            _texte(service, "designation"),
            _texte(service, "adresse"),
            _texte(service, "courriel"),
            _texte(service, "telephone"),
        ),
        int(_texte(accuse, "nombreRecues")),
        int(_texte(accuse, "nombreAcceptees")),
        int(_texte(accuse, "nombreRejetees")),
        tuple(_resultat(resultat) for resultat in accuse.iterchildren(f"{{{NS}}}resultat")),
    )


class Accuses:
    """The receipts of a folder."""

    def __init__(self, dossier: Path, certificats: Certificats) -> None:
        self._dossier = dossier / "accuses"
        self._certificats = certificats

    def recevoir(self, octets: bytes, lot: Lot, identite: Identite) -> AccuseLu:
        """Verify a receipt, check that it speaks of this very message, and keep it.

        Raises `AccuseDouteuxError`; the bytes are then kept aside, under the message's identifier.
        """
        try:
            accuse = lire_accuse(self._verifier(octets))
            ecarts = comparer(accuse, lot, identite)
            if ecarts:
                raise AccuseDouteuxError(f"L'accusé n'est pas celui de ce message : {' ; '.join(ecarts)}.")
        except AccuseDouteuxError as doute:
            lieu = self._mettre_de_cote(octets, lot.identifiant)
            suite = f"Il est gardé à part dans {lieu}, et l'envoi reste à reprendre."
            raise AccuseDouteuxError(f"{doute.message} {suite}") from None
        self.garder(accuse.numero_depot, octets)
        return accuse

    def archiver(self, octets: bytes) -> AccuseLu:
        """Verify the receipt of a deposit made by whatever program, and keep it. Raises `AccuseDouteuxError`."""
        accuse = lire_accuse(self._verifier(octets))
        self.garder(accuse.numero_depot, octets)
        return accuse

    def garder(self, numero: str, octets: bytes) -> Path:
        """Keep the bytes of a receipt as they are. Raises `AccuseDouteuxError` if others bear the same number."""
        chemin = self.chemin(numero)
        creer_dossier(self._dossier)
        if not chemin.exists():
            remplacer(chemin, octets)
        elif chemin.read_bytes() != octets:
            raise AccuseDouteuxError(f"{chemin} existe déjà, avec un autre contenu : il est laissé.")
        return chemin

    def relire(self, numero: str) -> AccuseLu | None:
        """Return what a kept receipt says, verified again; None when it is not there."""
        chemin = self.chemin(numero)
        return lire_accuse(self._verifier(chemin.read_bytes())) if chemin.exists() else None

    def chemin(self, numero: str) -> Path:
        """Return where a receipt is kept. Raises `AccuseDouteuxError` for a number that is no such thing."""
        if _NUMERO.fullmatch(numero) is None:
            raise AccuseDouteuxError("Le numéro de dépôt de l'accusé n'a pas la forme d'un numéro de dépôt.")
        return self._dossier / f"{numero}.xml"

    def _verifier(self, octets: bytes) -> Element:
        try:
            return verifier(octets, self._certificats.pem())
        except CertificatInconnuError:
            return verifier(octets, self._certificats.renouveler())

    def _mettre_de_cote(self, octets: bytes, identifiant: str) -> Path:
        douteux = self._dossier / "douteux"
        creer_dossier(douteux)
        chemin = douteux / f"{identifiant}-{hashlib.sha256(octets).hexdigest()[:8]}.xml"
        remplacer(chemin, octets)
        return chemin


def comparer(accuse: AccuseLu, lot: Lot, identite: Identite) -> list[str]:
    """Return how a receipt differs from what was sent, in French; empty when it is the receipt of that message."""
    condense = hashlib.sha256(lot.charge).hexdigest()
    comparaisons: Sequence[tuple[str, object, object]] = (
        ("identifiant du message", accuse.identifiant_message, lot.identifiant),
        ("opération", accuse.operation, identite.operation),
        ("SIRET", accuse.siret, identite.siret),
        ("essai", accuse.essai, identite.essai),
        ("empreinte du contenu", (accuse.algorithme, accuse.empreinte), ("SHA-256", condense)),
        ("nombre de lignes", accuse.nombre_recues, len(lot.lignes)),
        ("nombre de résultats", len(accuse.resultats), len(lot.lignes)),
    )
    return [f"{quoi} différent" for quoi, trouve, attendu in comparaisons if trouve != attendu]


def _resultat(resultat: Element) -> ResultatLu:
    return ResultatLu(
        int(_texte(resultat, "rang")),
        resultat.findtext(f"{{{NS}}}reference"),
        _texte(resultat, "statut"),
        resultat.findtext(f"{{{NS}}}numeroDeclaration"),
        tuple(_anomalie(anomalie) for anomalie in resultat.iterchildren(f"{{{NS}}}anomalie")),
    )


def _anomalie(anomalie: Element) -> Anomalie:
    gravite = _texte(anomalie, "gravite")
    return Anomalie(
        _texte(anomalie, "code"),
        Gravite(gravite) if gravite in Gravite.__members__ else Gravite.INFO,
        anomalie.findtext(f"{{{NS}}}champ"),
        _texte(anomalie, "message"),
    )


def _texte(parent: Element, nom: str) -> str:
    return (parent.findtext(f"{{{NS}}}{nom}") or "").strip()
