"""The log of submissions as an operator searches it: newest first, in pages, never held in memory whole."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.actes import Acte
from service.domain.declaration import Operation
from service.domain.identifiants import (
    cle_nir,
    nir_normalise,
    nir_valide,
    nom_normalise,
    numero_allocataire_valide,
    organisme_valide,
)
from service.domain.regles import REGLES
from service.errors import IntrouvableError, Precision, TropLongError
from service.security.wsse import normaliser_utilisateur
from service.storage.recherche import EntreeLisible, Filtres, Identite, Place
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import trouver_sirets
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue
from service.usecases.saisie import exiger

PAGE = 500
"""Entries read at a time; each page has a transaction of its own, so that a slow reader holds none open."""
DUREE_MAX_S = 2.0
"""Seconds that a page may take, the count of all that is found included."""
COMPTE_MAX = 10_000
"""Counts are exact up to this."""
NIR_SANS_CLE = 13
"""Characters of a NIR without its key."""
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
    """Of a fault, or of a rule that spoke in a deposit."""
    numero: str | None = None
    """Of a deposit or of a declaration."""
    identifiant: str | None = None
    """identifiantMessage."""
    texte: str | None = None
    """Part of the client's name, the user code or the fault code."""
    acte: Acte | None = None
    """What was done; of `actes` only."""


class Personne(NamedTuple):
    """An employee looked for: exact values, of which one is given at least."""

    nir: str | None = None
    """Fifteen characters, or thirteen: their key is then worked out; spaces allowed."""
    numero_allocataire: str | None = None
    organisme: str | None = None
    """Three digits, with the numéro."""
    nom: str | None = None
    """Birth name; accents, hyphens and letter case do not count."""


Preparee = Filtres
"""A search made ready by `preparer`."""


class PageDuJournal(NamedTuple):
    """One page of entries, newest first, and where the next one goes on; None on the last one."""

    entrees: Sequence[EntreeLisible]
    suite: Place | None
    arretee: bool
    """Time was over before the page was full: what is older than `suite` was not looked at."""


def consulter_journal(
    dependencies: Dependencies,
    recherche: Recherche,
    limite: int | None = None,
    personne: Personne | None = None,
    *,
    actes: bool = False,
) -> Iterator[EntreeLisible]:
    """Return the entries found, newest first, at most `limite` (all of them without it), read as they are consumed.

    Raises SaisieError at once for a period that ends before it begins, an ESAT or a person that cannot be.
    """
    return parcourir(dependencies, preparer(dependencies, recherche, personne, actes=actes), limite)


def chercher_une_personne(dependencies: Dependencies, auteur: Auteur, personne: Personne) -> None:
    """Log that a person is looked for, and by what, never the values. Raises SaisieError, all problems at once."""
    exiger(_personne_refusee(personne))
    criteres = ", ".join(nom for nom, valeur in personne._asdict().items() if valeur)
    with dependencies.unites.ecriture() as unite:
        consigner(unite, auteur, Acte.PERSONNE_CHERCHEE, dependencies.horloge(), objet=f"par {criteres}")
        unite.commit()


def preparer(
    dependencies: Dependencies, recherche: Recherche, personne: Personne | None = None, *, actes: bool = False
) -> Preparee:
    """Return a search among messages, or acts, ready to be asked. Raises SaisieError, all problems at once."""
    problemes = [] if personne is None else _personne_refusee(personne)
    if recherche.depuis and recherche.jusque and recherche.jusque < recherche.depuis:
        problemes.append(Precision("le dernier jour précède le premier.", champ="jusque"))
    exiger(problemes)
    with dependencies.unites.lecture() as unite:
        filtres = _filtres(unite, recherche)._replace(messages=not actes or None, actes=actes or None)
    return filtres if personne is None else filtres._replace(personne=_identite(dependencies, personne))


def lire_page(dependencies: Dependencies, preparee: Preparee, apres: Place | None, taille: int) -> PageDuJournal:
    """Return one page of a search, or what `DUREE_MAX_S` gave of it. Raises TropLongError when that is nothing."""
    with dependencies.unites.lecture() as unite:
        unite.journal.limiter(DUREE_MAX_S)
        entrees, arretee = unite.journal.chercher(preparee, apres, taille + 1)
    if arretee is not None and len(entrees) <= taille:
        return PageDuJournal(entrees, arretee, True)
    suite = _place(entrees[taille - 1]) if len(entrees) > taille else None
    return PageDuJournal(entrees[:taille], suite, False)


