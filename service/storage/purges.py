"""What is erased when its retention is over: counted, or erased by lots small enough not to hold up who writes.

The same condition counts and erases, so that a simulation tells what a purge will do. A lot is the caller's
transaction: a purge that stops anywhere goes on from what is left.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, delete, func, or_, select, update

from service.storage.columns import Instant
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import (
    alerte_vue,
    anomalie,
    courriel,
    depot,
    feuille,
    jeton,
    journal,
    ligne,
    message_brut,
    mouvement,
    session_web,
    tentative,
    transmission,
)

LOT = 1000
"""Rows erased at a time."""
LIGNES = 2000
"""Lines of deposits erased at a time; a deposit is erased whole."""
_TRANSMISSIONS = 5
"""Files to the back office handled at a time."""


class Limites(NamedTuple):
    """What is older is erased. `entree` is the id of the last entry of the log that is due."""

    declarations: datetime
    bruts: datetime
    courriels: datetime
    seances: datetime
    tentatives: datetime
    jetons: datetime
    entree: int


class Comptes(NamedTuple):
    """How many rows of each kind."""

    depots: int = 0
    lignes: int = 0
    anomalies: int = 0
    bruts: int = 0
    transmissions: int = 0
    """Files to the back office whose content is erased."""
    mouvements: int = 0
    entrees: int = 0
    courriels: int = 0
    seances: int = 0
    tentatives: int = 0
    jetons: int = 0

    def plus(self, autres: "Comptes") -> "Comptes":
        """The sum, kind by kind."""
        return Comptes(*(un + autre for un, autre in zip(self, autres, strict=True)))


def _instant(nom: str) -> BindParameter[datetime]:
    return bindparam(nom, type_=Instant())


_lot: BindParameter[int] = bindparam("lot", type_=Integer())
_brut_du = message_brut.c.depot_id.in_(
    select(message_brut.c.depot_id)
    .join_from(message_brut, depot)
    .where(depot.c.date_reception < _instant("bruts"))
    .order_by(message_brut.c.depot_id)
    .limit(_lot)
)
_transmission_due = (
    transmission.c.contenu.is_not(None)
    & transmission.c.ecrite_le.is_not(None)
    & (transmission.c.preparee_le < _instant("bruts"))
)
_mouvement_du = mouvement.c.transmission_id.in_(
    select(transmission.c.id)
    .where(
        transmission.c.preparee_le < _instant("declarations"),
        select(mouvement.c.rang).where(mouvement.c.transmission_id == transmission.c.id).exists(),
    )
    .limit(_lot)
)
_tentative_due = (tentative.c.derniere < _instant("tentatives")) & or_(
    tentative.c.bloquee_jusque.is_(None), tentative.c.bloquee_jusque < _instant("tentatives")
)
_courriel_du = courriel.c.fini_le < _instant("courriels")
_seance_due = session_web.c.vue_le < _instant("seances")
_jeton_du = jeton.c.expire < _instant("jetons")
_depot_du = depot.c.date_reception < _instant("declarations")
_des_depots_dus = select(depot.c.id).where(_depot_du)


def _compter(table: Any, condition: ColumnElement[bool]) -> Statement[tuple[Any, ...]]:
    return Statement(select(func.count()).select_from(table).where(condition))


def _par_lots(table: Any, cle: Any, condition: ColumnElement[bool]) -> Statement[tuple[Any, ...]]:
    return Statement(delete(table).where(cle.in_(select(cle).where(condition).limit(_lot))))


_COMPTER = {
    "depots": _compter(depot, _depot_du),
    "lignes": _compter(ligne, ligne.c.depot_id.in_(_des_depots_dus)),
    "anomalies": _compter(anomalie, anomalie.c.depot_id.in_(_des_depots_dus)),
    "bruts": Statement(
        select(func.count()).select_from(message_brut.join(depot)).where(depot.c.date_reception < _instant("bruts"))
    ),
    "transmissions": _compter(transmission, _transmission_due),
    "mouvements": Statement(
        select(func.count())
        .select_from(mouvement.join(transmission))
        .where(transmission.c.preparee_le < _instant("declarations"))
    ),
    "entrees": _compter(journal, journal.c.id <= bindparam("entree")),
    "courriels": _compter(courriel, _courriel_du),
    "seances": _compter(session_web, _seance_due),
    "tentatives": _compter(tentative, _tentative_due),
    "jetons": _compter(jeton, _jeton_du),
}
_EFFACER: dict[str, Statement[tuple[Any, ...]]] = {
    "bruts": Statement(delete(message_brut).where(_brut_du)),
    "transmissions": Statement(
        update(transmission)
        .where(transmission.c.id.in_(select(transmission.c.id).where(_transmission_due).limit(_lot)))
        .values(contenu=None)
    ),
    "mouvements": Statement(delete(mouvement).where(_mouvement_du)),
    "courriels": _par_lots(courriel, courriel.c.id, _courriel_du),
    "seances": _par_lots(session_web, session_web.c.cle, _seance_due),
    "tentatives": _par_lots(tentative, tentative.c.cle, _tentative_due),
    "jetons": _par_lots(jeton, jeton.c.cle, _jeton_du),
}
_GROS = frozenset({"transmissions", "mouvements"})
PAR_LOTS = tuple(_EFFACER)
"""The kinds that `effacer` erases; deposits with their lines, and entries of the log, have methods of their own."""

_DEPOTS_DUS: Statement[tuple[Any, ...]] = Statement(
    select(depot.c.id, depot.c.nombre_recues).where(_depot_du).order_by(depot.c.id).limit(_lot)
)
_du_lot = _des_depots_dus.where(depot.c.id <= bindparam("jusque"))
_EFFACER_DEPOTS: dict[str, Statement[tuple[Any, ...]]] = {
    "alertes_vues": Statement(delete(alerte_vue).where(alerte_vue.c.depot_id.in_(_du_lot))),
    "bruts": Statement(delete(message_brut).where(message_brut.c.depot_id.in_(_du_lot))),
    "anomalies": Statement(delete(anomalie).where(anomalie.c.depot_id.in_(_du_lot))),
    "lignes": Statement(delete(ligne).where(ligne.c.depot_id.in_(_du_lot))),
    "depots": Statement(delete(depot).where(_depot_du, depot.c.id <= bindparam("jusque"))),
}
_FIN_DU_LOT: Statement[tuple[Any, ...]] = Statement(
    select(journal.c.id).where(journal.c.id <= bindparam("entree")).order_by(journal.c.id).limit(_lot)
)
_EFFACER_SELS: Statement[tuple[Any, ...]] = Statement(
    update(feuille)
    .where(feuille.c.journal_id.in_(select(journal.c.id).where(journal.c.id <= bindparam("jusque"))))
    .values(sel=None)
)
_EFFACER_ENTREES: Statement[tuple[Any, ...]] = Statement(delete(journal).where(journal.c.id <= bindparam("jusque")))


class PurgesRepository:
    """What is due for erasure."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def compter(self, limites: Limites) -> Comptes:
        """How much of each kind is due."""
        valeurs = limites._asdict()
        return Comptes(**{genre: self._session.all(enonce, valeurs)[0][0] for genre, enonce in _COMPTER.items()})

    def effacer(self, genre: str, limites: Limites) -> Comptes:
        """Erase a lot of one of `PAR_LOTS`; how much there was."""
        lot = min(LOT, _TRANSMISSIONS) if genre in _GROS else LOT
        return Comptes(**{genre: self._session.run(_EFFACER[genre], {**limites._asdict(), "lot": lot})})

    def effacer_depots(self, limites: Limites) -> Comptes:
        """Erase the oldest deposits that are due, with all that hangs on them; how much there was."""
        jusque, lignes = 0, 0
        dus = self._session.all(_DEPOTS_DUS, {"declarations": limites.declarations, "lot": LOT})
        for identifiant, nombre in dus:
            if jusque and lignes + nombre > LIGNES:
                break
            jusque, lignes = identifiant, lignes + nombre
        valeurs = {"declarations": limites.declarations, "jusque": jusque}
        effaces = {genre: self._session.run(enonce, valeurs) for genre, enonce in _EFFACER_DEPOTS.items()}
        del effaces["alertes_vues"]
        return Comptes(**effaces)

    def effacer_entrees(self, limites: Limites) -> Comptes:
        """Erase the oldest entries of the log that are due, and their salts; how many there were.

        Only salts of entries that are there: a leaf whose entry somebody took out before keeps its own, which tells.
        """
        lot = self._session.all(_FIN_DU_LOT, {"entree": limites.entree, "lot": LOT})
        if not lot:
            return Comptes()
        valeurs = {"jusque": lot[-1][0]}
        self._session.run(_EFFACER_SELS, valeurs)
        return Comptes(entrees=self._session.run(_EFFACER_ENTREES, valeurs))
