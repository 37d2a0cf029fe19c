"""The service under test, a plain spyne application beside it, and everything that is logged while a test runs."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest

# `maison` first: through it `service.soap.compat` makes spyne importable on every Python.
from maison import dossier_de_cles, service, service_partout
from spyne import Application, Fault, Integer, Iterable, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

from service.server.journal_technique import journaliser_en_json

__all__ = ["dossier_de_cles", "service", "service_partout"]

TNS = "spyne.examples.hello.soap"


class HelloWorldService(ServiceBase):
    """The service of spyne's tutorial, and two methods more to see what reaches them."""

    @rpc(Unicode, Integer, _returns=Iterable(Unicode))
    def say_hello(ctx, name, times):
        return [f"Hello, {name}"] * times

    @rpc(Unicode, _returns=Unicode)
    def name_as_read(ctx, name):
        return repr(name)

    @rpc()
    def refuse(ctx):
        raise Fault("wsse:FailedAuthentication", "no")


class SpyneNu:
    """A spyne application made as its tutorials show it, with the validator that they advise."""

    def __init__(self, protocole: type = Soap11) -> None:
        application = Application(
            [HelloWorldService], TNS, in_protocol=protocole(validator="lxml"), out_protocol=protocole()
        )
        self.protocole = application.in_protocol
        self._wsgi = WsgiApplication(application)
        self._soap = protocole.ns_soap_env

    def enveloppe(self, *charges: str, entetes: str = "") -> bytes:
        """An envelope around payloads of the tutorial's namespace, prefix ``t``."""
        corps = f"{entetes}<s:Body>{''.join(charges)}</s:Body>"
        return f'<s:Envelope xmlns:s="{self._soap}" xmlns:t="{TNS}">{corps}</s:Envelope>'.encode()

    def http(self, corps: bytes, **environ: str) -> tuple[str, str]:
        """One exchange: the status line, and the body of the answer."""
        recu = {}
        defaut = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "CONTENT_TYPE": "text/xml; charset=utf-8",
            "CONTENT_LENGTH": str(len(corps)),
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(corps),
        }
        octets = b"".join(self._wsgi(defaut | environ, lambda statut, entetes: recu.update(statut=statut)))
        return recu["statut"], octets.decode()

    def post(self, *charges: str, entetes: str = "", **environ: str) -> str:
        """The answer to payloads in one envelope."""
        return self.http(self.enveloppe(*charges, entetes=entetes), **environ)[1]


@pytest.fixture(scope="session")
def spyne_nu() -> SpyneNu:
    """Plain spyne, SOAP 1.1."""
    return SpyneNu()


@pytest.fixture(scope="session")
def spyne_nu_12() -> SpyneNu:
    """Plain spyne, SOAP 1.2."""
    return SpyneNu(Soap12)


@pytest.fixture
def journaux(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that is logged at DEBUG, by whomsoever, and all that the service prints, as one text."""
    notre = logging.getLogger("service")
    avant = notre.handlers[:], notre.level, notre.propagate
    journaliser_en_json("DEBUG")
    flux = io.StringIO()
    notre.handlers[0].setStream(flux)
    notre.propagate = True
    caplog.set_level(logging.DEBUG)

    def tout() -> str:
        sorties = capsys.readouterr()
        enregistres = [repr(enregistrement.__dict__) for enregistrement in caplog.records]
        return "\n".join([sorties.out, sorties.err, flux.getvalue(), *enregistres])

    yield tout
    notre.handlers[:], notre.level, notre.propagate = avant
