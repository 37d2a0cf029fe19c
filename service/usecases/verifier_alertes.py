"""Lines with an ALERTE: accepted, and marked for an operator's eye until one has looked and noted what was found."""

from collections.abc import Sequence
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.regles import REGLES
from service.errors import IntrouvableError, Precision, SaisieError
from service.storage.alertes import Alerte, LigneAlertee
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.saisie import exiger

PAR_PAGE = 25
NOTE_MAX = 500


class AlerteExpliquee(NamedTuple):
    """One ALERTE with the name of its rule and what to look at."""

    code: str
    libelle: str
    champ: str | None
    message: str


class LigneAVerifier(NamedTuple):
    """A line and its alerts."""

    ligne: LigneAlertee
    alertes: Sequence[AlerteExpliquee]


class PageDAlertes(NamedTuple):
    """Lines, newest first, and where the next page goes on; None on the last one."""

    lignes: Sequence[LigneAVerifier]
    suite: tuple[int, int] | None


def lister_alertes(
    dependencies: Dependencies, *, vues: bool = False, apres: tuple[int, int] | None = None
) -> PageDAlertes:
    """Return one page of the lines still to be looked at, or of those that were."""
    with dependencies.unites.lecture() as unite:
        lignes = unite.alertes.lister(vues=vues, apres=apres, limite=PAR_PAGE + 1)
        alertes = unite.alertes.des_depots(sorted({ligne.depot_id for ligne in lignes}))
    suite = (lignes[PAR_PAGE - 1].depot_id, lignes[PAR_PAGE - 1].rang) if len(lignes) > PAR_PAGE else None
    return PageDAlertes([_expliquer(ligne, alertes) for ligne in lignes[:PAR_PAGE]], suite)


def compter_alertes(dependencies: Dependencies) -> int:
    """Return how many lines are still to be looked at."""
    with dependencies.unites.lecture() as unite:
        return unite.alertes.a_voir()


def marquer_vue(
    dependencies: Dependencies, auteur: Auteur, operateur_id: int, depot_id: int, rang: int, note: str
) -> None:
    """Mark a line as looked at, with what was found.

    Raises IntrouvableError, or SaisieError for a note that is missing or too long, and when somebody did before.
    """
    note = note.strip()
    if not note or len(note) > NOTE_MAX:
        exiger([Precision(f"une note de 1 à {NOTE_MAX} caractères est attendue.", champ="note")])
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        ligne = unite.alertes.une(depot_id, rang)
        if ligne is None:
            raise IntrouvableError
        if not unite.alertes.noter(depot_id, rang, operateur_id, maintenant, note):
            raise SaisieError(f"{ligne.operateur} a déjà marqué cette ligne comme vue.")
        consigner(
            unite,
            auteur,
            Acte.ALERTE_VUE,
            maintenant,
            objet=ligne.numero,
            motif=note,
            siret=ligne.siret,
            numero_depot=ligne.numero_depot,
        )
        unite.commit()


def _expliquer(ligne: LigneAlertee, alertes: Sequence[Alerte]) -> LigneAVerifier:
    siennes = [
        AlerteExpliquee(alerte.code, REGLES[alerte.code].libelle, alerte.champ, alerte.message)
        for alerte in alertes
        if (alerte.depot_id, alerte.rang) == (ligne.depot_id, ligne.rang)
    ]
    return LigneAVerifier(ligne, siennes)