def lire_entree(dependencies: Dependencies, entree_id: int) -> EntreeLisible:
    """Return one entry. Raises IntrouvableError."""
    with dependencies.unites.lecture() as unite:
        entree = unite.journal.lire(entree_id)
    if entree is None:
        raise IntrouvableError
    return entree


def compter(dependencies: Dependencies, preparee: Preparee, secondes: float = DUREE_MAX_S) -> int | None:
    """Return how many entries a search finds, `COMPTE_MAX` + 1 for more; None when counting takes longer."""
    try:
        with dependencies.unites.lecture() as unite:
            unite.journal.limiter(max(secondes, 0.01))
            return unite.journal.compter(preparee, COMPTE_MAX + 1)
    except TropLongError:
        return None


def parcourir(dependencies: Dependencies, preparee: Preparee, limite: int | None = None) -> Iterator[EntreeLisible]:
    """Return all the entries that a search finds, newest first, read as they are consumed."""
    apres: Place | None = None
    reste = limite
    while reste is None or reste > 0:
        taille = PAGE if reste is None else min(PAGE, reste)
        with dependencies.unites.lecture() as unite:
            page = unite.journal.chercher(preparee, apres, taille).entrees
        yield from page
        if len(page) < taille:
            return
        apres = _place(page[-1])
        reste = None if reste is None else reste - taille


def _place(lue: EntreeLisible) -> Place:
    return lue.entree.instant, lue.entree.id


def _filtres(unite: UnitOfWork, recherche: Recherche) -> Filtres:
    code = None if recherche.code is None else recherche.code.strip().upper()
    utilisateur = None if recherche.compte is None else normaliser_utilisateur(recherche.compte)
    compte = None if utilisateur is None else unite.comptes.pour_authentification(utilisateur)
    return Filtres(
        debut=None if recherche.depuis is None else _minuit(recherche.depuis),
        fin=None if recherche.jusque is None else _minuit(_borne(recherche.jusque) + timedelta(days=1)),
        operation=None if recherche.operation is None else recherche.operation.value,
        issue=None if recherche.issue is None else recherche.issue.value,
        code=None if code in REGLES else code,
        regle=code if code in REGLES else None,
        numero=None if recherche.numero is None else recherche.numero.strip().upper(),
        identifiant_message=None if recherche.identifiant is None else recherche.identifiant.strip().lower(),
        sirets=None if recherche.esat is None else trouver_sirets(unite, recherche.esat),
        compte_id=None if compte is None else compte.id,
        utilisateur=utilisateur,
        texte=recherche.texte,
        acte=None if recherche.acte is None else recherche.acte.value,
    )


def _personne_refusee(personne: Personne) -> list[Precision]:
    problemes = []
    nir, numero, organisme, nom = personne
    if not (nir or numero or nom):
        problemes.append(Precision("un NIR, un numéro allocataire ou un nom est attendu.", champ="personne"))
    if nir and not nir_valide(_nir_entier(nir)):
        attendus = "quinze caractères, clé comprise et juste, ou treize sans elle, sont attendus."
        problemes.append(Precision(attendus, champ="nir"))
    if numero and not numero_allocataire_valide(_sans_espaces(numero)):
        problemes.append(
            Precision("sept chiffres, et une lettre au besoin, sont attendus.", champ="numero_allocataire")
        )
    if numero and not (organisme and organisme_valide(organisme)):
        problemes.append(Precision("avec un numéro, les trois chiffres de son organisme.", champ="organisme"))
    return problemes


def _identite(dependencies: Dependencies, personne: Personne) -> Identite:
    nir, numero, organisme, nom = personne
    repere = dependencies.coffre.reperes.un
    return Identite(
        repere("nir", nir_normalise(_nir_entier(nir))) if nir else None,
        repere("allocataire", f"{organisme}:{_sans_espaces(numero)}") if numero else None,
        repere("nom", nom_normalise(nom)) if nom else None,
    )


def _nir_entier(texte: str) -> str:
    """The NIR without spaces, with its key where only that is missing."""
    nir = _sans_espaces(texte)
    try:
        return f"{nir}{cle_nir(nir):02d}" if len(nir) == NIR_SANS_CLE else nir
    except ValueError:
        return nir


def _sans_espaces(texte: str) -> str:
    return "".join(texte.split()).upper()


def _borne(jour: date) -> date:
    """The day, within what a UTC instant can tell."""
    return min(max(jour, _PREMIER_JOUR), _DERNIER_JOUR)


def _minuit(jour: date) -> datetime:
    """Midnight in Paris at the start of a day."""
    return datetime.combine(_borne(jour), time.min, _PARIS)
