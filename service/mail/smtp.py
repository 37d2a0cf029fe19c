"""Hands one message to an SMTP server (RFC 5321) and says what became of it.

Invariants: a password is told to the server over TLS only, its certificate verified; a failure before the message was
given is known as such, so that sending again is safe; a connection lost while the server had the message is neither
sent nor unsent: only a person can tell.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

ATTENTE_S = 20.0
"""Seconds that the server's answers are waited for."""
_PORTS = {"smtp": 587, "smtps": 465}


class IssueEnvoi(StrEnum):
    """What became of a message."""

    ENVOYE = "ENVOYE"
    REMIS = "REMIS"
    """Not taken for now."""
    REFUSE = "REFUSE"
    """Refused for good."""
    INCERTAIN = "INCERTAIN"
    """The connection was lost while the server had the message."""


class Envoi(NamedTuple):
    """What became of a message, and why in French; never the server's own words, which may quote anything."""

    issue: IssueEnvoi
    raison: str = ""


def envoyer(adresse: str, message: EmailMessage) -> Envoi:
    """Send a message by the server of `adresse` (``smtp://user:password@host:port`` or ``smtps://…``)."""
    try:
        with _ouverte(adresse) as connexion:
            return _remettre(connexion, message)
    except smtplib.SMTPNotSupportedError:
        return Envoi(IssueEnvoi.REMIS, "le serveur de courriel n'offre pas STARTTLS ou l'authentification attendue")
    except smtplib.SMTPResponseException as refus:
        # Of the way in, not of the message: a password that is wrong in the settings must give no mail up.
        return Envoi(IssueEnvoi.REMIS, f"le serveur de courriel refuse la connexion (code {refus.smtp_code})")
    except (OSError, smtplib.SMTPException):
        return Envoi(IssueEnvoi.REMIS, "le serveur de courriel n'est pas joignable")


@contextlib.contextmanager
def _ouverte(adresse: str) -> Iterator[smtplib.SMTP]:
    """A connection ready for a message, closed whatever happens."""
    parts = urlsplit(adresse)
    hote, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    contexte = ssl.create_default_context()
    chiffree = parts.scheme == "smtps"
    with contextlib.closing(
        smtplib.SMTP_SSL(hote, port, timeout=ATTENTE_S, context=contexte)
        if chiffree
        else smtplib.SMTP(hote, port, timeout=ATTENTE_S)
    ) as connexion:
        connexion.ehlo()
        if not chiffree and (connexion.has_extn("starttls") or parts.username):
            connexion.starttls(context=contexte)
        if parts.username:
            connexion.login(unquote(parts.username), unquote(parts.password or ""))
        yield connexion
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connexion.quit()


def _remettre(connexion: smtplib.SMTP, message: EmailMessage) -> Envoi:
    expediteur = message["From"].addresses[0].addr_spec
    destinataire = message["To"].addresses[0].addr_spec
    connexion.ehlo_or_helo_if_needed()
    etapes: tuple[tuple[Callable[[], tuple[int, bytes]], str], ...] = (
        (lambda: connexion.mail(expediteur), "l'expéditeur est refusé"),
        (lambda: connexion.rcpt(destinataire), "le destinataire est refusé"),
    )
    for etape, raison in etapes:
        code, _ = etape()
        if code not in (250, 251):
            return _selon_le_code(code, raison)
    try:
        code, _ = connexion.data(message.as_bytes())
    except smtplib.SMTPDataError as refus:
        return _selon_le_code(refus.smtp_code, "le message est refusé")
    except (OSError, smtplib.SMTPException):
        return Envoi(IssueEnvoi.INCERTAIN, "la connexion s'est rompue pendant la remise")
    return Envoi(IssueEnvoi.ENVOYE) if code == 250 else _selon_le_code(code, "le message est refusé")


def _selon_le_code(code: int, raison: str) -> Envoi:
    """RFC 5321, 4.2.1: 5xx is final, the rest is for now."""
    issue = IssueEnvoi.REFUSE if 500 <= code < 600 else IssueEnvoi.REMIS
    return Envoi(issue, f"{raison} (code {code})")
