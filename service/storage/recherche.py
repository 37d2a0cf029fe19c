"""The log of submissions searched: newest first by (instant, id), each filter by an index of its own.

A filter that names several values (ESATs of a name, the two ways an account may be known by) is asked value by value
and the answers are merged: each of them then comes sorted out of its index, where one statement would sort all that
the values have. Rules and persons are found through the deposits' lines: the deposits first, their entries then.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from heapq import merge
from itertools import islice, product
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select, tuple_

from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import anomalie, compte, depot, journal, ligne


class Entree(NamedTuple):
    """An entry as stored."""

    id: int
    instant: datetime
    adresse: str
    agent: str | None
    utilisateur: str | None
    compte_id: int | None
    siret: str | None
    esat_id: int | None
    operation: str | None
    taille: int
    duree_us: int
    issue: str
    code: str | None
    identifiant_message: str | None
    numero_depot: str | None
    identifiant_incident: str | None
    identifiant_requete: str
    nombre: int
    canal: str
    acte: str | None
    objet: str | None
    motif: str | None
    accuse_hache: bytes | None


class Filtres(NamedTuple):
    """What to look for; None asks nothing. All that are given must hold."""

    messages: bool | None = None
    """True: of messages only, not of acts."""
    debut: datetime | None = None
    """Included."""
    fin: datetime | None = None
    """Excluded."""
    siret: str | None = None
    esat_id: int | None = None
    compte_id: int | None = None
    courriel: str | None = None
    """Of the account that was identified, in lower case."""
    operation: str | None = None
    issue: str | None = None
    code: str | None = None
    numero: str | None = None
    """Of a deposit or of a declaration."""
    identifiant_message: str | None = None
    sirets: Sequence[str] | None = None
    """Any of these."""
    numeros: Sequence[str] | None = None
    """Of deposits, any of these."""
    regle: str | None = None
    """Code of a rule that spoke in the deposit."""
    actes: bool | None = None
    """True: of acts only, not of messages."""
    acte: str | None = None
    code_utilisateur: str | None = None
    """In lower case: of the account that was identified, or submitted by whoever was not."""
    texte: str | None = None
    """Part of the agent, the fault code or the submitted user code, in any case of letters."""


_numeros, _numero = valeurs_de("numeros")
_CRITERES: dict[str, Callable[[], ColumnElement[bool]]] = {
    "actes": lambda: journal.c.acte.is_not(None),
    "acte": lambda: journal.c.acte == bindparam("acte"),
    "numeros": lambda: journal.c.numero_depot.in_(select(_numero).select_from(_numeros)),
    "regle": lambda: exists().where(
        depot.c.numero == journal.c.numero_depot,
        anomalie.c.depot_id == depot.c.id,
        anomalie.c.code == bindparam("regle"),
    ),
    "messages": lambda: journal.c.acte.is_(None),
    "debut": lambda: journal.c.instant >= bindparam("debut"),
    "fin": lambda: journal.c.instant < bindparam("fin"),
    "siret": lambda: journal.c.siret == bindparam("siret"),
    "esat_id": lambda: journal.c.esat_id == bindparam("esat_id"),
    "compte_id": lambda: journal.c.compte_id == bindparam("compte_id"),
    "courriel": lambda: (
        journal.c.compte_id == select(compte.c.id).where(compte.c.courriel == bindparam("courriel")).scalar_subquery()
    ),
    "operation": lambda: journal.c.operation == bindparam("operation"),
    "issue": lambda: journal.c.issue == bindparam("issue"),
    "code": lambda: journal.c.code == bindparam("code"),
    "numero": lambda: journal.c.numero_depot == bindparam("numero"),
    "identifiant_message": lambda: journal.c.identifiant_message == bindparam("identifiant_message"),
    "utilisateur_inconnu": lambda: and_(
        journal.c.compte_id.is_(None), journal.c.utilisateur == bindparam("utilisateur_inconnu")
    ),
    "texte": lambda: or_(
        *(
            func.lower(colonne).like(bindparam("texte"), escape="\\")
            for colonne in (journal.c.agent, journal.c.code, journal.c.utilisateur)
        )
    ),
    "apres_id": lambda: (
        tuple_(journal.c.instant, journal.c.id)
        < tuple_(
            bindparam("apres_instant", type_=journal.c.instant.type), bindparam("apres_id", type_=journal.c.id.type)
        )
    ),
}


@lru_cache(maxsize=256)
def _recherche(criteres: tuple[str, ...]) -> Statement[Entree]:
    requete: Select[Any] = select(*journal.c).where(*(_CRITERES[nom]() for nom in criteres))
    limite: BindParameter[int] = bindparam("limite", type_=Integer())
    return Statement(requete.order_by(journal.c.instant.desc(), journal.c.id.desc()).limit(limite), Entree)


def _numero_de_depot(numero: str) -> str:
    """The deposit's number within a declaration's: ``D261201-XXXXXXXX-0001`` is line 1 of ``D261201-XXXXXXXX``."""
    return "-".join(numero.split("-")[:2])


def _motif(texte: str) -> str:
    protege = texte.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{protege}%"


@lru_cache(maxsize=256)
def _compte(criteres: tuple[str, ...]) -> Statement[tuple[int]]:
    trouvees = select(journal.c.id).where(*(_CRITERES[nom]() for nom in criteres))
    limite: BindParameter[int] = bindparam("limite", type_=Integer())
    return Statement(select(func.count()).select_from(trouvees.limit(limite).subquery()))


def chercher(session: Session, filtres: Filtres, apres: tuple[datetime, int] | None, limite: int) -> list[Entree]:
    """At most `limite` entries, newest first; `apres` is the (instant, id) of the last one of the page before."""
    suites = []
    for valeurs in _alternatives(filtres):
        criteres = tuple(valeurs)
        if apres is not None:
            criteres += ("apres_id",)
            valeurs |= {"apres_instant": apres[0], "apres_id": apres[1]}
        suites.append(session.all(_recherche(criteres), {**valeurs, "limite": limite}))
    if len(suites) == 1:
        return suites[0]
    ordre: Callable[[Entree], Any] = lambda entree: (entree.instant, entree.id)  # noqa: E731
    return list(islice(merge(*suites, key=ordre, reverse=True), limite))


def compter(session: Session, filtres: Filtres, limite: int) -> int:
    """How many entries there are, counted up to `limite`."""
    total = 0
    for valeurs in _alternatives(filtres):
        total += session.all(_compte(tuple(valeurs)), {**valeurs, "limite": limite - total})[0][0]
        if total >= limite:
            break
    return total


def _alternatives(filtres: Filtres) -> Iterator[dict[str, Any]]:
    """The searches, no entry in two of them, whose answers together are those of the filters."""
    valeurs: dict[str, Any] = {nom: valeur for nom, valeur in filtres._asdict().items() if valeur is not None}
    if "numero" in valeurs:
        valeurs["numero"] = _numero_de_depot(valeurs["numero"])
    if "texte" in valeurs:
        valeurs["texte"] = _motif(valeurs["texte"])
    sirets = valeurs.pop("sirets", None)
    code = valeurs.pop("code_utilisateur", None)
    des_sirets = [{}] if sirets is None else [{"siret": siret} for siret in dict.fromkeys(sirets)]
    des_codes = [{}] if code is None else [{"courriel": code}, {"utilisateur_inconnu": code}]
    for siret, connu in product(des_sirets, des_codes):
        yield {**valeurs, **siret, **connu}


_PAR_REGLE: Statement[tuple[Any, ...]] = Statement(
    select(depot.c.numero)
    .join_from(anomalie, depot, depot.c.id == anomalie.c.depot_id)
    .where(anomalie.c.code == bindparam("code"))
    .limit(bindparam("limite"))
)
_HACHES = {"nir": ligne.c.nir_hache, "allocataire": ligne.c.allocataire_hache, "nom": ligne.c.nom_hache}
_PAR_PERSONNE: dict[str, Statement[tuple[Any, ...]]] = {
    sujet: Statement(
        select(depot.c.numero)
        .join_from(ligne, depot, depot.c.id == ligne.c.depot_id)
        .where(ligne.c.esat_id == bindparam("esat_id"), hache == bindparam("hache"))
        .distinct()
        .order_by(depot.c.numero.desc())
        .limit(bindparam("limite"))
    )
    for sujet, hache in _HACHES.items()
}


def depots_de_la_regle(session: Session, code: str, limite: int) -> list[str]:
    """Numbers of deposits in which a rule spoke, one for each time: at most `limite` of them."""
    return [trouve[0] for trouve in session.all(_PAR_REGLE, {"code": code, "limite": limite})]


def depots_de_la_personne(session: Session, esats: Sequence[int], sujet: str, hache: bytes, limite: int) -> list[str]:
    """Numbers of deposits of these ESATs that name a person, by the keyed hash of her NIR, her numéro or her name.

    The indexes on hashes open with the ESAT: so it is asked of each.
    """
    numeros: list[str] = []
    for esat_id in esats:
        valeurs = {"esat_id": esat_id, "hache": hache, "limite": limite - len(numeros)}
        numeros += [trouve[0] for trouve in session.all(_PAR_PERSONNE[sujet], valeurs)]
        if len(numeros) >= limite:
            break
    return numeros
