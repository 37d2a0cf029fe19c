"""The log of submissions searched: newest first by (instant, id), in pages, whatever is asked.

A search walks the ranges of one index side by side (`pistes`), a window of entries at a time, and stops when the page
is full, the ranges are at their end, or the time is over: then it tells how far it came, so that it can go on from
there. Deposits of a rule or of a person are looked for among deposits (`recherche_par_depots`).
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from service.errors import TropLongError
from service.storage import entrees, recherche_par_depots
from service.storage.criteres import Criteres
from service.storage.entrees import Entree, EntreeLisible, Place
from service.storage.intervalles import Intervalle
from service.storage.pistes import Piste, choisir, parmi_toutes
from service.storage.recherche_par_depots import Identite
from service.storage.session import Session

__all__ = ["Entree", "EntreeLisible", "Filtres", "Identite", "Place", "Trouvees", "chercher", "compter", "lire"]
FENETRE, FENETRE_MAX = 500, 20_000
"""Entries of an index looked at in one statement, at first and at most."""
_FENETRE_DU_COMPTE = 5_000
_LOT_MIN = 8


class Filtres(NamedTuple):
    """What to look for; None asks nothing. All that are given must hold."""

    messages: bool | None = None
    """True: of messages only, not of acts."""
    actes: bool | None = None
    """True: of acts only, not of messages."""
    debut: datetime | None = None
    """Included."""
    fin: datetime | None = None
    """Excluded."""
    sirets: Sequence[str] | None = None
    """Any of these."""
    compte_id: int | None = None
    """Of the account that was identified."""
    utilisateur: str | None = None
    """User code in lower case, as submitted by whoever was not identified; with `compte_id`, either may hold."""
    operation: str | None = None
    issue: str | None = None
    code: str | None = None
    """Of a fault."""
    numero: str | None = None
    """Of a deposit or of a declaration."""
    identifiant_message: str | None = None
    acte: str | None = None
    regle: str | None = None
    """Code of a rule that spoke in the deposit which the message made."""
    personne: Identite | None = None
    """Somebody named by a line of the deposit which the message made."""
    texte: str | None = None
    """Part of the agent, the fault code or the submitted user code, in any case of letters."""


class Trouvees(NamedTuple):
    """Entries found, newest first; when time was over before they were all, the place up to which it was looked."""

    entrees: list[EntreeLisible]
    arretee: Place | None


def lire(session: Session, entree_id: int) -> EntreeLisible | None:
    """The entry of an id."""
    return next(iter(entrees.lire(session, [entree_id])), None)


def chercher(session: Session, filtres: Filtres, apres: Place | None, limite: int) -> Trouvees:
    """At most `limite` entries, newest first; `apres` is the place where the page before ended.

    Raises TropLongError when time is over before anything could be looked at.
    """
    criteres = _criteres(filtres)
    if _par_depots(session, criteres):
        return Trouvees(*recherche_par_depots.chercher(session, criteres, apres, limite))
    pistes = [parmi_toutes(session, un, apres) or choisir(session, un, apres) for un in _separees(criteres)]
    flux = [_Flux(session, piste, un, limite) for piste in pistes for un in piste.intervalles]
    places, arretee = _fondre(session, flux, limite)
    return Trouvees(entrees.lire(session, [id_ for _, id_ in places]), arretee)


def compter(session: Session, filtres: Filtres, limite: int) -> int:
    """How many entries there are, counted up to `limite`. Raises TropLongError."""
    criteres = _criteres(filtres)
    if _par_depots(session, criteres):
        return recherche_par_depots.compter(session, criteres, limite)
    pistes, total = [choisir(session, un, None) for un in _separees(criteres)], 0
    for reste, intervalle in ((piste.reste, un) for piste in pistes for un in piste.intervalles):
        session.exiger_du_temps()
        if reste:
            total += _compter_parmi(session, intervalle, reste, limite - total)
        else:
            total += intervalle.compter(session, limite - total)
        if total >= limite:
            return limite
    return total


def _separees(criteres: Criteres) -> list[Criteres]:
    """Searches that have no entry in common, which together are this one: each goes its own way.

    An account that was identified is told apart in the index of an ESAT, and whoever was not is not: asked together of
    the entries of an ESAT, each one of them was read (8 ms at ten million entries, 0.3 so).
    """
    if "compte" not in criteres:
        return [criteres]
    autres = {nom: valeur for nom, valeur in criteres.items() if nom != "compte"}
    return [{**autres, nom: valeur} for nom, valeur in criteres["compte"].items()]


def _par_depots(session: Session, criteres: Criteres) -> bool:
    """Whether a search goes through deposits: for a person always, for a rule unless an account's entries are fewer."""
    if "personne" in criteres:
        return True
    if "regle" not in criteres or "numero" in criteres or "identifiant" in criteres:
        return False
    if not any(nom in criteres for nom in ("compte", "compte_id", "utilisateur")):
        return True
    return not _plus_rares(session, criteres, recherche_par_depots.frequence(session, criteres))


