"""The outbox: mails written in the transaction of the act that they tell, listed, decided upon, forgotten.

Invariants: what has a `cle` is told once; the words are encrypted, and erased once the mail left, once somebody dropped
it, and a week after they were written at the latest; a mail that may have arrived is sent again by a person's decision
only (`expedier` sends the others).
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from service.domain.actes import Acte
from service.errors import Precision
from service.mail.lettres import Lettre
from service.storage.courriels import Courriel, NouveauCourriel, Sort
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.saisie import exiger

VALIDITE = timedelta(days=7)
"""How long the words of a mail are kept: what did not leave by then, nobody waits for any more."""
MEMOIRE = timedelta(days=400)
"""How long it is remembered that a mail left: a campaign and its year."""
CONTEXTE = b"courriel.contenu"
"""Context under which the words are encrypted."""


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
            dependencies.coffre.chiffrer(contenu, CONTEXTE),
            f"<{secrets.token_hex(16)}@{domaine}>",
            dependencies.horloge(),
        )
    )


def relire(dependencies: Dependencies, contenu: bytes) -> Lettre:
    """Return the words of a mail. Raises ConfigurationError or TeledeclarationError where the keys do not open them."""
    return Lettre(**json.loads(dependencies.coffre.dechiffrer(contenu, CONTEXTE)))


def lister_courriels(
    dependencies: Dependencies, limite: int = 100, etat: EtatCourriel | None = None
) -> Sequence[Courriel]:
    """Return the newest mails, those in a state when asked, without their words."""
    with dependencies.unites.lecture() as unite:
        trouves = unite.courriels.lister(limite, None if etat is None else etat.value)
    return [un._replace(contenu=None) for un in trouves]


def compter_courriels(dependencies: Dependencies) -> dict[EtatCourriel, int]:
    """Return how many mails are in each state."""
    with dependencies.unites.lecture() as unite:
        comptes = unite.courriels.compter()
    return {etat: comptes.get(etat, 0) for etat in EtatCourriel}


def relancer(dependencies: Dependencies, numeros: Sequence[int], auteur: Auteur = AU_CLAVIER) -> None:
    """Send mails at the next occasion, all of them or none: those that wait, those given up, the uncertain ones.

    An uncertain mail may then arrive twice, which a person has decided. Raises SaisieError with every problem.
    """
    _decider(dependencies, numeros, auteur, Acte.COURRIEL_RELANCE)


def abandonner(dependencies: Dependencies, numeros: Sequence[int], auteur: Auteur = AU_CLAVIER) -> None:
    """Drop mails that did not leave, all of them or none; their words are erased. Raises SaisieError likewise."""
    _decider(dependencies, numeros, auteur, Acte.COURRIEL_ABANDONNE)


def presser(dependencies: Dependencies) -> None:
    """Let every mail that waits be due now: what kept them from leaving was mended."""
    with dependencies.unites.ecriture() as unite:
        unite.courriels.presser(dependencies.horloge())
        unite.commit()


def ranger(unite: UnitOfWork, maintenant: datetime) -> None:
    """Give up what waits for longer than its validity, erase the words of what was given up, forget what is old."""
    jours = VALIDITE.days
    unite.courriels.perimer(maintenant - VALIDITE, maintenant, f"il n'a pas pu partir en {jours} jours")
    unite.courriels.purger(maintenant - MEMOIRE)


def _decider(dependencies: Dependencies, numeros: Iterable[int], auteur: Auteur, acte: Acte) -> None:
    maintenant, garder = dependencies.horloge(), acte is Acte.COURRIEL_RELANCE
    if garder:
        sort = Sort(EtatCourriel.A_ENVOYER.value, maintenant, None, None, garder=True)
    else:
        sort = Sort(EtatCourriel.ABANDONNE.value, maintenant, maintenant, "abandonné à la main", garder=False)
    problemes = []
    with dependencies.unites.ecriture() as unite:
        for numero in dict.fromkeys(numeros):
            un = unite.courriels.un(numero)
            refus = _refus(un)
            if un is None or refus is not None:
                problemes.append(Precision(f"courriel {numero} : {refus}."))
                continue
            unite.courriels.changer(numero, un.etat, sort)
            consigner(unite, auteur, acte, maintenant, objet=f"courriel {numero} à {un.destinataire}")
        exiger(problemes)
        unite.commit()


def _refus(un: Courriel | None) -> str | None:
    """Why nothing can be decided of a mail."""
    if un is None:
        return "aucun ne porte ce numéro"
    if un.etat in (EtatCourriel.ENVOYE, EtatCourriel.EN_COURS):
        return f"il est {EtatCourriel(un.etat).libelle}"
    return "son texte est effacé, refaire l'acte qui l'a écrit" if un.contenu is None else None
