"""A thousand lines are written without a copy of each page that they change; a message is found by its identifier alone.

The deposit of a line or an anomaly is looked for when the transaction ends. Lines are found by the first 8 bytes of
their keyed hashes, cut from 16, in indexes that tell their deposit. The key of messages opens with their identifier;
the index of alerts tells which is the first one of a line.

SQLite has no other way than to make deposits and what is theirs anew. Lines and anomalies are then kept by row number
and no longer in the order of their key, where a thousand rows more divided seventy pages one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_HACHES = ("nir_hache", "allocataire_hache", "nom_hache")
_ANNEES: dict[str, list[str]] = {"nir_hache": ["annee"], "allocataire_hache": ["annee"], "nom_hache": []}
"""What stands between the hash and the deposit in the index of each."""
_CLE = ("uq_depot_esat_id_identifiant_message", "uq_depot_identifiant_message_esat_id")
_DE_DEPOTS = ("depot", "message_brut", "ligne", "anomalie")
_DIFFEREES = ("ligne", "anomalie")


def upgrade() -> None:
    """From the index of entries without an operation."""
    for nom in _HACHES:
        op.drop_index(f"ix_ligne_esat_id_{nom}", "ligne")
    op.drop_index("ix_anomalie_alerte", "anomalie")
    if op.get_bind().dialect.name == "postgresql":
        _changer()
    else:
        _refaire()
    for nom, annee in _ANNEES.items():
        _index(f"ix_ligne_esat_id_{nom}", "ligne", ["esat_id", nom, *annee, "depot_id"], f"{nom} IS NOT NULL")
    _index("ix_anomalie_alerte", "anomalie", ["depot_id", "rang", "ordre"], "gravite = 'ALERTE'")


def _index(nom: str, table: str, colonnes: list[str], seulement: str) -> None:
    condition = sa.text(seulement)
    op.create_index(nom, table, colonnes, sqlite_where=condition, postgresql_where=condition)


def _changer() -> None:
    for table in _DIFFEREES:
        op.execute(f"ALTER TABLE {table} ALTER CONSTRAINT fk_{table}_depot_id DEFERRABLE INITIALLY DEFERRED")
    coupes = [f"ALTER COLUMN {nom} TYPE bytea USING substring({nom} FROM 1 FOR 8)" for nom in _HACHES]
    op.execute(f"ALTER TABLE ligne {', '.join(coupes)}")
    op.create_unique_constraint(_CLE[1], "depot", ["identifiant_message", "esat_id"])
    op.drop_constraint(_CLE[0], "depot")


def _refaire() -> None:
    """Set the tables aside, under another name that those that refer to them follow; copy them into new ones."""
    connexion = op.get_bind()
    avant, neuves = sa.MetaData(), sa.MetaData()
    avant.reflect(connexion, only=_DE_DEPOTS)
    for table in avant.tables.values():
        _corriger(table.to_metadata(neuves))
    for nom in _DE_DEPOTS:
        for index in avant.tables[nom].indexes:
            op.drop_index(str(index.name), nom)
        op.rename_table(nom, f"{nom}_avant")
    for nom in _DE_DEPOTS:
        neuves.tables[nom].create(connexion)
        lues = [f"substr({une}, 1, 8)" if une in _HACHES else une for une in neuves.tables[nom].columns.keys()]
        op.execute(f"INSERT INTO {nom} SELECT {', '.join(lues)} FROM {nom}_avant")  # noqa: S608  # our own names
    for nom in reversed(_DE_DEPOTS):
        op.drop_table(f"{nom}_avant")


def _corriger(table: sa.Table) -> None:
    if table.name == "depot":
        table.constraints -= {une for une in table.constraints if une.name == _CLE[0]}
        table.append_constraint(sa.UniqueConstraint("identifiant_message", "esat_id", name=_CLE[1]))
    if table.name in _DIFFEREES:
        table.dialect_options["sqlite"]["with_rowid"] = True
        for cle in table.foreign_key_constraints:
            cle.deferrable, cle.initially = True, "DEFERRED"
