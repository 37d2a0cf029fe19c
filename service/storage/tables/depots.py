"""What was declared: campaigns, deposits, their lines and anomalies, what operators noted of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from service.domain.statuts import ACTIFS
from service.storage.columns import Instant, identifiant
from service.storage.tables.base import index, metadata

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
    UniqueConstraint("identifiant_message", "esat_id"),
    index("ix_depot_esat_id_date_reception", "esat_id", "date_reception"),
    index("ix_depot_esat_id_annee", "esat_id", "annee"),
)

message_brut = Table(
    "message_brut",
    metadata,
    Column("depot_id", ForeignKey("depot.id"), primary_key=True),
    Column("octets", LargeBinary, nullable=False, comment="compressed and encrypted by the caller"),
)


def du_depot() -> ForeignKey:
    """The deposit of a row of which a thousand are written at once, looked for when the transaction ends.

    Were it looked for at each row, SQLite would copy every page that a statement changes, in case it must be undone
    (a thousand lines among 12,000 of their ESAT: 11 ms, 7 so). Such rows are kept by number, not in the order of their
    key: WITHOUT ROWID, SQLite divides each of the seventy pages that they append.
    """
    return ForeignKey("depot.id", deferrable=True, initially="DEFERRED")


def _index_de_repere(nom: str, *annee: str) -> Index:
    """The index by which an employee's lines are found; those of a person in many deposits without a look at each."""
    return index(f"ix_ligne_esat_id_{nom}", "esat_id", nom, *annee, "depot_id", seulement=f"{nom} IS NOT NULL")


ligne = Table(
    "ligne",
    metadata,
    Column("depot_id", du_depot(), primary_key=True),
    Column("rang", SmallInteger, primary_key=True),
    Column("reference", Text),
    Column("nature", String(20), nullable=False),
    Column("numero", String(25), comment="that of the deposit and the rank; null for a rejected line"),
    Column("esat_id", identifiant(), nullable=False, comment="that of the deposit"),
    Column("annee", Integer),
    Column("nir_repere", BigInteger),
    Column("allocataire_repere", BigInteger),
    Column("nom_repere", BigInteger),
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
    _index_de_repere("nir_repere", "annee"),
    _index_de_repere("allocataire_repere", "annee"),
    _index_de_repere("nom_repere"),
)

ACTIVE = ligne.c.statut.in_([literal_column(f"'{statut}'") for statut in sorted(ACTIFS)])
"""An active declaration in the sense of the contract."""

anomalie = Table(
    "anomalie",
    metadata,
    Column("depot_id", du_depot(), primary_key=True),
    Column("rang", SmallInteger, primary_key=True),
    Column("ordre", SmallInteger, primary_key=True),
    Column("code", String(10), nullable=False),
    Column("gravite", String(10), nullable=False),
    Column("champ", Text),
    Column("message", Text, nullable=False),
    index("ix_anomalie_code_depot_id", "code", "depot_id"),
    index("ix_anomalie_alerte", "depot_id", "rang", "ordre", seulement="gravite = 'ALERTE'"),
)

alerte_vue = Table(
    "alerte_vue",
    metadata,
    Column("depot_id", identifiant(), primary_key=True),
    Column("rang", SmallInteger, primary_key=True),
    Column("operateur_id", ForeignKey("operateur.id"), nullable=False),
    Column("vue_le", Instant, nullable=False),
    Column("note", Text, nullable=False),
    sqlite_with_rowid=False,
)
