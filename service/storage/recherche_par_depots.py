"""Messages that made a deposit in which a rule spoke, or which names a person: looked for among deposits.

The newest deposits come first out of the index of the rule, or of the person's repères; where a rule is asked of
ESATs that have few deposits, out of those. The entry of each one's message is found by its number. They are in the
order of deposits, which is that of their entries but for those that were recorded in the same instant.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, Select, bindparam, cast, func, select

from service.errors import TropLongError
from service.storage.columns import EPOQUE, valeurs_de
from service.storage.criteres import COLONNES, Criteres, Noms, conditions, fait_un_depot, valeurs
from service.storage.entrees import EntreeLisible, Place, lisibles, lues
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import anomalie, depot, esat, journal, ligne

_FENETRE_MAX, _FENETRE_NOMMES = 5_000, 500
"""Deposits that are looked at together; of those that name a person fewer, since as many ESATs are to have one."""
_FREQUENT = 2_000
"""Times that a rule spoke up to which they are counted."""
_PEU = 1_000
"""Deposits of ESATs below which each of them is looked at for a rule."""
_MARGE = timedelta(minutes=10)
"""What the reception of a deposit may be apart from that of the one recorded before it."""
_REPERES = {"nir": ligne.c.nir_repere, "allocataire": ligne.c.allocataire_repere, "nom": ligne.c.nom_repere}
_HORS_D_ORDRE = ligne.c.depot_id + 0
"""The deposit of a line, not to be read in the order of the table's key: SQLite would go through all lines."""
_sirets, _siret = valeurs_de("sirets")
_ids, _id = valeurs_de("ids")
_ces_esats, _esat = valeurs_de("esats", BigInteger)
_fenetre = bindparam("fenetre", type_=Integer())
_JAMAIS = datetime(9999, 1, 1, tzinfo=UTC)
_SANS_LIMITE = 2**31 - 1
_PAR_ESAT: Noms = ("sirets", "regle")
"""What finds deposits of a rule among those of ESATs; the other way round, among those of the rule."""
_AUCUN = 0
"""An id below those of all deposits."""


class Identite(NamedTuple):
    """A person by repères; all that are given must hold of one line."""

    nir: int | None = None
    allocataire: int | None = None
    nom: int | None = None


_dites = select(anomalie.c.depot_id).where(
    anomalie.c.code == bindparam("regle"),
    anomalie.c.depot_id >= bindparam("bas"),
    anomalie.c.depot_id < bindparam("haut"),
)
_FREQUENCE: Statement[tuple[int]] = Statement(select(func.count()).select_from(_dites.limit(_FREQUENT).subquery()))
_recus = (depot.c.date_reception >= bindparam("depuis", type_=depot.c.date_reception.type)) & (
    depot.c.date_reception < bindparam("avant", type_=depot.c.date_reception.type)
)
_de_ces_esats = (
    select(depot.c.id)
    .join_from(_sirets, esat, esat.c.siret == _siret)
    .join(depot, depot.c.esat_id == esat.c.id)
    .where(_recus)
)
_COMBIEN: Statement[tuple[int]] = Statement(
    select(func.count()).select_from(_de_ces_esats.limit(bindparam("peu", type_=Integer())).subquery())
)
_du_message = select(journal.c.numero_depot).where(journal.c.acte.is_(None), fait_un_depot(journal)).limit(1)
_avant = _du_message.where(journal.c.instant < bindparam("avant", type_=journal.c.instant.type))
_depuis = _du_message.where(journal.c.instant >= bindparam("depuis", type_=journal.c.instant.type))
_DERNIER: Statement[tuple[int]] = Statement(
    select(depot.c.id).where(
        depot.c.numero == _avant.order_by(journal.c.instant.desc(), journal.c.id.desc()).scalar_subquery()
    )
)
_PREMIER: Statement[tuple[int]] = Statement(
    select(depot.c.id).where(depot.c.numero == _depuis.order_by(journal.c.instant, journal.c.id).scalar_subquery())
)
_DE_L_ENTREE: Statement[tuple[int]] = Statement(
    select(depot.c.id)
    .join_from(journal, depot, depot.c.numero == journal.c.numero_depot)
    .where(journal.c.id == bindparam("entree"))
)


