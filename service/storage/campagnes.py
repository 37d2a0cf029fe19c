"""Campaigns whose dates an operator set; the others have the dates of the rule (`service.domain.campagne`)."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import campagne


class CampagneEnregistree(NamedTuple):
    """A campaign as stored, in the order of the fields of `service.domain.campagne.Campagne`."""

    annee: int
    ouverture: date
    date_limite: date
    fermeture: date
    elements_attendus: str


_TOUTES = Statement(select(*campagne.c).order_by(campagne.c.annee), CampagneEnregistree)
_DE_L_ANNEE = Statement(select(*campagne.c).where(campagne.c.annee == bindparam("annee")), CampagneEnregistree)
_nouvelle = insert(campagne).values({colonne.name: bindparam(colonne.name) for colonne in campagne.c})
_FIXER: Statement[tuple[Any, ...]] = Statement(
    _nouvelle.on_conflict_do_update(
        index_elements=["annee"],
        set_={nom: _nouvelle.excluded[nom] for nom in CampagneEnregistree._fields if nom != "annee"},
    )
)


class CampagnesRepository:
    """The campaigns."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def toutes(self) -> list[CampagneEnregistree]:
        """Every campaign that was set, oldest year first."""
        return self._session.all(_TOUTES)

    def de_l_annee(self, annee: int) -> CampagneEnregistree | None:
        """The campaign that was set for a year."""
        return self._session.first(_DE_L_ANNEE, {"annee": annee})

    def fixer(self, annee: int, ouverture: date, date_limite: date, fermeture: date, elements_attendus: str) -> None:
        """Set the dates (inclusive days in Paris) and the expected elements of a year."""
        nouvelle = CampagneEnregistree(annee, ouverture, date_limite, fermeture, elements_attendus)
        self._session.run(_FIXER, nouvelle._asdict())
