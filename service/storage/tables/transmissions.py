"""The feed to the back office: files without gaps in their numbers, what each one passes on, what was answered."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from service.storage.columns import Instant, identifiant
from service.storage.tables.base import index, metadata

transmission = Table(
    "transmission",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("organisme", String(3), nullable=False),
    Column("numero", Integer, nullable=False, comment="from 1 for each organisme, without gaps"),
    Column("preparee_le", Instant, nullable=False),
    Column("ecrite_le", Instant, comment="when its file was on the disk"),
    Column("nombre", Integer, nullable=False, comment="movements"),
    Column("fichier", Text, nullable=False, comment="name, without a folder"),
    Column("empreinte", String(64), comment="SHA-256 of the file; null while movements are added to it"),
    Column("contenu", LargeBinary, comment="compressed and encrypted by the caller; null before, and once purged"),
    UniqueConstraint("organisme", "numero"),
)

mouvement = Table(
    "mouvement",
    metadata,
    Column("transmission_id", ForeignKey("transmission.id"), primary_key=True),
    Column("rang", Integer, primary_key=True),
    Column("nature", String(15), nullable=False, comment="CREATION, REMPLACEMENT or ANNULATION"),
    Column("declaration", String(25), nullable=False, comment="number of the declaration passed on or cancelled"),
    Column("remplace", String(25), comment="number of the declaration that a REMPLACEMENT takes the place of"),
    Column("reponse", String(10), comment="INTEGREE or REFUSEE, null while not answered"),
    Column("motif", Text, comment="of a refusal"),
    Column("repondu_le", Instant),
    index("uq_mouvement_declaration_nature", "declaration", "nature", unique=True),
    sqlite_with_rowid=False,
)

avancement = Table(
    "avancement",
    metadata,
    Column("nom", String(40), primary_key=True, comment="of the work that goes through rows in order"),
    Column("valeur", BigInteger, nullable=False, comment="id of the last row done"),
    sqlite_with_rowid=False,
)
