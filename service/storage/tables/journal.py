"""The log of what was sent and of what was done, and the seals that prove that nobody changed it."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from service.storage.columns import Instant, identifiant
from service.storage.tables.base import index, metadata

journal = Table(
    "journal",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("instant", Instant, nullable=False),
    Column("adresse", Text, nullable=False),
    Column("agent", Text),
    Column("utilisateur", Text, comment="user code as submitted"),
    Column("compte_id", identifiant()),
    Column("siret", Text),
    Column("esat_id", identifiant()),
    Column("operation", String(30)),
    Column("taille", BigInteger, nullable=False, comment="bytes"),
    Column("duree_us", BigInteger, nullable=False),
    Column("issue", String(30), nullable=False),
    Column("code", String(30), comment="fault code"),
    Column("identifiant_message", Text),
    Column("numero_depot", String(20)),
    Column("identifiant_incident", Text),
    Column("identifiant_requete", Text, nullable=False),
    Column("nombre", Integer, nullable=False, comment="refusals counted by this entry"),
    Column("canal", String(10), nullable=False, server_default="SOAP", comment="SOAP, EXTRANET, CONSOLE or COMMANDE"),
    Column("acte", String(40), comment="what a person did; null for a message"),
    Column("objet", Text, comment="what the act was done to: a user code, a number, a file; no personal data"),
    Column("motif", Text, comment="why, where a reason is asked for"),
    Column("accuse_hache", LargeBinary, comment="SHA-256 of the signed receipt that a deposit was answered with"),
    # A message that makes a deposit is written into the first five; the others hold what has no deposit, no operation,
    # no account, or is refused, or is an act. `storage.pistes` tells which filter reads which. What comes after the id
    # is not searched: with it, entries of an ESAT that something else is asked of are told apart in the index.
    index("ix_journal_instant", "instant"),
    index(
        "ix_journal_siret_instant",
        *("siret", "instant", "id", "operation", "issue", "compte_id", "acte"),
        seulement="siret IS NOT NULL",
    ),
    index(
        "ix_journal_compte_id_instant",
        *("compte_id", "instant", "id", "siret", "acte"),
        seulement="compte_id IS NOT NULL",
    ),
    index(
        "ix_journal_operation_issue_instant",
        *("operation", "issue", "instant", "id", "siret"),
        seulement="operation IS NOT NULL",
    ),
    index("ix_journal_numero_depot", "numero_depot", seulement="numero_depot IS NOT NULL"),
    index("ix_journal_utilisateur_instant", "utilisateur", "instant", "id", seulement="compte_id IS NULL"),
    index("ix_journal_sans_operation", "issue", "instant", "id", "siret", "acte", seulement="operation IS NULL"),
    index("ix_journal_code_instant", "code", "instant", "id", seulement="code IS NOT NULL"),
    index(
        "ix_journal_siret_code_instant",
        *("siret", "code", "instant", "id"),
        seulement="siret IS NOT NULL AND code IS NOT NULL",
    ),
    index("ix_journal_acte_instant", "acte", "instant", "id", seulement="acte IS NOT NULL"),
    index(
        "ix_journal_message_sans_depot",
        "identifiant_message",
        seulement="numero_depot IS NULL AND identifiant_message IS NOT NULL",
    ),
)

feuille = Table(
    "feuille",
    metadata,
    Column("journal_id", identifiant(), primary_key=True, autoincrement=False, comment="outlives the entry"),
    Column("sel", LargeBinary, comment="null once the entry is purged"),
    Column("hache", LargeBinary, nullable=False, comment="leaf of the Merkle tree: SHA-256 of salt and entry"),
)

sceau = Table(
    "sceau",
    metadata,
    Column("numero", Integer, primary_key=True, autoincrement=False, comment="from 1, without gaps"),
    Column("premier", identifiant(), nullable=False, comment="first entry sealed"),
    Column("dernier", identifiant(), nullable=False, unique=True, comment="last entry sealed"),
    Column("nombre", Integer, nullable=False, comment="entries sealed"),
    Column("racine", LargeBinary, nullable=False, comment="Merkle root (RFC 6962)"),
    Column("precedent", LargeBinary, nullable=False, comment="SHA-256 of the seal before"),
    Column("scelle_le", Instant, nullable=False),
    Column("purge", identifiant(), nullable=False, comment="entries up to this id are due for erasure; 0 for none"),
    Column("cle", Text, nullable=False, comment="serial number of the certificate"),
    Column("signature", LargeBinary, nullable=False),
)
