"""Every message leaves a trace: one transaction for the act, its replay key and its log entry.

What succeeds is logged in the transaction of the act; what is refused in one of its own, which keeps the replay key and
the log entry only. A token is used up either way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from service.errors import RejeuError, TeledeclarationError
from service.storage.journal import NouvelleEntree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue, Reception

_Refus = TypeVar("_Refus", bound=TeledeclarationError)
_UTILISATEUR_MAX = 100
"""Characters of a submitted user code that the log keeps."""


@contextmanager
def transaction_du_message(
    dependencies: Dependencies, reception: Reception, *, groupee: bool = True
) -> Iterator[UnitOfWork]:
    """The transaction of an identified message's act; leaving it well logs `reception.issue` and commits.

    `groupee` as in `FabriqueUnites.ecriture`. Raises RejeuError when another message used the token up meanwhile.
    """
    with dependencies.unites.ecriture(groupee=groupee) as unite:
        _consommer_le_jeton(dependencies, unite, reception)
        yield unite
        expediteur = reception.expediteur
        if expediteur is not None and expediteur.cle_id is not None and expediteur.usage_a_noter:
            unite.cles.utilisee(expediteur.cle_id, reception.instant)
        unite.journal.ajouter(entree(reception))
        unite.commit()


def journaliser_refus(dependencies: Dependencies, reception: Reception, erreur: _Refus) -> _Refus | RejeuError:
    """Log a refused message and use its token up; return the error to answer (RejeuError if the token was not new).

    Before authentication, refusals beyond a number a minute and address are counted instead (3-security).
    """
    reception.issue, reception.code = Issue.REFUSE, erreur.code
    if reception.expediteur is None and not dependencies.refus_anonymes.compter(reception.adresse, reception.instant):
        return erreur
    refus: _Refus | RejeuError = erreur
    with dependencies.unites.ecriture(groupee=True) as unite:
        try:
            _consommer_le_jeton(dependencies, unite, reception)
        except RejeuError as rejeu:
            refus = rejeu
            reception.code = rejeu.code
        unite.journal.ajouter(entree(reception, refus))
        unite.commit()
    return refus


def entree(reception: Reception, erreur: TeledeclarationError | None = None) -> NouvelleEntree:
    """Return the log entry of a message: when, who, from where, which ESAT, what, size, duration, outcome."""
    expediteur = reception.expediteur
    etablissement = None if expediteur is None else expediteur.etablissements.get(reception.siret or "")
    return NouvelleEntree(
        instant=reception.instant,
        adresse=reception.adresse,
        agent=reception.agent,
        utilisateur=None if reception.utilisateur is None else reception.utilisateur[:_UTILISATEUR_MAX],
        compte_id=None if expediteur is None else expediteur.compte_id,
        siret=reception.siret,
        esat_id=None if etablissement is None else etablissement.id,
        operation=None if reception.operation is None else reception.operation.value,
        taille=reception.taille,
        duree_us=reception.duree_us,
        issue=reception.issue.value,
        code=None if erreur is None else erreur.code,
        identifiant_message=reception.identifiant_message,
        numero_depot=reception.numero_depot,
        identifiant_incident=reception.requete if erreur is not None and erreur.code == "INCIDENT" else None,
        identifiant_requete=reception.requete,
        canal=reception.canal.value,
        accuse_hache=reception.accuse_hache,
    )


def _consommer_le_jeton(dependencies: Dependencies, unite: UnitOfWork, reception: Reception) -> None:
    """Record the replay key; it is kept for the window plus twice the accepted skew."""
    if reception.rejeu is None:
        return
    fenetre = dependencies.fenetre
    expire = reception.instant + timedelta(seconds=fenetre.passe + 2 * fenetre.futur)
    if not unite.jetons.consommer(reception.rejeu, expire):
        raise RejeuError
