"""Replay keys of security tokens: each may be consumed once, among all instances, until it is purged."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import jeton

_DEJA_VU: Statement[tuple[Any, ...]] = Statement(select(literal_column("1")).where(jeton.c.cle == bindparam("cle")))
_CONSOMMER: Statement[tuple[Any, ...]] = Statement(
    insert(jeton).values(cle=bindparam("cle"), expire=bindparam("expire")).on_conflict_do_nothing()
)
_PURGER: Statement[tuple[Any, ...]] = Statement(delete(jeton).where(jeton.c.expire < bindparam("maintenant")))


class JetonsRepository:
    """The replay keys."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def deja_vu(self, cle: bytes) -> bool:
        """Whether the key was consumed and not yet purged."""
        return self._session.first(_DEJA_VU, {"cle": cle}) is not None

    def consommer(self, cle: bytes, expire: datetime) -> bool:
        """Consume the key until `expire`; False when somebody did before.

        On PostgreSQL it waits for the end of a transaction that is consuming the same key.
        """
        return self._session.run(_CONSOMMER, {"cle": cle, "expire": expire}) == 1

    def purger(self, maintenant: datetime) -> int:
        """Forget the keys that expired before `maintenant`; how many there were."""
        return self._session.run(_PURGER, {"maintenant": maintenant})
