"""Conventions d'usage between the Caf and the managers of ESATs."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import convention


class ConventionEnregistree(NamedTuple):
    """A convention as stored."""

    id: int
    numero: str
    signee_le: date
    fin_le: date | None
    organisme: str | None
    duree_mot_de_passe: int
    """Days."""


_CREER: Statement[tuple[Any, ...]] = Statement(
    insert(convention)
    .values({nom: bindparam(nom) for nom in ConventionEnregistree._fields if nom != "id"})
    .on_conflict_do_nothing()
    .returning(convention.c.id)
)
_TERMINER: Statement[tuple[Any, ...]] = Statement(
    update(convention).where(convention.c.numero == bindparam("le_numero")).values(fin_le=bindparam("le_jour"))
)
_LISTER = Statement(select(*convention.c).order_by(convention.c.numero), ConventionEnregistree)
_PAR_NUMERO = Statement(select(*convention.c).where(convention.c.numero == bindparam("numero")), ConventionEnregistree)


class ConventionsRepository:
    """The conventions."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def creer(
        self, numero: str, signee_le: date, fin_le: date | None, organisme: str | None, duree_mot_de_passe: int
    ) -> int | None:
        """Record a convention and return its id; None when the number exists already. Durations in days."""
        ligne = self._session.first(
            _CREER,
            {
                "numero": numero,
                "signee_le": signee_le,
                "fin_le": fin_le,
                "organisme": organisme,
                "duree_mot_de_passe": duree_mot_de_passe,
            },
        )
        return None if ligne is None else int(ligne[0])

    def terminer(self, numero: str, fin_le: date) -> bool:
        """Set the last day of a convention; False when there is none of that number."""
        return self._session.run(_TERMINER, {"le_numero": numero, "le_jour": fin_le}) == 1

    def par_numero(self, numero: str) -> ConventionEnregistree | None:
        """The convention of that number."""
        return self._session.first(_PAR_NUMERO, {"numero": numero})

    def lister(self) -> list[ConventionEnregistree]:
        """Every convention, by number."""
        return self._session.all(_LISTER)
