"""What is wrong with a file or one of its rows: where, how badly, what to do about it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.domain.declaration import Gravite

LECTURE = "LECTURE"
"""Code of what keeps a file or a cell from being understood: nothing is sent before it is put right."""
SCHEMA = "SCHEMA"
"""Code of a value that the contract's schemas refuse: the row cannot be sent."""

_ORDRE = {Gravite.REJET: 0, Gravite.ALERTE: 1, Gravite.INFO: 2}


class Constat(NamedTuple):
    """One finding. It quotes no NIR, name or birth date: the place tells which cell is meant."""

    ligne: int | None
    """Row of the file as a spreadsheet numbers it, from 1; None for the file as a whole."""
    colonne: str | None
    """Name of the column; None for the row as a whole."""
    code: str
    gravite: Gravite
    message: str
    correction: str = ""


class Groupe(NamedTuple):
    """The same finding on several rows."""

    lignes: tuple[int, ...]
    constat: Constat
    """Of the first of them."""


def probleme(ligne: int | None, colonne: str | None, message: str, correction: str = "") -> Constat:
    """Return a finding of `LECTURE`."""
    return Constat(ligne, colonne, LECTURE, Gravite.REJET, message, correction)


def illisible(constats: Iterable[Constat]) -> bool:
    """Whether something keeps the file from being understood."""
    return any(constat.code == LECTURE for constat in constats)


def lignes_rejetees(constats: Iterable[Constat]) -> set[int]:
    """Return the rows that a finding stops."""
    return {constat.ligne for constat in constats if constat.ligne is not None and constat.gravite is Gravite.REJET}


def grouper(constats: Sequence[Constat]) -> list[Groupe]:
    """Return the findings, the same one on several rows once; the gravest first, then in the order of the rows."""
    lignes: dict[Constat, list[int]] = {}
    premiers: dict[Constat, Constat] = {}
    for constat in constats:
        cle = constat._replace(ligne=None)
        premiers.setdefault(cle, constat)
        ou = lignes.setdefault(cle, [])
        if constat.ligne is not None:
            ou.append(constat.ligne)
    groupes = [Groupe(tuple(sorted(set(ou))), premiers[cle]) for cle, ou in lignes.items()]

    def rang(groupe: Groupe) -> tuple[int, tuple[int, ...], str]:
        return _ORDRE[groupe.constat.gravite], groupe.lignes, groupe.constat.colonne or ""

    return sorted(groupes, key=rang)


def intervalles(lignes: Sequence[int]) -> str:
    """Return sorted row numbers as people write them: ``2, 5, 8–12``."""
    suites: list[list[int]] = []
    for ligne in lignes:
        if suites and ligne == suites[-1][-1] + 1:
            suites[-1].append(ligne)
        else:
            suites.append([ligne])
    morceaux = []
    for suite in suites:
        morceaux += [f"{suite[0]}–{suite[-1]}"] if len(suite) > 2 else [str(ligne) for ligne in suite]
    return ", ".join(morceaux)
