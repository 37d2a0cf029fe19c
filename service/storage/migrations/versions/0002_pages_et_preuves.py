"""Pages and proofs: sessions, operators, mails, acts in the log, seals, the feed to the back office."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IDENTIFIANT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def _index(nom: str, table: str, colonnes: list[str], seulement: str) -> None:
    condition = sa.text(seulement)
    op.create_index(nom, table, colonnes, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """From the first tables."""
    _le_journal()
    _les_comptes()
    _les_operateurs()
    _les_pages()
    _le_retour_de_la_caf()


def _le_journal() -> None:
    op.add_column(
        "journal",
        sa.Column(
            "canal",
            sa.String(length=10),
            server_default="SOAP",
            nullable=False,
            comment="SOAP, EXTRANET, CONSOLE or COMMANDE",
        ),
    )
    op.add_column(
        "journal",
        sa.Column("acte", sa.String(length=40), nullable=True, comment="what a person did; null for a message"),
    )
    op.add_column(
        "journal",
        sa.Column(
            "objet",
            sa.Text(),
            nullable=True,
            comment="what the act was done to: a user code, a number, a file; no personal data",
        ),
    )
    op.add_column(
        "journal", sa.Column("motif", sa.Text(), nullable=True, comment="why, where a reason is asked for")
    )
    _index("ix_journal_utilisateur_instant", "journal", ["utilisateur", "instant"], "compte_id IS NULL")
    op.add_column(
        "journal",
        sa.Column(
            "accuse_hache",
            sa.LargeBinary(),
            nullable=True,
            comment="SHA-256 of the signed receipt that a deposit was answered with",
        ),
    )
    _index("ix_journal_acte_instant", "journal", ["acte", "instant"], "acte IS NOT NULL")
    op.create_table(
        "feuille",
        sa.Column("journal_id", _IDENTIFIANT, autoincrement=False, nullable=False, comment="outlives the entry"),
        sa.Column("sel", sa.LargeBinary(), nullable=True, comment="null once the entry is purged"),
        sa.Column(
            "hache",
            sa.LargeBinary(),
            nullable=False,
            comment="leaf of the Merkle tree: SHA-256 of salt and entry",
        ),
        sa.PrimaryKeyConstraint("journal_id", name="pk_feuille"),
    )
    op.create_table(
        "sceau",
        sa.Column("numero", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, without gaps"),
        sa.Column("premier", _IDENTIFIANT, nullable=False, comment="first entry sealed"),
        sa.Column("dernier", _IDENTIFIANT, nullable=False, comment="last entry sealed"),
        sa.Column("nombre", sa.Integer(), nullable=False, comment="entries sealed"),
        sa.Column("racine", sa.LargeBinary(), nullable=False, comment="Merkle root (RFC 6962)"),
        sa.Column("precedent", sa.LargeBinary(), nullable=False, comment="SHA-256 of the seal before"),
        sa.Column("scelle_le", _INSTANT, nullable=False),
        sa.Column(
            "purge", _IDENTIFIANT, nullable=False, comment="entries up to this id are due for erasure; 0 for none"
        ),
        sa.Column("cle", sa.Text(), nullable=False, comment="serial number of the certificate"),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("numero", name="pk_sceau"),
        sa.UniqueConstraint("dernier", name="uq_sceau_dernier"),
    )


def _les_comptes() -> None:
    op.add_column(
        "compte",
        sa.Column(
            "secours",
            sa.LargeBinary(),
            nullable=True,
            comment="keyed hash of a password sent by mail; the account's own works meanwhile",
        ),
    )
    op.add_column("compte", sa.Column("secours_expire_le", _INSTANT, nullable=True))
    op.add_column(
        "habilitation", sa.Column("suspendue_le", _INSTANT, nullable=True, comment="by the référent of the ESAT")
    )
    op.add_column(
        "cle_integration",
        sa.Column(
            "esat_id", _IDENTIFIANT, nullable=True, comment="the only ESAT that it opens; null: all those of its account"
        ),
    )


def _les_operateurs() -> None:
    op.create_table(
        "operateur",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("courriel", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("prenom", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=15), nullable=False),
        sa.Column("etat", sa.String(length=10), nullable=False),
        sa.Column("mot_de_passe", sa.String(length=200), nullable=True, comment="argon2id"),
        sa.Column("provisoire", sa.Boolean(), nullable=False),
        sa.Column("expire_le", _INSTANT, nullable=True, comment="of the password"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="bumped at each change of password, second factor, role or state",
        ),
        sa.Column(
            "totp_chiffre",
            sa.LargeBinary(),
            nullable=True,
            comment="secret of the second factor, encrypted; null until it is set up",
        ),
        sa.Column(
            "totp_pas", sa.BigInteger(), nullable=True, comment="last time step used (RFC 6238): none serves twice"
        ),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("derniere_connexion", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operateur"),
        sa.UniqueConstraint("courriel", name="uq_operateur_courriel"),
    )
    op.create_table(
        "ancien_mot_de_passe_operateur",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("operateur_id", _IDENTIFIANT, nullable=False),
        sa.Column("mot_de_passe", sa.String(length=200), nullable=False),
        sa.Column("change_le", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["operateur_id"], ["operateur.id"], name="fk_ancien_mot_de_passe_operateur_operateur_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ancien_mot_de_passe_operateur"),
    )
    op.create_index(
        "ix_ancien_mot_de_passe_operateur_operateur_id", "ancien_mot_de_passe_operateur", ["operateur_id"]
    )
    op.create_table(
        "alerte_vue",
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("operateur_id", _IDENTIFIANT, nullable=False),
        sa.Column("vue_le", _INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["operateur_id"], ["operateur.id"], name="fk_alerte_vue_operateur_id"),
        sa.PrimaryKeyConstraint("depot_id", "rang", name="pk_alerte_vue"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anomalie_code_depot_id", "anomalie", ["code", "depot_id"])
    _index("ix_anomalie_alerte", "anomalie", ["depot_id", "rang"], "gravite = 'ALERTE'")


def _les_pages() -> None:
    op.create_table(
        "session_web",
        sa.Column("cle", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("espace", sa.String(length=10), nullable=False, comment="EXTRANET or CONSOLE"),
        sa.Column("compte_id", _IDENTIFIANT, nullable=True, comment="of the extranet's user"),
        sa.Column("operateur_id", _IDENTIFIANT, nullable=True, comment="of the console's user"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=True,
            comment="that of the account when the session was opened: another one ends it",
        ),
        sa.Column("ouverte_le", _INSTANT, nullable=False),
        sa.Column("vue_le", _INSTANT, nullable=False),
        sa.Column("donnees", sa.LargeBinary(), nullable=False, comment="encrypted by the caller"),
        sa.ForeignKeyConstraint(["compte_id"], ["compte.id"], name="fk_session_web_compte_id"),
        sa.ForeignKeyConstraint(["operateur_id"], ["operateur.id"], name="fk_session_web_operateur_id"),
        sa.PrimaryKeyConstraint("cle", name="pk_session_web"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_session_web_vue_le", "session_web", ["vue_le"])
    op.create_table(
        "mesure",
        sa.Column("operation", sa.String(length=30), nullable=False, comment="empty where the message named none"),
        sa.Column("issue", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False, comment="fault code; empty without a fault"),
        sa.Column(
            "palier", sa.Integer(), nullable=False, comment="upper bound of the duration in ms; 0 for no bound"
        ),
        sa.Column("nombre", sa.BigInteger(), nullable=False),
        sa.Column("duree_us", sa.BigInteger(), nullable=False, comment="sum of the durations"),
        sa.PrimaryKeyConstraint("operation", "issue", "code", "palier", name="pk_mesure"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "courriel",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column(
            "cle", sa.Text(), nullable=True, comment="what must be told once: a second mail under it is not written"
        ),
        sa.Column("modele", sa.String(length=40), nullable=False),
        sa.Column("destinataire", sa.Text(), nullable=False),
        sa.Column(
            "contenu",
            sa.LargeBinary(),
            nullable=True,
            comment="subject, text and HTML, encrypted by the caller; null once sent",
        ),
        sa.Column("identifiant", sa.Text(), nullable=False, comment="Message-ID"),
        sa.Column(
            "etat",
            sa.String(length=12),
            nullable=False,
            comment="A_ENVOYER, EN_COURS, ENVOYE, INCERTAIN or ABANDONNE",
        ),
        sa.Column("essais", sa.Integer(), nullable=False),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("prochain_essai", _INSTANT, nullable=False),
        sa.Column("fini_le", _INSTANT, nullable=True),
        sa.Column("erreur", sa.Text(), nullable=True, comment="of the last attempt, in our words"),
        sa.PrimaryKeyConstraint("id", name="pk_courriel"),
        sa.UniqueConstraint("cle", name="uq_courriel_cle"),
        sa.UniqueConstraint("identifiant", name="uq_courriel_identifiant"),
    )
    _index("ix_courriel_cree_le", "courriel", ["cree_le"], "contenu IS NOT NULL")
    _index("ix_courriel_prochain_essai", "courriel", ["prochain_essai"], "etat IN ('A_ENVOYER', 'EN_COURS')")


def _le_retour_de_la_caf() -> None:
    op.create_table(
        "transmission",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("organisme", sa.String(length=3), nullable=False),
        sa.Column("numero", sa.Integer(), nullable=False, comment="from 1 for each organisme, without gaps"),
        sa.Column("preparee_le", _INSTANT, nullable=False),
        sa.Column("ecrite_le", _INSTANT, nullable=True, comment="when its file was on the disk"),
        sa.Column("nombre", sa.Integer(), nullable=False, comment="movements"),
        sa.Column("fichier", sa.Text(), nullable=False, comment="name, without a folder"),
        sa.Column(
            "empreinte",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of the file; null while movements are added to it",
        ),
        sa.Column(
            "contenu",
            sa.LargeBinary(),
            nullable=True,
            comment="compressed and encrypted by the caller; null before, and once purged",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transmission"),
        sa.UniqueConstraint("organisme", "numero", name="uq_transmission_organisme_numero"),
    )
    op.create_table(
        "mouvement",
        sa.Column("transmission_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column(
            "nature", sa.String(length=15), nullable=False, comment="CREATION, REMPLACEMENT or ANNULATION"
        ),
        sa.Column(
            "declaration",
            sa.String(length=25),
            nullable=False,
            comment="number of the declaration passed on or cancelled",
        ),
        sa.Column(
            "remplace",
            sa.String(length=25),
            nullable=True,
            comment="number of the declaration that a REMPLACEMENT takes the place of",
        ),
        sa.Column("reponse", sa.String(length=10), nullable=True, comment="INTEGREE or REFUSEE, null while not answered"),
        sa.Column("motif", sa.Text(), nullable=True, comment="of a refusal"),
        sa.Column("repondu_le", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["transmission_id"], ["transmission.id"], name="fk_mouvement_transmission_id"),
        sa.PrimaryKeyConstraint("transmission_id", "rang", name="pk_mouvement"),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_mouvement_declaration_nature", "mouvement", ["declaration", "nature"], unique=True)
    op.create_table(
        "avancement",
        sa.Column(
            "nom", sa.String(length=40), nullable=False, comment="of the work that goes through rows in order"
        ),
        sa.Column("valeur", sa.BigInteger(), nullable=False, comment="id of the last row done"),
        sa.PrimaryKeyConstraint("nom", name="pk_avancement"),
        sqlite_with_rowid=False,
    )
