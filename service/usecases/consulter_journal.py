"""The log of submissions as an operator searches it: newest first, in pages, never held in memory whole."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.declaration import Operation
from service.errors import Precision, SaisieError
from service.security.wsse import normaliser_utilisateur
from service.storage.journal import Entree, Filtres
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import trouver_sirets
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue

PAGE = 500
"""Entries read at a time; each page has a transaction of its own, so that a slow reader holds none open."""
_PARIS = ZoneInfo("Europe/Paris")
_PREMIER_JOUR, _DERNIER_JOUR = date(1900, 1, 1), date(9998, 12, 30)


class Recherche(NamedTuple):
    """What to look for; None asks nothing, all that is given must hold."""

    depuis: date | None = None
    """First day in Paris."""
    jusque: date | None = None
    """Last day in Paris, included."""
    esat: str | None = None
    """A SIRET, or part of a name."""
    compte: str | None = None
    """User code: of the account identified, or as submitted by whoever was not."""
    issue: Issue | None = None
    operation: Operation | None = None
    code: str | None = None
    """Fault code."""
    numero: str | None = None
    """Of a deposit or of a declaration."""
    identifiant: str | None = None
    """identifiantMessage."""
    texte: str | None = None
    """Part of the client's name, the user code or the fault code."""


class EntreeLisible(NamedTuple):
    """An entry with the names behind its identifiers."""

    entree: Entree
    esat: str | None
    """Name of the ESAT whose SIRET the message bore."""
    compte: str | None
    """E-mail of the account identified."""


def consulter_journal(
    dependencies: Dependencies, recherche: Recherche, limite: int | None = None
) -> Iterator[EntreeLisible]:
    """Return the entries found, newest first, at most `limite` (all of them without it), read as they are consumed.

    Raises SaisieError at once for a period that ends before it begins or an ESAT that does not exist.
    """
    if recherche.depuis and recherche.jusque and recherche.jusque < recherche.depuis:
        raise SaisieError(precisions=[Precision("le dernier jour précède le premier.", champ="jusque")])
    with dependencies.unites.lecture() as unite:
        filtres = _filtres(unite, recherche)
        noms = {esat.siret: esat.raison_sociale for esat in unite.esats.lister()}
        courriels = {compte.id: compte.courriel for compte in unite.comptes.lister()}
    return (
        EntreeLisible(entree, noms.get(entree.siret or ""), courriels.get(entree.compte_id or 0))
        for entree in _parcourir(dependencies, filtres, limite)
    )


def _filtres(unite: UnitOfWork, recherche: Recherche) -> Filtres:
    return Filtres(
        messages=True,
        debut=None if recherche.depuis is None else _minuit(recherche.depuis),
        fin=None if recherche.jusque is None else _minuit(_borne(recherche.jusque) + timedelta(days=1)),
        operation=None if recherche.operation is None else recherche.operation.value,
        issue=None if recherche.issue is None else recherche.issue.value,
        code=None if recherche.code is None else recherche.code.strip().upper(),
        numero=None if recherche.numero is None else recherche.numero.strip().upper(),
        identifiant_message=None if recherche.identifiant is None else recherche.identifiant.strip().lower(),
        sirets=None if recherche.esat is None else trouver_sirets(unite, recherche.esat),
        code_utilisateur=None if recherche.compte is None else normaliser_utilisateur(recherche.compte),
        texte=recherche.texte,
    )


def _parcourir(dependencies: Dependencies, filtres: Filtres, limite: int | None) -> Iterator[Entree]:
    apres: tuple[datetime, int] | None = None
    reste = limite
    while reste is None or reste > 0:
        taille = PAGE if reste is None else min(PAGE, reste)
        with dependencies.unites.lecture() as unite:
            page = unite.journal.chercher(filtres, apres, taille)
        yield from page
        if len(page) < taille:
            return
        apres = (page[-1].instant, page[-1].id)
        reste = None if reste is None else reste - taille


def _borne(jour: date) -> date:
    """The day, within what a UTC instant can tell."""
    return min(max(jour, _PREMIER_JOUR), _DERNIER_JOUR)


def _minuit(jour: date) -> datetime:
    """Midnight in Paris at the start of a day."""
    return datetime.combine(_borne(jour), time.min, _PARIS)
