"""The change of a person's own password: by the person's password, never by a clé d'intégration.

Invariants, in the order the code enforces them: the header's credential is the person's password; the old password is
the right one; the new one satisfies the policy, all reasons told at once; the change consumes a provisional password.
"""

from datetime import datetime, timedelta

from service.domain.mot_de_passe import raisons_de_refus
from service.errors import AuthentificationError, MotDePasseRefuseError, Precision
from service.security.passwords import entropie_bits
from service.storage.comptes import CompteAuth
from service.usecases.demandes import DemandeMotDePasse
from service.usecases.dependencies import Dependencies
from service.usecases.journaliser import transaction_du_message
from service.usecases.reception import Expediteur, Reception


def modifier_mot_de_passe(dependencies: Dependencies, reception: Reception, demande: DemandeMotDePasse) -> datetime:
    """Change the sender's password and return the instant at which the new one expires.

    Raises AuthentificationError or MotDePasseRefuseError; DebitDepasseError when argon2id's queue is full.
    """
    expediteur = reception.expediteur
    if expediteur is None or expediteur.cle_id is not None:
        raise AuthentificationError
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(expediteur.courriel)
        anciens = unite.comptes.anciens_mots_de_passe(expediteur.compte_id, dependencies.politique.historique - 1)
    if compte is None or not _ancien_reconnu(dependencies, compte, demande.ancien):
        raise AuthentificationError
    exiger_un_bon_mot_de_passe(dependencies, compte, anciens, demande.nouveau)
    hache = dependencies.hacheur.hacher(demande.nouveau)
    expire = reception.instant + timedelta(days=duree_du_mot_de_passe(expediteur))
    with transaction_du_message(dependencies, reception) as unite:
        change = unite.comptes.changer_mot_de_passe(
            compte.id, compte.version, hache, provisoire=False, expire_le=expire, maintenant=reception.instant
        )
        if not change:  # another change came first: the old password is no longer the right one
            raise AuthentificationError
    return expire


def exiger_un_bon_mot_de_passe(
    dependencies: Dependencies, compte: CompteAuth, anciens: list[str], nouveau: str
) -> None:
    """Raise MotDePasseRefuseError, with every reason, unless the new password satisfies the policy."""
    hacheur = dependencies.hacheur
    derniers = [compte.mot_de_passe, *anciens] if compte.mot_de_passe else anciens
    deja_utilise = any(hacheur.verifier(dernier, nouveau) for dernier in derniers)
    mots = [compte.courriel, *compte.courriel.replace("@", ".").split(".")]
    raisons = raisons_de_refus(
        nouveau, compte.courriel, entropie_bits(nouveau, mots), deja_utilise, dependencies.politique
    )
    if raisons:
        raise MotDePasseRefuseError(
            precisions=[Precision(raison, champ="ModifieMotDePasse/nouveauMotDePasse") for raison in raisons]
        )


def duree_du_mot_de_passe(expediteur: Expediteur) -> int:
    """Days a new password lives: the shortest period among the conventions of the account's ESATs."""
    durees = [etablissement.convention.duree_mot_de_passe_jours for etablissement in expediteur.etablissements.values()]
    return min(durees, default=180)


def _ancien_reconnu(dependencies: Dependencies, compte: CompteAuth, ancien: str) -> bool:
    if dependencies.memoire.connait(compte.id, compte.version, ancien):
        return True
    return compte.mot_de_passe is not None and dependencies.hacheur.verifier(compte.mot_de_passe, ancien)
