"""The messages of a sending, one after the other, until each has its receipt on the disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from declarer_esat.accuses import AccuseLu, Accuses
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.lots import Lot
from declarer_esat.registre import Envoi
from declarer_esat.service_esat import ServiceEsat
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.traduction import constat_de_regle
from service.domain.declaration import Operation


class Depot(NamedTuple):
    """One message and its receipt."""

    lot: Lot
    accuse: AccuseLu
    chemin: Path
    """Where the receipt is kept."""

    @property
    def constats(self) -> list[Constat]:
        """What the service found, on rows of the file."""
        return [
            constat_de_regle(self.lot.lignes[resultat.rang - 1], anomalie)
            for resultat in self.accuse.resultats
            for anomalie in resultat.anomalies
        ]

    @property
    def rejetees(self) -> set[int]:
        """Rows that the service refused."""
        return {self.lot.lignes[resultat.rang - 1] for resultat in self.accuse.resultats if not resultat.acceptee}


def envoyer(envoi: Envoi, service: ServiceEsat, accuses: Accuses) -> Iterator[Depot]:
    """Yield each message's receipt, in order: sends those that have none, and reads back the others.

    Raises `RefusDuServiceError`, `IndisponibleError` or `AccuseDouteuxError` at the first message that does not get its
    receipt; calling again goes on from there with the very same bytes.
    """
    operation = Operation(envoi.identite.operation)
    for rang, lot in enumerate(envoi.lots):
        fait = depot_fait(envoi, rang, accuses)
        if fait is None:
            octets = service.deposer(operation, lot.charge)
            accuse = accuses.recevoir(octets, lot, envoi.identite)
            envoi.noter(rang, accuse.numero_depot)
            fait = Depot(lot, accuse, accuses.chemin(accuse.numero_depot))
        yield fait


def depots_faits(envoi: Envoi, accuses: Accuses) -> list[Depot]:
    """Return the messages of a sending that have their receipt, without the network."""
    faits = (depot_fait(envoi, rang, accuses) for rang in range(len(envoi.lots)))
    return [fait for fait in faits if fait is not None]


def depot_fait(envoi: Envoi, rang: int, accuses: Accuses) -> Depot | None:
    """Return a message with its receipt as kept; None where it has none, or where the file was removed since."""
    numero = envoi.depot(rang)
    accuse = accuses.relire(numero) if numero is not None else None
    if numero is None or accuse is None:
        return None
    if accuse.numero_depot != numero or accuse.identifiant_message != envoi.lots[rang].identifiant:
        raise AccuseDouteuxError(f"{accuses.chemin(numero)} n'est pas l'accusé de ce message.")
    return Depot(envoi.lots[rang], accuse, accuses.chemin(numero))
