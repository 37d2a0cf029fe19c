"""Lines and anomalies are written without a copy of each page that their insertion changes, and found by 8 bytes.

The deposit of a row is looked for when the transaction ends; keyed hashes of lines are cut from 16 bytes to their first 8.
Both take PostgreSQL's table, and SQLite's two, to be written anew: the latter by row number and no longer in the order
of their key, where a thousand rows more divided seventy pages one by one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_IDENTIFIANT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_HACHES = ("nir_hache", "allocataire_hache", "nom_hache")
_INDEX: dict[str, dict[str, tuple[list[str], str | None]]] = {
    "anomalie": {
        "ix_anomalie_code_depot_id": (["code", "depot_id"], None),
        "ix_anomalie_alerte": (["depot_id", "rang"], "gravite = 'ALERTE'"),
    },
    "ligne": {
        "ix_ligne_esat_id_nir_hache": (["esat_id", "nir_hache", "annee"], "nir_hache IS NOT NULL"),
        "ix_ligne_esat_id_allocataire_hache": (
            ["esat_id", "allocataire_hache", "annee"],
            "allocataire_hache IS NOT NULL",
        ),
        "ix_ligne_esat_id_nom_hache": (["esat_id", "nom_hache"], "nom_hache IS NOT NULL"),
    },
}


def upgrade() -> None:
    """From the index of entries without an operation."""
    if op.get_bind().dialect.name == "postgresql":
        for table in _INDEX:
            op.execute(f"ALTER TABLE {table} ALTER CONSTRAINT fk_{table}_depot_id DEFERRABLE INITIALLY DEFERRED")
        coupes = [f"ALTER COLUMN {nom} TYPE bytea USING substring({nom} FROM 1 FOR 8)" for nom in _HACHES]
        op.execute(f"ALTER TABLE ligne {', '.join(coupes)}")
        return
    _refaire("anomalie", _anomalie())
    _refaire("ligne", _ligne())


def _refaire(table: str, colonnes: list[sa.schema.SchemaItem]) -> None:
    for nom in _INDEX[table]:
        op.drop_index(nom, table)
    op.rename_table(table, f"{table}_avant")
    nouvelle = op.create_table(table, *colonnes)
    lues = [f"substr({nom}, 1, 8)" if nom in _HACHES else nom for nom in nouvelle.columns.keys()]
    op.execute(f"INSERT INTO {table} SELECT {', '.join(lues)} FROM {table}_avant")  # noqa: S608  # names of our columns
    op.drop_table(f"{table}_avant")
    for nom, (cles, condition) in _INDEX[table].items():
        op.create_index(nom, table, cles, sqlite_where=None if condition is None else sa.text(condition))


def _du_depot(table: str) -> sa.ForeignKeyConstraint:
    nom = f"fk_{table}_depot_id"
    return sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=nom, deferrable=True, initially="DEFERRED")


def _anomalie() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("ordre", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("gravite", sa.String(length=10), nullable=False),
        sa.Column("champ", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        _du_depot("anomalie"),
        sa.PrimaryKeyConstraint("depot_id", "rang", "ordre", name="pk_anomalie"),
    ]


def _ligne() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column("numero", sa.String(length=25), nullable=True),
        sa.Column("esat_id", _IDENTIFIANT, nullable=False),
        sa.Column("annee", sa.Integer(), nullable=True),
        *(
            sa.Column(nom, sa.LargeBinary(), nullable=True)
            for nom in ("nir_hache", "allocataire_hache", "nom_hache", "donnees")
        ),
        *(
            sa.Column(nom, sa.Integer(), nullable=True)
            for nom in (
                "nombre_mois",
                "montant_net",
                "montant_aide_poste",
                "pourcentage_salaire_direct",
                "heures_avant",
                "heures_apres",
            )
        ),
        sa.Column("date_effet", sa.Date(), nullable=True),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("cible", sa.Text(), nullable=True),
        sa.Column("essai", sa.Boolean(), nullable=False),
        sa.Column("statut", sa.String(length=10), nullable=True),
        sa.Column("statut_depuis", _INSTANT, nullable=True),
        _du_depot("ligne"),
        sa.PrimaryKeyConstraint("depot_id", "rang", name="pk_ligne"),
    ]
