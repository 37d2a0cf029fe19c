"""Counts of failed attempts, by submitted user code and by address; keys are hashed by the caller."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import tentative


class Tentative(NamedTuple):
    """Failed attempts under one key."""

    cle: str
    nombre: int
    derniere: datetime
    bloquee_jusque: datetime | None


_cles, _cle = valeurs_de("cles")
_LIRE = Statement(select(*tentative.c).join_from(_cles, tentative, tentative.c.cle == _cle), Tentative)
_RESERVER: Statement[tuple[Any, ...]] = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("cle"), 0)))
)
_nouvelle = insert(tentative).values({colonne.name: bindparam(colonne.name) for colonne in tentative.c})
_ECRIRE: Statement[tuple[Any, ...]] = Statement(
    _nouvelle.on_conflict_do_update(
        index_elements=["cle"],
        set_={nom: _nouvelle.excluded[nom] for nom in ("nombre", "derniere", "bloquee_jusque")},
    )
)
_EFFACER: Statement[tuple[Any, ...]] = Statement(delete(tentative).where(tentative.c.cle == bindparam("cle")))
_PURGER: Statement[tuple[Any, ...]] = Statement(
    delete(tentative).where(
        tentative.c.derniere < bindparam("avant"),
        or_(tentative.c.bloquee_jusque.is_(None), tentative.c.bloquee_jusque < bindparam("avant")),
    )
)


class TentativesRepository:
    """The counts of failed attempts."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def lire(self, cles: Sequence[str]) -> dict[str, Tentative]:
        """The counts that exist under these keys, in one query."""
        return {ligne.cle: ligne for ligne in self._session.all(_LIRE, {"cles": cles})}

    def reserver(self, cles: Sequence[str]) -> None:
        """Make others that count under these keys wait for the end of this unit; on SQLite all writers queue already.

        Requests sent all at once are thus counted one after the other.
        """
        if not self._session.seule_a_ecrire:
            for cle in sorted(cles):
                self._session.first(_RESERVER, {"cle": cle})

    def ecrire(self, tentatives: Iterable[Tentative]) -> None:
        """Set these counts, whether they existed or not."""
        for une in tentatives:
            self._session.run(_ECRIRE, une._asdict())

    def effacer(self, cles: Sequence[str]) -> None:
        """Forget these keys, as after a success."""
        for cle in cles:
            self._session.run(_EFFACER, {"cle": cle})

    def purger(self, avant: datetime) -> int:
        """Forget counts whose last attempt and lock are older than `avant`; how many there were."""
        return self._session.run(_PURGER, {"avant": avant})
