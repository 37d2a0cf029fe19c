"""A person's new password put in place of the old one: what pages and messages have in common.

Invariants: the new one satisfies the policy before anything is written; a change that somebody else made meanwhile is
never undone unseen; the account's new version ends every session and every remembered credential.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from service.errors import AuthentificationError
from service.storage.comptes import CompteAuth
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies
from service.usecases.nouveau_mot_de_passe import exiger_un_bon_mot_de_passe
from service.usecases.prevenir import du_mot_de_passe_change
from service.usecases.reception import Expediteur

DUREE_SANS_CONVENTION = 180
"""Days that the password of an account without any ESAT lives."""


class Changement(NamedTuple):
    """A new password that may be put in place."""

    compte_id: int
    courriel: str
    version: int
    """Of the account whose old password was the right one."""
    hache: str
    instant: datetime
    expire_le: datetime


def preparer_le_changement(
    dependencies: Dependencies,
    compte: CompteAuth,
    expediteur: Expediteur,
    nouveau: str,
    instant: datetime,
    champ: str | None = None,
) -> Changement:
    """Hold a new password against the policy and hash it; the caller knows that the old one is the right one.

    Raises MotDePasseRefuseError with every reason, DebitDepasseError when argon2id's queue is full.
    """
    with dependencies.unites.lecture() as unite:
        anciens = unite.comptes.anciens_mots_de_passe(compte.id, dependencies.politique.historique - 1)
    derniers = [compte.mot_de_passe, *anciens] if compte.mot_de_passe else anciens
    exiger_un_bon_mot_de_passe(dependencies, compte.courriel, derniers, nouveau, champ)
    expire = instant + timedelta(days=duree_du_mot_de_passe(expediteur))
    hache = dependencies.hacheur.hacher(nouveau)
    return Changement(compte.id, compte.courriel, compte.version, hache, instant, expire)


def changer_mot_de_passe(dependencies: Dependencies, unite: UnitOfWork, changement: Changement) -> None:
    """Put it in place, in the transaction of the act, and tell its owner by mail.

    Raises AuthentificationError when another change came first.
    """
    if not unite.comptes.changer_mot_de_passe(
        changement.compte_id,
        changement.version,
        changement.hache,
        provisoire=False,
        expire_le=changement.expire_le,
        maintenant=changement.instant,
    ):
        raise AuthentificationError  # the old password is no longer the right one
    du_mot_de_passe_change(dependencies, unite, changement.courriel, changement.instant, changement.expire_le)


def duree_du_mot_de_passe(expediteur: Expediteur) -> int:
    """Days a new password lives: the shortest period among the conventions of the account's ESATs."""
    durees = [etablissement.convention.duree_mot_de_passe_jours for etablissement in expediteur.etablissements.values()]
    return min(durees, default=DUREE_SANS_CONVENTION)
