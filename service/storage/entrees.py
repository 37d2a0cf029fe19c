"""Entries of the log as they are read, with the names behind their identifiers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, cast, select

from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import compte, esat, journal

Place = tuple[datetime, int]
"""A place in the log: instant and id of an entry."""
AU_DEBUT: Place = (datetime(1, 1, 1, tzinfo=UTC), 0)
A_LA_FIN: Place = (datetime(9999, 1, 1, tzinfo=UTC), 0)
"""Places older, and newer, than all entries."""


class Entree(NamedTuple):
    """An entry as stored."""

    id: int
    instant: datetime
    adresse: str
    agent: str | None
    utilisateur: str | None
    compte_id: int | None
    siret: str | None
    esat_id: int | None
    operation: str | None
    taille: int
    duree_us: int
    issue: str
    code: str | None
    identifiant_message: str | None
    numero_depot: str | None
    identifiant_incident: str | None
    identifiant_requete: str
    nombre: int
    canal: str
    acte: str | None
    objet: str | None
    motif: str | None
    accuse_hache: bytes | None


class EntreeLisible(NamedTuple):
    """An entry with the names behind its identifiers."""

    entree: Entree
    esat: str | None
    """Name of the ESAT whose SIRET the message bore."""
    compte: str | None
    """E-mail of the account identified."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.entree.instant, self.entree.id


def lisibles(j: FromClause, source: FromClause) -> Select[Any]:
    """Return the selection of entries, columns of `j` which is `source` or part of it, with the names."""
    colonnes = (*(j.c[nom] for nom in Entree._fields), esat.c.raison_sociale, compte.c.courriel)
    return select(*colonnes).select_from(
        source.outerjoin(esat, esat.c.siret == j.c.siret).outerjoin(compte, compte.c.id == j.c.compte_id)
    )


def lues(rangees: list[tuple[Any, ...]]) -> list[EntreeLisible]:
    """Return rows of `lisibles` as entries."""
    return [EntreeLisible(Entree._make(rangee[:-2]), rangee[-2], rangee[-1]) for rangee in rangees]


_ids, _id = valeurs_de("ids")
_DE_CES_IDS: Statement[tuple[Any, ...]] = Statement(
    lisibles(journal, _ids.join(journal, journal.c.id == cast(_id, journal.c.id.type)))
)


def lire(session: Session, ids: Sequence[int]) -> list[EntreeLisible]:
    """Return the entries of these ids that exist, newest first."""
    entrees = lues(session.all(_DE_CES_IDS, {"ids": [str(un) for un in ids]})) if ids else []
    return sorted(entrees, key=lambda une: une.place, reverse=True)
