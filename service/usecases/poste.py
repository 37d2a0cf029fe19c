"""How mails are written and sent: what the outbox works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from service.mail.lettres import Redacteur
from service.mail.smtp import Envoi


@dataclass(frozen=True, slots=True)
class Poste:
    """The letter writer, the sender, and what hands a message over: None where no SMTP server is set."""

    redacteur: Redacteur
    expediteur: str
    nom: str
    remettre: Callable[[EmailMessage], Envoi] | None = field(repr=False)
