"""Rounds: in each, every candidate afresh on empty data, in random order, and its loads in random order."""

import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.candidats import Candidat, Instance
from benchmarks.charge import CHARGES, Charge, Mesure, tirer

Mesures = list[dict[str, Any]]


def jouer(
    candidats: Sequence[Candidat],
    charges: Sequence[Charge],
    tours: int,
    duree: float,
    graine: int,
    annoncer: Callable[[str], None],
) -> Mesures:
    """Every burst of every round, as rows for the report. Raises RuntimeError where rows were lost or invented."""
    hasard = random.Random(graine)
    mesures: Mesures = []
    for tour in range(tours):
        for candidat in hasard.sample(candidats, len(candidats)):
            with tempfile.TemporaryDirectory(prefix=f"banc-{tour}-") as dossier:
                Path(dossier).chmod(0o777)
                with candidat.demarrer(Path(dossier)) as instance:
                    lues = _essayer(candidat, instance, hasard.sample(charges, len(charges)), duree)
            for charge, mesure, memoires in lues:
                annoncer(
                    f"{tour + 1}/{tours}  {candidat.nom:24} {charge.nom:32} {mesure.debit:9.1f}/s {mesure.exemple}"
                )
                mesures.append(
                    {"tour": tour, "candidat": candidat.nom, "charge": charge.nom, "debit": mesure.debit}
                    | {"erreurs": mesure.fausses + mesure.reseau, "memoires": memoires}
                    | {"p50": mesure.p50, "p99": mesure.p99, "max": mesure.max}
                )
    return mesures


def _essayer(
    candidat: Candidat, instance: Instance, charges: Iterable[Charge], duree: float
) -> list[tuple[Charge, Mesure, list[int]]]:
    recues = envoyees = premier = 0
    lues = []
    chauffes = [(CHARGES[0], candidat.chauffe), (CHARGES[1], candidat.chauffe), (CHARGES[5], candidat.chauffe)]
    for rang, (charge, secondes) in enumerate(
        [*chauffes, *((charge, max(duree, candidat.rafale)) for charge in charges)]
    ):
        mesure = tirer(instance.url, charge, _expediteurs(instance, charge), secondes, premier)
        premier = mesure.apres + 1
        recues += mesure.justes * charge.lignes
        envoyees += mesure.envoyees * charge.lignes
        if rang >= len(chauffes):
            lues.append((charge, mesure, instance.memoires()))
    ecrites = instance.compter()
    if not recues <= ecrites <= envoyees:
        raise RuntimeError(f"{candidat.nom}: {recues} lines acknowledged, {envoyees} sent, {ecrites} rows written")
    return lues


def _expediteurs(instance: Instance, charge: Charge) -> list[Any]:
    """Few accounts send passwords: each costs an argon2id in each process before it is remembered."""
    return instance.expediteurs if charge.condense else instance.expediteurs[:4]


def observer_la_memoire(candidat: Candidat, tours: int, duree: float) -> list[list[int]]:
    """Peak resident bytes of each process after each of `tours` bursts of M1000 at 8 connections."""
    releves, premier = [], 0
    with tempfile.TemporaryDirectory(prefix="banc-m-") as dossier, candidat.demarrer(Path(dossier)) as instance:
        for _ in range(tours):
            premier = tirer(instance.url, CHARGES[5], instance.expediteurs, duree, premier).apres + 1
            releves.append(sorted(instance.memoires())[1:])
    return releves
