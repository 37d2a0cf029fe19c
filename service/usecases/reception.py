"""The facts of one message, gathered along its way, from which its log entry is written whatever becomes of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.domain.actes import Canal
from service.domain.declaration import Operation
from service.domain.habilitation import Convention, Role


class Issue(StrEnum):
    """How a message ended, as the log of submissions tells it."""

    ACCEPTE = "ACCEPTE"
    ACCEPTE_PARTIELLEMENT = "ACCEPTE_PARTIELLEMENT"
    REJETE = "REJETE"
    REPETE = "REPETE"
    REPONDU = "REPONDU"
    REFUSE = "REFUSE"
    FAIT = "FAIT"
    """Of an act, which is no message."""

    @property
    def libelle(self) -> str:
        """French label for tables and pages."""
        return _LIBELLES[self]


_LIBELLES = {
    Issue.ACCEPTE: "accepté",
    Issue.ACCEPTE_PARTIELLEMENT: "accepté en partie",
    Issue.REJETE: "rejeté",
    Issue.REPETE: "répété (même accusé)",
    Issue.REPONDU: "répondu",
    Issue.REFUSE: "refusé",
    Issue.FAIT: "fait",
}


@dataclass(frozen=True, slots=True)
class Etablissement:
    """An ESAT that a sender is habilitated for, with its role there and the convention that opens the access."""

    id: int
    siret: str
    role: Role
    convention: Convention


@dataclass(frozen=True, slots=True)
class Expediteur:
    """An identified sender: the account, its ESATs by SIRET, and the state of the credential it used."""

    compte_id: int
    courriel: str
    etablissements: Mapping[str, Etablissement]
    cle_id: int | None
    """The clé d'intégration used; None for the person's password."""
    usage_a_noter: bool
    """Whether its last use, noted to the hour, is to be noted anew."""
    expiration: datetime
    """End of the credential used."""
    a_changer: bool
    """The password is provisional or expired: only ModifieMotDePasse is open."""


@dataclass(slots=True)
class Reception:
    """One message as received: where from, when, what it turned out to be."""

    instant: datetime
    adresse: str
    agent: str
    taille: int
    requete: str
    """Request identifier, also in the technical log and the X-Request-Id header."""
    confidentiel: bool
    """The transport hides passwords: TLS, or a loopback peer in the demonstration."""
    octets: bytes = b""
    operation: Operation | None = None
    utilisateur: str | None = None
    """The user code as submitted, existing or not."""
    rejeu: bytes | None = None
    """Replay key of an authenticated token, to be consumed with the act."""
    expediteur: Expediteur | None = None
    siret: str | None = None
    identifiant_message: str | None = None
    numero_depot: str | None = None
    accuse_hache: bytes | None = None
    """SHA-256 of the signed receipt that answers a deposit: what the log proves of it."""
    issue: Issue = Issue.REPONDU
    code: str | None = None
    """Fault code of a refusal."""
    canal: Canal = Canal.SOAP
    debut: float = field(default_factory=time.perf_counter)

    @property
    def duree_us(self) -> int:
        """Microseconds since the message was received."""
        return int((time.perf_counter() - self.debut) * 1_000_000)
