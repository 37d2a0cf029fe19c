"""The spyne application, put together; a WSGI callable that ``door`` calls with a `Reception` in the environment."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from service.contract.catalogue import NS
from service.soap.compat import Application, Service, WsgiApplication, const
from service.soap.endpoint import TeledeclarationEsat
from service.soap.protocol import TeledeclarationProtocol, refusals_as_faults
from service.usecases.dependencies import Dependencies


class _Application(Application):  # type: ignore[misc]
    """Calls the endpoint so that its refusals become faults of ours."""

    @refusals_as_faults
    def call_wrapper(self, ctx: Any) -> Any:
        """Call the endpoint's method with the demand."""
        return super().call_wrapper(ctx)


class _WsgiApplication(WsgiApplication):  # type: ignore[misc]
    """Only messages come here: the WSDL is `contract.publication`'s, and never follows the Host header."""

    def __call__(self, req_env: dict[str, Any], start_response: Callable[..., Any], wsgi_url: Any = None) -> Any:
        """Answer one message."""
        del wsgi_url
        return self.handle_rpc(req_env, start_response)


def creer_application_soap(
    dependencies: Dependencies, service: type[Service] = TeledeclarationEsat
) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the WSGI callable that answers SOAP messages."""
    # spyne logs whole messages and stack traces of refusals: what is to be known is in our own logs, without the data.
    logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)
    # spyne runs a full garbage collection every second, to close files that we never open: 30 ms for whoever waits.
    const.MIN_GC_INTERVAL = float("inf")
    application = _Application(
        [service],
        tns=NS,
        name="TeledeclarationEsatService",
        in_protocol=TeledeclarationProtocol(dependencies),
        out_protocol=TeledeclarationProtocol(dependencies),
        config=dependencies,
    )
    wsgi: Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]] = _WsgiApplication(application)
    return wsgi
