"""The Caf's own people: accounts of operators, never the same table row as an ESAT's."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from service.storage.columns import Instant, identifiant
from service.storage.tables.base import metadata

operateur = Table(
    "operateur",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("courriel", Text, nullable=False, unique=True, comment="lower case"),
    Column("nom", Text, nullable=False),
    Column("prenom", Text, nullable=False),
    Column("role", String(15), nullable=False),
    Column("etat", String(10), nullable=False),
    Column("mot_de_passe", String(200), comment="argon2id"),
    Column("provisoire", Boolean, nullable=False),
    Column("expire_le", Instant, comment="of the password"),
    Column(
        "version", Integer, nullable=False, comment="bumped at each change of password, second factor, role or state"
    ),
    Column("totp_chiffre", LargeBinary, comment="secret of the second factor, encrypted; null until it is set up"),
    Column("totp_pas", BigInteger, comment="last time step used (RFC 6238): none serves twice"),
    Column("cree_le", Instant, nullable=False),
    Column("derniere_connexion", Instant),
)

ancien_mot_de_passe_operateur = Table(
    "ancien_mot_de_passe_operateur",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("operateur_id", ForeignKey("operateur.id"), nullable=False, index=True),
    Column("mot_de_passe", String(200), nullable=False),
    Column("change_le", Instant, nullable=False),
)
