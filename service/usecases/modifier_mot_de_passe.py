"""The change of a person's own password by a message: by the person's password, never by a clé d'intégration.

Invariants, in the order the code enforces them: the header's credential is the person's password; the old password is
the right one; the new one satisfies the policy, all reasons told at once; the change consumes a provisional password.
"""

from datetime import datetime

from service.errors import AuthentificationError
from service.storage.comptes import CompteAuth
from service.usecases.changer_mot_de_passe import changer_mot_de_passe, preparer_le_changement
from service.usecases.demandes import DemandeMotDePasse
from service.usecases.dependencies import Dependencies
from service.usecases.journaliser import transaction_du_message
from service.usecases.reception import Reception

CHAMP = "ModifieMotDePasse/nouveauMotDePasse"
"""Path of the new password in the message."""


def modifier_mot_de_passe(dependencies: Dependencies, reception: Reception, demande: DemandeMotDePasse) -> datetime:
    """Change the sender's password and return the instant at which the new one expires.

    Raises AuthentificationError or MotDePasseRefuseError; DebitDepasseError when argon2id's queue is full.
    """
    expediteur = reception.expediteur
    if expediteur is None or expediteur.cle_id is not None:
        raise AuthentificationError
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(expediteur.courriel)
    if compte is None or not _ancien_reconnu(dependencies, compte, demande.ancien):
        raise AuthentificationError
    changement = preparer_le_changement(dependencies, compte, expediteur, demande.nouveau, reception.instant, CHAMP)
    with transaction_du_message(dependencies, reception) as unite:
        changer_mot_de_passe(dependencies, unite, changement)
    return changement.expire_le


def _ancien_reconnu(dependencies: Dependencies, compte: CompteAuth, ancien: str) -> bool:
    if dependencies.memoire.connait(compte.id, compte.version, ancien):
        return True
    return compte.mot_de_passe is not None and dependencies.hacheur.verifier(compte.mot_de_passe, ancien)
