"""The search of the log: five indexes are written for a message that makes a deposit, and no longer eight.

Rows stay as they are. What the indexes that go away answered is answered by others (see `storage.pistes`): an ESAT by its
SIRET, an operation or an outcome by the index of both, a message that made a deposit by the deposit's number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _index(nom: str, colonnes: list[str], seulement: str) -> None:
    condition = sa.text(seulement)
    op.create_index(f"ix_journal_{nom}", "journal", colonnes, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """From the pages and proofs."""
    anciens = ("siret", "compte_id", "esat_id", "operation", "issue")
    for nom in (*(f"{ancien}_instant" for ancien in anciens), "identifiant_message"):
        op.drop_index(f"ix_journal_{nom}", "journal")
    d_un_esat = ["siret", "instant", "id", "operation", "issue", "compte_id", "acte"]
    _index("siret_instant", d_un_esat, "siret IS NOT NULL")
    _index("siret_code_instant", ["siret", "code", "instant", "id"], "siret IS NOT NULL AND code IS NOT NULL")
    _index("compte_id_instant", ["compte_id", "instant", "id", "siret", "acte"], "compte_id IS NOT NULL")
    _index("operation_issue_instant", ["operation", "issue", "instant", "id", "siret"], "operation IS NOT NULL")
    _index("sans_operation", ["issue", "instant", "id"], "operation IS NULL")
    # The id too, so that the index is in the order of the pages: PostgreSQL would sort all entries of a fault, 868 ms.
    for nom, condition in (("utilisateur", "compte_id IS NULL"), ("code", None), ("acte", None)):
        op.drop_index(f"ix_journal_{nom}_instant", "journal")
        _index(f"{nom}_instant", [nom, "instant", "id"], condition or f"{nom} IS NOT NULL")
    _index(
        "message_sans_depot", ["identifiant_message"], "numero_depot IS NULL AND identifiant_message IS NOT NULL"
    )
