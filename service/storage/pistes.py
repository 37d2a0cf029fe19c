"""Ways into the log: ranges of an index, from the newest entry on; the way is taken on which the fewest entries lie.

How many lie on a way is not counted: how far back its hundredth entry is tells as much, for the price of a look into
its index.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from service.domain.actes import Acte
from service.domain.declaration import Operation
from service.storage.criteres import Criteres
from service.storage.entrees import A_LA_FIN, AU_DEBUT, Place
from service.storage.intervalles import Intervalle
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import depot

ESATS_MAX, ESATS_SEULS_MAX = 40, 200
"""ESATs of a search up to which each is asked by its index; the second number, where nothing else is asked."""
_SONDE = 100
"""The entry of a way whose age tells how many lie on it."""
_REGARD, _ASSEZ = 1_000, 20
"""Entries of all ESATs that are looked at first where many ESATs are asked for; how many of theirs are enough there."""
_ISSUES = ("ACCEPTE", "ACCEPTE_PARTIELLEMENT", "REJETE", "REPETE", "REPONDU", "REFUSE")
"""Outcomes of messages."""
_PARTOUT = frozenset({"debut", "fin", "messages"})
"""Criteria that every range answers."""

_NUMEROS: Statement[tuple[str]] = Statement(
    select(depot.c.numero).where(depot.c.identifiant_message == bindparam("identifiant"))
)
"""The deposits that the message of an identifier made: one of each ESAT that used it."""
_PREMIER_DEPOT: Statement[tuple[datetime]] = Statement(select(depot.c.date_reception).order_by(depot.c.id).limit(1))


class Piste(NamedTuple):
    """A way: ranges of one index, no entry in two of them, and what else the entries there must hold."""

    intervalles: Sequence[Intervalle]
    reste: Criteres


def choisir(session: Session, criteres: Criteres, apres: Place | None) -> Piste:
    """Return the way for a search that goes on after `apres`."""
    candidates = [_piste(criteres, apres, *une) for une in _ouvertures(session, criteres)]
    sure = next((une for une in candidates if not une.reste), None)
    if sure is not None or len(candidates) == 1:
        return sure or candidates[0]
    (tout,) = _piste(criteres, apres, frozenset(), [Intervalle("instant")]).intervalles
    haut = tout.place(session, 0)
    return candidates[0] if haut is None else min(candidates, key=lambda une: _densite(session, une, haut[0]))


def parmi_toutes(session: Session, criteres: Criteres, apres: Place | None) -> Piste | None:
    """Return the way among all entries to those of many ESATs, where the newest ones tell that it is short."""
    if len(criteres.get("sirets", ())) <= ESATS_MAX or criteres.keys() - _PARTOUT - {"sirets"}:
        return None
    piste = _piste(criteres, apres, frozenset(), [Intervalle("instant")])
    trouvees = piste.intervalles[0].places_parmi(session, piste.reste, _REGARD, _ASSEZ)
    return piste if len(trouvees) == _ASSEZ else None


def _piste(criteres: Criteres, apres: Place | None, repondus: frozenset[str], intervalles: list[Intervalle]) -> Piste:
    """A way within the period and after a place; an operation is asked of messages only, which needs no saying."""
    fin: Place = (criteres["fin"], 0) if "fin" in criteres else A_LA_FIN
    bas: Place = (criteres["debut"], 0) if "debut" in criteres else AU_DEBUT
    haut, messages = min(fin, apres or A_LA_FIN), "messages" in criteres
    return Piste(
        [
            un._replace(bas=max(un.bas, bas), haut=min(un.haut, haut), messages=messages and un.voie != "operation")
            for un in intervalles
        ],
        {nom: valeur for nom, valeur in criteres.items() if nom not in repondus | _PARTOUT},
    )


def _ouvertures(session: Session, criteres: Criteres) -> Iterator[tuple[frozenset[str], list[Intervalle]]]:
    """Every way that the criteria open, with those that it answers."""
    if "numero" in criteres:
        yield frozenset({"numero"}), [Intervalle("numero", (criteres["numero"],))]
        return
    if "identifiant" in criteres:
        yield frozenset(), list(_du_message(session, criteres["identifiant"]))
        return
    yield from list(_larges(criteres)) or [(frozenset(), [Intervalle("instant")])]


def _du_message(session: Session, identifiant: str) -> Iterator[Intervalle]:
    """What made a deposit is found by the deposit's number, among whose few entries the identifier is looked at.

    Where the log is kept longer than deposits are, what is older than the first of those is looked at one by one.
    """
    yield Intervalle("sans_depot", (identifiant,))
    premier = session.first(_PREMIER_DEPOT)
    depuis: Place = A_LA_FIN if premier is None else (premier[0], 0)
    for (numero,) in session.all(_NUMEROS, {"identifiant": identifiant}):
        yield Intervalle("numero", (numero,), bas=depuis)
    yield Intervalle("numerotes", haut=depuis)


def _larges(criteres: Criteres) -> Iterator[tuple[frozenset[str], list[Intervalle]]]:
    if "code" in criteres and "sirets" in criteres and len(criteres["sirets"]) <= ESATS_MAX:
        intervalles = [Intervalle("siret_code", (siret, criteres["code"])) for siret in criteres["sirets"]]
        yield frozenset({"sirets", "code"}), intervalles
    for nom in ("code", "compte_id", "utilisateur"):
        if nom in criteres:
            yield frozenset({nom}), [Intervalle(nom, (criteres[nom],))]
    autres = criteres.keys() - _PARTOUT - {"sirets"}
    if "sirets" in criteres and len(criteres["sirets"]) <= (ESATS_MAX if autres else ESATS_SEULS_MAX):
        yield frozenset({"sirets"}), [Intervalle("siret", (siret,)) for siret in criteres["sirets"]]
    if "operation" in criteres or "issue" in criteres:
        yield frozenset({"operation", "issue"}), list(_par_operation(criteres.get("operation"), criteres.get("issue")))
    if "acte" in criteres:
        yield frozenset({"acte", "actes"}), [Intervalle("acte", (criteres["acte"],))]
    elif "actes" in criteres:
        yield frozenset({"actes"}), [Intervalle("acte", (acte.value,)) for acte in Acte]


def _par_operation(operation: str | None, issue: str | None) -> Iterator[Intervalle]:
    """Ranges of the index that opens with both: each value of the one that is not asked."""
    for une in [operation] if operation else [o.value for o in Operation]:
        for autre in [issue] if issue else _ISSUES:
            yield Intervalle("operation", (une, autre))
    if operation is None:
        yield Intervalle("sans_operation", (issue,))


def _densite(session: Session, piste: Piste, haut: datetime) -> float:
    """Entries a second on the way, looked at from its newest ones; next to none where they are fewer than a look."""
    total = 0.0
    for intervalle in piste.intervalles:
        trouvee = intervalle.place(session, _SONDE)
        if trouvee is not None:
            total += _SONDE / max((haut - trouvee[0]).total_seconds(), 0.001)
    return total
