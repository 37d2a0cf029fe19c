"""Login and logout of the extranet: the person's password, the limits of attempts of the SOAP service, one session.

Unknown user, wrong password, locked, suspended get one answer, in comparable time (3-security, « Accounts »).
"""

from datetime import datetime
from typing import NamedTuple

from service.domain.actes import Acte
from service.errors import AuthentificationError
from service.security.wsse import normaliser_utilisateur
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.identifier import expediteur_par_mot_de_passe
from service.usecases.reception import Expediteur
from service.usecases.seances import Espace, fermer_seance, ouvrir_seance
from service.usecases.verifier_mot_de_passe import verifier_mot_de_passe


class Presentation(NamedTuple):
    """Credentials presented at a login page: what the count of attempts goes by."""

    utilisateur: str
    adresse: str
    instant: datetime


def connecter(dependencies: Dependencies, auteur: Auteur, courriel: str, mot_de_passe: str) -> tuple[str, Expediteur]:
    """Open a session of the extranet; return its token and who it is.

    Raises AuthentificationError, whatever the reason, or DebitDepasseError when argon2id's queue is full.
    """
    utilisateur = normaliser_utilisateur(courriel)
    presentation = Presentation(utilisateur, auteur.adresse, dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(utilisateur)
    reconnu = verifier_mot_de_passe(dependencies, presentation, compte, mot_de_passe)
    expediteur = None
    if reconnu and compte is not None:
        expediteur = expediteur_par_mot_de_passe(compte, presentation.instant)
    if compte is None or expediteur is None:
        _consigner_le_refus(dependencies, auteur, presentation)
        raise AuthentificationError("Adresse électronique ou mot de passe non reconnu.")
    connu = auteur._replace(utilisateur=compte.courriel, compte_id=compte.id)
    with dependencies.unites.ecriture() as unite:
        jeton = ouvrir_seance(dependencies, unite, Espace.EXTRANET, compte.version, compte_id=compte.id)
        consigner(unite, connu, Acte.CONNEXION, presentation.instant)
        unite.commit()
    return jeton, expediteur


def deconnecter(dependencies: Dependencies, auteur: Auteur, jeton: str) -> None:
    """End a session of the extranet."""
    with dependencies.unites.ecriture() as unite:
        fermer_seance(unite, jeton)
        consigner(unite, auteur, Acte.DECONNEXION, dependencies.horloge())
        unite.commit()


def _consigner_le_refus(dependencies: Dependencies, auteur: Auteur, presentation: Presentation) -> None:
    """Refusals beyond 60 a minute from one address are counted, not entered one by one."""
    if not dependencies.refus_anonymes.compter(auteur.adresse, presentation.instant):
        return
    with dependencies.unites.ecriture() as unite:
        anonyme = auteur._replace(utilisateur=presentation.utilisateur[:100])
        consigner(unite, anonyme, Acte.CONNEXION_REFUSEE, presentation.instant, refuse=AuthentificationError.code)
        unite.commit()
