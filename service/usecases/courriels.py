"""Mails: written into the outbox in the transaction of the act that they tell, sent afterwards, never twice.

Invariants: a mail is taken (EN_COURS, committed) before the server hears of it; only a failure known to come before
the server had the message is tried again, later and later, eight times; a sender that dies with a mail in hand leaves
it INCERTAIN, for a person to decide; the words are encrypted, and erased once the mail left or was given up.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from service.errors import SaisieError
from service.mail.lettres import Lettre, mettre_sous_enveloppe
from service.mail.smtp import Envoi, IssueEnvoi
from service.storage.courriels import Courriel, NouveauCourriel
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies

DELAIS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
"""How long a mail that the server did not take waits before each new attempt; given up after the last one."""
EN_MAIN = timedelta(minutes=10)
"""A mail in hand for longer than this has lost its sender: far above every time-out of SMTP."""
LOT = 50
_CONTEXTE = b"courriel.contenu"


class EtatCourriel(StrEnum):
    """Where a mail stands."""

    A_ENVOYER = "A_ENVOYER"
    EN_COURS = "EN_COURS"
    ENVOYE = "ENVOYE"
    INCERTAIN = "INCERTAIN"
    ABANDONNE = "ABANDONNE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {
    EtatCourriel.A_ENVOYER: "à envoyer",
    EtatCourriel.EN_COURS: "en cours",
    EtatCourriel.ENVOYE: "envoyé",
    EtatCourriel.INCERTAIN: "incertain",
    EtatCourriel.ABANDONNE: "abandonné",
}


def ecrire(
    dependencies: Dependencies,
    unite: UnitOfWork,
    modele: str,
    destinataire: str,
    faits: dict[str, Any],
    cle: str | None = None,
) -> bool:
    """Write a letter into the outbox, in the transaction of the act; False when it was told before under `cle`."""
    lettre = dependencies.poste.redacteur.rediger(modele, faits)
    contenu = json.dumps(lettre._asdict()).encode()
    domaine = dependencies.poste.expediteur.rpartition("@")[2]
    return unite.courriels.ajouter(
        NouveauCourriel(
            cle,
            modele,
            destinataire,
            dependencies.coffre.chiffrer(contenu, _CONTEXTE),
            f"<{secrets.token_hex(16)}@{domaine}>",
            dependencies.horloge(),
        )
    )


def envoyer_les_dus(dependencies: Dependencies) -> dict[EtatCourriel, int]:
    """Send the mails whose time has come; return how many ended in each state. Nothing without an SMTP server."""
    bilan: dict[EtatCourriel, int] = {}
    if dependencies.poste.remettre is None:
        return bilan
    maintenant = dependencies.horloge()
    with dependencies.unites.lecture() as unite:
        dus = unite.courriels.dus(maintenant, LOT)
    for un in dus:
        etat = _envoyer_un(dependencies, un)
        if etat is not None:
            bilan[etat] = bilan.get(etat, 0) + 1
    return bilan


def reprendre_les_perdus(dependencies: Dependencies) -> int:
    """Mark as INCERTAIN the mails whose sender died with them; return how many."""
    with dependencies.unites.ecriture() as unite:
        perdus = unite.courriels.perdus(dependencies.horloge())
        unite.commit()
    return perdus


def lister_courriels(dependencies: Dependencies, limite: int = 100) -> Sequence[Courriel]:
    """Return the newest mails, without their words."""
    with dependencies.unites.lecture() as unite:
        return [un._replace(contenu=None) for un in unite.courriels.lister(limite)]


def compter_courriels(dependencies: Dependencies) -> dict[EtatCourriel, int]:
    """Return how many mails are in each state."""
    with dependencies.unites.lecture() as unite:
        comptes = unite.courriels.compter()
    return {etat: comptes.get(etat, 0) for etat in EtatCourriel}


def relancer(dependencies: Dependencies, courriel_id: int) -> None:
    """Send an INCERTAIN mail again: it may then arrive twice, which a person has decided. Raises SaisieError."""
    _changer(dependencies, courriel_id, EtatCourriel.INCERTAIN, EtatCourriel.A_ENVOYER)


def abandonner(dependencies: Dependencies, courriel_id: int) -> None:
    """Give up a mail that waits or is uncertain; its words are erased. Raises SaisieError."""
    with dependencies.unites.lecture() as unite:
        un = unite.courriels.un(courriel_id)
    avant = EtatCourriel.INCERTAIN if un and un.etat == EtatCourriel.INCERTAIN else EtatCourriel.A_ENVOYER
    _changer(dependencies, courriel_id, avant, EtatCourriel.ABANDONNE)


def _envoyer_un(dependencies: Dependencies, un: Courriel) -> EtatCourriel | None:
    """Take one mail, send it, note what became of it; None when somebody else took it."""
    remettre, maintenant = dependencies.poste.remettre, dependencies.horloge()
    assert remettre is not None
    with dependencies.unites.ecriture() as unite:
        if not unite.courriels.prendre(un.id, maintenant + EN_MAIN):
            return None
        unite.commit()
    envoi = remettre(_message(dependencies, un))
    etat, attente = _suite(envoi, un.essais)
    fini = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        garder = etat in (EtatCourriel.A_ENVOYER, EtatCourriel.INCERTAIN)
        unite.courriels.noter(
            un.id,
            EtatCourriel.EN_COURS.value,
            etat.value,
            fini + attente,
            None if garder else fini,
            envoi.raison or None,
            garder=garder,
        )
        unite.commit()
    return etat


def _suite(envoi: Envoi, essais: int) -> tuple[EtatCourriel, timedelta]:
    if envoi.issue is IssueEnvoi.ENVOYE:
        return EtatCourriel.ENVOYE, timedelta()
    if envoi.issue is IssueEnvoi.INCERTAIN:
        return EtatCourriel.INCERTAIN, timedelta()
    if envoi.issue is IssueEnvoi.REFUSE or essais >= len(DELAIS):
        return EtatCourriel.ABANDONNE, timedelta()
    return EtatCourriel.A_ENVOYER, DELAIS[essais]


def _message(dependencies: Dependencies, un: Courriel) -> EmailMessage:
    poste = dependencies.poste
    assert un.contenu is not None
    lettre = Lettre(**json.loads(dependencies.coffre.dechiffrer(un.contenu, _CONTEXTE)))
    date = format_datetime(un.cree_le)
    return mettre_sous_enveloppe(lettre, poste.expediteur, poste.nom, un.destinataire, un.identifiant, date)


def _changer(dependencies: Dependencies, courriel_id: int, avant: EtatCourriel, apres: EtatCourriel) -> None:
    maintenant = dependencies.horloge()
    fini: datetime | None = maintenant if apres is EtatCourriel.ABANDONNE else None
    with dependencies.unites.ecriture() as unite:
        garder = apres is EtatCourriel.A_ENVOYER
        if not unite.courriels.noter(courriel_id, avant.value, apres.value, maintenant, fini, garder=garder):
            raise SaisieError(f"Aucun courriel {avant.libelle} ne porte le numéro {courriel_id}.")
        unite.commit()
