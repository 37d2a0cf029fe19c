"""The protocol that stands between spyne and the wire, and closes what spyne 2.14 leaves open (3-security.md).

Invariants, in the order the steps enforce them; the first failure answers:

1. the bytes are one SOAP envelope, safely parsed but for lines that are plain to see (`create_in_document`);
2. every mandatory header is understood, and Body and SOAPAction name one operation (`decompose_incoming_envelope`);
3. the sender is identified, and its password may do what it asks (`deserialize`);
4. the payload is valid against the schemas, and read without spyne's objects (`deserialize`);
5. every refusal leaves its trace in the log and goes out as a fault of the contract (`serialize`).

spyne keeps the interface, the dispatch and the call of the endpoint. The message's `Reception` travels as ``ctx.udc``.
"""

import functools
import logging
import re
import traceback
from collections.abc import Callable
from typing import Any

from lxml import etree

from service.contract.accuse import ecrire_instant
from service.contract.catalogue import NS
from service.contract.plaines import lire_message
from service.contract.reading import Enveloppe, VersionSoap, exiger_compris
from service.contract.validation import valider
from service.domain.declaration import Operation
from service.errors import (
    DebitDepasseError,
    IncidentError,
    MessageRefuseError,
    MotDePasseAChangerError,
    OperationInconnueError,
    TeledeclarationError,
)
from service.security.wsse import SECURITY, lire_jeton
from service.soap import mapping
from service.soap.compat import DateTime, Fault, Soap11
from service.soap.envelope import CONTENT_TYPES, envelopper
from service.soap.faults import FaultDuContrat, ecrire_fault, statut_http
from service.usecases.dependencies import Dependencies
from service.usecases.identifier import identifier
from service.usecases.journaliser import journaliser_refus
from service.usecases.reception import Reception

RECEPTION = "teledeclaration.reception"
"""Key of the WSGI environment under which ``door`` hands over the `Reception`."""
CHARSET = "teledeclaration.charset"
"""Key of the charset that Content-Type declares, or None."""
IDENTIFIE = "teledeclaration.identifie"
"""Key under which a server may hand over what is to be told whether the sender was identified: who goes first next."""
_OPERATIONS = {f"{{{NS}}}{operation.value}": operation for operation in Operation}
_ACTIONS = {f"{NS}/{operation.value}": operation for operation in Operation}
_PARAMETRE_ACTION = re.compile(r""";\s*action\s*=\s*("[^"]*"|[^;]*)""", re.IGNORECASE)
_logger = logging.getLogger("service.soap")


def refusals_as_faults(step: Callable[..., Any]) -> Callable[..., Any]:
    """Let a step's errors travel as `FaultDuContrat`; the unforeseen becomes an incident, logged without its text."""

    @functools.wraps(step)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return step(*args, **options)
        except Fault:
            raise
        except MessageRefuseError as erreur:
            raise FaultDuContrat(erreur) from None
        except Exception as erreur:
            raise FaultDuContrat(incident(erreur, _requete(args))) from None

    return guarded


def incident(erreur: BaseException, requete: str) -> IncidentError:
    """Log an unforeseen error, type and places only (its text may quote personal data), and name it."""
    lieux = " < ".join(
        f"{lieu.filename}:{lieu.lineno}" for lieu in reversed(traceback.extract_tb(erreur.__traceback__))
    )
    message = erreur.message if isinstance(erreur, TeledeclarationError) else ""
    _logger.error(
        "incident", extra={"requete": requete, "erreur": type(erreur).__name__, "texte": message, "lieux": lieux}
    )
    return IncidentError(requete)


def _requete(args: tuple[Any, ...]) -> str:
    """The identifier of the request whose context is among the arguments of a step."""
    return next((arg.udc.requete for arg in args if isinstance(getattr(arg, "udc", None), Reception)), "-")


