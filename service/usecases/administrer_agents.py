"""What a référent does to the rights of the agents of his ESAT: suspended, given back, ended; his role handed over.

Invariants, in the order the code enforces them: whoever acts is the référent now; the account has a right on his ESAT;
it is not the référent's own, who hands the role over first. Only the right on this ESAT changes: the Caf alone suspends
an account; one whose only right ends is retired, with its clés. Whom it concerns is told by mail.
"""

from datetime import datetime

from service.domain.actes import Acte
from service.domain.habilitation import Acces, EtatCompte, Role
from service.errors import SaisieError
from service.storage.comptes import CompteEnregistre
from service.storage.esats import EsatEnregistre
from service.storage.habilitations import HabilitationEnregistree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import exiger_esat
from service.usecases.agents import acces_de, est_partage, exiger_droit, exiger_referent
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import (
    de_l_etat_du_compte,
    de_l_habilitation,
    de_la_suspension,
    du_nouveau_referent,
)
from service.usecases.reception import Etablissement


def suspendre_agent(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, compte_id: int) -> None:
    """Close the ESAT to an agent for a time, messages included.

    An account that serves no other ESAT is out at its next request, pages and messages, password and clés.
    Raises HabilitationError, IntrouvableError, SaisieError.
    """
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte, droit = _viser(unite, auteur, esat, compte_id)
        if acces_de(compte, droit) is not Acces.OUVERT:
            raise SaisieError("Cet accès n'est pas ouvert : il ne peut être suspendu.")
        unite.habilitations.suspendre(compte_id, esat.id, maintenant)
        if all(un.suspendue_le is not None for un in unite.habilitations.de_compte(compte_id)):
            unite.comptes.changer_etat(compte_id, compte.etat)  # a new version: sessions end, nothing is remembered
        _consigner(unite, auteur, Acte.HABILITATION_SUSPENDUE, esat, compte, maintenant)
        _dire_la_suspension(dependencies, unite, auteur, esat, compte, suspendu=True)
        unite.commit()


def reactiver_agent(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, compte_id: int) -> None:
    """Give back what a référent suspended. Raises HabilitationError, IntrouvableError, SaisieError."""
    with dependencies.unites.ecriture() as unite:
        compte, droit = _viser(unite, auteur, esat, compte_id)
        if droit.suspendue_le is None:
            raise SaisieError("Cet accès n'est pas suspendu par un référent.")
        unite.habilitations.suspendre(compte_id, esat.id, None)
        _consigner(unite, auteur, Acte.HABILITATION_RETABLIE, esat, compte, dependencies.horloge())
        _dire_la_suspension(dependencies, unite, auteur, esat, compte, suspendu=False)
        unite.commit()


def finir_la_mission(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, compte_id: int) -> None:
    """End the access of an agent to the ESAT. Raises HabilitationError, IntrouvableError, SaisieError.

    Clés made for this ESAT end with it; the account too, with all of its clés, unless it serves another ESAT.
    """
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte, _ = _viser(unite, auteur, esat, compte_id)
        partage = est_partage(unite, compte_id)
        unite.habilitations.retirer(compte_id, esat.id)
        for cle in unite.cles.lister(compte_id):
            if not partage or cle.esat_id == esat.id:
                unite.cles.revoquer(cle.id, maintenant)
        _consigner(unite, auteur, Acte.HABILITATION_RETIREE, esat, compte, maintenant)
        if partage:
            nom = _esat(unite, esat).raison_sociale
            de_l_habilitation(dependencies, unite, compte.courriel, nom, None, maintenant)
        else:
            unite.comptes.changer_etat(compte_id, EtatCompte.RETIRE.value)
            _consigner(unite, auteur, Acte.COMPTE_RETIRE, esat, compte, maintenant)
            par = auteur.utilisateur
            de_l_etat_du_compte(dependencies, unite, "compte_retire", compte.courriel, maintenant, par)
        unite.commit()


def transmettre_le_role(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, compte_id: int) -> None:
    """Make an agent the référent of the ESAT in place of whoever acts, who becomes an agent.

    Raises HabilitationError, IntrouvableError, or SaisieError for somebody who could not take the role up at once.
    """
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte, droit = _viser(unite, auteur, esat, compte_id)
        if acces_de(compte, droit) is not Acces.OUVERT or compte.provisoire:
            raise SaisieError("Le rôle se transmet à qui a choisi son mot de passe et dont l'accès est ouvert.")
        assert auteur.compte_id is not None
        unite.habilitations.changer_de_role(auteur.compte_id, esat.id, Role.AGENT.value)
        unite.habilitations.changer_de_role(compte_id, esat.id, Role.REFERENT.value)
        _consigner(unite, auteur, Acte.REFERENT_CHANGE, esat, compte, maintenant)
        ancien, nom = auteur.utilisateur or "", _esat(unite, esat).raison_sociale
        du_nouveau_referent(dependencies, unite, ancien, compte.courriel, nom, maintenant)
        unite.commit()


def _viser(
    unite: UnitOfWork, auteur: Auteur, esat: Etablissement, compte_id: int
) -> tuple[CompteEnregistre, HabilitationEnregistree]:
    """The account that a référent acts on, and its right on his ESAT."""
    exiger_referent(unite, auteur, esat)
    droit = exiger_droit(unite, esat, compte_id)
    if compte_id == auteur.compte_id:
        raise SaisieError("Le référent ne peut ni se suspendre ni se retirer : transmettre d'abord le rôle à un agent.")
    return exiger_compte(unite, droit.courriel), droit


def _esat(unite: UnitOfWork, esat: Etablissement) -> EsatEnregistre:
    return exiger_esat(unite, esat.siret)


def _consigner(
    unite: UnitOfWork, auteur: Auteur, acte: Acte, esat: Etablissement, compte: CompteEnregistre, instant: datetime
) -> None:
    consigner(unite, auteur, acte, instant, objet=compte.courriel, siret=esat.siret, esat_id=esat.id)


def _dire_la_suspension(
    dependencies: Dependencies,
    unite: UnitOfWork,
    auteur: Auteur,
    esat: Etablissement,
    compte: CompteEnregistre,
    *,
    suspendu: bool,
) -> None:
    nom, par, partage = _esat(unite, esat).raison_sociale, auteur.utilisateur or "", est_partage(unite, compte.id)
    instant = dependencies.horloge()
    de_la_suspension(dependencies, unite, compte.courriel, nom, instant, par, suspendu=suspendu, partage=partage)
