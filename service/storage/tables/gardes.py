"""What keeps intruders out: failed attempts, replay keys, sessions of the pages."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from service.storage.columns import Instant
from service.storage.tables.base import metadata

tentative = Table(
    "tentative",
    metadata,
    Column("cle", String(100), primary_key=True, comment="compte:… or adresse:…, hashed by the caller"),
    Column("nombre", Integer, nullable=False),
    Column("derniere", Instant, nullable=False),
    Column("bloquee_jusque", Instant),
    sqlite_with_rowid=False,
)

jeton = Table(
    "jeton",
    metadata,
    Column("cle", LargeBinary, primary_key=True),
    Column("expire", Instant, nullable=False, index=True),
    sqlite_with_rowid=False,
)

session_web = Table(
    "session_web",
    metadata,
    Column("cle", LargeBinary, primary_key=True, comment="SHA-256 of the cookie"),
    Column("espace", String(10), nullable=False, comment="EXTRANET or CONSOLE"),
    Column("compte_id", ForeignKey("compte.id"), comment="of the extranet's user"),
    Column("operateur_id", ForeignKey("operateur.id"), comment="of the console's user"),
    Column("version", Integer, comment="that of the account when the session was opened: another one ends it"),
    Column("ouverte_le", Instant, nullable=False),
    Column("vue_le", Instant, nullable=False, index=True),
    Column("donnees", LargeBinary, nullable=False, comment="encrypted by the caller"),
    sqlite_with_rowid=False,
)
