"""How long an operator waits: each filter alone, then with a period and an ESAT; and pages of ListeDepots.

Of a filter that takes values as different as a code seen every minute and one seen twice a year, each kind of value is
asked, with a very large ESAT, an ordinary one and the smallest: the slowest answer counts. What is timed is what the
page does: the search made ready and fifty entries read; then, apart, their number counted up to ten thousand. Somebody
else writes before each reading, as happens to a log that is in service: SQLite then reads every page of it anew, while
of a log that rests it would have some in memory, which ones depending on what was asked before.
"""

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from benchmarks.dix_millions.population import ESATS, Population, nir, numero_allocataire
from benchmarks.dix_millions.tirage import FIN, REGLES
from service.domain.declaration import Operation
from service.errors import TropLongError
from service.storage.depots import ResumeDepot
from service.usecases.consulter import minuit
from service.usecases.consulter_journal import Personne, Recherche, compter, lire_page, preparer
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue

_Lue = TypeVar("_Lue")
TAILLE = 50
REPETITIONS = 5
PERIODE = (date(2025, 12, 1), date(2026, 1, 31))
"""Two months of a campaign, the busiest ones."""
_QUI_ECRIT = 1
"""Id of an account."""
_ESATS = (0, ESATS // 3, ESATS - 1)
"""Ranks of a very large ESAT, an ordinary one, the smallest."""


class Duree(NamedTuple):
    """Median milliseconds of the first page and of the count, and what was counted; None where time was over."""

    page: float
    compte: float
    nombre: int | None
    montrees: int
    """Entries on the page."""


class Figures(NamedTuple):
    """Of each search by its name: milliseconds of the slowest value, and how many entries its page showed."""

    durees: dict[str, float]
    montrees: dict[str, int]


class Temoins(NamedTuple):
    """What is looked for and exists: a deposit, its message, an employee whom it names."""

    numero: str
    identifiant: str
    salarie: int


class Cas(NamedTuple):
    """A search of one filter, by what it asks."""

    filtre: str
    valeur: str
    criteres: Mapping[str, Any]
    personne: Personne | None = None


def cas(population: Population, temoins: Temoins) -> Iterator[Cas]:
    """Return every search."""
    yield Cas("sans filtre", "", {})
    yield Cas("période", "une semaine", {"depuis": date(2025, 3, 3), "jusque": date(2025, 3, 9)})
    yield Cas("période", "une année", {"depuis": date(2024, 9, 1), "jusque": date(2025, 8, 31)})
    for rang in _ESATS:
        yield Cas("ESAT", f"SIRET du {rang + 1}e", {"esat": population.sirets[rang]})
    for nom in ("0333", "jardins"):
        yield Cas("ESAT", f"nom « {nom} »", {"esat": nom})
    for rang in _ESATS:
        yield Cas("compte", f"du {rang + 1}e ESAT", {"compte": population.courriels[population.comptes[rang][0]]})
    yield Cas("compte", "inconnu", {"compte": "inconnu7@ailleurs.example"})
    yield from (Cas("opération", une.value, {"operation": une}) for une in Operation)
    yield from (Cas("issue", une.value, {"issue": une}) for une in Issue if une is not Issue.FAIT)
    for code in ("AUTHENTIFICATION", "SCHEMA_INVALIDE", "INTROUVABLE", "CONFLIT_IDENTIFIANT", "INCIDENT", "DEBIT"):
        yield Cas("faute", code, {"code": code})
    yield from (Cas("règle", code, {"code": code}) for code, *_ in REGLES)
    yield Cas("numéro", "de dépôt", {"numero": temoins.numero})
    yield Cas("numéro", "de déclaration", {"numero": temoins.numero + "-0001"})
    yield Cas("identifiant", "", {"identifiant": temoins.identifiant})
    salarie = temoins.salarie
    frequent = max(set(population.noms), key=population.noms.count)
    yield Cas("personne", "NIR", {}, Personne(nir=nir(salarie)))
    yield Cas("personne", "numéro allocataire", {}, Personne(None, numero_allocataire(salarie), "999"))
    yield Cas("personne", "nom fréquent", {}, Personne(nom=frequent))
    yield Cas("personne", "nom rare", {}, Personne(nom=min(set(population.noms), key=population.noms.count)))


def mesurer_le_journal(
    dependencies: Dependencies, population: Population, temoins: Temoins, annoncer: Callable[[str], None]
) -> Figures:
    """Return the figures of each filter: its page alone, with the period and an ESAT, and the longer count."""
    pires = Figures({}, {})
    for un in cas(population, temoins):
        seule = chronometrer(dependencies, Recherche(**un.criteres), un.personne)
        avec = [chronometrer(dependencies, une, un.personne) for une in _avec_periode_et_esat(un.criteres, population)]
        annoncer(f"{un.filtre:12} {un.valeur:28} {_texte(seule)}   avec période et ESAT {' '.join(map(_texte, avec))}")
        for nom, une in (
            (un.filtre, seule),
            (f"{un.filtre}, avec période et ESAT", max(avec, key=lambda une: une.page)),
        ):
            if une.page >= pires.durees.get(nom, 0):
                pires.durees[nom], pires.montrees[nom] = une.page, une.montrees
        nom = f"{un.filtre} : le nombre"
        pires.durees[nom] = max(pires.durees.get(nom, 0), *(une.compte for une in (seule, *avec)))
    return pires


def mesurer_liste_depots(dependencies: Dependencies, population: Population) -> dict[str, float]:
    """Return the milliseconds of pages of ListeDepots over the two years of the ESAT that has most deposits."""
    esat, debut, fin = population.esats[0], minuit(date(2024, 6, 1)), minuit(FIN.date() + timedelta(days=1))

    def lire(apres: tuple[datetime, int] | None) -> list[ResumeDepot]:
        with dependencies.unites.lecture() as unite:
            return unite.depots.lister(esat, debut, fin, apres, 101)

    avant = lire(None)
    dernier = avant[len(avant) // 2]
    places = {"première page": None, "page suivante": (dernier.date_reception, dernier.id)}
    return {f"ListeDepots, {nom}": _repeter(dependencies, partial(lire, place))[0] for nom, place in places.items()}


def chronometrer(dependencies: Dependencies, recherche: Recherche, personne: Personne | None) -> Duree:
    """Return how long a search takes once it was asked before; one that time stops took that long."""

    def lire() -> int:
        with contextlib.suppress(TropLongError):
            return len(lire_page(dependencies, preparer(dependencies, recherche, personne), None, TAILLE).entrees)
        return 0

    preparee = preparer(dependencies, recherche, personne)
    page, montrees = _repeter(dependencies, lire)
    compte, nombre = _repeter(dependencies, lambda: compter(dependencies, preparee))
    return Duree(page, compte, nombre, montrees)


def _repeter(dependencies: Dependencies, lire: Callable[[], _Lue]) -> tuple[float, _Lue]:
    """Median milliseconds of a reading, each after somebody else's commit, and what it gave."""
    durees = []
    for _ in range(REPETITIONS + 1):
        with dependencies.unites.ecriture() as unite:
            unite.comptes.noter_connexion(_QUI_ECRIT, dependencies.horloge())
            unite.commit()
        depart = time.perf_counter()
        lue = lire()
        durees.append((time.perf_counter() - depart) * 1000)
    return round(statistics.median(durees[1:]), 2), lue


def _avec_periode_et_esat(criteres: Mapping[str, Any], population: Population) -> Iterator[Recherche]:
    for rang in _ESATS:
        ajoutes = {"depuis": PERIODE[0], "jusque": PERIODE[1], "esat": population.sirets[rang]}
        yield Recherche(**{**ajoutes, **criteres})


def _texte(duree: Duree) -> str:
    return f"{duree.page:.1f} + {duree.compte:.1f} ms ({duree.montrees} de {duree.nombre})"
