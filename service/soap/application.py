"""The spyne application, put together; a WSGI callable that ``door`` calls with a `Reception` in the environment."""

import logging
from typing import Any

from service.contract.catalogue import NS
from service.soap.compat import Application, Service
from service.soap.endpoint import TeledeclarationEsat
from service.soap.protocol import TeledeclarationProtocol, refusals_as_faults
from service.soap.transport import WsgiTransport
from service.usecases.dependencies import Dependencies


class _Application(Application):  # type: ignore[misc]
    """Calls the endpoint so that its refusals become faults of ours."""

    @refusals_as_faults
    def call_wrapper(self, ctx: Any) -> Any:
        """Call the endpoint's method with the demand."""
        return super().call_wrapper(ctx)


def creer_application_soap(dependencies: Dependencies, service: type[Service] = TeledeclarationEsat) -> WsgiTransport:
    """Return the WSGI callable that answers SOAP messages."""
    # spyne logs whole messages and stack traces of refusals: what is to be known is in our own logs, without the data.
    logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)
    application = _Application(
        [service],
        tns=NS,
        name="TeledeclarationEsatService",
        in_protocol=TeledeclarationProtocol(dependencies),
        out_protocol=TeledeclarationProtocol(dependencies),
        config=dependencies,
    )
    return WsgiTransport(application)
