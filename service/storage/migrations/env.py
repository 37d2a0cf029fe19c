"""What Alembic runs: the revisions, on the connection and in the transaction that `migrer` opened."""

from alembic import context

from service.storage.tables import metadata

connexion = context.config.attributes["connexion"]
# render_as_batch: SQLite alters a table by copying it.
context.configure(connection=connexion, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
