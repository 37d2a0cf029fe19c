"""Writing a deposit: its row, its raw message, its lines and their anomalies, and what it does to older ones."""

from service.storage.unit_of_work import UnitOfWork
from service.usecases.rangees import Rangees


def enregistrer(unite: UnitOfWork, rangees: Rangees, brut: bytes) -> bool:
    """Store everything the receipt tells of; what it replaces or cancels changes its status.

    False, and nothing is written, where the deposit's number or its identifier is taken.
    """
    depot, lignes, anomalies, cibles, statut = rangees
    depot_id = unite.depots.ajouter(depot)
    if depot_id is None:
        return False
    unite.depots.ajouter_brut(depot_id, brut)
    unite.lignes.ajouter_lot({"depot_id": [depot_id] * depot.nombre_recues, **lignes})
    unite.lignes.ajouter_anomalies([anomalie._replace(depot_id=depot_id) for anomalie in anomalies])
    if cibles:
        unite.lignes.changer_statut(cibles, statut.value, depot.date_reception)
    return True
