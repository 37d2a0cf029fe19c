"""The agents of an ESAT as its référent sees them, and what every act of a référent begins with.

Invariants: an act of a référent is his at the very instant it is written (the role may have changed hands since the
page was shown); it reaches his own ESAT only: an account which serves others too keeps what it has there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Acces, EtatCompte, Role, acces
from service.errors import HabilitationError, IntrouvableError
from service.storage.comptes import CompteEnregistre
from service.storage.habilitations import HabilitationEnregistree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.comptes import cle_en_cours, exiger_compte
from service.usecases.consigner import Auteur
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Etablissement


class Agent(NamedTuple):
    """Somebody who may act for the ESAT."""

    compte_id: int
    courriel: str
    prenom: str
    nom: str
    role: Role
    acces: Acces
    jamais_connecte: bool
    """The password is still the provisional one."""
    derniere_connexion: datetime | None
    cles: int
    """Clés d'intégration in force that open this ESAT."""
    partage: bool
    """The account serves other ESATs too."""


def lister_agents(dependencies: Dependencies, esat: Etablissement) -> list[Agent]:
    """Return the agents of an ESAT, its référent first, then by name."""
    with dependencies.unites.lecture() as unite:
        agents = [_agent(dependencies, unite, droit) for droit in unite.habilitations.d_esat(esat.id)]
    return sorted(agents, key=lambda agent: (agent.role is not Role.REFERENT, agent.nom.casefold(), agent.prenom))


def montrer_agent(dependencies: Dependencies, esat: Etablissement, compte_id: int) -> Agent:
    """Return an agent of the ESAT. Raises IntrouvableError for anybody else."""
    with dependencies.unites.lecture() as unite:
        return _agent(dependencies, unite, exiger_droit(unite, esat, compte_id))


def exiger_referent(unite: UnitOfWork, auteur: Auteur, esat: Etablissement) -> None:
    """Raise HabilitationError unless whoever acts is the ESAT's référent, and stays so until this transaction ends."""
    unite.esats.verrouiller(esat.id)
    droits = unite.habilitations.d_esat(esat.id)
    if not any(droit.compte_id == auteur.compte_id and droit.role == Role.REFERENT for droit in droits):
        raise HabilitationError


def exiger_droit(unite: UnitOfWork, esat: Etablissement, compte_id: int) -> HabilitationEnregistree:
    """Return the right of an account on the ESAT. Raises IntrouvableError when it has none."""
    for droit in unite.habilitations.d_esat(esat.id):
        if droit.compte_id == compte_id:
            return droit
    raise IntrouvableError


def acces_de(compte: CompteEnregistre, droit: HabilitationEnregistree) -> Acces:
    """Return what a right opens while the ESAT's convention runs."""
    return acces(EtatCompte(compte.etat), droit.suspendue_le is not None, convention_en_cours=True)


def est_partage(unite: UnitOfWork, compte_id: int) -> bool:
    """Whether an account has rights on several ESATs."""
    return len(unite.habilitations.de_compte(compte_id)) > 1


def _agent(dependencies: Dependencies, unite: UnitOfWork, droit: HabilitationEnregistree) -> Agent:
    jour = jour_de_paris(dependencies.horloge())
    compte = exiger_compte(unite, droit.courriel)
    cles: Sequence[bool] = [
        cle_en_cours(cle, jour) and cle.esat_id in (None, droit.esat_id) for cle in unite.cles.lister(compte.id)
    ]
    return Agent(
        compte.id,
        compte.courriel,
        compte.prenom,
        compte.nom,
        Role(droit.role),
        acces_de(compte, droit),
        compte.provisoire and compte.derniere_connexion is None,
        compte.derniere_connexion,
        sum(cles),
        est_partage(unite, compte.id),
    )
