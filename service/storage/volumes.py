"""How many messages came each hour, and how they ended: sums over the log, by its index on instants."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.storage.columns import instant
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import journal

_HEURE_US = 3_600_000_000


class VolumeHoraire(NamedTuple):
    """The messages of one hour of UTC."""

    debut: datetime
    messages: int
    refuses: int
    incidents: int
    duree_us: int
    """Sum, in microseconds."""
    rapides: int
    """Answered within the bound that was asked."""


class _Heure(FunctionElement[int]):
    """Hours since 1970 of an instant."""

    name = "heure"
    type = BigInteger()
    inherit_cache = True


@compiles(_Heure, "postgresql")
def _heure_postgresql(element: _Heure, compiler: SQLCompiler, **kw: Any) -> str:
    return f"floor(extract(epoch from {compiler.process(element.clauses, **kw)}) / 3600)::bigint"


@compiles(_Heure, "sqlite")
def _heure_sqlite(element: _Heure, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} / {_HEURE_US})"


_heure = _Heure(journal.c.instant)
_PAR_HEURE: Statement[tuple[Any, ...]] = Statement(
    select(
        _heure,
        func.count(),
        func.count(case((journal.c.issue == "REFUSE", 1))),
        func.count(journal.c.identifiant_incident),
        func.sum(journal.c.duree_us),
        func.count(case((journal.c.duree_us <= bindparam("seuil"), 1))),
    )
    .where(journal.c.instant >= bindparam("depuis", type_=journal.c.instant.type), journal.c.acte.is_(None))
    .group_by(_heure)
    .order_by(_heure)
)


class VolumesRepository:
    """The volumes."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def par_heure(self, depuis: datetime, seuil_us: int) -> list[VolumeHoraire]:
        """Each hour since then that had messages, oldest first; `seuil_us` bounds what counts as quick."""
        lignes = self._session.all(_PAR_HEURE, {"depuis": depuis, "seuil": seuil_us})
        return [VolumeHoraire(instant(int(heure) * _HEURE_US), *map(int, sommes)) for heure, *sommes in lignes]
