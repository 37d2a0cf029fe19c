"""What the console counts of a campaign: sets of sums, one statement each, never a row a line."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, distinct, func, select

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, anomalie, depot, ligne


class DeclareesParEsat(NamedTuple):
    """What an ESAT has declared of a year: active certificates, and those among them received after the limit."""

    esat_id: int
    declarees: int
    tardives: int


class DepotDeCampagne(NamedTuple):
    """A deposit of a campaign, as the curve by day and the sums by ESAT need it."""

    esat_id: int
    date_reception: datetime
    nombre_acceptees: int
    nombre_rejetees: int


class AnomalieFrequente(NamedTuple):
    """How often a rule spoke in the deposits of a year, and in how many ESATs."""

    code: str
    gravite: str
    nombre: int
    esats: int


_REELS = and_(depot.c.annee == bindparam("annee"), depot.c.essai.is_(False))
_DECLAREES = Statement(
    select(
        ligne.c.esat_id,
        func.count(),
        func.count().filter(depot.c.date_reception >= bindparam("fin_du_delai", type_=depot.c.date_reception.type)),
    )
    .join_from(depot, ligne, ligne.c.depot_id == depot.c.id + 0)  # the year's deposits first, not all lines
    .where(_REELS, ACTIVE)
    .group_by(ligne.c.esat_id),
    DeclareesParEsat,
)
_DEPOTS = Statement(
    select(*(depot.c[nom] for nom in DepotDeCampagne._fields)).where(_REELS).order_by(depot.c.date_reception),
    DepotDeCampagne,
)
_ANOMALIES: Statement[AnomalieFrequente] = Statement(
    select(anomalie.c.code, anomalie.c.gravite, func.count().label("nombre"), func.count(distinct(depot.c.esat_id)))
    .join_from(depot, anomalie, anomalie.c.depot_id == depot.c.id + 0)
    .where(_REELS)
    .group_by(anomalie.c.code, anomalie.c.gravite)
    .order_by(func.count().desc(), anomalie.c.code)
    .limit(bindparam("limite")),
    AnomalieFrequente,
)


class StatistiquesRepository:
    """The sums of a campaign; what is marked ESSAI counts nowhere."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def declarees(self, annee: int, fin_du_delai: datetime) -> list[DeclareesParEsat]:
        """Active certificates of a year by ESAT; late ones were received at `fin_du_delai` or after."""
        return self._session.all(_DECLAREES, {"annee": annee, "fin_du_delai": fin_du_delai})

    def depots(self, annee: int) -> list[DepotDeCampagne]:
        """Every deposit of certificates of a year, oldest first."""
        return self._session.all(_DEPOTS, {"annee": annee})

    def anomalies(self, annee: int, limite: int) -> list[AnomalieFrequente]:
        """The rules that spoke most in the deposits of a year, most frequent first."""
        return self._session.all(_ANOMALIES, {"annee": annee, "limite": limite})