def _plus_rares(session: Session, criteres: Criteres, nombre: int) -> bool:
    """Whether there are fewer entries than that on the way that the other criteria open."""
    total = 0
    pistes = [choisir(session, un, None) for un in _separees(criteres)]
    for intervalle in (un for piste in pistes for un in piste.intervalles):
        total += intervalle.compter(session, nombre - total)
        if total >= nombre:
            return False
    return total < nombre


class _Flux:
    """The places, in one range, of entries that hold what remains, read window by window."""

    def __init__(self, session: Session, piste: Piste, intervalle: Intervalle, limite: int) -> None:
        self._session, self._intervalle, self._reste = session, intervalle, piste.reste
        ensemble = len(piste.intervalles)
        self._fenetre = FENETRE // ensemble + 1
        self._lot = limite if ensemble == 1 else max(_LOT_MIN, 2 * limite // ensemble)
        self.pretes: deque[Place] = deque()
        self.fini = False

    @property
    def front(self) -> Place:
        """The next entry's place, or that up to which nothing more is here."""
        return self.pretes[0] if self.pretes else self._intervalle.haut

    def avancer(self) -> None:
        """Read one window more."""
        if self._reste:
            fenetre = self._intervalle.places_parmi(self._session, self._reste, self._fenetre, self._lot)
        else:
            fenetre = self._intervalle.places(self._session, self._lot)
        self.pretes.extend(fenetre)
        suite = fenetre[-1] if len(fenetre) == self._lot else None
        if suite is not None:
            self._lot *= 2
        elif self._reste:
            suite = self._intervalle.place(self._session, self._fenetre - 1)
            self._fenetre = min(self._fenetre_suivante(len(fenetre)), FENETRE_MAX)
        self.fini = suite is None
        self._intervalle = self._intervalle._replace(haut=suite or self._intervalle.haut)

    def _fenetre_suivante(self, trouvees: int) -> int:
        """Four times as many entries where few hold what is asked, else as many as will do, going by those found."""
        if not trouvees:
            return 4 * self._fenetre
        assez = self._fenetre * (self._lot - trouvees) * 5 // (4 * trouvees)
        return min(4 * self._fenetre, max(self._fenetre // 4, assez))


def _fondre(session: Session, flux: Sequence[_Flux], limite: int) -> tuple[list[Place], Place | None]:
    """The newest places of all ranges, one being taken once no range can hold a newer one; and where time was over."""
    trouvees: list[Place] = []
    depart = max((un.front for un in flux), default=None)
    while len(trouvees) < limite:
        actifs = [un for un in flux if un.pretes or not un.fini]
        if not actifs:
            break
        premier = max(actifs, key=lambda un: un.front)
        if premier.pretes:
            trouvees.append(premier.pretes.popleft())
            continue
        try:
            session.exiger_du_temps()
            premier.avancer()
        except TropLongError:
            if premier.front == depart:
                raise
            return trouvees, premier.front
    return trouvees, None


def _compter_parmi(session: Session, intervalle: Intervalle, reste: Criteres, limite: int) -> int:
    total = 0
    while total < limite:
        session.exiger_du_temps()
        total += intervalle.compter_parmi(session, reste, _FENETRE_DU_COMPTE)
        suite = intervalle.place(session, _FENETRE_DU_COMPTE - 1)
        if suite is None:
            break
        intervalle = intervalle._replace(haut=suite)
    return total


def _criteres(filtres: Filtres) -> dict[str, Any]:
    """The filters by the names of criteria."""
    criteres = {nom: valeur for nom, valeur in filtres._asdict().items() if valeur is not None}
    if "numero" in criteres:
        criteres["numero"] = _numero_de_depot(criteres["numero"])
    if "texte" in criteres:
        criteres["texte"] = _motif(criteres["texte"])
    if "compte_id" in criteres and "utilisateur" in criteres:
        criteres["compte"] = {nom: criteres.pop(nom) for nom in ("compte_id", "utilisateur")}
    if "identifiant_message" in criteres:
        criteres["identifiant"] = criteres.pop("identifiant_message")
    if "regle" in criteres or "personne" in criteres:
        criteres["fait"] = True
    return criteres


def _numero_de_depot(numero: str) -> str:
    """The deposit's number within a declaration's: ``D261201-XXXXXXXX-0001`` is line 1 of ``D261201-XXXXXXXX``."""
    return "-".join(numero.split("-")[:2])


def _motif(texte: str) -> str:
    protege = texte.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{protege}%"
