"""From an error to a SOAP fault: one table, two envelopes.

SOAP 1.1 faults go out with HTTP 500 always, authentication included (with 400, 401 or 403 several toolkits lose the
fault); SOAP 1.2 with 400 (Sender) or 500 (Part 2, table 20). Every fault carries an ``Erreur`` detail whose code also
opens the fault string, since some toolkits lose details.
"""

from typing import NamedTuple

from service.contract.accuse import echapper
from service.contract.catalogue import NS
from service.contract.reading import VersionSoap
from service.errors import (
    AuthentificationError,
    EnteteNonComprisError,
    IncidentError,
    JetonNonSupporteError,
    MessageExpireError,
    MessageRefuseError,
    Precision,
    RejeuError,
    SecuriteInvalideError,
    VersionSoapError,
)
from service.security.wsse import NS_WSSE
from service.soap.compat import Fault
from service.soap.envelope import envelopper

HTTP_400 = "400 Bad Request"
HTTP_500 = "500 Internal Server Error"


class CodeDeFaute(NamedTuple):
    """The fault code of an error in both versions of SOAP, as QNames written with our prefixes."""

    soap11: str
    soap12: str
    sous_code: str | None = None
    statut12: str = HTTP_400


_CLIENT = CodeDeFaute("soap:Client", "soap:Sender")
_WSSE = {
    # SOAP Message Security 1.1.1, 12: all in the namespace of the 1.0 schema, MessageExpired included.
    SecuriteInvalideError: "wsse:InvalidSecurity",
    JetonNonSupporteError: "wsse:UnsupportedSecurityToken",
    AuthentificationError: "wsse:FailedAuthentication",
    MessageExpireError: "wsse:MessageExpired",
    RejeuError: "wsse:InvalidSecurity",
}
_CODES: dict[type[MessageRefuseError], CodeDeFaute] = {
    VersionSoapError: CodeDeFaute("soap:VersionMismatch", "soap:VersionMismatch", statut12=HTTP_500),
    EnteteNonComprisError: CodeDeFaute("soap:MustUnderstand", "soap:MustUnderstand", statut12=HTTP_500),
    IncidentError: CodeDeFaute("soap:Server", "soap:Receiver", statut12=HTTP_500),
    **{error: CodeDeFaute(qname, "soap:Sender", sous_code=qname) for error, qname in _WSSE.items()},
}


class FaultDuContrat(Fault):  # type: ignore[misc]
    """The error of ours that travels through spyne as the only kind of exception it lets pass unharmed."""

    def __init__(self, erreur: MessageRefuseError) -> None:
        super().__init__("Client", erreur.message)
        self.erreur = erreur


def code_de_faute(erreur: MessageRefuseError) -> CodeDeFaute:
    """Return the row of the table for this error; whatever is not in it is the sender's doing."""
    return _CODES.get(type(erreur), _CLIENT)


def statut_http(erreur: MessageRefuseError, version: VersionSoap) -> str:
    """Return the HTTP status line that goes with the fault."""
    return HTTP_500 if version is VersionSoap.SOAP_1_1 else code_de_faute(erreur).statut12


def ecrire_fault(erreur: MessageRefuseError, version: VersionSoap, requete: str) -> bytes:
    """Return the whole fault envelope; `requete` is the identifier under which the logs know the message."""
    code = code_de_faute(erreur)
    texte = echapper(_phrase(erreur))
    detail = _erreur(erreur, requete)
    if version is VersionSoap.SOAP_1_1:
        corps = (
            f'<soap:Fault><faultcode xmlns:wsse="{NS_WSSE}">{code.soap11}</faultcode>'
            f"<faultstring>{texte}</faultstring><detail>{detail}</detail></soap:Fault>"
        )
    else:
        sous_code = (
            f'<soap:Subcode><soap:Value xmlns:wsse="{NS_WSSE}">{code.sous_code}</soap:Value></soap:Subcode>'
            if code.sous_code
            else ""
        )
        corps = (
            f"<soap:Fault><soap:Code><soap:Value>{code.soap12}</soap:Value>{sous_code}</soap:Code>"
            f'<soap:Reason><soap:Text xml:lang="fr">{texte}</soap:Text></soap:Reason>'
            f"<soap:Detail>{detail}</soap:Detail></soap:Fault>"
        )
    return envelopper(version, corps.encode(), _entete(erreur, version).encode())


def _phrase(erreur: MessageRefuseError) -> str:
    """The fault string: the code, the message, and the first precision for clients that lose the detail."""
    phrase = f"[{erreur.code}] {erreur.message}"
    if not erreur.precisions or erreur.precisions[0].message.rstrip(".").casefold() in erreur.message.casefold():
        return phrase  # the message says it already
    premiere, *autres = erreur.precisions
    lieu = f"ligne {premiere.ligne}, " if premiere.ligne else ""
    champ = f"{premiere.champ} : " if premiere.champ else ""
    suite = f" (et {len(autres)} de plus, voir le détail)" if autres else ""
    return f"{phrase} {lieu}{champ}{premiere.message}{suite}"


def _erreur(erreur: MessageRefuseError, requete: str) -> str:
    precisions = "".join(map(_precision, erreur.precisions))
    return (
        f'<Erreur xmlns="{NS}"><code>{erreur.code}</code><message>{echapper(erreur.message)}</message>'
        f"<identifiantIncident>{requete}</identifiantIncident>{precisions}</Erreur>"
    )


def _precision(precision: Precision) -> str:
    ligne = f"<ligne>{precision.ligne}</ligne>" if precision.ligne else ""
    champ = f"<champ>{echapper(precision.champ)}</champ>" if precision.champ else ""
    return f"<precision>{ligne}{champ}<message>{echapper(precision.message)}</message></precision>"


def _entete(erreur: MessageRefuseError, version: VersionSoap) -> str:
    """The header blocks that SOAP 1.2 (Part 1, 5.4.7 and 5.4.8) adds to VersionMismatch and MustUnderstand faults."""
    if isinstance(erreur, VersionSoapError):
        enveloppes = "".join(
            f'<env:SupportedEnvelope qname="v:Envelope" xmlns:v="{connue.espace}"/>' for connue in VersionSoap
        )
        return f'<env:Upgrade xmlns:env="{VersionSoap.SOAP_1_2.espace}">{enveloppes}</env:Upgrade>'
    if isinstance(erreur, EnteteNonComprisError) and version is VersionSoap.SOAP_1_2:
        return "".join(
            f'<soap:NotUnderstood qname="n:{echapper(nom)}" xmlns:n="{_attribut(espace)}"/>'
            for espace, nom in (entete[1:].split("}", 1) for entete in erreur.entetes if entete.startswith("{"))
        )
    return ""


def _attribut(texte: str) -> str:
    return echapper(texte).replace('"', "&quot;")
