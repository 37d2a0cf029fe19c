"""Accepted lines that a rule marked for an operator's eye, and what the operators noted of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, alerte_vue, anomalie, depot, esat, ligne, operateur


class LigneAlertee(NamedTuple):
    """An active declaration with ALERTE anomalies; amounts in hundredths."""

    depot_id: int
    rang: int
    numero_depot: str
    numero: str
    siret: str
    raison_sociale: str
    date_reception: datetime
    nature: str
    annee: int | None
    vue_le: datetime | None
    operateur: str | None
    note: str | None


class Alerte(NamedTuple):
    """One ALERTE of a line."""

    depot_id: int
    rang: int
    code: str
    champ: str | None
    message: str


_ALERTE: ColumnElement[str] = literal_column("'ALERTE'")
"""A parameter would keep SQLite from the index of alerts."""
_autre = anomalie.alias("autre")
_DU_MEME = and_(_autre.c.depot_id == anomalie.c.depot_id, _autre.c.rang == anomalie.c.rang)
_ALERTEE = and_(
    anomalie.c.gravite == _ALERTE,
    ~exists().where(_DU_MEME, _autre.c.gravite == _ALERTE, _autre.c.ordre < anomalie.c.ordre),
    ACTIVE,
)
"""An active line told by its first ALERTE: SQLite, which has no statistics, would go through all lines otherwise."""
_LIGNE = and_(ligne.c.depot_id == anomalie.c.depot_id, ligne.c.rang == anomalie.c.rang)
_VUE = and_(alerte_vue.c.depot_id == anomalie.c.depot_id, alerte_vue.c.rang == anomalie.c.rang)
_APRES: ColumnElement[bool] = tuple_(anomalie.c.depot_id, anomalie.c.rang) < tuple_(
    bindparam("apres_depot", type_=ligne.c.depot_id.type), bindparam("apres_rang", type_=ligne.c.rang.type)
)


def _lignes(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            ligne.c.depot_id,
            ligne.c.rang,
            depot.c.numero,
            ligne.c.numero,
            esat.c.siret,
            esat.c.raison_sociale,
            depot.c.date_reception,
            ligne.c.nature,
            ligne.c.annee,
            alerte_vue.c.vue_le,
            operateur.c.courriel,
            alerte_vue.c.note,
        )
        .select_from(anomalie)
        .join(ligne, _LIGNE)
        .join(depot, depot.c.id == anomalie.c.depot_id)
        .join(esat, esat.c.id == depot.c.esat_id)
        .outerjoin(alerte_vue, _VUE)
        .outerjoin(operateur, operateur.c.id == alerte_vue.c.operateur_id)
        .where(_ALERTEE, *conditions)
        .order_by(anomalie.c.depot_id.desc(), anomalie.c.rang.desc())
        .limit(bindparam("limite"))
    )


_A_VOIR = Statement(_lignes(alerte_vue.c.vue_le.is_(None), _APRES), LigneAlertee)
_VUES = Statement(_lignes(alerte_vue.c.vue_le.is_not(None), _APRES), LigneAlertee)
_UNE = Statement(
    _lignes(anomalie.c.depot_id == bindparam("le_depot"), anomalie.c.rang == bindparam("le_rang")), LigneAlertee
)
_DES_LIGNES = Statement(
    select(*(anomalie.c[nom] for nom in Alerte._fields))
    .where(anomalie.c.gravite == _ALERTE, anomalie.c.depot_id == bindparam("le_depot"))
    .order_by(anomalie.c.rang, anomalie.c.ordre),
    Alerte,
)
_COMPTER: Statement[tuple[Any, ...]] = Statement(
    select(func.count())
    .select_from(anomalie)
    .join(ligne, _LIGNE)
    .outerjoin(alerte_vue, _VUE)
    .where(_ALERTEE, alerte_vue.c.vue_le.is_(None))
)
_NOTER: Statement[tuple[Any, ...]] = Statement(
    insert(alerte_vue)
    .values({colonne.name: bindparam(colonne.name) for colonne in alerte_vue.c})
    .on_conflict_do_nothing()
)
_FIN = 2**31 - 1


class AlertesRepository:
    """The lines to be looked at."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def lister(self, *, vues: bool, apres: tuple[int, int] | None, limite: int) -> list[LigneAlertee]:
        """Active declarations with an ALERTE, newest first: those already looked at, or those still to be.

        `apres` is the (depot_id, rang) of the last one of the page before.
        """
        depot_id, rang = apres or (_FIN, 0)
        valeurs = {"apres_depot": depot_id, "apres_rang": rang, "limite": limite}
        return self._session.all(_VUES if vues else _A_VOIR, valeurs)

    def une(self, depot_id: int, rang: int) -> LigneAlertee | None:
        """One line of these; None when it has no ALERTE or is no longer active."""
        return self._session.first(_UNE, {"le_depot": depot_id, "le_rang": rang, "limite": 1})

    def des_depots(self, depots: Sequence[int]) -> list[Alerte]:
        """The ALERTE anomalies of these deposits."""
        return [alerte for depot_id in depots for alerte in self._session.all(_DES_LIGNES, {"le_depot": depot_id})]

    def a_voir(self) -> int:
        """How many lines are still to be looked at."""
        return int(self._session.all(_COMPTER)[0][0])

    def noter(self, depot_id: int, rang: int, operateur_id: int, vue_le: datetime, note: str) -> bool:
        """Mark a line as looked at; False when somebody did before."""
        valeurs = {"depot_id": depot_id, "rang": rang, "operateur_id": operateur_id, "vue_le": vue_le, "note": note}
        return self._session.run(_NOTER, valeurs) == 1
