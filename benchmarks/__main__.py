"""``make bench``: prepare everything, measure everything in one run, write docs/mesures.md."""

import functools
import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click
from rich.console import Console

from benchmarks import machine, rapport
from benchmarks.candidats import Candidat, notre_produit, pair, preparer_pair
from benchmarks.carnet import FICHIER, FINIE, INTERROMPUE, Carnet, lire_chiffres
from benchmarks.charge import CHARGES
from benchmarks.client import observer_le_client
from benchmarks.comparaison import NOTRE, NOTRES
from benchmarks.grappe import Grappe
from benchmarks.inondation import inonder
from benchmarks.micro import mesurer_les_etapes
from benchmarks.profil import profiler
from benchmarks.tournoi import jouer, observer_la_memoire

PAIRS = {
    "spyne tel quel": ("spyne", 1, 5),
    "node-soap": ("node_soap", 2, 1),
    "PHP-FPM": ("php_fpm", 1, 1),
    "gSOAP C++": ("gsoap", 1, 1),
    "Apache CXF": ("cxf", 6, 1),
}
"""Folder of each peer, seconds of warming up for each of three loads (compilers of virtual machines need more), seconds
of the shortest burst: eight argon2id fill a second."""
DEBITS = "debits"
RAFALES_DE_MEMOIRE, DUREE_DU_PROFIL = 10, 6
SECTIONS: dict[str, Callable[[Candidat, int, int], Any]] = {
    "memoire": lambda candidat, _, duree: observer_la_memoire(candidat, RAFALES_DE_MEMOIRE, duree),
    "inondation": lambda candidat, tours, duree: inonder(candidat, tours, duree),
    "client": lambda candidat, _, __: observer_le_client(candidat),
    "etapes": lambda *_: mesurer_les_etapes(),
    "profil": lambda candidat, *_: profiler(candidat, DUREE_DU_PROFIL),
}
"""What is measured of the product alone, after the rounds; also the key of its figures."""
INTERROMPU = 130


@click.command()
@click.option("--tours", default=5, show_default=True, type=click.IntRange(min=1), help="Rounds.")
@click.option("--duree", default=2, show_default=True, type=click.IntRange(min=1), help="Seconds a burst.")
@click.option("--graine", default=None, type=int, help="Seed of the order.")
@click.option("--construction", default="var/bench", type=click.Path(path_type=Path), help="Where peers are built.")
@click.option(
    "--seulement",
    multiple=True,
    type=click.Choice([*NOTRES, *PAIRS, *(charge.nom for charge in CHARGES), DEBITS, *SECTIONS]),
    help="Measure only this candidate, load or section; may be repeated.",
    metavar="NOM",
)
@click.option(
    "--vers", type=click.Path(path_type=Path), help="Folder of figures and page, instead of docs/ when all is measured."
)
@click.option("--relire", is_flag=True, help="Write the page from the figures kept, without measuring.")
def mesurer(
    tours: int,
    duree: int,
    graine: int | None,
    construction: Path,
    seulement: tuple[str, ...],
    vers: Path | None,
    relire: bool,
) -> None:
    """Compare the product with its peers: about half an hour with the defaults on two cores, building them not counted.

    Figures are kept after each candidate of each round. A run that was interrupted, or restricted by --seulement,
    leaves its page in --vers (by default CONSTRUCTION/mesures) and docs/ as it was. Exit codes: 0 measured, 1 a
    candidate failed, which the page tells, 130 interrupted.

    NOM is a candidate or a load as the page names them, or a section: debits (the comparison, which naming a candidate
    or a load means too), memoire, inondation, client, etapes, profil.
    """
    if relire:
        dossier = vers or rapport.DOCS
        rapport.ecrire(lire_chiffres(dossier / FICHIER), dossier)
        return
    construction = construction.resolve()
    entete = {
        "date": date.today().isoformat(),  # noqa: DTZ011  # the day where it was run
        "machine": machine.decrire(),
        "charge_avant": os.getloadavg()[0],
        "tours": tours,
        "duree": duree,
        "graine": random.getrandbits(31) if graine is None else graine,
        "seulement": seulement,
    }
    annoncer = functools.partial(Console(soft_wrap=True).print, markup=False, highlight=False)
    carnet = Carnet(vers or construction / "mesures", entete, annoncer)
    interrompue = _mener(carnet, construction, seulement)
    annoncer(f"page : {rapport.publier(carnet.donnees, carnet.dossier, vers is None)}")
    sys.exit(INTERROMPU if interrompue else bool(carnet.donnees["echecs"]))


def _mener(carnet: Carnet, construction: Path, seulement: Sequence[str]) -> bool:
    """Measure until the end or until a signal asks to stop: whether it did."""
    for numero in (signal.SIGINT, signal.SIGTERM):
        signal.signal(numero, _interrompre)
    try:
        _tout_mesurer(carnet, construction, seulement)
        carnet.fermer(FINIE)
    except KeyboardInterrupt:
        carnet.fermer(INTERROMPUE)
    return carnet.donnees["etat"] == INTERROMPUE


def _interrompre(*_: object) -> NoReturn:
    """Once: what follows is stopping and writing, which nothing interrupts."""
    for numero in (signal.SIGINT, signal.SIGTERM):
        signal.signal(numero, signal.SIG_IGN)
    raise KeyboardInterrupt


def _tout_mesurer(carnet: Carnet, construction: Path, seulement: Sequence[str]) -> None:
    sections = [nom for nom in (DEBITS, *SECTIONS) if nom in seulement]
    noms = [nom for nom in (*NOTRES, *PAIRS) if nom in seulement]
    charges = [charge for charge in CHARGES if charge.nom in seulement]
    if noms or charges:
        sections = [DEBITS, *sections]
    elif not sections:
        sections = [DEBITS, *SECTIONS]
    tours, duree = carnet.donnees["tours"], carnet.donnees["duree"]
    with Grappe() as grappe, TemporaryDirectory(prefix="banc-modeles-") as modeles:
        if DEBITS in sections:
            candidats = _candidats(noms or [*NOTRES, *PAIRS], carnet, construction, Path(modeles), grappe)
            jouer(candidats, charges or CHARGES, tours, duree, carnet.donnees["graine"], carnet)
        notre = notre_produit("waitress", "sqlite", Path(modeles), grappe)
        for section in SECTIONS:
            if section in sections:
                carnet.annoncer(f"{section} : {NOTRE}")
                with carnet.tenter(NOTRE, section):
                    carnet.noter(section, SECTIONS[section](notre, tours, duree))


def _candidats(
    noms: Sequence[str], carnet: Carnet, construction: Path, modeles: Path, grappe: Grappe
) -> list[Candidat]:
    """Those that could be built."""
    candidats = []
    for nom in noms:
        with carnet.tenter(nom, "construction"):
            if nom in PAIRS:
                dossier, *durees = PAIRS[nom]
                carnet.annoncer(f"construction : {nom}")
                preparer_pair(dossier, construction)
                candidats.append(pair(nom, dossier, construction, *durees))
            else:
                base, serveur = nom.split(", ")
                candidats.append(notre_produit(serveur, base.lower(), modeles, grappe))
    return candidats


if __name__ == "__main__":
    mesurer()
