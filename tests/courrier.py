"""A real SMTP server for the tests: it keeps what it receives, and refuses, hangs up or waits when told to."""

import dataclasses
import re
import socket
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.mail.smtp import envoyer
from service.usecases.dependencies import Dependencies

LIVRAISON_S = 20


class Courrier:
    """The received messages, and what the server is to answer; one server, on a port of the system's choice."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.au_destinataire = "250 OK"
        """Answer to RCPT."""
        self.au_message = "250 OK"
        """Answer to the end of DATA; empty: the connection is cut instead."""
        self.adresse = ""
        """ESAT_SMTP of this server."""

    async def handle_RCPT(
        self, serveur: SMTP, _session: Session, enveloppe: Envelope, adresse: str, _options: Any
    ) -> str:
        """Take or refuse a recipient."""
        if self.au_destinataire.startswith("250"):
            enveloppe.rcpt_tos.append(adresse)
        return self.au_destinataire

    async def handle_DATA(self, serveur: SMTP, _session: Session, enveloppe: Envelope) -> str:
        """Keep a message, then answer."""
        message = message_from_bytes(enveloppe.content, policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(message, EmailMessage)
        if not self.au_message or self.au_message.startswith("250"):
            self.messages.append(message)
        if not self.au_message:
            serveur.transport.abort()
        return self.au_message or "421 gone"

    def pour(self, destinataire: str, sujet: str = "", mots: str = "") -> EmailMessage:
        """The newest message to somebody whose subject holds `sujet` and whose text holds `mots`, waited for."""
        echeance = time.monotonic() + LIVRAISON_S
        while time.monotonic() < echeance:
            for message in reversed(self.messages):
                if message["To"] == destinataire and sujet in message["Subject"] and mots in texte(message):
                    return message
            time.sleep(0.05)
        recus = [(message["To"], message["Subject"]) for message in self.messages]
        raise AssertionError(f"no mail to {destinataire} about « {sujet} »: {recus}")


def texte(message: EmailMessage) -> str:
    """The text part."""
    partie = message.get_body(("plain",))
    assert partie is not None
    return str(partie.get_content())


def html(message: EmailMessage) -> str:
    """The HTML part."""
    partie = message.get_body(("html",))
    assert partie is not None
    return str(partie.get_content())


def mot_de_passe_de(message: EmailMessage) -> str:
    """The provisional password that a letter tells."""
    trouve = re.search(r"provisoire : (\S.*)", texte(message))
    assert trouve is not None, texte(message)
    return trouve.group(1).strip()


def qui_envoie(dependencies: Dependencies, courrier: Courrier) -> Dependencies:
    """A service's tools, sending to that server."""
    poste = dataclasses.replace(dependencies.poste, remettre=partial(envoyer, courrier.adresse))
    return dataclasses.replace(dependencies, poste=poste)


def ouvrir_le_courrier(identifiants: str = "", **options: Any) -> Iterator[Courrier]:
    """Start a server; `identifiants` as they stand in the URL, options are those of aiosmtpd."""
    courrier = Courrier()
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    controleur = Controller(courrier, hostname="127.0.0.1", port=port, **options)
    controleur.start()
    courrier.adresse = f"smtp://{identifiants}127.0.0.1:{port}"
    try:
        yield courrier
    finally:
        controleur.stop()


@pytest.fixture
def courrier() -> Iterator[Courrier]:
    """A server that takes everything, without TLS."""
    yield from ouvrir_le_courrier()


@pytest.fixture(scope="module")
def courrier_du_module() -> Iterator[Courrier]:
    """The same, for all tests of a module."""
    yield from ouvrir_le_courrier()
