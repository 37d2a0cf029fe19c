"""The files for the back office as people see them: where each one stands, what it passed on, what was answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from service.domain.statuts import StatutDeclaration
from service.domain.transmission import EtatTransmission, NatureMouvement, Resultat, etat_de, reference
from service.errors import SaisieError
from service.storage.suivi_transmissions import FichierSuivi, MouvementSuivi
from service.usecases.dependencies import Dependencies

TRANSMISSIONS_PAR_PAGE = 25
MOUVEMENTS_PAR_PAGE = 100


class Transmission(NamedTuple):
    """A file, where it stands, and its counts of movements."""

    id: int
    reference: str
    """``831-000012``."""
    organisme: str
    numero: int
    fichier: str
    empreinte: str | None
    """SHA-256 of the file; None while it is being prepared."""
    etat: EtatTransmission
    preparee_le: datetime
    ecrite_le: datetime | None
    nombre: int
    integres: int
    refuses: int

    @property
    def attendus(self) -> int:
        """Movements without an answer."""
        return self.nombre - self.integres - self.refuses


class PageDeTransmissions(NamedTuple):
    """Files, newest first, and the id from which the next page goes on; None on the last one."""

    transmissions: Sequence[Transmission]
    suite: int | None


class MouvementMontre(NamedTuple):
    """A movement of a file and its answer."""

    rang: int
    nature: NatureMouvement
    declaration: str
    remplace: str | None
    reponse: Resultat | None
    motif: str | None
    repondu_le: datetime | None
    statut: StatutDeclaration | None
    """Of the declaration today; None once it was purged."""


class TransmissionMontree(NamedTuple):
    """A file, and some of its movements."""

    transmission: Transmission
    par_nature: Mapping[NatureMouvement, int]
    mouvements: Sequence[MouvementMontre]
    suite: int | None
    """Rank from which the next page goes on."""


class ATransmettre(NamedTuple):
    """What the next transmission will look at."""

    depots: int
    """Deposits with an accepted line, trials left out."""
    lignes: int
    """Their accepted lines; those cancelled or replaced meanwhile will not leave."""


def lister_transmissions(
    dependencies: Dependencies,
    organisme: str | None = None,
    avant: int | None = None,
    limite: int = TRANSMISSIONS_PAR_PAGE,
) -> PageDeTransmissions:
    """Return one page of the files, of one organisme or of all; `avant` is the `suite` of the page before."""
    with dependencies.unites.lecture() as unite:
        lus = unite.suivi_transmissions.lister(organisme, avant, limite + 1)
    transmissions = [_transmission(lu) for lu in lus[:limite]]
    return PageDeTransmissions(transmissions, transmissions[-1].id if len(lus) > limite else None)


def montrer_transmission(
    dependencies: Dependencies, organisme: str, numero: int, apres: int = 0, limite: int = MOUVEMENTS_PAR_PAGE
) -> TransmissionMontree:
    """Return one file with its movements of ranks above `apres`. Raises SaisieError where there is none."""
    with dependencies.unites.lecture() as unite:
        fichier = unite.suivi_transmissions.un(organisme, numero)
        if fichier is None:
            raise SaisieError(f"Aucune transmission ne porte le numéro {reference(organisme, numero)}.")
        comptes = unite.suivi_transmissions.par_nature(fichier.id)
        lus = unite.suivi_transmissions.mouvements(fichier.id, apres, limite + 1)
    mouvements = [_mouvement(lu) for lu in lus[:limite]]
    return TransmissionMontree(
        _transmission(fichier),
        {nature: comptes.get(nature.value, 0) for nature in NatureMouvement},
        mouvements,
        mouvements[-1].rang if len(lus) > limite else None,
    )


def compter_a_transmettre(dependencies: Dependencies) -> ATransmettre:
    """Return how much came since the last transmission."""
    with dependencies.unites.lecture() as unite:
        return ATransmettre(*unite.suivi_transmissions.en_attente(unite.mouvements.avancement()))


def _transmission(lu: FichierSuivi) -> Transmission:
    etat = etat_de(
        fermee=lu.empreinte is not None,
        ecrite=lu.ecrite_le is not None,
        nombre=lu.nombre,
        repondus=lu.integres + lu.refuses,
    )
    return Transmission(
        lu.id,
        reference(lu.organisme, lu.numero),
        lu.organisme,
        lu.numero,
        lu.fichier,
        lu.empreinte,
        etat,
        lu.preparee_le,
        lu.ecrite_le,
        lu.nombre,
        lu.integres,
        lu.refuses,
    )


def _mouvement(lu: MouvementSuivi) -> MouvementMontre:
    return MouvementMontre(
        lu.rang,
        NatureMouvement(lu.nature),
        lu.declaration,
        lu.remplace,
        None if lu.reponse is None else Resultat(lu.reponse),
        lu.motif,
        lu.repondu_le,
        None if lu.statut is None else StatutDeclaration(lu.statut),
    )
