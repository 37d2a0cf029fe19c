"""How the service is doing: what its page of state and its metrics tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service.domain.sceau import Sceau
from service.storage.mesures import Mesure
from service.storage.volumes import VolumeHoraire
from service.usecases.courriels import EtatCourriel, compter_courriels
from service.usecases.dependencies import Dependencies
from service.usecases.entretenir import verifier_la_base

FENETRE = timedelta(hours=24)


class Heure(NamedTuple):
    """One hour of traffic; durations in milliseconds."""

    debut: datetime
    messages: int
    refuses: int
    incidents: int
    duree_moyenne: float
    sous_le_seuil: float
    """Share of the messages answered within `SEUIL_MS`, from 0 to 1."""


SEUIL_MS = 100


class Sante(NamedTuple):
    """What the page of state shows."""

    heures: Sequence[Heure]
    """The last 24 hours that had traffic, oldest first."""
    courriels: dict[EtatCourriel, int]
    sceau: Sceau | None
    """The last seal of the log; None before the first one."""
    instant: datetime


def observer(dependencies: Dependencies) -> Sante:
    """Return how the service is doing. Raises IndisponibleError when the database does not answer."""
    verifier_la_base(dependencies)
    maintenant = dependencies.horloge()
    debut = (maintenant - FENETRE).replace(minute=0, second=0, microsecond=0)
    with dependencies.unites.lecture() as unite:
        volumes = unite.volumes.par_heure(debut, SEUIL_MS * 1000)
        sceau = unite.sceaux.dernier()
    return Sante([_heure(volume) for volume in volumes], compter_courriels(dependencies), sceau, maintenant)


def deverser_les_mesures(dependencies: Dependencies) -> None:
    """Add this process's counts to the totals. Raises IndisponibleError; the counts then wait for the next time."""
    mesures = dependencies.mesures.prendre()
    if not mesures:
        return
    try:
        with dependencies.unites.ecriture() as unite:
            unite.mesures.ajouter(mesures)
            unite.commit()
    except BaseException:
        dependencies.mesures.rendre(mesures)
        raise


def lire_les_mesures(dependencies: Dependencies) -> Sequence[Mesure]:
    """Return the totals of all processes."""
    with dependencies.unites.lecture() as unite:
        return unite.mesures.toutes()


def _heure(volume: VolumeHoraire) -> Heure:
    return Heure(
        volume.debut,
        volume.messages,
        volume.refuses,
        volume.incidents,
        volume.duree_us / volume.messages / 1000,
        volume.rapides / volume.messages,
    )
