"""The outbox: mails written in the transaction of the act that they tell, sent afterwards."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from service.storage.columns import Instant, identifiant
from service.storage.tables.base import index, metadata

courriel = Table(
    "courriel",
    metadata,
    Column("id", identifiant(), primary_key=True),
    Column("cle", Text, unique=True, comment="what must be told once: a second mail under it is not written"),
    Column("modele", String(40), nullable=False),
    Column("destinataire", Text, nullable=False),
    Column("contenu", LargeBinary, comment="subject, text and HTML, encrypted by the caller; null once sent"),
    Column("identifiant", Text, nullable=False, unique=True, comment="Message-ID"),
    Column("etat", String(12), nullable=False, comment="A_ENVOYER, EN_COURS, ENVOYE, INCERTAIN or ABANDONNE"),
    Column("essais", Integer, nullable=False),
    Column("cree_le", Instant, nullable=False),
    Column("prochain_essai", Instant, nullable=False),
    Column("fini_le", Instant),
    Column("erreur", Text, comment="of the last attempt, in our words"),
    index("ix_courriel_cree_le", "cree_le", seulement="contenu IS NOT NULL"),
    index("ix_courriel_prochain_essai", "prochain_essai", seulement="etat IN ('A_ENVOYER', 'EN_COURS')"),
)
