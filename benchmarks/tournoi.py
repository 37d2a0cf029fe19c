"""Rounds: in each, every candidate afresh on empty data, in random order, and its loads in random order."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.candidats import Candidat, CandidatEnEchecError, Instance
from benchmarks.carnet import Carnet
from benchmarks.charge import M1, M1_TEXTE, M1000, Charge, Expediteur, Mesure, tirer
from benchmarks.monde import par_mot_de_passe

CHAUFFES = ((M1, 1), (M1_TEXTE, 5), (M1000, 1))
"""What each candidate is warmed up with, and for how long at least: schemas compiled, passwords remembered, machines'
compilers done."""


def jouer(
    candidats: Sequence[Candidat], charges: Sequence[Charge], tours: int, duree: int, graine: int, carnet: Carnet
) -> None:
    """Every burst of every round, kept after each candidate; one that fails loses its round, not the others'."""
    hasard = random.Random(graine)
    for tour in range(1, tours + 1):
        for candidat in hasard.sample(candidats, len(candidats)):
            ordre = hasard.sample(charges, len(charges))
            with carnet.tenter(candidat.nom, f"tour {tour}"):
                lues = _essayer(candidat, ordre, duree)
                for charge, mesure, _ in lues:
                    carnet.annoncer(f"{tour}/{tours}  {candidat.nom:24} {charge.nom:32} {mesure.debit:9.1f}/s")
                carnet.ajouter([_ligne(tour, candidat, *lue) for lue in lues])
                _dire_les_erreurs(carnet, candidat.nom, tour, lues)


def _essayer(candidat: Candidat, charges: Sequence[Charge], duree: int) -> list[tuple[Charge, Mesure, list[int]]]:
    """Bursts after warming up. Raises CandidatEnEchecError where rows were lost or invented."""
    recues = envoyees = premier = 0
    lues = []
    chauffes = [(charge, max(secondes, candidat.chauffe)) for charge, secondes in CHAUFFES]
    with lancer(candidat) as instance:
        for rang, (charge, secondes) in enumerate(
            [*chauffes, *((charge, max(duree, candidat.rafale)) for charge in charges)]
        ):
            mesure = tirer(instance.url, charge, _expediteurs(instance, charge), secondes, premier)
            instance.attendre_le_calme()
            premier = mesure.apres + 1
            if mesure.fausses:
                mesure = mesure._replace(exemple=f"{mesure.exemple}\n{instance.dit()}")
            recues += mesure.justes * charge.lignes
            envoyees += mesure.envoyees * charge.lignes
            if rang >= len(chauffes):
                lues.append((charge, mesure, instance.memoires()))
        ecrites = instance.compter()
        if not recues <= ecrites <= envoyees:
            raise CandidatEnEchecError(f"{recues} lignes acquittées, {envoyees} envoyées, {ecrites} écrites")
    return lues


@contextmanager
def lancer(candidat: Candidat) -> Iterator[Instance]:
    """The candidate under way on empty data, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="banc-") as dossier:
        Path(dossier).chmod(0o777)
        with candidat.demarrer(Path(dossier)) as instance:
            yield instance


def _ligne(tour: int, candidat: Candidat, charge: Charge, mesure: Mesure, memoires: list[int]) -> dict[str, Any]:
    return {
        "tour": tour,
        "candidat": candidat.nom,
        "charge": charge.nom,
        "debit": mesure.debit,
        "erreurs": mesure.erreurs,
        "memoires": memoires,
        "p50": mesure.p50,
        "p99": mesure.p99,
        "max": mesure.max,
    }


def _dire_les_erreurs(
    carnet: Carnet, candidat: str, tour: int, lues: Sequence[tuple[Charge, Mesure, list[int]]]
) -> None:
    for charge, mesure, _ in lues:
        if mesure.erreurs:
            raison = f"{mesure.fausses} réponses fausses, {mesure.reseau} manquantes, pour {mesure.justes} justes"
            carnet.echouer(candidat, f"tour {tour}, {charge.nom}", raison, mesure.exemple)


def _expediteurs(instance: Instance, charge: Charge) -> list[Expediteur]:
    return instance.expediteurs if charge.condense else par_mot_de_passe(instance.expediteurs)


def observer_la_memoire(candidat: Candidat, rafales: int, duree: int) -> list[list[int]]:
    """Peak resident bytes of each process after each burst of M1000 at 8 connections, the first process first."""
    releves, premier = [], 0
    with lancer(candidat) as instance:
        for _ in range(rafales):
            mesure = tirer(instance.url, M1000, instance.expediteurs, duree, premier)
            if mesure.erreurs:
                raise CandidatEnEchecError(f"{mesure.erreurs} réponses fausses ou manquantes", mesure.exemple)
            premier = mesure.apres + 1
            releves.append(instance.memoires())
    return releves
