"""A real SMTP server for the tests: it keeps what it receives, and refuses, hangs up or waits when told to."""

import asyncio
import dataclasses
import re
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.mail.smtp import envoyer
from service.usecases.courriels import ecrire, lister_courriels
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
        self.a_l_expediteur = "250 OK"
        """Answer to MAIL."""
        self.lenteur_s = 0.0
        """Seconds before the answer to the end of DATA."""
        self.quand_recu: Callable[[], object] = lambda: None
        """Called once a message is kept, before it is answered."""
        self.adresse = ""
        """ESAT_SMTP of this server."""

    async def handle_MAIL(
        self, serveur: SMTP, _session: Session, enveloppe: Envelope, adresse: str, _options: Any
    ) -> str:
        """Take or refuse a sender."""
        enveloppe.mail_from = adresse
        return self.a_l_expediteur

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
            self.quand_recu()
        await asyncio.sleep(self.lenteur_s)
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
    """The text part, no-break spaces as plain ones."""
    partie = message.get_body(("plain",))
    assert partie is not None
    return str(partie.get_content()).replace("\u00a0", " ").replace("\u202f", " ")


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


def ecrire_un(deps: Dependencies, cle: str | None = None) -> bool:
    """Write a mail to lea@esat.example into the outbox; False when it was told before under `cle`."""
    faits = {"courriel": "lea@esat.example", "quand": "hier", "par": None}
    with deps.unites.ecriture() as unite:
        ecrit = ecrire(deps, unite, "compte_suspendu", "lea@esat.example", faits, cle)
        unite.commit()
    return ecrit


def etats(deps: Dependencies) -> list[str]:
    """The states of all mails, newest first."""
    return [un.etat for un in lister_courriels(deps)]


class _SurCettePrise(Controller):
    """A controller that listens on a socket already bound: nobody takes the port meanwhile."""

    def __init__(self, courrier: Courrier, prise: socket.socket, **options: Any) -> None:
        self._prise = prise
        super().__init__(courrier, hostname="127.0.0.1", port=prise.getsockname()[1], **options)

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._prise, ssl=self.ssl_context)


def ouvrir_le_courrier(identifiants: str = "", **options: Any) -> Iterator[Courrier]:
    """Start a server; `identifiants` as they stand in the URL, options are those of aiosmtpd."""
    courrier = Courrier()
    prise = socket.create_server(("127.0.0.1", 0))
    controleur = _SurCettePrise(courrier, prise, **options)
    controleur.start()
    schema = "smtps" if "ssl_context" in options else "smtp"
    courrier.adresse = f"{schema}://{identifiants}127.0.0.1:{controleur.port}"
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
