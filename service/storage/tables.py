"""What is stored, and nothing of how it is used.

Invariants the database itself holds: one REFERENT per ESAT; a message identifier once per ESAT; numbers of deposits
once for ever, and so those of declarations, made of their deposit's and their rank; a replay key once; no line without
its deposit. Values of coded columns (`etat`, `role`, `statut`, `nature`, `operation`…) are those of the enums of
`service.domain`.

What comes from outside is of type text, without a length: what is too long is for the rules or the schema to say, not
for one of two databases. Lengths are those of our own codes and numbers.

Units: instants in UTC; amounts, shares and weekly hours in integer hundredths; durations in microseconds.
Personal data of a line is one ciphertext (`donnees`), searched by keyed hashes only. Every index on a hash opens with
`esat_id`: the rows of one ESAT then share pages, where an index on the hash alone would touch a page a line.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from service.domain.statuts import ACTIFS
from service.storage.columns import Instant, identifiant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _index(nom: str, *colonnes: str, seulement: str | None = None, unique: bool = False) -> Index:
    """An index, partial where `seulement` is given."""
    condition = None if seulement is None else text(seulement)
    return Index(nom, *colonnes, unique=unique, sqlite_where=condition, postgresql_where=condition)


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
)

habilitation = Table(
    "habilitation",
    metadata,
    Column("compte_id", ForeignKey("compte.id"), primary_key=True),
    Column("esat_id", ForeignKey("esat.id"), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("depuis", Instant, nullable=False),
    _index("uq_habilitation_referent", "esat_id", unique=True, seulement="role = 'REFERENT'"),
    _index("ix_habilitation_esat_id", "esat_id"),
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
)

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

campagne = Table(
    "campagne",
    metadata,
    Column("annee", Integer, primary_key=True, autoincrement=False),
    Column("ouverture", Date, nullable=False),
    Column("date_limite", Date, nullable=False),
    Column("fermeture", Date, nullable=False),
    Column("elements_attendus", String(20), nullable=False),
)

depot = Table(
    "depot",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("numero", String(20), nullable=False, unique=True),
    Column("esat_id", ForeignKey("esat.id"), nullable=False),
    Column("compte_id", ForeignKey("compte.id")),
    Column("identifiant_message", String(36), nullable=False),
    Column("operation", String(30), nullable=False),
    Column("annee", Integer),
    Column("essai", Boolean, nullable=False),
    Column("empreinte", String(64), nullable=False),
    Column("date_reception", Instant, nullable=False),
    Column("statut", String(30), nullable=False),
    Column("nombre_recues", Integer, nullable=False),
    Column("nombre_acceptees", Integer, nullable=False),
    Column("nombre_rejetees", Integer, nullable=False),
    Column("version_regles", String(20), nullable=False),
    Column("logiciel_editeur", Text, nullable=False),
    Column("logiciel_nom", Text, nullable=False),
    Column("logiciel_version", Text, nullable=False),
    Column("accuse_signe", LargeBinary, nullable=False, comment="compressed by the caller"),
    UniqueConstraint("esat_id", "identifiant_message"),
    _index("ix_depot_esat_id_date_reception", "esat_id", "date_reception"),
    _index("ix_depot_esat_id_annee", "esat_id", "annee"),
)

message_brut = Table(
    "message_brut",
    metadata,
    Column("depot_id", ForeignKey("depot.id"), primary_key=True),
    Column("octets", LargeBinary, nullable=False, comment="compressed and encrypted by the caller"),
)

ligne = Table(
    "ligne",
    metadata,
    Column("depot_id", ForeignKey("depot.id"), primary_key=True),
    Column("rang", SmallInteger, primary_key=True),
    Column("reference", Text),
    Column("nature", String(20), nullable=False),
    Column("numero", String(25), comment="that of the deposit and the rank; null for a rejected line"),
    Column("esat_id", identifiant(), nullable=False, comment="that of the deposit"),
    Column("annee", Integer),
    Column("nir_hache", LargeBinary),
    Column("allocataire_hache", LargeBinary),
    Column("nom_hache", LargeBinary),
    Column("donnees", LargeBinary),
    Column("nombre_mois", Integer),
    Column("montant_net", Integer),
    Column("montant_aide_poste", Integer),
    Column("pourcentage_salaire_direct", Integer),
    Column("heures_avant", Integer),
    Column("heures_apres", Integer),
    Column("date_effet", Date),
    Column("motif", Text),
    Column("cible", Text, comment="number replaced or cancelled, as given"),
    Column("essai", Boolean, nullable=False),
    Column("statut", String(10), comment="null unless accepted, and not ESSAI"),
    Column("statut_depuis", Instant),
    _index("ix_ligne_esat_id_nir_hache", "esat_id", "nir_hache", "annee", seulement="nir_hache IS NOT NULL"),
    _index(
        "ix_ligne_esat_id_allocataire_hache",
        "esat_id",
        "allocataire_hache",
        "annee",
        seulement="allocataire_hache IS NOT NULL",
    ),
    _index("ix_ligne_esat_id_nom_hache", "esat_id", "nom_hache", seulement="nom_hache IS NOT NULL"),
    sqlite_with_rowid=False,
)

ACTIVE = ligne.c.statut.in_([literal_column(f"'{statut}'") for statut in sorted(ACTIFS)])
"""An active declaration in the sense of the contract."""

anomalie = Table(
    "anomalie",
    metadata,
    Column("depot_id", ForeignKey("depot.id"), primary_key=True),
    Column("rang", SmallInteger, primary_key=True),
    Column("ordre", SmallInteger, primary_key=True),
    Column("code", String(10), nullable=False),
    Column("gravite", String(10), nullable=False),
    Column("champ", Text),
    Column("message", Text, nullable=False),
    sqlite_with_rowid=False,
)

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
    _index("ix_journal_instant", "instant"),
    _index("ix_journal_siret_instant", "siret", "instant", seulement="siret IS NOT NULL"),
    _index("ix_journal_esat_id_instant", "esat_id", "instant", seulement="esat_id IS NOT NULL"),
    _index("ix_journal_compte_id_instant", "compte_id", "instant", seulement="compte_id IS NOT NULL"),
    _index("ix_journal_operation_instant", "operation", "instant", seulement="operation IS NOT NULL"),
    _index("ix_journal_issue_instant", "issue", "instant"),
    _index("ix_journal_code_instant", "code", "instant", seulement="code IS NOT NULL"),
    _index("ix_journal_numero_depot", "numero_depot", seulement="numero_depot IS NOT NULL"),
    _index("ix_journal_identifiant_message", "identifiant_message", seulement="identifiant_message IS NOT NULL"),
)
