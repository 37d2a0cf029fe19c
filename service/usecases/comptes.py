"""Accounts as administration finds them: by their user code, which is an e-mail address."""

from datetime import date

from service.domain.habilitation import EtatCompte
from service.errors import SaisieError
from service.security.wsse import normaliser_utilisateur
from service.storage.cles import CleEnregistree
from service.storage.comptes import CompteAuth, CompteEnregistre
from service.storage.unit_of_work import UnitOfWork


def exiger_compte(unite: UnitOfWork, courriel: str) -> CompteEnregistre:
    """Return the account of a user code, in any letter case. Raises SaisieError when there is none."""
    trouves = unite.comptes.lister(courriel=normaliser_utilisateur(courriel))
    if not trouves:
        raise SaisieError("Aucun compte n'a cette adresse électronique.")
    return trouves[0]


def cle_en_cours(cle: CleEnregistree, jour: date) -> bool:
    """Whether a clé d'intégration opens its account on that day of Paris, its last day included."""
    return cle.revoquee_le is None and (cle.fin_le is None or jour <= cle.fin_le)


def est_ouvert(compte: CompteAuth) -> bool:
    """Whether an account opens anything: active, and not one whose every right a référent suspended."""
    return compte.etat == EtatCompte.ACTIF and bool(compte.esats or not compte.suspensions)
