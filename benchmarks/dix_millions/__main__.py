"""``python -m benchmarks.dix_millions``: write the log of two sizes into a database, time every search in both."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from sqlalchemy import Engine, func, select

from benchmarks.dix_millions.ecriture import ecrire
from benchmarks.dix_millions.mesure import Figures, Temoins, mesurer_le_journal, mesurer_liste_depots
from benchmarks.dix_millions.population import Population, peupler
from benchmarks.dix_millions.tirage import Tirage
from benchmarks.grappe import Grappe
from benchmarks.rapport import DIX_MILLIONS, DOCS
from service.app import Maison
from service.storage.tables import depot, ligne

PETITE = 10_000
OCTETS_PAR_ENTREE = 1_500
"""What an entry, its deposit and its lines take at most, indexes included."""
BASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@click.command()
@click.option("--base", "bases", multiple=True, type=click.Choice(list(BASES)), help="Both, when none is named.")
@click.option("--entrees", default=10_000_000, show_default=True, type=click.IntRange(PETITE), help="Entries.")
@click.option("--graine", default=1, show_default=True, help="Seed of the draw.")
@click.option("--dossier", type=click.Path(path_type=Path), help="Where SQLite's file is made, and removed.")
@click.option("--noter/--ne-pas-noter", default=True, help="Keep the figures in docs/mesures.json.")
def dix_millions(bases: tuple[str, ...], entrees: int, graine: int, dossier: Path | None, noter: bool) -> None:
    """Time the searches of the log among many entries, and among ten thousand."""
    console = Console(highlight=False, soft_wrap=True)
    figures: dict[str, Any] = {"date": date.today().isoformat(), "entrees": entrees, "bases": {}, "montrees": {}}  # noqa: DTZ011
    for base in bases or tuple(BASES):
        with _place(base, entrees, dossier) as ou:
            mesurees = {str(nombre): _mesurer(ou, base, nombre, graine, console) for nombre in (PETITE, entrees)}
        figures["bases"][base] = {nombre: une.durees for nombre, une in mesurees.items()}
        figures["montrees"][base] = {nombre: une.montrees for nombre, une in mesurees.items()}
    if noter:
        fichier = DOCS / "mesures.json"
        gardees = json.loads(fichier.read_text("utf-8")) if fichier.exists() else {}
        comparables = _comparables(gardees.get(DIX_MILLIONS, {}), figures)
        for nom in ("bases", "montrees"):
            figures[nom] = comparables.get(nom, {}) | figures[nom]
        gardees[DIX_MILLIONS] = figures
        fichier.write_text(json.dumps(gardees, ensure_ascii=False, indent=1), "utf-8")


def _comparables(gardees: dict[str, Any], figures: dict[str, Any]) -> dict[str, Any]:
    """The figures kept, of other databases, where they are of as many entries and of the same searches."""

    def recherches(de: dict[str, Any]) -> set[tuple[str, ...]]:
        return {tuple(durees) for par_taille in de["bases"].values() for durees in par_taille.values()}

    memes = gardees.get("entrees") == figures["entrees"] and recherches(gardees) == recherches(figures)
    return gardees if memes else {}


@contextmanager
def _place(base: str, entrees: int, dossier: Path | None) -> Iterator[tuple[Path, Grappe | None]]:
    """A directory that goes away, and for PostgreSQL a cluster that does; refused where the disk is too small."""
    racine = Path(tempfile.mkdtemp(prefix="dix-millions-", dir=dossier))
    try:
        libres = shutil.disk_usage(racine).free
        if libres < 2 * entrees * OCTETS_PAR_ENTREE:
            raise click.ClickException(f"{libres // 2**30} Gio libres ne suffisent pas à {entrees} entrées.")
        if base == "sqlite":
            yield racine, None
        else:
            with Grappe() as grappe:
                yield racine, grappe
    finally:
        shutil.rmtree(racine)


def _mesurer(ou: tuple[Path, Grappe | None], base: str, nombre: int, graine: int, console: Console) -> Figures:
    racine, grappe = ou
    donnees = racine / str(nombre)
    adresse = f"sqlite:///{donnees}/esat.db" if grappe is None else grappe.creer(f"journal_{nombre}")
    maison = Maison({"ESAT_DONNEES": str(donnees), "ESAT_BASE": adresse})
    maison.migrer()
    deps, debut = maison.dependencies, time.monotonic()

    def annoncer(fait: str) -> None:
        console.print(f"{BASES[base]} {nombre} [{time.monotonic() - debut:5.0f} s] {fait}")

    population = peupler(deps, graine)
    ecrire(maison.moteur, Tirage(population, nombre, graine).blocs(), annoncer)
    figures = mesurer_le_journal(deps, population, _temoins(maison.moteur, population), annoncer)
    figures.durees.update(mesurer_liste_depots(deps, population))
    maison.moteur.dispose()
    return figures


def _temoins(moteur: Engine, population: Population) -> Temoins:
    """A deposit in the middle of the log."""
    with moteur.connect() as connexion:
        numero, identifiant, repere = connexion.execute(
            select(depot.c.numero, depot.c.identifiant_message, ligne.c.nir_repere)
            .join_from(depot, ligne, ligne.c.depot_id == depot.c.id)
            .where(depot.c.id == select(func.max(depot.c.id) // 2).scalar_subquery(), ligne.c.rang == 1)
        ).one()
    return Temoins(numero, identifiant, [nir for nir, *_ in population.reperes].index(repere))


if __name__ == "__main__":
    dix_millions()
