"""A référent invites an agent by e-mail: a new account, or a right on his ESAT for an account that exists.

Invariants: whoever acts is the référent now; the new right is that of an agent, on his ESAT only; an account that the
Caf suspended stays so; a retired one opens again as a new one would, with a provisional password.
"""

from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.habilitation import EtatCompte, Role
from service.domain.mot_de_passe import PROVISOIRE
from service.errors import Precision, SaisieError
from service.security.passwords import mot_de_passe_provisoire
from service.security.wsse import normaliser_utilisateur
from service.storage.comptes import CompteEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import exiger_esat
from service.usecases.administrer_habilitations import habiliter_compte
from service.usecases.agents import exiger_referent
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, ouvrir_compte, problemes_d_ouverture
from service.usecases.prevenir import de_l_habilitation, du_compte_ouvert
from service.usecases.reception import Etablissement
from service.usecases.saisie import exiger


class Invitation(NamedTuple):
    """Whom a référent invites; the names are for a new account."""

    courriel: str
    prenom: str
    nom: str


def inviter(dependencies: Dependencies, auteur: Auteur, esat: Etablissement, invitation: Invitation) -> None:
    """Let somebody act for the ESAT, and tell them by mail.

    Raises HabilitationError; SaisieError, all problems at once.
    """
    utilisateur, provisoire = normaliser_utilisateur(invitation.courriel), mot_de_passe_provisoire()
    secret = provisoire, dependencies.hacheur.hacher(provisoire)
    with dependencies.unites.ecriture() as unite:
        exiger_referent(unite, auteur, esat)
        existants = unite.comptes.lister(courriel=utilisateur)
        if existants:
            _habiliter_le_compte(dependencies, unite, auteur, esat, existants[0], secret)
        else:
            droits = [HabilitationDemandee(esat.siret, Role.AGENT)]
            nouveau = NouveauCompte(utilisateur, invitation.nom, invitation.prenom, droits)
            exiger(problemes_d_ouverture(dependencies, unite, [nouveau]))
            ouvrir_compte(dependencies, unite, nouveau, secret, auteur)
        unite.commit()


def _habiliter_le_compte(
    dependencies: Dependencies,
    unite: UnitOfWork,
    auteur: Auteur,
    esat: Etablissement,
    compte: CompteEnregistre,
    secret: tuple[str, str],
) -> None:
    _refuser_ce_qui_ne_peut_etre_invite(unite, esat, compte)
    maintenant, nom = dependencies.horloge(), exiger_esat(unite, esat.siret).raison_sociale
    if compte.etat == EtatCompte.RETIRE:
        _rouvrir(dependencies, unite, auteur, compte, secret, nom)
    habiliter_compte(unite, auteur, compte.id, compte.courriel, esat.siret, Role.AGENT, maintenant)
    if compte.etat == EtatCompte.ACTIF:
        de_l_habilitation(dependencies, unite, compte.courriel, nom, Role.AGENT, maintenant)


def _refuser_ce_qui_ne_peut_etre_invite(unite: UnitOfWork, esat: Etablissement, compte: CompteEnregistre) -> None:
    if any(droit.esat_id == esat.id for droit in unite.habilitations.de_compte(compte.id)):
        deja = "cette personne figure déjà parmi les agents de l'établissement."
        raise SaisieError(precisions=[Precision(deja, champ="courriel")])
    if compte.etat == EtatCompte.SUSPENDU:
        raise SaisieError(precisions=[Precision("ce compte est suspendu par la Caf : la joindre.", champ="courriel")])


def _rouvrir(
    dependencies: Dependencies,
    unite: UnitOfWork,
    auteur: Auteur,
    compte: CompteEnregistre,
    secret: tuple[str, str],
    esat: str,
) -> None:
    """Open a retired account again, as a new one is opened."""
    maintenant, (provisoire, hache) = dependencies.horloge(), secret
    fin = maintenant + PROVISOIRE
    if not unite.comptes.changer_mot_de_passe(
        compte.id, compte.version, hache, provisoire=True, expire_le=fin, maintenant=maintenant
    ):
        raise SaisieError("Ce compte vient d'être modifié par quelqu'un d'autre : recommencer.")
    unite.comptes.changer_etat(compte.id, EtatCompte.ACTIF.value)
    consigner(unite, auteur, Acte.COMPTE_REACTIVE, maintenant, objet=compte.courriel)
    du_compte_ouvert(dependencies, unite, compte.courriel, (compte.prenom, compte.nom), provisoire, fin, [esat])
