"""A relay between the program and the real service, which breaks down on command: misfortunes of a real network."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from service.contract.reading import VersionSoap
from service.errors import MessageRefuseError
from service.soap.faults import ecrire_fault

RELAYER, PERDRE, REFUSER = "relayer", "perdre la réponse", "refuser la connexion"
"""Pass on; pass on and lose the answer; close at once. A number is an HTTP status answered without passing on, an error
of the service is answered as the service writes it."""

Panne = str | int | MessageRefuseError


class Relais:
    """What the relay does with each message, in order, then passes on; and what it saw."""

    def __init__(self, cible: str) -> None:
        self.cible = cible
        self.adresse = ""
        self.suite: list[Panne] = []
        self.messages: list[bytes] = []
        """Every message received, relayed or not."""

    def prochain(self, message: bytes) -> Panne:
        self.messages.append(message)
        return self.suite.pop(0) if self.suite else RELAYER


@contextmanager
def relais(cible: str) -> Iterator[Relais]:
    """A relay in front of the service at `cible`."""
    etat = Relais(cible)

    class Echange(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._rendre(requests.get(cible + self.path, timeout=30))

        def do_POST(self) -> None:
            message = self.rfile.read(int(self.headers["Content-Length"]))
            faire = etat.prochain(message)
            if isinstance(faire, int):
                self.send_response(faire)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if isinstance(faire, MessageRefuseError):
                faute = requests.Response()
                faute.status_code, faute._content = 500, ecrire_fault(faire, VersionSoap.SOAP_1_1, "abcd")
                faute.headers["Content-Type"] = "text/xml; charset=utf-8"
                self._rendre(faute)
                return
            if faire == REFUSER:
                self.close_connection = True
                return
            entetes = {nom: self.headers[nom] for nom in ("Content-Type", "SOAPAction") if self.headers[nom]}
            reponse = requests.post(cible + self.path, data=message, headers=entetes, timeout=30)
            if faire == PERDRE:
                self.close_connection = True
                return
            self._rendre(reponse)

        def _rendre(self, reponse: requests.Response) -> None:
            self.send_response(reponse.status_code)
            self.send_header("Content-Type", reponse.headers["Content-Type"])
            self.send_header("Content-Length", str(len(reponse.content)))
            self.end_headers()
            self.wfile.write(reponse.content)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echange) as serveur:
        serveur.daemon_threads = True
        etat.adresse = f"http://127.0.0.1:{serveur.server_port}"
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield etat
        serveur.shutdown()
