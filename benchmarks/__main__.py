"""``make bench``: prepare everything, measure everything in one run, write docs/mesures.md."""

import json
import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from benchmarks import rapport
from benchmarks.candidats import Candidat, notre_produit, pair, preparer_pair
from benchmarks.charge import CHARGES
from benchmarks.grappe import Grappe
from benchmarks.inondation import inonder
from benchmarks.tournoi import jouer, observer_la_memoire

NOS_MODES = (("waitress", "sqlite"), ("granian", "sqlite"), ("waitress", "postgresql"), ("granian", "postgresql"))
PAIRS = {
    "spyne tel quel": ("spyne", 2, 5),
    "node-soap": ("node_soap", 3, 1),
    "PHP-FPM": ("php_fpm", 2, 1),
    "gSOAP C++": ("gsoap", 2, 1),
    "Apache CXF": ("cxf", 8, 1),
}
"""Folder of each peer, seconds of warming up, seconds of the shortest burst: eight argon2id fill a second."""


@click.command()
@click.option("--tours", default=5, show_default=True, help="Rounds.")
@click.option("--duree", default=2.0, show_default=True, help="Seconds a burst.")
@click.option("--graine", default=None, type=int, help="Seed of the order.")
@click.option("--construction", default="var/bench", type=click.Path(path_type=Path), help="Where peers are built.")
@click.option("--relire", is_flag=True, help="Write the page from the figures kept, without measuring.")
def mesurer(tours: int, duree: float, graine: int | None, construction: Path, relire: bool) -> None:
    """Compare the product with its peers."""
    if relire:
        rapport.relire()
        return
    console = Console()
    construction = construction.resolve()
    for dossier, *_ in PAIRS.values():
        preparer_pair(dossier, construction)
    with Grappe() as grappe, TemporaryDirectory(prefix="banc-modeles-") as modeles:
        candidats: list[Candidat] = [notre_produit(*mode, Path(modeles), grappe) for mode in NOS_MODES]
        candidats += [pair(nom, dossier, construction, *durees) for nom, (dossier, *durees) in PAIRS.items()]
        graine = random.getrandbits(31) if graine is None else graine
        donnees = {
            "date": date.today().isoformat(),  # noqa: DTZ011  # the day where it was run
            "machine": rapport.machine(),
            "tours": tours,
            "duree": duree,
            "graine": graine,
            "mesures": jouer(candidats, CHARGES, tours, duree, graine, console.print),
            "memoire": observer_la_memoire(candidats[0], 10, duree),
            "inondation": inonder(candidats[0], tours, duree),
        }
    chiffres = rapport.DOCS / "mesures.json"
    avant = json.loads(chiffres.read_text("utf-8")) if chiffres.exists() else {}
    donnees |= {nom: avant[nom] for nom in (rapport.DIX_MILLIONS,) if nom in avant}  # a run of its own makes them
    chiffres.write_text(json.dumps(donnees, ensure_ascii=False, indent=1), "utf-8")
    rapport.ecrire(donnees)
    console.print("docs/mesures.md")


if __name__ == "__main__":
    mesurer()
