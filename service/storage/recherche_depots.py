"""The deposits of an ESAT as a person searches them: newest first, by any combination of filters, in pages.

Each page walks the ESAT's deposits from the newest in their index; a reference is looked for in the lines of each one.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, select, tuple_

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import compte, depot, ligne


class FiltresDepots(NamedTuple):
    """What to look for; None asks nothing. All that are given must hold."""

    debut: datetime | None = None
    """Included."""
    fin: datetime | None = None
    """Excluded."""
    operation: str | None = None
    statut: str | None = None
    essai: bool | None = None
    numero: str | None = None
    """Of the deposit."""
    identifiant_message: str | None = None
    """Lower case."""
    reference: str | None = None
    """The sender's own key of a line, whole."""


class DepotTrouve(NamedTuple):
    """A deposit in a list, without its receipt, with who sent it and by which software."""

    id: int
    numero: str
    operation: str
    annee: int | None
    date_reception: datetime
    essai: bool
    statut: str
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int
    logiciel_nom: str
    compte: str | None = None
    """E-mail of the account."""


_CRITERES: dict[str, Callable[[], ColumnElement[bool]]] = {
    "debut": lambda: depot.c.date_reception >= bindparam("debut"),
    "fin": lambda: depot.c.date_reception < bindparam("fin"),
    "operation": lambda: depot.c.operation == bindparam("operation"),
    "statut": lambda: depot.c.statut == bindparam("statut"),
    "essai": lambda: depot.c.essai == bindparam("essai"),
    "numero": lambda: depot.c.numero == bindparam("numero"),
    "identifiant_message": lambda: depot.c.identifiant_message == bindparam("identifiant_message"),
    "reference": lambda: exists(
        select(ligne.c.rang).where(ligne.c.depot_id == depot.c.id, ligne.c.reference == bindparam("reference"))
    ),
    "apres_id": lambda: (
        tuple_(depot.c.date_reception, depot.c.id)
        < tuple_(
            bindparam("apres_date", type_=depot.c.date_reception.type), bindparam("apres_id", type_=depot.c.id.type)
        )
    ),
}


@lru_cache(maxsize=256)
def _recherche(criteres: tuple[str, ...]) -> Statement[DepotTrouve]:
    colonnes = (depot.c[nom] for nom in DepotTrouve._fields[:-1])
    return Statement(
        select(*colonnes, compte.c.courriel)
        .select_from(depot)
        .outerjoin(compte, compte.c.id == depot.c.compte_id)
        .where(depot.c.esat_id == bindparam("esat_id"), *(_CRITERES[nom]() for nom in criteres))
        .order_by(depot.c.date_reception.desc(), depot.c.id.desc())
        .limit(bindparam("limite")),
        DepotTrouve,
    )


def chercher_depots(
    session: Session, esat_id: int, filtres: FiltresDepots, apres: tuple[datetime, int] | None, limite: int
) -> list[DepotTrouve]:
    """At most `limite` deposits of the ESAT, newest first; `apres` is the (date_reception, id) of the one before."""
    valeurs: dict[str, Any] = {nom: valeur for nom, valeur in filtres._asdict().items() if valeur is not None}
    criteres = tuple(valeurs)
    if apres is not None:
        criteres += ("apres_id",)
        valeurs |= {"apres_date": apres[0], "apres_id": apres[1]}
    return session.all(_recherche(criteres), {**valeurs, "esat_id": esat_id, "limite": limite})
