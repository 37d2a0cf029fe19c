"""Who may declare: conventions, ESATs, accounts of their people, passwords and clés d'intégration."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, LargeBinary, String, Table, Text

from service.storage.columns import Instant, identifiant
from service.storage.tables.base import index, metadata

convention = Table(
    "convention",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("numero", Text, nullable=False, unique=True),
    Column("signee_le", Date, nullable=False),
    Column("fin_le", Date),
    Column("organisme", String(3)),
    Column("duree_mot_de_passe", Integer, nullable=False, comment="days"),
)

esat = Table(
    "esat",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("convention_id", ForeignKey("convention.id"), nullable=False, index=True),
    Column("siret", String(14), nullable=False, unique=True),
    Column("finess", String(9)),
    Column("raison_sociale", Text, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0", comment="bumped when what it declared changes"),
)

compte = Table(
    "compte",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("courriel", Text, nullable=False, unique=True, comment="lower case"),
    Column("nom", Text, nullable=False),
    Column("prenom", Text, nullable=False),
    Column("etat", String(10), nullable=False),
    Column("mot_de_passe", String(200), comment="argon2id"),
    Column("provisoire", Boolean, nullable=False),
    Column("expire_le", Instant, comment="of the password"),
    Column("version", Integer, nullable=False, comment="bumped at each change of password or state"),
    Column("cree_le", Instant, nullable=False),
    Column("derniere_connexion", Instant),
    Column("secours", LargeBinary, comment="keyed hash of a password sent by mail; the account's own works meanwhile"),
    Column("secours_expire_le", Instant),
)

habilitation = Table(
    "habilitation",
    metadata,
    Column("compte_id", ForeignKey("compte.id"), primary_key=True),
    Column("esat_id", ForeignKey("esat.id"), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("depuis", Instant, nullable=False),
    Column("suspendue_le", Instant, comment="by the référent of the ESAT"),
    index("uq_habilitation_referent", "esat_id", unique=True, seulement="role = 'REFERENT'"),
    index("ix_habilitation_esat_id", "esat_id"),
    sqlite_with_rowid=False,
)

ancien_mot_de_passe = Table(
    "ancien_mot_de_passe",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("compte_id", ForeignKey("compte.id"), nullable=False, index=True),
    Column("mot_de_passe", String(200), nullable=False),
    Column("change_le", Instant, nullable=False),
)

cle_integration = Table(
    "cle_integration",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("compte_id", ForeignKey("compte.id"), nullable=False, index=True),
    Column("nom", Text, nullable=False),
    Column("secret_chiffre", LargeBinary, nullable=False),
    Column("empreinte", LargeBinary, nullable=False, unique=True, comment="SHA-256"),
    Column("cree_le", Instant, nullable=False),
    Column("fin_le", Date, comment="last day of use"),
    Column("revoquee_le", Instant),
    Column("derniere_utilisation", Instant),
    Column("esat_id", identifiant(), comment="the only ESAT that it opens; null: all those of its account"),
)
