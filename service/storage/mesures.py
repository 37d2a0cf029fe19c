"""Totals of what was answered, since the database exists."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import mesure


class Mesure(NamedTuple):
    """How many messages of an operation ended so, within a bound of duration (ms, 0 for no bound)."""

    operation: str
    issue: str
    code: str
    palier: int
    nombre: int
    duree_us: int
    """Sum, in microseconds."""


_nouvelle = insert(mesure).values({nom: bindparam(nom) for nom in Mesure._fields})
_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    _nouvelle.on_conflict_do_update(
        index_elements=["operation", "issue", "code", "palier"],
        set_={
            "nombre": mesure.c.nombre + _nouvelle.excluded.nombre,
            "duree_us": mesure.c.duree_us + _nouvelle.excluded.duree_us,
        },
    )
)
_TOUTES = Statement(select(*mesure.c).order_by(*mesure.primary_key.columns), Mesure)


class MesuresRepository:
    """The totals."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter(self, mesures: Iterable[Mesure]) -> None:
        """Add to the totals, always in the same order so that two who add never wait for each other."""
        for une in sorted(mesures):
            self._session.run(_AJOUTER, une._asdict())

    def toutes(self) -> list[Mesure]:
        """Every total."""
        return self._session.all(_TOUTES)
