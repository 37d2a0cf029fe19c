"""Hands one message to an SMTP server (RFC 5321) and says what became of it.

Invariants: a password is told to the server over TLS only, its certificate verified; a failure before the mark that
ends a message is known as such, so that sending again is safe; a connection lost after that mark leaves a message that
is neither sent nor unsent: only a person can tell; what the server says is never repeated, for it may quote anything.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

ATTENTE_S = 30.0
"""Seconds that the connection, and each answer before the message is given, are waited for."""
ATTENTE_FINALE_S = 600.0
"""Seconds that the answer to a whole message is waited for (RFC 5321, 4.5.3.2.6): giving up there is uncertainty."""
_PORTS = {"smtp": 587, "smtps": 465}
_FIN = b".\r\n"
_POINT = re.compile(rb"^\.", re.MULTILINE)


class IssueEnvoi(StrEnum):
    """What became of a message."""

    ENVOYE = "ENVOYE"
    REMIS = "REMIS"
    """Not taken for now."""
    INJOIGNABLE = "INJOIGNABLE"
    """Not taken for now for a reason that holds for every message: no connection, a wrong password or sender."""
    REFUSE = "REFUSE"
    """Refused for good."""
    INCERTAIN = "INCERTAIN"
    """The connection was lost while the server had the message."""


class Envoi(NamedTuple):
    """What became of a message, and why in French; never the server's own words."""

    issue: IssueEnvoi
    raison: str = ""


def envoyer(adresse: str, message: EmailMessage) -> Envoi:
    """Send a message by the server of `adresse` (``smtp://user:password@host:port`` or ``smtps://…``).

    Certificates are verified against the authorities of the system, or those of OpenSSL's SSL_CERT_FILE.
    """
    try:
        with _ouverte(adresse) as connexion:
            return _remettre(connexion, message)
    except smtplib.SMTPNotSupportedError:
        raison = "le serveur de courriel n'offre pas STARTTLS ou l'authentification attendue"
    except smtplib.SMTPResponseException as refus:
        raison = f"le serveur de courriel refuse la connexion ou l'identifiant (code {refus.smtp_code})"
    except ssl.SSLError as erreur:
        inconnu = isinstance(erreur, ssl.SSLCertVerificationError)
        raison = "le certificat du serveur de courriel n'est pas reconnu" if inconnu else "la connexion chiffrée échoue"
    except (OSError, smtplib.SMTPException):
        raison = "le serveur de courriel n'est pas joignable"
    return Envoi(IssueEnvoi.INJOIGNABLE, raison)


class _Reponses(smtplib.SMTP):
    """Bounds each answer as a whole: a server that writes a byte now and then would hold a plain time-out for ever."""

    def getreply(self) -> tuple[int, bytes]:
        """One answer; raises SMTPServerDisconnected when it did not come in time."""
        coupure = threading.Timer(self.timeout, self._couper)
        coupure.daemon = True
        coupure.start()
        try:
            return super().getreply()
        finally:
            coupure.cancel()

    def attendre(self, secondes: float) -> None:
        """Wait that long for answers from now on."""
        self.timeout = secondes
        if self.sock is not None:
            self.sock.settimeout(secondes)

    def _couper(self) -> None:
        prise = self.sock
        if prise is not None:
            with contextlib.suppress(OSError):
                # The plain method: that of SSL sockets forgets TLS before it shuts the connection.
                socket.socket.shutdown(prise, socket.SHUT_RDWR)


class _Chiffree(_Reponses, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


@contextlib.contextmanager
def _ouverte(adresse: str) -> Iterator[_Reponses]:
    """A connection ready for a message, closed whatever happens."""
    parts = urlsplit(adresse)
    hote, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    contexte = ssl.create_default_context()
    chiffree = parts.scheme == "smtps"
    with contextlib.closing(
        _Chiffree(hote, port, timeout=ATTENTE_S, context=contexte)
        if chiffree
        else _Reponses(hote, port, timeout=ATTENTE_S)
    ) as connexion:
        connexion.ehlo_or_helo_if_needed()
        if not chiffree and (connexion.has_extn("starttls") or parts.username):
            connexion.starttls(context=contexte)
        if parts.username:
            connexion.login(unquote(parts.username), unquote(parts.password or ""))
        yield connexion
        with contextlib.suppress(OSError, smtplib.SMTPException):
            connexion.quit()


def _remettre(connexion: _Reponses, message: EmailMessage) -> Envoi:
    try:
        refus = _annoncer(connexion, message)
        if refus is not None:
            return refus
        connexion.send(_POINT.sub(b"..", message.as_bytes(policy=SMTP)))
    except (OSError, smtplib.SMTPException):
        return Envoi(IssueEnvoi.REMIS, "la connexion s'est rompue avant la remise")
    try:
        connexion.attendre(ATTENTE_FINALE_S)
        connexion.send(_FIN)
        code, _ = connexion.getreply()
    except (OSError, smtplib.SMTPException):
        return Envoi(IssueEnvoi.INCERTAIN, "la connexion s'est rompue pendant la remise")
    connexion.attendre(ATTENTE_S)
    return Envoi(IssueEnvoi.ENVOYE) if code == 250 else _selon_le_code(code, "le message est refusé")


def _annoncer(connexion: _Reponses, message: EmailMessage) -> Envoi | None:
    """Say from whom and to whom; None when the server waits for the message."""
    connexion.ehlo_or_helo_if_needed()  # after STARTTLS, what was learnt before no longer counts (RFC 3207, 4.2)
    code, _ = connexion.mail(message["From"].addresses[0].addr_spec)
    if code != 250:
        # The sender is a setting: a wrong one must give no mail up.
        return Envoi(IssueEnvoi.INJOIGNABLE, f"l'expéditeur est refusé (code {code})")
    code, _ = connexion.rcpt(message["To"].addresses[0].addr_spec)
    if code not in (250, 251):
        return _selon_le_code(code, "le destinataire est refusé")
    code, _ = connexion.docmd("DATA")
    return None if code == 354 else _selon_le_code(code, "le message est refusé")


def _selon_le_code(code: int, raison: str) -> Envoi:
    """RFC 5321, 4.2.1: 5xx is final, the rest is for now."""
    issue = IssueEnvoi.REFUSE if 500 <= code < 600 else IssueEnvoi.REMIS
    return Envoi(issue, f"{raison} (code {code})")
