"""Ranges of the indexes of the log, read from their newest entry on.

A statement names the values of the columns that open an index, then a range of instants, in the order of the index: so
PostgreSQL reads that range and no further. It was given as two rows, (operation, issue, instant) >= (…) and < (…),
where PostgreSQL before 18 goes on past the lower one to the end of the first column's value: an operation's whole log
for an outcome that it never had (88 ms at ten million entries). `Session.suivre_les_index` holds it to the index meant.

What else is asked is looked at among a bounded number of those entries only: a subquery with a limit is a fence that
neither database plans through. So neither walks the whole log because its statistics, which know each column alone,
promise that it will not have to go far (PostgreSQL did, for a pair that no entry has: half a second at a million).
"""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, FromClause, Integer, Select, and_, bindparam, func, select, tuple_

from service.storage.criteres import COLONNES, Criteres, Noms, conditions, valeurs
from service.storage.entrees import A_LA_FIN, AU_DEBUT, Place
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import journal

_j = journal.c
_INDEX: dict[str, tuple[tuple[ColumnElement[Any], ...], ColumnElement[bool] | None]] = {
    "instant": ((), None),
    "numerotes": ((), _j.numero_depot.is_not(None)),
    "siret": ((_j.siret,), _j.siret.is_not(None)),
    "siret_code": ((_j.siret, _j.code), and_(_j.siret.is_not(None), _j.code.is_not(None))),
    "compte_id": ((_j.compte_id,), _j.compte_id.is_not(None)),
    "utilisateur": ((_j.utilisateur,), _j.compte_id.is_(None)),
    "operation": ((_j.operation, _j.issue), _j.operation.is_not(None)),
    "sans_operation": ((_j.issue,), _j.operation.is_(None)),
    "code": ((_j.code,), _j.code.is_not(None)),
    "acte": ((_j.acte,), _j.acte.is_not(None)),
    "numero": ((_j.numero_depot,), _j.numero_depot.is_not(None)),
    "sans_depot": ((_j.identifiant_message,), and_(_j.numero_depot.is_(None), _j.identifiant_message.is_not(None))),
}
"""The columns that open each index, and what its entries hold; the instant follows, but for the last two."""
_SANS_INSTANT = frozenset({"numero", "sans_depot"})
"""So few entries have one number, or one identifier, that they are sorted."""


class Intervalle(NamedTuple):
    """A range of one index."""

    voie: str
    """A key of `_INDEX`."""
    ouverture: tuple[Any, ...] = ()
    """Values of the columns that open the index."""
    messages: bool = False
    """Leave acts out."""
    bas: Place = AU_DEBUT
    """Included."""
    haut: Place = A_LA_FIN
    """Excluded."""

    def places(self, session: Session, limite: int) -> list[Place]:
        """Return the places of the newest entries, at most that many."""
        return session.all(_directe(self.voie, self.messages), {**self._valeurs(), "limite": limite})

    def places_parmi(self, session: Session, reste: Criteres, fenetre: int, limite: int) -> list[Place]:
        """Return the places of those of the `fenetre` newest entries that also hold `reste`, at most `limite`."""
        demande = {**self._valeurs(), **valeurs(reste), "fenetre": fenetre, "limite": limite}
        return session.all(_parmi(self.voie, self.messages, tuple(reste)), demande)

    def place(self, session: Session, saut: int) -> Place | None:
        """Return the place of the entry that comes after that many newer ones."""
        return session.first(_place(self.voie, self.messages), {**self._valeurs(), "saut": saut})

    def compter(self, session: Session, limite: int) -> int:
        """Return how many entries there are, counted up to `limite`."""
        demande = {**self._valeurs(), "limite": limite}
        return session.all(_compte(self.voie, self.messages), demande)[0][0]

    def compter_parmi(self, session: Session, reste: Criteres, fenetre: int) -> int:
        """Return how many of the `fenetre` newest entries hold `reste`."""
        demande = {**self._valeurs(), **valeurs(reste), "fenetre": fenetre}
        return session.all(_compte_parmi(self.voie, self.messages, tuple(reste)), demande)[0][0]

    def _valeurs(self) -> dict[str, Any]:
        ouverture = {f"ouverture_{rang}": valeur for rang, valeur in enumerate(self.ouverture)}
        places = {"bas": self.bas[0], "haut": self.haut[0], "haut_id": self.haut[1]}
        return ouverture | places


@lru_cache
def _directe(index: str, messages: bool) -> Statement[Place]:
    return Statement(_dans_l_ordre(select(_j.instant, _j.id), index, messages).limit(_entier("limite")))


@lru_cache(maxsize=512)
def _parmi(index: str, messages: bool, reste: Noms) -> Statement[Place]:
    fenetre = _fenetre(index, messages, reste)
    requete = select(fenetre.c.instant, fenetre.c.id).where(*conditions(fenetre, reste))
    return Statement(requete.order_by(fenetre.c.instant.desc(), fenetre.c.id.desc()).limit(_entier("limite")))


@lru_cache
def _place(index: str, messages: bool) -> Statement[Place]:
    requete = _dans_l_ordre(select(journal.c.instant, journal.c.id), index, messages)
    return Statement(requete.limit(1).offset(_entier("saut")))


@lru_cache
def _compte(index: str, messages: bool) -> Statement[tuple[int]]:
    trouvees = select(journal.c.id).where(*_etendue(index, messages)).limit(_entier("limite"))
    return Statement(select(func.count()).select_from(trouvees.subquery()))


@lru_cache(maxsize=512)
def _compte_parmi(index: str, messages: bool, reste: Noms) -> Statement[tuple[int]]:
    fenetre = _fenetre(index, messages, reste)
    return Statement(select(func.count()).select_from(fenetre).where(*conditions(fenetre, reste)))


def _fenetre(index: str, messages: bool, reste: Noms) -> FromClause:
    """Of its entries, a window holds what is asked only: where the index holds that too, they are not read."""
    noms = {"instant", "id"}.union(*(COLONNES.get(nom, (nom,)) for nom in reste))
    return (
        _dans_l_ordre(select(*(journal.c[nom] for nom in sorted(noms))), index, messages)
        .limit(_entier("fenetre"))
        .subquery("fenetre")
    )


def _dans_l_ordre(requete: Select[Any], index: str, messages: bool) -> Select[Any]:
    ouverture = () if index in _SANS_INSTANT else _INDEX[index][0]
    ordre = (*ouverture, journal.c.instant, journal.c.id)
    return requete.where(*_etendue(index, messages)).order_by(*(colonne.desc() for colonne in ordre))


def _etendue(index: str, messages: bool) -> list[ColumnElement[bool]]:
    colonnes, contenu = _INDEX[index]
    ouverture = [bindparam(f"ouverture_{rang}", type_=colonne.type) for rang, colonne in enumerate(colonnes)]
    bas, haut = (bindparam(nom, type_=_j.instant.type) for nom in ("bas", "haut"))
    haut_id = bindparam("haut_id", type_=_j.id.type)
    etendue: list[ColumnElement[bool]] = [
        *(colonne == valeur for colonne, valeur in zip(colonnes, ouverture, strict=True)),
        _j.instant >= bas,
        tuple_(_j.instant, _j.id) < tuple_(haut, haut_id),
    ]
    if contenu is not None:
        etendue.append(contenu)
    return [*etendue, _j.acte.is_(None)] if messages else etendue


def _entier(nom: str) -> BindParameter[int]:
    return bindparam(nom, type_=Integer())