class TeledeclarationProtocol(Soap11):  # type: ignore[misc]
    """SOAP 1.1 and 1.2 in, the same version out; `dependencies` go to the use cases it calls."""

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__()
        self._dependencies = dependencies
        self._to_unicode_handlers[DateTime] = lambda _model, instant: ecrire_instant(instant)

    @refusals_as_faults
    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:  # noqa: ARG002 (door reads it)
        """Bytes → envelope."""
        environ = ctx.transport.req_env
        ctx.udc = environ[RECEPTION]
        self._dependencies.unites.etape()
        ctx.in_document = lire_message(ctx.udc.octets, environ[CHARSET])

    @refusals_as_faults
    def decompose_incoming_envelope(self, ctx: Any, message: Any = None) -> None:  # noqa: ARG002 (spyne's signature)
        """Envelope → operation."""
        enveloppe: Enveloppe = ctx.in_document
        exiger_compris(enveloppe, {SECURITY})
        operation = _OPERATIONS.get(str(enveloppe.charge.tag))
        if operation is None:
            raise _operation_inconnue("l'élément du Body n'est pas une requête de ce service.")
        _exiger_action(ctx.transport.req_env, operation)
        reception: Reception = ctx.udc
        reception.operation = operation
        reception.siret, reception.identifiant_message = mapping.reperes(enveloppe.charge)
        ctx.in_body_doc = enveloppe.charge
        ctx.method_request_string = enveloppe.charge.tag

    @refusals_as_faults
    def deserialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 (spyne's signature)
        """Header → sender, payload → demand."""
        reception: Reception = ctx.udc
        enveloppe: Enveloppe = ctx.in_document
        deps = self._dependencies
        deps.unites.etape()
        jeton = lire_jeton(enveloppe.entetes, reception.instant, reception.confidentiel, deps.fenetre)
        expediteur = identifier(deps, reception, jeton)
        assert reception.operation is not None
        if expediteur.a_changer and reception.operation is not Operation.MODIFIE_MOT_DE_PASSE:
            raise MotDePasseAChangerError
        deps.unites.etape()
        valider(enveloppe.charge, enveloppe.octets)
        deps.unites.etape()
        ctx.in_object = mapping.lire_demande(reception.operation, *enveloppe[2:])
        # What was read is not kept while the act waits for its turn and the disk: megabytes for a thousand lines.
        ctx.in_document, ctx.in_body_doc = enveloppe.version, None

    def serialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 (spyne's signature)
        """Answer or error → envelope, in the version of the request."""
        version = self._version(ctx)
        ctx.transport.resp_headers["Content-Type"] = CONTENT_TYPES[version]
        if ctx.out_error is None:
            try:
                ctx.out_document = envelopper(version, self._corps(ctx))
                return
            except Exception as erreur:
                ctx.out_error = FaultDuContrat(incident(erreur, ctx.udc.requete))
        ctx.out_document = self._fault(ctx, version)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:  # noqa: ARG002 (spyne's signature)
        """The envelope is bytes already."""
        ctx.out_string = [ctx.out_document]

    def _corps(self, ctx: Any) -> bytes:
        (reponse,) = ctx.out_object
        if isinstance(reponse, bytes):
            return reponse
        racine = etree.Element("racine", nsmap={None: NS})
        classe = ctx.descriptor.out_message
        self.to_parent(ctx, classe, reponse, racine, NS, classe.get_type_name())
        return etree.tostring(racine[0], encoding="UTF-8")

    def _fault(self, ctx: Any, version: VersionSoap) -> bytes:
        reception: Reception = ctx.udc
        erreur = _erreur(ctx.out_error, reception.requete)
        try:
            erreur = journaliser_refus(self._dependencies, reception, erreur)
        except Exception as panne:
            erreur = incident(panne, reception.requete)
        ctx.transport.resp_code = statut_http(erreur, version)
        if isinstance(erreur, DebitDepasseError):
            ctx.transport.resp_headers["Retry-After"] = str(erreur.attente)
        return ecrire_fault(erreur, version, reception.requete)

    def _version(self, ctx: Any) -> VersionSoap:
        if isinstance(ctx.in_document, VersionSoap):
            return ctx.in_document
        if isinstance(ctx.in_document, Enveloppe):
            return ctx.in_document.version
        media: str = ctx.transport.req_env.get("CONTENT_TYPE", "")
        soap12 = media.lower().startswith("application/soap+xml")
        return VersionSoap.SOAP_1_2 if soap12 else VersionSoap.SOAP_1_1


def _erreur(fault: Fault, requete: str) -> MessageRefuseError:
    """The error behind a fault; one of spyne's own making is something we did not foresee."""
    return fault.erreur if isinstance(fault, FaultDuContrat) else incident(fault, requete)


def _exiger_action(environ: dict[str, Any], operation: Operation) -> None:
    """SOAPAction (the action parameter in SOAP 1.2) may be absent, empty or unquoted, not that of another operation."""
    parametre = _PARAMETRE_ACTION.search(environ.get("CONTENT_TYPE", ""))
    for action in (environ.get("HTTP_SOAPACTION"), parametre and parametre[1]):
        nommee = _ACTIONS.get((action or "").strip("\"' \t"))
        if nommee is not None and nommee is not operation:
            raise _operation_inconnue(
                f"SOAPAction nomme {nommee.value}, le Body contient {operation.value} : ils doivent s'accorder."
            )


def _operation_inconnue(raison: str) -> OperationInconnueError:
    noms = ", ".join(operation.value for operation in Operation)
    return OperationInconnueError(f"Opération inconnue : {raison} Opérations de {NS} : {noms}.")
