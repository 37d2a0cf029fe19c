"""Life of an accepted declaration, as one table.

RECUE → TRANSMISE → INTEGREE or REFUSEE; as long as it is active it may be cancelled (ANNULEE) or replaced (REMPLACEE),
even once passed on: the back office then gets the correction.
"""

from enum import StrEnum


class StatutDeclaration(StrEnum):
    """Where a declaration stands."""

    RECUE = "RECUE"
    TRANSMISE = "TRANSMISE"
    INTEGREE = "INTEGREE"
    REFUSEE = "REFUSEE"
    ANNULEE = "ANNULEE"
    REMPLACEE = "REMPLACEE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {
    StatutDeclaration.RECUE: "Reçue",
    StatutDeclaration.TRANSMISE: "Transmise à la Caf",
    StatutDeclaration.INTEGREE: "Intégrée par la Caf",
    StatutDeclaration.REFUSEE: "Refusée par la Caf",
    StatutDeclaration.ANNULEE: "Annulée",
    StatutDeclaration.REMPLACEE: "Remplacée",
}

ACTIFS = frozenset({StatutDeclaration.RECUE, StatutDeclaration.TRANSMISE, StatutDeclaration.INTEGREE})
"""Statuses of a declaration that counts: it can be replaced or cancelled, and it forbids a second certificate."""

_CORRECTIONS = frozenset({StatutDeclaration.ANNULEE, StatutDeclaration.REMPLACEE})

TRANSITIONS: dict[StatutDeclaration, frozenset[StatutDeclaration]] = {
    StatutDeclaration.RECUE: frozenset({StatutDeclaration.TRANSMISE}) | _CORRECTIONS,
    StatutDeclaration.TRANSMISE: frozenset({StatutDeclaration.INTEGREE, StatutDeclaration.REFUSEE}) | _CORRECTIONS,
    StatutDeclaration.INTEGREE: _CORRECTIONS,
    StatutDeclaration.REFUSEE: frozenset(),
    StatutDeclaration.ANNULEE: frozenset(),
    StatutDeclaration.REMPLACEE: frozenset(),
}
"""For each status, those that may follow it."""


def transition(de: StatutDeclaration, vers: StatutDeclaration) -> StatutDeclaration:
    """Return `vers` if a declaration may pass from `de` to it.

    Raises `ValueError` when the table does not have the step.
    """
    if vers not in TRANSITIONS[de]:
        raise ValueError(f"Une déclaration « {de.libelle} » ne peut pas devenir « {vers.libelle} ».")
    return vers
