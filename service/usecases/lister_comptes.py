"""The accounts as an operator sees them: who, for which ESATs, in which state, with which credentials."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import EtatCompte, Role
from service.storage.unit_of_work import UnitOfWork
from service.usecases.comptes import cle_en_cours
from service.usecases.dependencies import Dependencies
from service.usecases.verifier_mot_de_passe import cle_de_tentative


class EtatMotDePasse(StrEnum):
    """What an account's password opens."""

    DEFINITIF = "DEFINITIF"
    PROVISOIRE = "PROVISOIRE"
    EXPIRE = "EXPIRE"
    AUCUN = "AUCUN"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {
    EtatMotDePasse.DEFINITIF: "définitif",
    EtatMotDePasse.PROVISOIRE: "provisoire",
    EtatMotDePasse.EXPIRE: "expiré",
    EtatMotDePasse.AUCUN: "aucun",
}


class Droit(NamedTuple):
    """The right of an account on one ESAT."""

    siret: str
    role: Role
    suspendu: bool
    """By the référent of the ESAT."""


class CompteListe(NamedTuple):
    """An account, its rights by SIRET, and what its credentials are worth now."""

    courriel: str
    nom: str
    prenom: str
    etat: EtatCompte
    mot_de_passe: EtatMotDePasse
    expire_le: datetime | None
    bloque_jusque: datetime | None
    """End of the delay that failed attempts brought; None when nothing is delayed."""
    cles: int
    """Clés d'intégration in force."""
    droits: Sequence[Droit]


def lister_comptes(
    dependencies: Dependencies, siret: str | None = None, etat: EtatCompte | None = None
) -> list[CompteListe]:
    """Return the accounts by e-mail; those of an ESAT, or in a state, only when asked."""
    with dependencies.unites.lecture() as unite:
        return comptes_de(dependencies, unite, siret=siret, etat=etat)


def comptes_de(
    dependencies: Dependencies, unite: UnitOfWork, *, siret: str | None = None, etat: EtatCompte | None = None
) -> list[CompteListe]:
    """Return the accounts of a running unit of work."""
    maintenant = dependencies.horloge()
    jour = jour_de_paris(maintenant)
    comptes = unite.comptes.lister(siret=siret, etat=None if etat is None else etat.value)
    tentatives = unite.tentatives.lire([cle_de_tentative("compte", compte.courriel) for compte in comptes])
    listes = []
    for compte in comptes:
        tentative = tentatives.get(cle_de_tentative("compte", compte.courriel))
        blocage = None if tentative is None else tentative.bloquee_jusque
        droits = [
            Droit(droit.siret, Role(droit.role), droit.suspendue_le is not None)
            for droit in unite.habilitations.de_compte(compte.id)
        ]
        listes.append(
            CompteListe(
                compte.courriel,
                compte.nom,
                compte.prenom,
                EtatCompte(compte.etat),
                etat_du_mot_de_passe(compte.provisoire, compte.expire_le, maintenant),
                compte.expire_le,
                blocage if blocage is not None and blocage > maintenant else None,
                sum(cle_en_cours(cle, jour) for cle in unite.cles.lister(compte.id)),
                droits,
            )
        )
    return listes


def etat_du_mot_de_passe(provisoire: bool, expire_le: datetime | None, maintenant: datetime) -> EtatMotDePasse:
    """Return what a password opens at that instant."""
    if expire_le is None:
        return EtatMotDePasse.AUCUN
    if expire_le <= maintenant:
        return EtatMotDePasse.EXPIRE
    return EtatMotDePasse.PROVISOIRE if provisoire else EtatMotDePasse.DEFINITIF
