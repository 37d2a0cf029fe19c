"""The log of submissions: one entry a message, append-only; newest first by (instant, id).

Only refusals before authentication that come too fast from one address are counted in one entry a minute; that entry
alone changes after it was written, and only within its minute.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Integer, Select, bindparam, func, literal_column, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

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


class Filtres(NamedTuple):
    """What to look for; None asks nothing. All that are given must hold."""

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
    texte: str | None = None
    """Part of the agent, the fault code or the submitted user code, in any case of letters."""


_REFUS_AVANT_AUTHENTIFICATION = (
    journal.c.issue == literal_column("'REFUSE'"),
    journal.c.compte_id.is_(None),
    journal.c.adresse == bindparam("adresse_source"),
    journal.c.instant >= bindparam("debut"),
    journal.c.instant < bindparam("fin"),
)
_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(journal).values({nom: bindparam(nom) for nom in NouvelleEntree._fields})
)
_COMPTER: Statement[tuple[Any, ...]] = Statement(
    select(func.count()).select_from(journal).where(*_REFUS_AVANT_AUTHENTIFICATION)
)
_INCREMENTER: Statement[tuple[Any, ...]] = Statement(
    update(journal)
    .where(journal.c.id == select(func.max(journal.c.id)).where(*_REFUS_AVANT_AUTHENTIFICATION).scalar_subquery())
    .values(nombre=journal.c.nombre + 1)
)
_CRITERES = {
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

    def compter_refus(self, adresse: str, minute: datetime) -> int:
        """Entries of refusals before authentication from an address within the minute that begins at `minute`."""
        ligne = self._session.first(_COMPTER, _fenetre(adresse, minute))
        return 0 if ligne is None else int(ligne[0])

    def incrementer(self, adresse: str, minute: datetime) -> bool:
        """Count one refusal more in the last entry that `compter_refus` counted; False when there is none."""
        return self._session.run(_INCREMENTER, _fenetre(adresse, minute)) == 1


def _fenetre(adresse: str, minute: datetime) -> Mapping[str, Any]:
    return {"adresse_source": adresse, "debut": minute, "fin": minute + timedelta(minutes=1)}
