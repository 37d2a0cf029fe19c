"""Sessions of the pages: opened at login under a new token, ended by idleness, logout, or any change of the account.

Invariants: the token is 256 random bits, stored only as its SHA-256; a session lives 20 minutes without a request and
10 hours at most; it holds for one version of the account, which a new password, a suspension or an end of mission
bumps, so that all of them act at the next request, here as for messages.
What a session remembers is encrypted: it may be a search for a person, or declarations being written.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from service.domain.habilitation import EtatCompte
from service.storage.sessions_web import SessionWeb
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies
from service.usecases.identifier import expediteur_par_mot_de_passe
from service.usecases.reception import Expediteur

INACTIVITE = timedelta(minutes=20)
DUREE_MAX = timedelta(hours=10)
_PAS = timedelta(seconds=30)
"""A session seen less than this ago is not written again for having been seen."""
_CONTEXTE = b"session_web.donnees"


class Espace(StrEnum):
    """A part of the pages, with accounts and sessions of its own."""

    EXTRANET = "EXTRANET"
    CONSOLE = "CONSOLE"


class Seance(NamedTuple):
    """A session under way: whose row it is, and what it remembers."""

    ligne: SessionWeb
    donnees: dict[str, Any]


class Visiteur(NamedTuple):
    """Somebody of an ESAT who is logged in: the same sender as that of a message, with names to show."""

    seance: Seance
    expediteur: Expediteur
    raisons_sociales: Mapping[str, str]
    """Name of each ESAT, by SIRET."""


def ouvrir_seance(
    dependencies: Dependencies,
    unite: UnitOfWork,
    espace: Espace,
    version: int,
    *,
    compte_id: int | None = None,
    operateur_id: int | None = None,
    donnees: dict[str, Any] | None = None,
) -> str:
    """Open a session of an account or an operator; return its token, which exists nowhere else.

    `donnees` is what it remembers from the start.
    """
    jeton, maintenant = secrets.token_urlsafe(32), dependencies.horloge()
    contenu = _chiffrer(dependencies, donnees or {})
    unite.sessions_web.ouvrir(
        SessionWeb(_cle(jeton), espace.value, compte_id, operateur_id, version, maintenant, maintenant, contenu)
    )
    return jeton


def reprendre_seance(dependencies: Dependencies, espace: Espace, jeton: str) -> Seance | None:
    """Return the session of a token unless it ended; the account's version is the caller's to compare."""
    maintenant = dependencies.horloge()
    with dependencies.unites.lecture() as unite:
        ligne = unite.sessions_web.lire(_cle(jeton), espace.value)
    if ligne is None or maintenant - ligne.vue_le > INACTIVITE or maintenant - ligne.ouverte_le > DUREE_MAX:
        return None
    return Seance(ligne, json.loads(dependencies.coffre.dechiffrer(ligne.donnees, _CONTEXTE)))


def reprendre_visite(dependencies: Dependencies, jeton: str) -> Visiteur | None:
    """Return who visits the extranet with that token; None when the session, or the access of its account, ended."""
    seance = reprendre_seance(dependencies, Espace.EXTRANET, jeton)
    if seance is None or seance.ligne.compte is None:
        return None
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(seance.ligne.compte)
    if compte is None or compte.etat != EtatCompte.ACTIF or compte.version != seance.ligne.version:
        return None
    expediteur = expediteur_par_mot_de_passe(compte, dependencies.horloge())
    if expediteur is None:
        return None
    return Visiteur(seance, expediteur, {esat.siret: esat.raison_sociale for esat in compte.esats})


def continuer_seance(dependencies: Dependencies, seance: Seance, donnees: dict[str, Any]) -> None:
    """Note that a session was seen, and keep what it now remembers.

    A request that changed nothing leaves what it remembers as it is by then: another one may have added to it.
    """
    maintenant, inchangees = dependencies.horloge(), donnees == seance.donnees
    if inchangees and maintenant - seance.ligne.vue_le < _PAS:
        return
    with dependencies.unites.ecriture() as unite:
        if inchangees:
            unite.sessions_web.continuer(seance.ligne.cle, maintenant)
        else:
            unite.sessions_web.retenir(seance.ligne.cle, maintenant, _chiffrer(dependencies, donnees))
        unite.commit()


def fermer_seance(unite: UnitOfWork, jeton: str) -> None:
    """End the session of a token."""
    unite.sessions_web.fermer(_cle(jeton))


def _cle(jeton: str) -> bytes:
    return hashlib.sha256(jeton.encode("utf-8", "surrogatepass")).digest()


def _chiffrer(dependencies: Dependencies, donnees: dict[str, Any]) -> bytes:
    return dependencies.coffre.chiffrer(json.dumps(donnees).encode(), _CONTEXTE)
