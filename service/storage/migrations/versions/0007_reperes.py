"""Lines are found by repères, integers of 64 bits, in place of the first bytes of keyed hashes.

They are made of who the employee is, which only the key of the stored ciphertexts tells: `migrer` was given what makes
them. Where a line names no organisme, that of its ESAT's convention counts, as it does when one is deposited.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from service.errors import IndisponibleError

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ANNEES: dict[str, list[str]] = {"nir": ["annee"], "allocataire": ["annee"], "nom": []}
"""What stands between the repère and the deposit in the index of each."""
_LOT = 1_000
"""Lines that are read and written at a time."""
_LIRE = sa.text(
    "SELECT ligne.depot_id, ligne.rang, ligne.donnees, convention.organisme FROM ligne "
    "JOIN esat ON esat.id = ligne.esat_id JOIN convention ON convention.id = esat.convention_id "
    "WHERE ligne.donnees IS NOT NULL AND (ligne.depot_id > :depot OR ligne.depot_id = :depot AND ligne.rang > :rang) "
    "ORDER BY ligne.depot_id, ligne.rang LIMIT :lot"
)
_ECRIRE = sa.text(
    "UPDATE ligne SET nir_repere = :nir, allocataire_repere = :allocataire, nom_repere = :nom "
    "WHERE depot_id = :depot AND rang = :rang"
)


def upgrade() -> None:
    """From lines that are found by bytes."""
    for nom in _ANNEES:
        op.drop_index(f"ix_ligne_esat_id_{nom}_hache", "ligne")
        op.drop_column("ligne", f"{nom}_hache")
        op.add_column("ligne", sa.Column(f"{nom}_repere", sa.BigInteger()))
    for rangees in _lots():
        _reperer(rangees)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # it makes no index while deposits of lines are to be looked for
    for nom, annee in _ANNEES.items():
        condition = sa.text(f"{nom}_repere IS NOT NULL")
        op.create_index(
            f"ix_ligne_esat_id_{nom}_repere",
            "ligne",
            ["esat_id", f"{nom}_repere", *annee, "depot_id"],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def _lots() -> Iterator[Sequence[sa.Row[Any]]]:
    place = {"depot": 0, "rang": 0}
    while rangees := op.get_bind().execute(_LIRE, {**place, "lot": _LOT}).all():
        yield rangees
        place = {"depot": rangees[-1].depot_id, "rang": rangees[-1].rang}


def _reperer(rangees: Sequence[sa.Row[Any]]) -> None:
    reperer = context.config.attributes["reperer"]
    if reperer is None:
        raise IndisponibleError("Les lignes de cette base ne peuvent être reprises sans les clés de chiffrement.")
    depots, rangs, donnees, organismes = zip(*rangees, strict=True)
    reperes = reperer([bytes(une) for une in donnees], organismes)
    noms = ("depot", "rang", "nir", "allocataire", "nom")
    lignes = zip(depots, rangs, *reperes, strict=True)
    op.get_bind().execute(_ECRIRE, [dict(zip(noms, ligne, strict=True)) for ligne in lignes])