def frequence(session: Session, criteres: Criteres) -> int:
    """How often the rule of a search spoke in its period, counted up to `_FREQUENT`."""
    bornes = _bornes(session, criteres, None)
    if bornes is None:
        return 0
    return session.all(_FREQUENCE, {"regle": criteres["regle"], "bas": bornes[0], "haut": bornes[1]})[0][0]


def chercher(
    session: Session, criteres: Criteres, apres: Place | None, limite: int
) -> tuple[list[EntreeLisible], Place | None]:
    """At most `limite` entries, newest first, and the place where time was over, if it was."""
    noms, reste, demande = _demande(session, criteres, apres)
    trouvees: list[EntreeLisible] = []
    try:
        for fenetre in _fenetres(session, noms, demande, _bornes(session, criteres, apres), limite + limite // 4):
            trouvees += lues(session.all(_entrees(reste), {**demande, **fenetre}))
            if len(trouvees) >= limite:
                break
    except TropLongError:
        if not trouvees:
            raise
        return trouvees[:limite], trouvees[:limite][-1].place
    return trouvees[:limite], None


def compter(session: Session, criteres: Criteres, limite: int) -> int:
    """How many entries there are, counted up to `limite`. Raises TropLongError."""
    noms, reste, demande = _demande(session, criteres, None)
    bornes = _bornes(session, criteres, None)
    if bornes is None:
        return 0
    if set(reste) <= {"messages", "fait"}:
        premier = session.first(_PREMIER, {"depuis": EPOQUE})
        encore = {"bas": _AUCUN if premier is None else premier[0], "haut": bornes[1], "limite": limite}
        return session.all(_compte_de_depots(noms), {**demande, **encore})[0][0]
    total = 0
    for fenetre in _fenetres(session, noms, demande, bornes, _FENETRE_MAX):
        total += session.all(_compte(reste), {**demande, **fenetre})[0][0]
        if total >= limite:
            return limite
    return total


def _demande(session: Session, criteres: Criteres, apres: Place | None) -> tuple[Noms, Noms, dict[str, Any]]:
    """What finds the deposits, what their entries must hold besides, and the values of both."""
    personne: Identite | None = criteres.get("personne")
    haches = {} if personne is None else {nom: hache for nom, hache in personne._asdict().items() if hache is not None}
    recus = _recus_entre(criteres, apres)
    noms = tuple(haches) or ("regle",)
    if "sirets" in criteres:
        noms += ("sirets",)
    if noms == ("regle", "sirets"):
        combien = session.all(_COMBIEN, {**recus, "sirets": criteres["sirets"], "peu": _PEU})[0][0]
        noms = _PAR_ESAT if combien < _PEU else noms
    reste = {nom: valeur for nom, valeur in criteres.items() if nom not in (*noms, "personne")}
    trouve = {nom: criteres[nom] for nom in noms if nom in criteres}
    return noms, tuple(reste), valeurs({**trouve, **reste}) | haches | recus


def _recus_entre(criteres: Criteres, apres: Place | None) -> dict[str, datetime]:
    """Between which receptions the deposits are, the second one excluded."""
    fin: datetime = criteres["fin"] + _MARGE if "fin" in criteres else _JAMAIS
    depuis: datetime = criteres["debut"] - _MARGE if "debut" in criteres else EPOQUE
    return {"depuis": depuis, "avant": fin if apres is None else min(fin, apres[0] + _MARGE)}


def _bornes(session: Session, criteres: Criteres, apres: Place | None) -> tuple[int, int] | None:
    """The ids between which the deposits are, the second one excluded; None where there are none."""
    avant = None if apres is None else session.first(_DE_L_ENTREE, {"entree": apres[1]})
    if avant is None:
        dernier = session.first(_DERNIER, {"avant": _recus_entre(criteres, apres)["avant"]})
        if dernier is None:
            return None
        avant = (dernier[0] + 1,)
    depuis = session.first(_PREMIER, {"depuis": criteres["debut"] - _MARGE}) if "debut" in criteres else (_AUCUN,)
    return None if depuis is None else (depuis[0], avant[0])


def _fenetres(
    session: Session, noms: Noms, demande: dict[str, Any], bornes: tuple[int, int] | None, taille: int
) -> Iterator[dict[str, Any]]:
    """The deposits, newest first, some at a time: the parameters that tell their ids."""
    taille_max = _FENETRE_MAX if "regle" in noms else _FENETRE_NOMMES
    taille = min(taille, taille_max)
    while bornes is not None:
        session.exiger_du_temps()
        vus = _derniers(session, noms, {**demande, "bas": bornes[0], "haut": bornes[1], "fenetre": taille})
        if vus:
            yield {"ids": [str(id_) for (id_,) in vus], "au_plus": _SANS_LIMITE}
        if len(vus) < taille:
            return
        bornes, taille = (bornes[0], vus[-1][0]), min(4 * taille, taille_max)


def _derniers(session: Session, noms: Noms, demande: dict[str, Any]) -> list[tuple[int]]:
    """The newest deposits between two ids, as many as a window takes.

    PostgreSQL, whose statistics tell which names are common, finds the short way by itself. On SQLite, the newest of
    each ESAT are found at once. ESATs whose newest are the newest of all, as many as the window takes deposits, have
    enough of them from the last of these on: nothing else is read, however common a name is.
    """
    if "regle" in noms or session.a_des_statistiques:
        return session.all(_depots(noms), demande)
    par_esat = [(esat_id, depot_id) for esat_id, depot_id in session.all(_dernier_de_chacun(noms), demande) if depot_id]
    if len(par_esat) == demande["fenetre"]:
        demande = {**demande, "bas": par_esat[-1][1]}
    return session.all(_depots_nommes(noms), {**demande, "esats": [esat_id for esat_id, _ in par_esat]})


def _parla(depot_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the rule spoke in a deposit; not EXISTS, for which PostgreSQL reads all that it ever said."""
    dite = select(anomalie.c.depot_id).where(anomalie.c.code == bindparam("regle"), anomalie.c.depot_id == depot_id)
    return dite.limit(1).scalar_subquery().is_not(None)


def _d_un_de_ces_esats(depot_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a deposit is of one of the ESATs; not EXISTS either: as many of the rule's are read as it takes."""
    sien = select(depot.c.id).join(esat, esat.c.id == depot.c.esat_id).where(depot.c.id == depot_id)
    return sien.where(esat.c.siret.in_(select(_siret).select_from(_sirets))).limit(1).scalar_subquery().is_not(None)


def _candidats(noms: Noms, de_la_ligne: ColumnElement[int] = _HORS_D_ORDRE) -> Select[Any]:
    """Deposits between two ids, the second one excluded; `de_la_ligne` tells the one of a line that names a person."""
    if noms == _PAR_ESAT:
        # Not a range of the table's key: those of the ESATs are the short way.
        return _entre(_de_ces_esats.where(_parla(depot.c.id)), depot.c.id + 0)
    if noms[0] == "regle":
        requete = select(anomalie.c.depot_id).where(anomalie.c.code == bindparam("regle"))
        if "sirets" in noms:
            requete = requete.where(_d_un_de_ces_esats(anomalie.c.depot_id))
        return _entre(requete, anomalie.c.depot_id)
    # SQLite, which has no statistics, would read a join the other way round.
    return _de_la_personne(select(de_la_ligne).where(ligne.c.esat_id.in_(_esats(noms, esat.c.id))), noms)


def _de_la_personne(requete: Select[Any], noms: Noms) -> Select[Any]:
    return _entre(requete.where(*_est_nommee(noms)), ligne.c.depot_id)


def _entre(requete: Select[Any], id_: ColumnElement[int]) -> Select[Any]:
    return requete.where(id_ >= bindparam("bas", type_=Integer()), id_ < bindparam("haut", type_=Integer()))


def _esats(noms: Noms, colonne: ColumnElement[Any]) -> Select[Any]:
    esats = select(colonne).select_from(esat)
    return esats.where(esat.c.siret.in_(select(_siret).select_from(_sirets))) if "sirets" in noms else esats


def _est_nommee(noms: Noms) -> list[ColumnElement[bool]]:
    return [_REPERES[nom] == bindparam(nom) for nom in noms if nom in _REPERES]


@lru_cache(maxsize=64)
def _dernier_de_chacun(noms: Noms) -> Statement[tuple[int, int | None]]:
    """Each ESAT with its newest deposit that names the person, None where there is none, the newest first."""
    siens = _de_la_personne(select(func.max(ligne.c.depot_id)).where(ligne.c.esat_id == esat.c.id), noms)
    dernier = siens.scalar_subquery().label("dernier")
    return Statement(_esats(noms, esat.c.id).add_columns(dernier).order_by(dernier.desc()).limit(_fenetre))


@lru_cache(maxsize=64)
def _depots_nommes(noms: Noms) -> Statement[tuple[int]]:
    """The newest deposits, of some ESATs, that name the person."""
    de_ces_esats = select(_HORS_D_ORDRE).where(ligne.c.esat_id.in_(select(_esat).select_from(_ces_esats)))
    return _les_derniers(_de_la_personne(de_ces_esats, noms))


@lru_cache(maxsize=64)
def _depots(noms: Noms) -> Statement[tuple[int]]:
    return _les_derniers(_candidats(noms, ligne.c.depot_id))


def _les_derniers(candidats: Select[Any]) -> Statement[tuple[int]]:
    requete = candidats.distinct()
    return Statement(requete.order_by(requete.selected_columns[0].desc()).limit(_fenetre))


@lru_cache(maxsize=256)
def _entrees(reste: Noms) -> Statement[tuple[Any, ...]]:
    fenetre = _des_depots(journal.c.keys())
    requete = lisibles(fenetre, fenetre).where(*conditions(fenetre, reste))
    return Statement(requete.order_by(fenetre.c.depot_id.desc()))


@lru_cache(maxsize=64)
def _compte_de_depots(noms: Noms) -> Statement[tuple[int]]:
    """Where nothing else is asked, deposits are counted: each made one entry, and those of purged entries are older."""
    trouves = _candidats(noms).distinct().limit(bindparam("limite", type_=Integer())).subquery()
    return Statement(select(func.count()).select_from(trouves))


@lru_cache(maxsize=256)
def _compte(reste: Noms) -> Statement[tuple[int]]:
    fenetre = _des_depots(sorted({"id"}.union(*(COLONNES.get(nom, (nom,)) for nom in reste))))
    return Statement(select(func.count()).select_from(fenetre).where(*conditions(fenetre, reste)))


def _des_depots(colonnes: Iterable[str]) -> FromClause:
    """Entries of some deposits, found by the number of each; its limit keeps what else is asked out of that plan."""
    depuis = _ids.join(depot, depot.c.id == cast(_id, depot.c.id.type))
    depuis = depuis.join(journal, journal.c.numero_depot == depot.c.numero)
    requete = select(depot.c.id.label("depot_id"), *(journal.c[nom] for nom in colonnes)).select_from(depuis)
    return requete.where(journal.c.acte.is_(None)).limit(bindparam("au_plus", type_=Integer())).subquery("fenetre")
