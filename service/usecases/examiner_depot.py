"""A deposit as an operator examines it: its lines, what became of it, who looked at it; its raw message with a reason.

Every look is logged before anything is shown: who, what, when, and for the raw message why (loi du 6 janvier 1978,
art. 34; 3-security, « Privacy »).
"""

from collections.abc import Sequence
from typing import NamedTuple

from service.domain.actes import Acte
from service.errors import IntrouvableError, Precision
from service.storage.depots import Depot
from service.storage.recherche import Entree, Filtres
from service.storage.unit_of_work import UnitOfWork
from service.usecases.archiver import decomprimer, desarchiver
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.montrer_depots import DepotMontre, detailler
from service.usecases.saisie import exiger

HISTOIRE_MAX = 100
"""Entries of the log that the history of a deposit shows, the newest ones."""
MOTIF_MIN, MOTIF_MAX = 10, 300
"""Characters of a reason."""


class DepotExamine(NamedTuple):
    """A deposit, whose it is, and all that the log knows of it."""

    montre: DepotMontre
    siret: str
    raison_sociale: str
    histoire: Sequence[Entree]
    """Messages and acts that name it, oldest first."""


def examiner_depot(dependencies: Dependencies, auteur: Auteur, numero: str, premiere: int = 1) -> DepotExamine:
    """Return a deposit of any ESAT with its lines from that rank on; the look is logged. Raises IntrouvableError."""
    with dependencies.unites.ecriture() as unite:
        depot = _exiger(unite, numero)
        esat = next(esat for esat in unite.esats.lister() if esat.id == depot.esat_id)
        consigner(
            unite,
            auteur,
            Acte.DEPOT_CONSULTE,
            dependencies.horloge(),
            siret=esat.siret,
            esat_id=esat.id,
            numero_depot=depot.numero,
        )
        trouvees = unite.journal.chercher(Filtres(numero=depot.numero), None, HISTOIRE_MAX).entrees
        montre = detailler(dependencies, unite, depot, premiere)
        unite.commit()
    return DepotExamine(montre, esat.siret, esat.raison_sociale, [une.entree for une in reversed(trouvees)])


def lire_recepisse_examine(dependencies: Dependencies, numero: str) -> tuple[bytes, str]:
    """Return the signed receipt of a deposit, the very bytes, and the name of its ESAT. Raises IntrouvableError."""
    with dependencies.unites.lecture() as unite:
        depot = _exiger(unite, numero)
        esat = next(esat for esat in unite.esats.lister() if esat.id == depot.esat_id)
    return decomprimer(depot.accuse_signe), esat.raison_sociale


def lire_message_brut(dependencies: Dependencies, auteur: Auteur, numero: str, motif: str) -> bytes | None:
    """Return the message as it was received, its reading logged with the reason; None once it was purged.

    Raises IntrouvableError, or SaisieError for a reason that says too little.
    """
    motif = " ".join(motif.split())
    if not MOTIF_MIN <= len(motif) <= MOTIF_MAX:
        attendu = f"un motif de {MOTIF_MIN} à {MOTIF_MAX} caractères est attendu, tel que « réclamation n° 12 »."
        exiger([Precision(attendu, champ="motif")])
    with dependencies.unites.ecriture() as unite:
        depot = _exiger(unite, numero)
        consigner(
            unite,
            auteur,
            Acte.BRUT_CONSULTE,
            dependencies.horloge(),
            motif=motif,
            esat_id=depot.esat_id,
            numero_depot=depot.numero,
        )
        brut = unite.depots.brut(depot.id)
        unite.commit()
    return None if brut is None else desarchiver(dependencies.coffre, brut)


def _exiger(unite: UnitOfWork, numero: str) -> Depot:
    depot = unite.depots.de_numero(numero)
    if depot is None:
        raise IntrouvableError
    return depot
