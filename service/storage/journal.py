"""The log of submissions: one entry a message, append-only; newest first by (instant, id).

Refusals that come too fast to be entered one by one are counted in one entry (`nombre`), written after its minute.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import compte, journal


class NouvelleEntree(NamedTuple):
    """An entry to be written: the columns of the table without its generated id, in order."""

    instant: datetime
    adresse: str
    agent: str | None
    utilisateur: str | None
    """User code as submitted, at most 100 characters."""
    compte_id: int | None
    siret: str | None
    esat_id: int | None
    operation: str | None
    taille: int
    """Bytes."""
    duree_us: int
    issue: str
    """ACCEPTE, ACCEPTE_PARTIELLEMENT, REJETE, REPONDU, REPETE or REFUSE."""
    code: str | None
    """Fault code of a refusal."""
    identifiant_message: str | None
    numero_depot: str | None
    identifiant_incident: str | None
    identifiant_requete: str
    nombre: int = 1
    """Refusals that this entry counts."""
    canal: str = "SOAP"
    """SOAP, EXTRANET, CONSOLE or COMMANDE."""
    acte: str | None = None
    """What a person did; None for a message."""
    objet: str | None = None
    """What the act was done to; never personal data."""
    motif: str | None = None
    """Why, where a reason is asked for."""


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
    code_utilisateur: str | None = None
    """In lower case: of the account that was identified, or submitted by whoever was not."""
    texte: str | None = None
    """Part of the agent, the fault code or the submitted user code, in any case of letters."""


_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(journal).values({nom: bindparam(nom) for nom in NouvelleEntree._fields})
)
_sirets, _siret = valeurs_de("sirets")
_CRITERES: dict[str, Callable[[], ColumnElement[bool]]] = {
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
    "sirets": lambda: journal.c.siret.in_(select(_siret).select_from(_sirets)),
    "code_utilisateur": lambda: or_(
        journal.c.compte_id
        == select(compte.c.id).where(compte.c.courriel == bindparam("code_utilisateur")).scalar_subquery(),
        journal.c.utilisateur == bindparam("code_utilisateur"),
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


class JournalRepository:
    """The log of submissions."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter(self, entree: NouvelleEntree) -> None:
        """Append an entry."""
        self._session.run(_AJOUTER, entree._asdict())

    def chercher(self, filtres: Filtres, apres: tuple[datetime, int] | None, limite: int) -> list[Entree]:
        """At most `limite` entries, newest first; `apres` is the (instant, id) of the last one of the page before."""
        valeurs: dict[str, Any] = {nom: v for nom, v in filtres._asdict().items() if v is not None}
        if "numero" in valeurs:
            valeurs["numero"] = _numero_de_depot(valeurs["numero"])
        if "texte" in valeurs:
            valeurs["texte"] = _motif(valeurs["texte"])
        criteres = tuple(valeurs)
        if apres is not None:
            criteres += ("apres_id",)
            valeurs |= {"apres_instant": apres[0], "apres_id": apres[1]}
        return self._session.all(_recherche(criteres), {**valeurs, "limite": limite})
