"""The index of entries without an operation tells messages from acts, and one ESAT's from another's.

Rows stay as they are. A refusal is looked for there too, among acts: each entry was read to leave those out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the search of the log."""
    condition = sa.text("operation IS NULL")
    op.drop_index("ix_journal_sans_operation", "journal")
    op.create_index(
        "ix_journal_sans_operation",
        "journal",
        ["issue", "instant", "id", "siret", "acte"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
