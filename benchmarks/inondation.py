"""A flood of wrong passwords: what it leaves of the throughput of clés and of remembered passwords."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from benchmarks.candidats import Candidat, CandidatEnEchecError
from benchmarks.charge import M1, M1_TEXTE, Charge, Expediteur, Mesure, tirer
from benchmarks.tournoi import lancer

_PLACE = 100_000
"""Employees set aside for each burst: more than any sends."""
_JUSTES, _VISES = 4, 96
"""Accounts that send the right password, and those that the flood is aimed at."""


def inonder(candidat: Candidat, tours: int, duree: int) -> list[dict[str, float | str]]:
    """For clés (digests) and for remembered passwords (text), by turns: messages a second at 8 connections alone, then
    under 8 connections of wrong passwords. Raises CandidatEnEchecError where a right message was refused, or a wrong
    password taken."""
    releves: list[dict[str, float | str]] = []
    places = count(0, _PLACE)
    with lancer(candidat) as instance:
        justes, visees = instance.expediteurs[:_JUSTES], instance.expediteurs[_JUSTES:][:_VISES]
        faux = [qui._replace(mot_de_passe="pas le bon", cle="pas la bonne") for qui in visees]
        for charge in (M1_TEXTE, M1):
            tirer(instance.url, charge, justes, candidat.chauffe, next(places))
        for _ in range(tours):
            for charge in (M1_TEXTE, M1):
                seule = tirer(instance.url, charge, justes, duree, next(places))
                sous, flot = _sous_le_flot(instance.url, charge, justes, faux, duree, (next(places), next(places)))
                for mesure in (seule, sous):
                    if mesure.erreurs:
                        raise CandidatEnEchecError(f"{mesure.erreurs} réponses fausses ou manquantes", mesure.exemple)
                releves.append(
                    {"charge": charge.nom, "seule": seule.debit, "sous": sous.debit}
                    | {"refus": flot.fausses / flot.secondes}
                )
    return releves


def _sous_le_flot(
    url: str,
    charge: Charge,
    justes: Sequence[Expediteur],
    faux: Sequence[Expediteur],
    duree: int,
    places: tuple[int, int],
) -> tuple[Mesure, Mesure]:
    """What the right senders got while wrong passwords came, and what these got."""
    with ThreadPoolExecutor(1) as fils:
        flot = fils.submit(tirer, url, M1_TEXTE, faux, duree + 1, places[0])
        sous = tirer(url, charge, justes, duree, places[1])
    if flot.result().justes:
        raise CandidatEnEchecError(f"{flot.result().justes} mots de passe faux acceptés")
    return sous, flot.result()
