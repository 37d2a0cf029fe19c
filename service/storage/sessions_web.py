"""Sessions of the pages: found by the hash of their cookie's token, ended with the account's version."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import compte, operateur, session_web


class SessionWeb(NamedTuple):
    """A session as stored, with the user code of whose it is."""

    cle: bytes
    espace: str
    compte_id: int | None
    operateur_id: int | None
    version: int | None
    ouverte_le: datetime
    vue_le: datetime
    donnees: bytes
    compte: str | None = None
    operateur: str | None = None


_CHAMPS = SessionWeb._fields[:8]
_LIRE = Statement(
    select(*(session_web.c[nom] for nom in _CHAMPS), compte.c.courriel, operateur.c.courriel)
    .select_from(session_web)
    .outerjoin(compte, compte.c.id == session_web.c.compte_id)
    .outerjoin(operateur, operateur.c.id == session_web.c.operateur_id)
    .where(session_web.c.cle == bindparam("la_cle"), session_web.c.espace == bindparam("cet_espace")),
    SessionWeb,
)
_OUVRIR: Statement[tuple[Any, ...]] = Statement(insert(session_web).values({nom: bindparam(nom) for nom in _CHAMPS}))
_CONTINUER: Statement[tuple[Any, ...]] = Statement(
    update(session_web).where(session_web.c.cle == bindparam("la_cle")).values(vue_le=bindparam("maintenant"))
)
_RETENIR: Statement[tuple[Any, ...]] = Statement(
    update(session_web)
    .where(session_web.c.cle == bindparam("la_cle"))
    .values(vue_le=bindparam("maintenant"), donnees=bindparam("contenu"))
)
_FERMER: Statement[tuple[Any, ...]] = Statement(delete(session_web).where(session_web.c.cle == bindparam("la_cle")))
_PURGER: Statement[tuple[Any, ...]] = Statement(delete(session_web).where(session_web.c.vue_le < bindparam("avant")))


class SessionsWebRepository:
    """The sessions of the pages."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def lire(self, cle: bytes, espace: str) -> SessionWeb | None:
        """The session of that key in that part of the pages, whatever its age."""
        return self._session.first(_LIRE, {"la_cle": cle, "cet_espace": espace})

    def ouvrir(self, nouvelle: SessionWeb) -> None:
        """Record a session."""
        self._session.run(_OUVRIR, dict(zip(_CHAMPS, nouvelle, strict=False)))

    def continuer(self, cle: bytes, maintenant: datetime) -> None:
        """Note that the session was seen."""
        self._session.run(_CONTINUER, {"la_cle": cle, "maintenant": maintenant})

    def retenir(self, cle: bytes, maintenant: datetime, donnees: bytes) -> None:
        """Note that the session was seen, and what it now holds."""
        self._session.run(_RETENIR, {"la_cle": cle, "maintenant": maintenant, "contenu": donnees})

    def fermer(self, cle: bytes) -> None:
        """End the session."""
        self._session.run(_FERMER, {"la_cle": cle})

    def purger(self, avant: datetime) -> int:
        """Forget sessions last seen before that instant; how many there were."""
        return self._session.run(_PURGER, {"avant": avant})
