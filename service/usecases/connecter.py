"""Login and logout of the extranet, and the change of one's own password there: the person's password, the limits of
attempts of the SOAP service, one session.

Unknown user, wrong password, locked, suspended get one answer, in comparable time (3-security, « Accounts »).
"""

from datetime import datetime
from typing import Any, NamedTuple

from service.domain.actes import Acte
from service.errors import AuthentificationError
from service.security.wsse import normaliser_utilisateur
from service.storage.comptes import CompteAuth
from service.storage.unit_of_work import UnitOfWork
from service.usecases.changer_mot_de_passe import changer_mot_de_passe, preparer_le_changement
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.identifier import expediteur_par_mot_de_passe
from service.usecases.reception import Expediteur
from service.usecases.seances import Espace, fermer_seance, ouvrir_seance
from service.usecases.secours import adopter_le_secours
from service.usecases.verifier_mot_de_passe import verifier_mot_de_passe


class Presentation(NamedTuple):
    """Credentials presented at a login page: what the count of attempts goes by."""

    utilisateur: str
    adresse: str
    instant: datetime


PRECEDENTE = "precedente"
"""Key of the session's memory under which the login before this one stands, in ISO 8601; none at the first."""


def connecter(dependencies: Dependencies, auteur: Auteur, courriel: str, mot_de_passe: str) -> str:
    """Open a session of the extranet and return its token.

    Raises AuthentificationError, whatever the reason, or DebitDepasseError when argon2id's queue is full.
    """
    utilisateur = normaliser_utilisateur(courriel)
    with dependencies.unites.lecture() as unite:
        avant = unite.comptes.lister(courriel=utilisateur)
    compte, _ = _reconnaitre(dependencies, auteur, utilisateur, mot_de_passe)
    precedente = avant[0].derniere_connexion if avant else None
    donnees = {} if precedente is None else {PRECEDENTE: precedente.isoformat()}
    with dependencies.unites.ecriture() as unite:
        jeton = _ouvrir(dependencies, unite, compte, compte.version, donnees)
        consigner(unite, _connu(auteur, compte), Acte.CONNEXION, dependencies.horloge())
        unite.commit()
    return jeton


def renouveler(
    dependencies: Dependencies, auteur: Auteur, courriel: str, ancien: str, nouveau: str, donnees: dict[str, Any]
) -> str:
    """Change a person's own password, which ends all of its sessions; return the token of a new one.

    `donnees` is what the new session goes on remembering. Raises AuthentificationError when the old password is not
    the right one (counted as a failed attempt), MotDePasseRefuseError with all reasons, or DebitDepasseError.
    """
    compte, expediteur = _reconnaitre(dependencies, auteur, normaliser_utilisateur(courriel), ancien)
    instant = dependencies.horloge()
    changement = preparer_le_changement(dependencies, compte, expediteur, nouveau, instant)
    with dependencies.unites.ecriture() as unite:
        changer_mot_de_passe(dependencies, unite, changement)
        jeton = _ouvrir(dependencies, unite, compte, compte.version + 1, donnees)
        consigner(unite, _connu(auteur, compte), Acte.MOT_DE_PASSE_CHANGE, instant)
        unite.commit()
    return jeton


def deconnecter(dependencies: Dependencies, auteur: Auteur, jeton: str) -> None:
    """End a session of the extranet."""
    with dependencies.unites.ecriture() as unite:
        fermer_seance(unite, jeton)
        consigner(unite, auteur, Acte.DECONNEXION, dependencies.horloge())
        unite.commit()


def _reconnaitre(
    dependencies: Dependencies, auteur: Auteur, utilisateur: str, mot_de_passe: str
) -> tuple[CompteAuth, Expediteur]:
    """The account whose password this is, and whom it makes; a refusal is logged and counted."""
    presentation = Presentation(utilisateur, auteur.adresse, dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(utilisateur)
    compte = adopter_le_secours(dependencies, compte, mot_de_passe, presentation.instant)
    reconnu = verifier_mot_de_passe(dependencies, presentation, compte, mot_de_passe)
    expediteur = None
    if reconnu and compte is not None:
        expediteur = expediteur_par_mot_de_passe(compte, presentation.instant)
    if compte is None or expediteur is None:
        _consigner_le_refus(dependencies, auteur, presentation)
        raise AuthentificationError("Adresse électronique ou mot de passe non reconnu.")
    return compte, expediteur


def _ouvrir(
    dependencies: Dependencies, unite: UnitOfWork, compte: CompteAuth, version: int, donnees: dict[str, Any]
) -> str:
    return ouvrir_seance(dependencies, unite, Espace.EXTRANET, version, compte_id=compte.id, donnees=donnees)


def _connu(auteur: Auteur, compte: CompteAuth) -> Auteur:
    return auteur._replace(utilisateur=compte.courriel, compte_id=compte.id)


def _consigner_le_refus(dependencies: Dependencies, auteur: Auteur, presentation: Presentation) -> None:
    """Refusals beyond 60 a minute from one address are counted, not entered one by one."""
    if not dependencies.refus_anonymes.compter(auteur.adresse, presentation.instant):
        return
    with dependencies.unites.ecriture() as unite:
        anonyme = auteur._replace(utilisateur=presentation.utilisateur[:100])
        consigner(unite, anonyme, Acte.CONNEXION_REFUSEE, presentation.instant, refuse=AuthentificationError.code)
        unite.commit()
