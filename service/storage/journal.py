"""The log: one entry a message or an act, append-only; searched in `recherche`.

Refusals that come too fast to be entered one by one are counted in one entry (`nombre`), written after its minute.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from service.storage.recherche import EntreeLisible, Filtres, Place, Trouvees, chercher, compter, lire
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import journal


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
    accuse_hache: bytes | None = None
    """SHA-256 of the signed receipt that a deposit was answered with."""


_AJOUTER: Statement[tuple[Any, ...]] = Statement(
    insert(journal).values({nom: bindparam(nom) for nom in NouvelleEntree._fields})
)


class JournalRepository:
    """The log of submissions."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter(self, entree: NouvelleEntree) -> None:
        """Append an entry."""
        self._session.run(_AJOUTER, entree._asdict())

    def lire(self, entree_id: int) -> EntreeLisible | None:
        """The entry of an id."""
        return lire(self._session, entree_id)

    def chercher(self, filtres: Filtres, apres: Place | None, limite: int) -> Trouvees:
        """At most `limite` entries, newest first; `apres` is the place where the page before ended.

        Raises TropLongError when the time that `limiter` gave is over before anything could be looked at.
        """
        self._session.suivre_les_index(sans_les_pages=filtres.personne is None)
        return chercher(self._session, filtres, apres, limite)

    def compter(self, filtres: Filtres, limite: int) -> int:
        """How many entries there are, counted up to `limite`. Raises TropLongError."""
        self._session.suivre_les_index(sans_les_pages=filtres.personne is None)
        return compter(self._session, filtres, limite)

    def limiter(self, secondes: float) -> None:
        """Give the searches of this unit that long."""
        self._session.limiter(secondes)
