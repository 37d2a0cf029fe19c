"""The log of submissions as an operator searches it: newest first, in pages, never held in memory whole."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.actes import Acte
from service.domain.declaration import Operation
from service.domain.identifiants import (
    nir_normalise,
    nir_valide,
    nom_normalise,
    numero_allocataire_valide,
    organisme_valide,
)
from service.domain.regles import REGLES
from service.errors import Precision, SaisieError, TropLongError
from service.security.wsse import normaliser_utilisateur
from service.storage.recherche import Entree, Filtres
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import trouver_sirets
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue
from service.usecases.saisie import exiger

PAGE = 500
"""Entries read at a time; each page has a transaction of its own, so that a slow reader holds none open."""
DUREE_MAX_S, DUREE_COMPTE_S = 2.0, 1.0
"""Seconds that a page, and the count of all that was found, may take."""
COMPTE_MAX = 10_000
"""Counts are exact up to this."""
PAR_DEPOTS_MAX = 5_000
"""Deposits of a rule or of a person up to which entries are looked for by their numbers."""
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
    """Thirteen or fifteen characters, spaces allowed."""
    numero_allocataire: str | None = None
    organisme: str | None = None
    """Three digits, with the numéro."""
    nom: str | None = None
    """Birth name; accents, hyphens and letter case do not count."""


Place = tuple[datetime, int]
"""A place in the log: instant and id of an entry."""
Preparee = Filtres
"""A search made ready by `preparer`."""


class EntreeLisible(NamedTuple):
    """An entry with the names behind its identifiers."""

    entree: Entree
    esat: str | None
    """Name of the ESAT whose SIRET the message bore."""
    compte: str | None
    """E-mail of the account identified."""


class PageDuJournal(NamedTuple):
    """One page of entries, newest first, and where the next one goes on; None on the last one."""

    entrees: Sequence[EntreeLisible]
    suite: Place | None


def consulter_journal(
    dependencies: Dependencies, recherche: Recherche, limite: int | None = None
) -> Iterator[EntreeLisible]:
    """Return the entries found, newest first, at most `limite` (all of them without it), read as they are consumed.

    Raises SaisieError at once for a period that ends before it begins or an ESAT that does not exist.
    """
    return parcourir(dependencies, preparer(dependencies, recherche), limite)


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
        if personne is not None:
            numeros = _depots_de(dependencies, unite, personne, filtres)
            filtres = filtres._replace(numeros=numeros)
        return filtres


def lire_page(dependencies: Dependencies, preparee: Preparee, apres: Place | None, taille: int) -> PageDuJournal:
    """Return one page of a search. Raises TropLongError when it takes more than `DUREE_MAX_S`."""
    with dependencies.unites.lecture() as unite:
        unite.journal.limiter(DUREE_MAX_S)
        entrees = unite.journal.chercher(preparee, apres, taille + 1)
        noms = _noms(unite)
    suite = (entrees[taille - 1].instant, entrees[taille - 1].id) if len(entrees) > taille else None
    return PageDuJournal([_lisible(entree, noms) for entree in entrees[:taille]], suite)


def compter(dependencies: Dependencies, preparee: Preparee) -> int | None:
    """Return how many entries a search finds, `COMPTE_MAX` + 1 for more; None when counting takes too long."""
    try:
        with dependencies.unites.lecture() as unite:
            unite.journal.limiter(DUREE_COMPTE_S)
            return unite.journal.compter(preparee, COMPTE_MAX + 1)
    except TropLongError:
        return None


def parcourir(dependencies: Dependencies, preparee: Preparee, limite: int | None = None) -> Iterator[EntreeLisible]:
    """Return all the entries that a search finds, newest first, read as they are consumed."""
    with dependencies.unites.lecture() as unite:
        noms = _noms(unite)
    return (_lisible(entree, noms) for entree in _pages(dependencies, preparee, limite))


def _noms(unite: UnitOfWork) -> tuple[dict[str, str], dict[int, str]]:
    noms = {esat.siret: esat.raison_sociale for esat in unite.esats.lister()}
    return noms, {compte.id: compte.courriel for compte in unite.comptes.lister()}


def _lisible(entree: Entree, noms: tuple[dict[str, str], dict[int, str]]) -> EntreeLisible:
    return EntreeLisible(entree, noms[0].get(entree.siret or ""), noms[1].get(entree.compte_id or 0))


def _filtres(unite: UnitOfWork, recherche: Recherche) -> Filtres:
    code = None if recherche.code is None else recherche.code.strip().upper()
    filtres = Filtres(
        debut=None if recherche.depuis is None else _minuit(recherche.depuis),
        fin=None if recherche.jusque is None else _minuit(_borne(recherche.jusque) + timedelta(days=1)),
        operation=None if recherche.operation is None else recherche.operation.value,
        issue=None if recherche.issue is None else recherche.issue.value,
        code=None if code in REGLES else code,
        numero=None if recherche.numero is None else recherche.numero.strip().upper(),
        identifiant_message=None if recherche.identifiant is None else recherche.identifiant.strip().lower(),
        sirets=None if recherche.esat is None else trouver_sirets(unite, recherche.esat),
        code_utilisateur=None if recherche.compte is None else normaliser_utilisateur(recherche.compte),
        texte=recherche.texte,
        acte=None if recherche.acte is None else recherche.acte.value,
    )
    return _de_la_regle(unite, filtres, code) if code is not None and code in REGLES else filtres


def _de_la_regle(unite: UnitOfWork, filtres: Filtres, code: str) -> Filtres:
    """A rule that spoke rarely is looked for by its deposits; one that spoke often, entry by entry: it is soon met."""
    numeros = unite.journal.depots_de_la_regle(code, PAR_DEPOTS_MAX + 1)
    if len(numeros) > PAR_DEPOTS_MAX:
        return filtres._replace(regle=code)
    return filtres._replace(numeros=list(dict.fromkeys(numeros)))


def _personne_refusee(personne: Personne) -> list[Precision]:
    problemes = []
    nir, numero, organisme, nom = personne
    if not (nir or numero or nom):
        problemes.append(Precision("un NIR, un numéro allocataire ou un nom est attendu.", champ="personne"))
    if nir and not nir_valide(_sans_espaces(nir)):
        problemes.append(Precision("quinze caractères, clé comprise et juste, sont attendus.", champ="nir"))
    if numero and not numero_allocataire_valide(_sans_espaces(numero)):
        problemes.append(
            Precision("sept chiffres, et une lettre au besoin, sont attendus.", champ="numero_allocataire")
        )
    if numero and not (organisme and organisme_valide(organisme)):
        problemes.append(Precision("avec un numéro, les trois chiffres de son organisme.", champ="organisme"))
    return problemes


def _depots_de(dependencies: Dependencies, unite: UnitOfWork, personne: Personne, filtres: Filtres) -> Sequence[str]:
    """Numbers of the deposits that name the person by everything that was given. Raises SaisieError when too many."""
    nir, numero, organisme, nom = personne
    valeurs = {
        "nir": nir and nir_normalise(_sans_espaces(nir)),
        "allocataire": numero and f"{organisme}:{_sans_espaces(numero).upper()}",
        "nom": nom and nom_normalise(nom),
    }
    voulus = None if filtres.sirets is None else set(filtres.sirets)
    esats = [esat.id for esat in unite.esats.lister() if voulus is None or esat.siret in voulus]
    trouves: set[str] | None = None
    for sujet, valeur in valeurs.items():
        if not valeur:
            continue
        hache = dependencies.coffre.hachage(sujet, valeur)
        siens = set(unite.journal.depots_de_la_personne(esats, sujet, hache, PAR_DEPOTS_MAX + 1))
        trouves = siens if trouves is None else trouves & siens
    if trouves is None or len(trouves) > PAR_DEPOTS_MAX:
        raise SaisieError(f"Plus de {PAR_DEPOTS_MAX} dépôts nomment cette personne : ajouter un ESAT.")
    return sorted(trouves)


def _pages(dependencies: Dependencies, filtres: Filtres, limite: int | None) -> Iterator[Entree]:
    apres: Place | None = None
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


def _sans_espaces(texte: str) -> str:
    return "".join(texte.split()).upper()


def _borne(jour: date) -> date:
    """The day, within what a UTC instant can tell."""
    return min(max(jour, _PREMIER_JOUR), _DERNIER_JOUR)


def _minuit(jour: date) -> datetime:
    """Midnight in Paris at the start of a day."""
    return datetime.combine(_borne(jour), time.min, _PARIS)
