"""The service, by zeep: one method an act, a fresh WS-Security token for every attempt, faults as errors of ours.

Deposits are posted from the payload that stands on disk, never from objects: a message sent again is the same message.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker
from zeep.exceptions import Fault, TransportError, ValidationError, XMLParseError
from zeep.wsse.username import UsernameToken

from declarer_esat.configuration import Connexion
from declarer_esat.erreurs import ReseauError
from declarer_esat.fautes import lire_faute
from declarer_esat.messages import NS_SOAP, client_zeep, lire_charge
from declarer_esat.reprises import Annonce, reprises
from declarer_esat.transport import TransportEsat
from service.contract.catalogue import NS
from service.domain.declaration import Operation

_SOAP = ElementMaker(namespace=NS_SOAP, nsmap={"soap": NS_SOAP})
_PAGE = 500


class ServiceEsat:
    """The nine operations for one account."""

    def __init__(self, connexion: Connexion, annoncer: Annonce) -> None:
        self._transport: Any = TransportEsat(connexion.delai)
        # A clé d'intégration goes as a digest; zeep makes a new nonce and date each time the token is applied.
        self._jeton: Any = UsernameToken(  # type: ignore[no-untyped-call]
            connexion.utilisateur, connexion.secret, use_digest=connexion.condense, zulu_timestamp=True
        )
        self._client = client_zeep(connexion.adresse, self._transport, self._jeton)
        self._adresse = connexion.adresse
        self._base = connexion.base
        self._tentatives = connexion.tentatives
        self._annoncer = annoncer

    @property
    def client(self) -> Any:
        """zeep's client, to write payloads with."""
        return self._client

    def deposer(self, operation: Operation, charge: bytes) -> bytes:
        """Post a payload as it stands; return the signed receipt, byte for byte."""
        accuse: bytes = self._appeler(lambda: self._poster(operation, charge)).accuseSigne
        return accuse

    def consulter_service(self) -> Any:
        """Return `ConsulteServiceResponse`."""
        return self._appeler(lambda: self._client.service.ConsulteService())

    def consulter_depot(self, siret: str, numero: str | None, identifiant: str | None) -> Any:
        """Return `ConsulteDepotResponse` of the deposit that one of the two names."""
        criteres = {"numeroDepot": numero} if numero else {"identifiantMessage": identifiant}
        return self._appeler(lambda: self._client.service.ConsulteDepot(siret=siret, **criteres))

    def lister_depots(self, siret: str, depuis: date, jusque: date) -> Iterator[Any]:
        """Yield the summaries of the deposits received between two days, both included, page after page."""
        suite: dict[str, str] = {}
        while True:
            criteres = {"siret": siret, "depuis": depuis, "jusque": jusque, **suite, "limite": _PAGE}
            page = self._appeler(partial(self._client.service.ListeDepots, **criteres))
            yield from page.depot
            if not page.curseurSuivant:
                return
            suite = {"curseur": page.curseurSuivant}

    def lister_reste(self, siret: str, annee: int) -> Any:
        """Return `ListeResteADeclarerResponse`."""
        return self._appeler(lambda: self._client.service.ListeResteADeclarer(siret=siret, annee=annee))

    def modifier_mot_de_passe(self, ancien: str, nouveau: str) -> Any:
        """Return the instant when the new password expires."""
        return self._appeler(
            lambda: self._client.service.ModifieMotDePasse(ancienMotDePasse=ancien, nouveauMotDePasse=nouveau)
        )

    def certificats(self) -> bytes:
        """Return the certificates that the service publishes, in PEM."""
        pem: bytes = reprises(self._tentatives, self._annoncer)(
            lambda: self._transport.lire(f"{self._base}/certificats")
        )
        return pem

    def _poster(self, operation: Operation, charge: bytes) -> Any:
        """Put a payload in an envelope, sign in, post it, and read the answer: zeep's own steps, one by one."""
        binding = self._client.wsdl.services["TeledeclarationEsatService"].ports["Soap11"].binding
        enveloppe = _SOAP.Envelope(_SOAP.Header(), _SOAP.Body(lire_charge(charge)))
        entetes = {"SOAPAction": f'"{NS}/{operation.value}"', "Content-Type": "text/xml; charset=utf-8"}
        enveloppe, entetes = self._jeton.apply(enveloppe, entetes)
        reponse = self._transport.post_xml(self._adresse, enveloppe, entetes)
        return binding.process_reply(self._client, binding.get(operation.value), reponse)

    def _appeler(self, appel: Callable[[], Any]) -> Any:
        """Make a call, again if it deserves it; raise its fault as an error of ours."""
        return reprises(self._tentatives, self._annoncer)(self._une_fois, appel)

    def _une_fois(self, appel: Callable[[], Any]) -> Any:
        try:
            return appel()
        except Fault as faute:
            raise lire_faute(faute, self._transport.derniere) from None
        except (TransportError, XMLParseError, ValidationError, etree.XMLSyntaxError):
            raise ReseauError("La réponse du service est arrivée incomplète ou illisible.") from None
