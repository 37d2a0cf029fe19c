"""A deposit is studied beside the writers, and written if its ESAT's revision is still the same."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From pages and proofs."""
    op.add_column(
        "esat",
        sa.Column(
            "revision",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="bumped when what it declared changes",
        ),
    )
