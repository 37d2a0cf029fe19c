"""Who is in the log: ESATs of very different sizes, their accounts, their employees.

Sizes and names follow Zipf's law, so that the largest ESAT and the most common name are a hundred times what most are.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np

from benchmarks.monde import siret_invente
from service.domain.identifiants import cle_nir, nom_normalise
from service.security.encryption import Coffre
from service.usecases.dependencies import Dependencies

ESATS = 1_000
COMPTES_PAR_ESAT = 3
SALARIES = 120_000
NOMS = 3_000
_SYLLABES = ("bar", "che", "dou", "fla", "gri", "lan", "mou", "per", "ron", "ver", "zel", "tis")
_GENRES = ("Ateliers", "ESAT", "Les Jardins", "Le Relais", "La Fabrique", "Association")
_LIEUX = ("du Pont", "de la Vallée", "des Tilleuls", "du Moulin", "Saint-Jean", "des Genêts", "du Port", "de l'Étang")


class Population(NamedTuple):
    """ESATs and accounts by rank, and employees with their repères; ids are those of the database."""

    esats: list[int]
    sirets: list[str]
    comptes: list[list[int]]
    """Of each ESAT."""
    courriels: dict[int, str]
    poids: np.ndarray
    """Share of each ESAT in what is sent."""
    salaries: list[np.ndarray]
    """Ranks of the employees of each ESAT."""
    noms: list[str]
    """Name of each employee."""
    reperes: list[tuple[int | None, ...]]
    """NIR, numéro allocataire and name of each employee."""


def nir(rang: int) -> str:
    """Return the invented NIR of an employee (99 was never a département of birth), with its key."""
    debut = f"{1 + rang % 2}{50 + rang % 50:02d}{1 + rang % 12:02d}99{rang % 1000:03d}{rang // 1000:03d}"
    return f"{debut}{cle_nir(debut):02d}"


def numero_allocataire(rang: int) -> str:
    """Return the invented number of an employee."""
    return f"{rang:07d}"


def peupler(dependencies: Dependencies, graine: int) -> Population:
    """Record the ESATs and the accounts, and invent the employees."""
    alea, instant = np.random.default_rng(graine), datetime(2024, 1, 1, tzinfo=UTC)
    esats, sirets, comptes, courriels = [], [], [], {}
    with dependencies.unites.ecriture() as unite:
        convention = unite.conventions.creer("BANC", date(2020, 1, 1), None, "999", 180)
        for rang in range(ESATS):
            nom = f"{_GENRES[rang % 6]} {_LIEUX[rang // 6 % 8]} {rang:04d}"
            esat = unite.esats.creer(convention, siret_invente(rang), None, nom, "1 rue du Banc 83000 Toulon")
            assert esat is not None
            siens = []
            for place in range(COMPTES_PAR_ESAT):
                courriel = f"agent{place}@esat{rang:04d}.example"
                compte = unite.comptes.creer(courriel, "Banc", "Agent", "ACTIF", "-", False, instant, instant)
                assert compte is not None
                unite.habilitations.ajouter(compte, esat, "AGENT", instant)
                siens.append(compte)
                courriels[compte] = courriel
            esats.append(esat)
            sirets.append(siret_invente(rang))
            comptes.append(siens)
        unite.commit()
    poids = _zipf(ESATS, 0.7)
    noms = _noms(alea)
    employeurs = alea.choice(ESATS, SALARIES, p=poids)
    salaries = [np.flatnonzero(employeurs == rang) for rang in range(ESATS)]
    salaries = [siens if len(siens) else np.array([0]) for siens in salaries]
    return Population(esats, sirets, comptes, courriels, poids, salaries, noms, _reperes(dependencies.coffre, noms))


def _zipf(nombre: int, exposant: float) -> np.ndarray:
    poids = 1 / np.arange(1, nombre + 1) ** exposant
    return poids / poids.sum()


def _noms(alea: np.random.Generator) -> list[str]:
    """A name for each employee; the first ones of the list are the common ones."""
    possibles = [
        _SYLLABES[rang % 12] + _SYLLABES[rang // 12 % 12] + _SYLLABES[rang // 144 % 12] + _SYLLABES[rang // 1728]
        for rang in range(NOMS)
    ]
    return [possibles[rang].capitalize() for rang in alea.choice(NOMS, SALARIES, p=_zipf(NOMS, 0.8))]


def _reperes(coffre: Coffre, noms: list[str]) -> list[tuple[int | None, ...]]:
    rangs = range(SALARIES)
    par_sujet = (
        coffre.reperes.lot("nir", list(map(nir, rangs))),
        coffre.reperes.lot("allocataire", [f"999:{numero_allocataire(rang)}" for rang in rangs]),
        coffre.reperes.lot("nom", list(map(nom_normalise, noms))),
    )
    return list(zip(*par_sujet, strict=True))
