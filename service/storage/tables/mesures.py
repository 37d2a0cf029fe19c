"""What the service measures of itself: totals since the beginning, added up by every worker of every instance."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from service.storage.tables.base import metadata

mesure = Table(
    "mesure",
    metadata,
    Column("operation", String(30), primary_key=True, comment="empty where the message named none"),
    Column("issue", String(30), primary_key=True),
    Column("code", String(30), primary_key=True, comment="fault code; empty without a fault"),
    Column("palier", Integer, primary_key=True, comment="upper bound of the duration in ms; 0 for no bound"),
    Column("nombre", BigInteger, nullable=False),
    Column("duree_us", BigInteger, nullable=False, comment="sum of the durations"),
    sqlite_with_rowid=False,
)
