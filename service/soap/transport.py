"""From a WSGI request to its answer, through spyne's protocol and application.

spyne's own WSGI server sets some sixty attributes of a context, copies it, fires eighteen events that nobody here
listens to and reads Content-Type once more: 0.1 ms, as much as parsing, validating and reading a small message. This
one takes the same steps in the same order, and spyne's methods find in the context what they look for.
"""

from collections.abc import Callable, Iterable
from typing import Any

from service.soap.compat import Application, Fault

HTTP_200 = "200 OK"


class Transport:
    """What the protocol reads of the request and writes of the answer, under spyne's names."""

    __slots__ = ("req_env", "resp_code", "resp_headers")

    def __init__(self, req_env: dict[str, Any]) -> None:
        self.req_env = req_env
        self.resp_code: str | None = None
        self.resp_headers: dict[str, str] = {}


class Contexte:
    """One message under way: the part of spyne's ``MethodContext`` that its steps use."""

    __slots__ = (
        "app",
        "descriptor",
        "function",
        "in_body_doc",
        "in_document",
        "in_error",
        "in_object",
        "method_request_string",
        "out_document",
        "out_error",
        "out_object",
        "out_string",
        "outprot_ctx",
        "protocol",
        "transport",
        "udc",
    )

    def __init__(self, app: Any, req_env: dict[str, Any]) -> None:
        self.app = app
        self.transport = Transport(req_env)
        rien: Any = None
        self.descriptor = self.function = self.udc = rien
        self.in_body_doc = self.in_document = self.in_error = self.in_object = self.method_request_string = rien
        self.out_document = self.out_error = self.out_object = self.out_string = rien
        self.outprot_ctx = self.protocol = rien

    def fire_event(self, event: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


class WsgiTransport:
    """The WSGI callable that answers SOAP messages; only messages come here, the WSDL is `contract.publication`'s."""

    def __init__(self, application: Application) -> None:
        self._app = application
        self._methodes = {nom: descripteur for nom, (descripteur,) in application.interface.service_method_map.items()}

    def __call__(self, req_env: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one message."""
        app = self._app
        ctx = Contexte(app, req_env)
        entree = app.in_protocol
        try:
            entree.create_in_document(ctx)
            entree.decompose_incoming_envelope(ctx)
            ctx.descriptor = descripteur = self._methodes[ctx.method_request_string]
            ctx.function = descripteur.function
            entree.deserialize(ctx, entree.REQUEST)
        except Fault as fault:
            ctx.out_error = fault
        else:
            app.process_request(ctx)
        app.out_protocol.serialize(ctx, app.out_protocol.RESPONSE)
        app.out_protocol.create_out_string(ctx)
        transport = ctx.transport
        octets: list[bytes] = ctx.out_string
        longueur = str(sum(map(len, octets)))
        start_response(transport.resp_code or HTTP_200, [*transport.resp_headers.items(), ("Content-Length", longueur)])
        return octets
