"""Deposits: one a message accepted for judgement, with its signed receipt and its raw bytes.

A deposit is never changed once written; its identifier of message is unique within the ESAT.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.storage.recherche_depots import DepotTrouve, FiltresDepots, chercher_depots
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import depot, esat, message_brut


class NouveauDepot(NamedTuple):
    """A deposit to be written: the columns of the table without its generated id, in order."""

    numero: str
    esat_id: int
    compte_id: int | None
    identifiant_message: str
    """Lower case."""
    operation: str
    annee: int | None
    essai: bool
    empreinte: str
    date_reception: datetime
    statut: str
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int
    version_regles: str
    logiciel_editeur: str
    logiciel_nom: str
    logiciel_version: str
    accuse_signe: bytes
    """Compressed by the caller."""


class Depot(NamedTuple):
    """A deposit as stored."""

    id: int
    numero: str
    esat_id: int
    compte_id: int | None
    identifiant_message: str
    operation: str
    annee: int | None
    essai: bool
    empreinte: str
    date_reception: datetime
    statut: str
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int
    version_regles: str
    logiciel_editeur: str
    logiciel_nom: str
    logiciel_version: str
    accuse_signe: bytes


class ResumeDepot(NamedTuple):
    """A deposit in a list, without its receipt."""

    id: int
    numero: str
    identifiant_message: str
    operation: str
    date_reception: datetime
    essai: bool
    statut: str
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int


_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(depot)
    .values({nom: bindparam(nom) for nom in NouveauDepot._fields})
    .on_conflict_do_nothing()
    .returning(depot.c.id)
)
_PAR_IDENTIFIANT = Statement(
    select(*depot.c).where(
        depot.c.esat_id == bindparam("esat_id"), depot.c.identifiant_message == bindparam("identifiant")
    ),
    Depot,
)
_SITUATION: Statement[tuple[Any, ...]] = Statement(
    select(esat.c.revision, *depot.c)
    .select_from(esat)
    .outerjoin(depot, and_(depot.c.esat_id == esat.c.id, depot.c.identifiant_message == bindparam("identifiant")))
    .where(esat.c.id == bindparam("esat_id"))
)
_PAR_NUMERO = Statement(
    select(*depot.c).where(depot.c.numero == bindparam("numero"), depot.c.esat_id == bindparam("esat_id")), Depot
)
_DE_NUMERO = Statement(select(*depot.c).where(depot.c.numero == bindparam("numero")), Depot)
_liste = (
    select(*(depot.c[nom] for nom in ResumeDepot._fields))
    .where(
        depot.c.esat_id == bindparam("esat_id"),
        depot.c.date_reception >= bindparam("debut"),
        depot.c.date_reception < bindparam("fin"),
    )
    .order_by(depot.c.date_reception.desc(), depot.c.id.desc())
    .limit(bindparam("limite"))
)
_LISTER = Statement(_liste, ResumeDepot)
_LISTER_APRES = Statement(
    _liste.where(
        tuple_(depot.c.date_reception, depot.c.id)
        < tuple_(
            bindparam("apres_date", type_=depot.c.date_reception.type),
            bindparam("apres_id", type_=depot.c.id.type),
        )
    ),
    ResumeDepot,
)
_AJOUTER_BRUT: Statement[tuple[Any, ...]] = Statement(
    insert(message_brut).values(depot_id=bindparam("depot_id"), octets=bindparam("octets"))
)
_BRUT: Statement[tuple[Any, ...]] = Statement(
    select(message_brut.c.octets).where(message_brut.c.depot_id == bindparam("depot_id"))
)


class DepotsRepository:
    """The deposits."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def par_identifiant(self, esat_id: int, identifiant_message: str) -> Depot | None:
        """The deposit of this ESAT under that identifier (lower case), whoever sent it."""
        return self._session.first(_PAR_IDENTIFIANT, {"esat_id": esat_id, "identifiant": identifiant_message})

    def situation(self, esat_id: int, identifiant_message: str) -> tuple[int, Depot | None]:
        """A number that changes whenever what this ESAT declared does, and its deposit under that identifier."""
        ((revision, *connu),) = self._session.all(_SITUATION, {"esat_id": esat_id, "identifiant": identifiant_message})
        return revision, None if connu[0] is None else Depot._make(connu)

    def par_numero(self, esat_id: int, numero: str) -> Depot | None:
        """The deposit of this ESAT of that number; None for another ESAT's."""
        return self._session.first(_PAR_NUMERO, {"esat_id": esat_id, "numero": numero})

    def de_numero(self, numero: str) -> Depot | None:
        """The deposit of that number, whosever it is."""
        return self._session.first(_DE_NUMERO, {"numero": numero})

    def ajouter(self, nouveau: NouveauDepot) -> int | None:
        """Write a deposit and return its id; None when the ESAT has one under that identifier, or another its number.

        On PostgreSQL it waits for the end of a transaction that is writing the same one.
        """
        ligne = self._session.first(_AJOUTER, nouveau._asdict())
        return None if ligne is None else int(ligne[0])

    def lister(
        self, esat_id: int, debut: datetime, fin: datetime, apres: tuple[datetime, int] | None, limite: int
    ) -> list[ResumeDepot]:
        """Deposits received from `debut` included to `fin` excluded, newest first, at most `limite`.

        `apres` is the (date_reception, id) of the last one of the page before.
        """
        valeurs: dict[str, Any] = {"esat_id": esat_id, "debut": debut, "fin": fin, "limite": limite}
        if apres is None:
            return self._session.all(_LISTER, valeurs)
        return self._session.all(_LISTER_APRES, {**valeurs, "apres_date": apres[0], "apres_id": apres[1]})

    def chercher(
        self, esat_id: int, filtres: FiltresDepots, apres: tuple[datetime, int] | None, limite: int
    ) -> list[DepotTrouve]:
        """At most `limite` deposits of the ESAT, newest first; `apres` as for `lister`."""
        return chercher_depots(self._session, esat_id, filtres, apres, limite)

    def ajouter_brut(self, depot_id: int, octets: bytes) -> None:
        """Keep the raw message, compressed and encrypted by the caller."""
        self._session.run(_AJOUTER_BRUT, {"depot_id": depot_id, "octets": octets})

    def brut(self, depot_id: int) -> bytes | None:
        """The raw message as kept; None once purged."""
        ligne = self._session.first(_BRUT, {"depot_id": depot_id})
        return None if ligne is None else bytes(ligne[0])
