"""The first tables: conventions, ESATs, accounts and credentials, campaigns, deposits, the log of submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_IDENTIFIANT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """From an empty database."""
    op.create_table(
        "campagne",
        sa.Column("annee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ouverture", sa.Date(), nullable=False),
        sa.Column("date_limite", sa.Date(), nullable=False),
        sa.Column("fermeture", sa.Date(), nullable=False),
        sa.Column("elements_attendus", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("annee", name="pk_campagne"),
    )
    op.create_table(
        "compte",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("courriel", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("prenom", sa.Text(), nullable=False),
        sa.Column("etat", sa.String(length=10), nullable=False),
        sa.Column("mot_de_passe", sa.String(length=200), nullable=True, comment="argon2id"),
        sa.Column("provisoire", sa.Boolean(), nullable=False),
        sa.Column("expire_le", _INSTANT, nullable=True, comment="of the password"),
        sa.Column("version", sa.Integer(), nullable=False, comment="bumped at each change of password or state"),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("derniere_connexion", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_compte"),
        sa.UniqueConstraint("courriel", name="uq_compte_courriel"),
    )
    op.create_table(
        "convention",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("numero", sa.Text(), nullable=False),
        sa.Column("signee_le", sa.Date(), nullable=False),
        sa.Column("fin_le", sa.Date(), nullable=True),
        sa.Column("organisme", sa.String(length=3), nullable=True),
        sa.Column("duree_mot_de_passe", sa.Integer(), nullable=False, comment="days"),
        sa.PrimaryKeyConstraint("id", name="pk_convention"),
        sa.UniqueConstraint("numero", name="uq_convention_numero"),
    )
    op.create_table(
        "jeton",
        sa.Column("cle", sa.LargeBinary(), nullable=False),
        sa.Column("expire", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("cle", name="pk_jeton"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_jeton_expire", "jeton", ["expire"])
    op.create_table(
        "journal",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("instant", _INSTANT, nullable=False),
        sa.Column("adresse", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("utilisateur", sa.Text(), nullable=True, comment="user code as submitted"),
        sa.Column("compte_id", _IDENTIFIANT, nullable=True),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("esat_id", _IDENTIFIANT, nullable=True),
        sa.Column("operation", sa.String(length=30), nullable=True),
        sa.Column("taille", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("duree_us", sa.BigInteger(), nullable=False),
        sa.Column("issue", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=True, comment="fault code"),
        sa.Column("identifiant_message", sa.Text(), nullable=True),
        sa.Column("numero_depot", sa.String(length=20), nullable=True),
        sa.Column("identifiant_incident", sa.Text(), nullable=True),
        sa.Column("identifiant_requete", sa.Text(), nullable=False),
        sa.Column("nombre", sa.Integer(), nullable=False, comment="refusals counted by this entry"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index(
        "ix_journal_code_instant",
        "journal",
        ["code", "instant"],
        sqlite_where=sa.text("code IS NOT NULL"),
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_compte_id_instant",
        "journal",
        ["compte_id", "instant"],
        sqlite_where=sa.text("compte_id IS NOT NULL"),
        postgresql_where=sa.text("compte_id IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_esat_id_instant",
        "journal",
        ["esat_id", "instant"],
        sqlite_where=sa.text("esat_id IS NOT NULL"),
        postgresql_where=sa.text("esat_id IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_identifiant_message",
        "journal",
        ["identifiant_message"],
        sqlite_where=sa.text("identifiant_message IS NOT NULL"),
        postgresql_where=sa.text("identifiant_message IS NOT NULL"),
    )
    op.create_index("ix_journal_instant", "journal", ["instant"])
    op.create_index("ix_journal_issue_instant", "journal", ["issue", "instant"])
    op.create_index(
        "ix_journal_numero_depot",
        "journal",
        ["numero_depot"],
        sqlite_where=sa.text("numero_depot IS NOT NULL"),
        postgresql_where=sa.text("numero_depot IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_operation_instant",
        "journal",
        ["operation", "instant"],
        sqlite_where=sa.text("operation IS NOT NULL"),
        postgresql_where=sa.text("operation IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_siret_instant",
        "journal",
        ["siret", "instant"],
        sqlite_where=sa.text("siret IS NOT NULL"),
        postgresql_where=sa.text("siret IS NOT NULL"),
    )
    op.create_table(
        "tentative",
        sa.Column("cle", sa.String(length=100), nullable=False, comment="compte:… or adresse:…, hashed by the caller"),
        sa.Column("nombre", sa.Integer(), nullable=False),
        sa.Column("derniere", _INSTANT, nullable=False),
        sa.Column("bloquee_jusque", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("cle", name="pk_tentative"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ancien_mot_de_passe",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("compte_id", _IDENTIFIANT, nullable=False),
        sa.Column("mot_de_passe", sa.String(length=200), nullable=False),
        sa.Column("change_le", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["compte.id"], name="fk_ancien_mot_de_passe_compte_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ancien_mot_de_passe"),
    )
    op.create_index("ix_ancien_mot_de_passe_compte_id", "ancien_mot_de_passe", ["compte_id"])
    op.create_table(
        "cle_integration",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("compte_id", _IDENTIFIANT, nullable=False),
        sa.Column("nom", sa.Text(), nullable=False),
        sa.Column("secret_chiffre", sa.LargeBinary(), nullable=False),
        sa.Column("empreinte", sa.LargeBinary(), nullable=False, comment="SHA-256"),
        sa.Column("cree_le", _INSTANT, nullable=False),
        sa.Column("fin_le", sa.Date(), nullable=True, comment="last day of use"),
        sa.Column("revoquee_le", _INSTANT, nullable=True),
        sa.Column("derniere_utilisation", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["compte_id"], ["compte.id"], name="fk_cle_integration_compte_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cle_integration"),
        sa.UniqueConstraint("empreinte", name="uq_cle_integration_empreinte"),
    )
    op.create_index("ix_cle_integration_compte_id", "cle_integration", ["compte_id"])
    op.create_table(
        "esat",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("convention_id", _IDENTIFIANT, nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("finess", sa.String(length=9), nullable=True),
        sa.Column("raison_sociale", sa.Text(), nullable=False),
        sa.Column("adresse", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["convention_id"], ["convention.id"], name="fk_esat_convention_id"),
        sa.PrimaryKeyConstraint("id", name="pk_esat"),
        sa.UniqueConstraint("siret", name="uq_esat_siret"),
    )
    op.create_index("ix_esat_convention_id", "esat", ["convention_id"])
    op.create_table(
        "depot",
        sa.Column("id", _IDENTIFIANT, nullable=False),
        sa.Column("numero", sa.String(length=20), nullable=False),
        sa.Column("esat_id", _IDENTIFIANT, nullable=False),
        sa.Column("compte_id", _IDENTIFIANT, nullable=True),
        sa.Column("identifiant_message", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=30), nullable=False),
        sa.Column("annee", sa.Integer(), nullable=True),
        sa.Column("essai", sa.Boolean(), nullable=False),
        sa.Column("empreinte", sa.String(length=64), nullable=False),
        sa.Column("date_reception", _INSTANT, nullable=False),
        sa.Column("statut", sa.String(length=30), nullable=False),
        sa.Column("nombre_recues", sa.Integer(), nullable=False),
        sa.Column("nombre_acceptees", sa.Integer(), nullable=False),
        sa.Column("nombre_rejetees", sa.Integer(), nullable=False),
        sa.Column("version_regles", sa.String(length=20), nullable=False),
        sa.Column("logiciel_editeur", sa.Text(), nullable=False),
        sa.Column("logiciel_nom", sa.Text(), nullable=False),
        sa.Column("logiciel_version", sa.Text(), nullable=False),
        sa.Column("accuse_signe", sa.LargeBinary(), nullable=False, comment="compressed by the caller"),
        sa.ForeignKeyConstraint(["compte_id"], ["compte.id"], name="fk_depot_compte_id"),
        sa.ForeignKeyConstraint(["esat_id"], ["esat.id"], name="fk_depot_esat_id"),
        sa.PrimaryKeyConstraint("id", name="pk_depot"),
        sa.UniqueConstraint("esat_id", "identifiant_message", name="uq_depot_esat_id_identifiant_message"),
        sa.UniqueConstraint("numero", name="uq_depot_numero"),
    )
    op.create_index("ix_depot_esat_id_annee", "depot", ["esat_id", "annee"])
    op.create_index("ix_depot_esat_id_date_reception", "depot", ["esat_id", "date_reception"])
    op.create_table(
        "habilitation",
        sa.Column("compte_id", _IDENTIFIANT, nullable=False),
        sa.Column("esat_id", _IDENTIFIANT, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("depuis", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["compte_id"], ["compte.id"], name="fk_habilitation_compte_id"),
        sa.ForeignKeyConstraint(["esat_id"], ["esat.id"], name="fk_habilitation_esat_id"),
        sa.PrimaryKeyConstraint("compte_id", "esat_id", name="pk_habilitation"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_habilitation_esat_id", "habilitation", ["esat_id"])
    op.create_index(
        "uq_habilitation_referent",
        "habilitation",
        ["esat_id"],
        unique=True,
        sqlite_where=sa.text("role = 'REFERENT'"),
        postgresql_where=sa.text("role = 'REFERENT'"),
    )
    op.create_table(
        "anomalie",
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("ordre", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("gravite", sa.String(length=10), nullable=False),
        sa.Column("champ", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name="fk_anomalie_depot_id"),
        sa.PrimaryKeyConstraint("depot_id", "rang", "ordre", name="pk_anomalie"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ligne",
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column(
            "numero",
            sa.String(length=25),
            nullable=True,
            comment="that of the deposit and the rank; null for a rejected line",
        ),
        sa.Column("esat_id", _IDENTIFIANT, nullable=False, comment="that of the deposit"),
        sa.Column("annee", sa.Integer(), nullable=True),
        sa.Column("nir_hache", sa.LargeBinary(), nullable=True),
        sa.Column("allocataire_hache", sa.LargeBinary(), nullable=True),
        sa.Column("nom_hache", sa.LargeBinary(), nullable=True),
        sa.Column("donnees", sa.LargeBinary(), nullable=True),
        sa.Column("nombre_mois", sa.Integer(), nullable=True),
        sa.Column("montant_net", sa.Integer(), nullable=True),
        sa.Column("montant_aide_poste", sa.Integer(), nullable=True),
        sa.Column("pourcentage_salaire_direct", sa.Integer(), nullable=True),
        sa.Column("heures_avant", sa.Integer(), nullable=True),
        sa.Column("heures_apres", sa.Integer(), nullable=True),
        sa.Column("date_effet", sa.Date(), nullable=True),
        sa.Column("motif", sa.Text(), nullable=True),
        sa.Column("cible", sa.Text(), nullable=True, comment="number replaced or cancelled, as given"),
        sa.Column("essai", sa.Boolean(), nullable=False),
        sa.Column("statut", sa.String(length=10), nullable=True, comment="null unless accepted, and not ESSAI"),
        sa.Column("statut_depuis", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name="fk_ligne_depot_id"),
        sa.PrimaryKeyConstraint("depot_id", "rang", name="pk_ligne"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ligne_esat_id_allocataire_hache",
        "ligne",
        ["esat_id", "allocataire_hache", "annee"],
        sqlite_where=sa.text("allocataire_hache IS NOT NULL"),
        postgresql_where=sa.text("allocataire_hache IS NOT NULL"),
    )
    op.create_index(
        "ix_ligne_esat_id_nir_hache",
        "ligne",
        ["esat_id", "nir_hache", "annee"],
        sqlite_where=sa.text("nir_hache IS NOT NULL"),
        postgresql_where=sa.text("nir_hache IS NOT NULL"),
    )
    op.create_index(
        "ix_ligne_esat_id_nom_hache",
        "ligne",
        ["esat_id", "nom_hache"],
        sqlite_where=sa.text("nom_hache IS NOT NULL"),
        postgresql_where=sa.text("nom_hache IS NOT NULL"),
    )
    op.create_table(
        "message_brut",
        sa.Column("depot_id", _IDENTIFIANT, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False, comment="compressed and encrypted by the caller"),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name="fk_message_brut_depot_id"),
        sa.PrimaryKeyConstraint("depot_id", name="pk_message_brut"),
    )
