"""What a program reads: the same results as JSON, under stable names, those of the contract where it has one."""

from collections.abc import Iterable, Sequence
from typing import Any

from declarer_esat.accuses import AccuseLu
from declarer_esat.envoi import Depot
from service.contract.fichiers.constats import Constat


def constats_en_json(constats: Iterable[Constat]) -> list[dict[str, Any]]:
    """Return findings, one an entry."""
    return [constat._asdict() for constat in constats]


def depots_en_json(depots: Sequence[Depot]) -> list[dict[str, Any]]:
    """Return deposits with, for each line, its row in the file."""
    return [{**accuse_en_json(depot.accuse, depot.lot.lignes), "accuse": str(depot.chemin)} for depot in depots]


def accuse_en_json(accuse: AccuseLu, lignes: Sequence[int] = ()) -> dict[str, Any]:
    """Return a receipt; `lignes` are the rows of the file that the message held, where they are known."""
    designation, adresse, courriel, telephone = accuse.service
    return {
        "numeroDepot": accuse.numero_depot,
        "identifiantMessage": accuse.identifiant_message,
        "operation": accuse.operation,
        "siret": accuse.siret,
        "dateReception": accuse.date_reception.isoformat(),
        "essai": accuse.essai,
        "statut": accuse.statut,
        "empreinte": accuse.empreinte,
        "versionRegles": accuse.version_regles,
        "service": {"designation": designation, "adresse": adresse, "courriel": courriel, "telephone": telephone},
        "nombreRecues": accuse.nombre_recues,
        "nombreAcceptees": accuse.nombre_acceptees,
        "nombreRejetees": accuse.nombre_rejetees,
        "resultats": [
            {
                **({"ligne": lignes[resultat.rang - 1]} if lignes else {}),
                "rang": resultat.rang,
                "reference": resultat.reference,
                "statut": resultat.statut,
                "numeroDeclaration": resultat.numero_declaration,
                "anomalies": [anomalie._asdict() for anomalie in resultat.anomalies],
            }
            for resultat in accuse.resultats
        ],
    }
