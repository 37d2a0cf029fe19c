"""migrations: what they build is what the tables say."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from service.storage.tables import metadata


def test_the_migrated_database_is_what_the_tables_say(moteur: Engine):
    with moteur.connect() as connexion:
        contexte = MigrationContext.configure(connexion, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(contexte, metadata) == []
