"""What may go wrong between this program and the service; children of the service's own errors.

::

    TeledeclarationError
    ├── MessageRefuseError
    │   └── RefusDuServiceError       the service answered with a fault
    ├── SaisieError
    │   └── AccuseDouteuxError        a receipt does not prove what it should
    └── IndisponibleError
        ├── ReseauError               the service did not answer: it may be tried again
        └── AdresseError              something else answers at this address
"""

from collections.abc import Sequence

from service.errors import IndisponibleError, MessageRefuseError, Precision, SaisieError


class RefusDuServiceError(MessageRefuseError):
    """The service refused the whole message; code and words are its own."""

    def __init__(
        self,
        code: str,
        message: str,
        precisions: Sequence[Precision] = (),
        incident: str | None = None,
        attente: float | None = None,
    ) -> None:
        self.code = code
        self.incident = incident
        self.attente = attente
        """Seconds to wait, when the service asks for it (DEBIT_DEPASSE)."""
        super().__init__(message, precisions)

    @property
    def passager(self) -> bool:
        """Whether the service cannot for now, where the same message may pass later."""
        return self.code in ("INCIDENT", "DEBIT_DEPASSE")


class AccuseDouteuxError(SaisieError):
    """A receipt is not signed by the service, or speaks of another message."""

    code = "ACCUSE_DOUTEUX"


class ReseauError(IndisponibleError):
    """No answer, or that of a service that is starting or overloaded (HTTP 502, 503, 504)."""


class AdresseError(IndisponibleError):
    """Another answer than the service's: trying again would not help."""
