"""What a message asks for, in the words of the trade: what ``soap/mapping`` reads and the other use cases take."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from service.domain.declaration import Certificat, Changement, Entete, Operation


class DemandeDepot(NamedTuple):
    """A deposit: certificates, changes, or numbers of declarations to cancel."""

    operation: Operation
    entete: Entete
    lignes: Sequence[Certificat] | Sequence[Changement] | Sequence[str]
    empreinte: str
    """Hex SHA-256 of the exclusive C14N of the payload as received."""
    annee: int | None = None
    """Year of the November declared; certificates only."""
    motif: str | None = None
    """Reason of a cancellation."""


class DemandeConsultation(NamedTuple):
    """A deposit looked for by its number or by its message identifier, exactly one of them."""

    siret: str
    numero_depot: str | None
    identifiant_message: str | None


class Position(NamedTuple):
    """A place in a list of deposits: that of the last one of a page."""

    reception: datetime
    numero: str


class DemandeListe(NamedTuple):
    """The deposits of an ESAT received from `depuis` to `jusque`, days in Europe/Paris, inclusive."""

    siret: str
    depuis: date
    jusque: date
    apres: Position | None
    limite: int | None


class DemandeReste(NamedTuple):
    """The employees of an ESAT expected in the campaign of `annee` and not yet declared."""

    siret: str
    annee: int


class DemandeMotDePasse(NamedTuple):
    """The change of the sender's own password."""

    ancien: str
    nouveau: str


class DemandeVide(NamedTuple):
    """A request without parameters (ListeAnomalies, ConsulteService)."""


Demande = DemandeDepot | DemandeConsultation | DemandeListe | DemandeReste | DemandeMotDePasse | DemandeVide
