"""Messages served together where the server hands each request to a thread of its own: granian, on SQLite.

The threads bring what they received, and wait. One thread serves what is there as an ensemble (`storage.ensemble`),
another waits for the disk (`withheld`), and each of the first then answers its own.

Invariants:

1. What is served together never computes an argon2id: all others would wait for it. granian tells nothing that a
   connection could be known by, so the message alone decides: those announced to be short whose only password is a
   PasswordDigest, which is that of a clé d'intégration or of nobody. Their threads serve all others, as if alone.
2. A short message is there entirely before anybody waits for it, and before it takes a place.
3. No thread answers before the disk confirmed what its answer tells. Where it did not, an incident is answered.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from service.errors import IndisponibleError
from service.security.wsse import PASSWORD_DIGEST
from service.server.dispatching import MESSAGES, OCTETS
from service.server.withheld import Retenues
from service.soap.protocol import incident
from service.storage.ensemble import Ensembles

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

GUET = 0.0001
"""Seconds after which it is looked whether one more message came, until none did. Those whose answers left together
send again meanwhile, and their threads come to the interpreter, which an ensemble hardly lets go of (M1 at 8
connections: 1,130 a second without, 1,350 so)."""
_CONDENSE = re.compile(rb"""<(?:[\w.-]+:)?Password\s+Type\s*=\s*["']%b["']""" % re.escape(PASSWORD_DIGEST.encode()))
_LONGUEUR = re.compile("[0-9]{1,6}")
_logger = logging.getLogger("service.server")


def porte_un_condense(octets: bytes) -> bool:
    """Whether no password can be read in a message but a PasswordDigest; false where it would take a parser to tell.

    The start tag that is looked for has the word twice, the second time in the value of its Type; its end tag is the
    third. A password of another type would have a start tag and an end tag besides, whatever mimics the first (a
    comment, say): no entity writes a name, and an empty element is refused. What is not UTF-8 is UTF-16, which has
    NULs, or is not read.
    """
    return octets.count(b"Password") == 3 and b"\0" not in octets and _CONDENSE.search(octets) is not None


class _Message:
    """A message that one thread brings and answers, and another serves."""

    def __init__(self, environ: Environ, taille: int) -> None:
        self.taille = taille
        self._environ = environ
        self._statut, self._corps = "", b""
        self._entetes: list[tuple[str, str]] = []
        self._erreur: BaseException | None = None
        self._decide = threading.Lock()
        self._decide.acquire()

    def servir(self, application: Wsgi) -> None:
        """Have its answer made."""
        try:
            self._corps = b"".join(application(self._environ, self._noter))
        except BaseException as erreur:  # whatever it is, the others of the ensemble go on
            self._erreur = erreur

    def _noter(self, statut: str, entetes: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self._statut, self._entetes = statut, entetes

    def retenir(self) -> None:
        """Nothing: its thread waits."""

    def lacher(self) -> None:
        """Let its thread answer what was made."""
        self._decide.release()

    def rompre(self) -> None:
        """Let its thread answer that nothing is known to be on the disk."""
        self._erreur = IndisponibleError()
        self._decide.release()

    def repondre(self, start_response: StartResponse) -> list[bytes]:
        """Wait until it is decided what is answered, and answer it."""
        self._decide.acquire()
        if self._erreur is not None:
            self._renoncer(self._erreur)
        start_response(self._statut, self._entetes)
        return [self._corps]

    def _renoncer(self, erreur: BaseException) -> None:
        requete = dict(self._entetes).get("X-Request-Id", "-")
        self._statut = "500 Internal Server Error"
        self._corps = f"{incident(erreur, requete).message}\n".encode()
        self._entetes = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(self._corps))),
            ("Cache-Control", "no-cache"),
            ("X-Request-Id", requete),
        ]


class ServiEnsemble:
    """The WSGI application, for a server that calls it in many threads; its own threads end with the process."""

    def __init__(self, application: Wsgi, seul: Wsgi, ensembles: Ensembles, chemin: str) -> None:
        """`seul` is the application for what is served alone; messages are what is posted to `chemin`."""
        self._application, self._seul, self._ensembles, self._chemin = application, seul, ensembles, chemin
        self._attendent: SimpleQueue[_Message] = SimpleQueue()
        self._sans_reponse: list[None] = []  # one element for each message to be answered: append and pop are atomic
        self._plusieurs = False
        self._retenues = Retenues(ensembles.confirmer)
        threading.Thread(target=self._servir_sans_cesse, name="ensembles", daemon=True).start()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, in the thread that calls."""
        octets = self._recevoir(environ)
        if octets is None or not porte_un_condense(octets):
            return self._seul(environ, start_response)
        message = _Message(environ, len(octets))
        self._sans_reponse.append(None)
        try:
            self._attendent.put(message)
            return message.repondre(start_response)
        finally:
            self._sans_reponse.pop()

    def _recevoir(self, environ: Environ) -> bytes | None:
        """A message announced to be short, which can be read again; None of everything else."""
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != self._chemin:
            return None
        annoncee = _LONGUEUR.fullmatch(environ.get("CONTENT_LENGTH", ""))
        if annoncee is None or int(annoncee[0]) > OCTETS:
            return None
        octets: bytes = environ["wsgi.input"].read(int(annoncee[0]))
        environ["wsgi.input"] = BytesIO(octets)
        return octets

    def _servir_sans_cesse(self) -> None:
        while True:
            messages = self._prendre()
            try:
                with self._ensembles.ouvrir() as ensemble:
                    for message in messages:
                        ensemble.faire(partial(message.servir, self._application))
            except BaseException:  # whatever it is, the thread goes on, and nothing is told
                _logger.exception("What was served together is lost: an incident is answered")
                for message in messages:
                    message.rompre()
            else:
                self._retenues.confier(ensemble, messages, self._retenues.rendre)

    def _prendre(self) -> list[_Message]:
        """Wait for a message, then take all that go together; a lone sender's does not wait for others."""
        messages = [self._attendent.get()]
        if self._plusieurs or len(self._sans_reponse) > 1:
            self._guetter()
        taille = messages[0].taille
        while len(messages) < MESSAGES and taille < OCTETS and not self._attendent.empty():
            messages.append(self._attendent.get())
            taille += messages[-1].taille
        self._plusieurs = len(messages) > 1
        return messages

    def _guetter(self) -> None:
        venus = -1
        while venus < self._attendent.qsize() < MESSAGES:
            venus = self._attendent.qsize()
            time.sleep(GUET)
