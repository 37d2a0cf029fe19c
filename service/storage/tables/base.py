"""What every table shares: one catalogue, its naming of constraints, partial indexes on both databases."""

from sqlalchemy import Index, MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def index(nom: str, *colonnes: str, seulement: str | None = None, unique: bool = False) -> Index:
    """Return an index, partial where `seulement` is given."""
    condition = None if seulement is None else text(seulement)
    return Index(nom, *colonnes, unique=unique, sqlite_where=condition, postgresql_where=condition)
