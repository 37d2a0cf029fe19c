"""One thin method an operation: each hands what was asked to its use case and returns what is to be written.

A method takes the demand that `protocol` read (`ctx.udc` is the message's `Reception`) and returns a spyne object, or
the bytes of a response that carries a receipt.
"""

from collections.abc import Callable
from typing import Any

from service.domain.declaration import Operation
from service.soap import mapping, messages
from service.soap.compat import Service, rpc
from service.soap.mapping_answers import (
    ecrire_anomalies,
    ecrire_depots,
    ecrire_expiration,
    ecrire_reste,
    ecrire_service,
)
from service.usecases.consulter import (
    consulter_depot,
    consulter_service,
    lister_anomalies,
    lister_depots,
    reste_a_declarer,
)
from service.usecases.demandes import (
    DemandeConsultation,
    DemandeDepot,
    DemandeListe,
    DemandeMotDePasse,
    DemandeReste,
)
from service.usecases.deposer import deposer
from service.usecases.modifier_mot_de_passe import modifier_mot_de_passe


def _operation(request: type | None, response: type) -> Callable[[Callable[..., Any]], Any]:
    """Spyne's decorator for a document/literal wrapped operation whose wrappers are one object each (body style bare).

    spyne takes no empty object in that style: a request without parameters is None, and its wrapper the method's name.
    """
    decorate: Callable[[Callable[..., Any]], Any] = (
        rpc(_returns=response, _body_style="out_bare")
        if request is None
        else rpc(request, _returns=response, _body_style="bare")
    )
    return decorate


class TeledeclarationEsat(Service):  # type: ignore[misc]
    """The portType of the contract."""

    @_operation(messages.DeclareCertificatEmploi, messages.DeclareCertificatEmploiResponse)
    def DeclareCertificatEmploi(ctx: Any, demande: DemandeDepot) -> bytes:
        accuse_signe = deposer(ctx.app.config, ctx.udc, demande)
        return mapping.ecrire_depot(Operation.DECLARE_CERTIFICAT_EMPLOI, accuse_signe)

    @_operation(messages.DeclareChangementActivite, messages.DeclareChangementActiviteResponse)
    def DeclareChangementActivite(ctx: Any, demande: DemandeDepot) -> bytes:
        accuse_signe = deposer(ctx.app.config, ctx.udc, demande)
        return mapping.ecrire_depot(Operation.DECLARE_CHANGEMENT_ACTIVITE, accuse_signe)

    @_operation(messages.AnnuleDeclaration, messages.AnnuleDeclarationResponse)
    def AnnuleDeclaration(ctx: Any, demande: DemandeDepot) -> bytes:
        accuse_signe = deposer(ctx.app.config, ctx.udc, demande)
        return mapping.ecrire_depot(Operation.ANNULE_DECLARATION, accuse_signe)

    @_operation(messages.ConsulteDepot, messages.ConsulteDepotResponse)
    def ConsulteDepot(ctx: Any, demande: DemandeConsultation) -> bytes:
        return mapping.ecrire_consultation(consulter_depot(ctx.app.config, ctx.udc, demande))

    @_operation(messages.ListeDepots, messages.ListeDepotsResponse)
    def ListeDepots(ctx: Any, demande: DemandeListe) -> messages.ListeDepotsResponse:
        return ecrire_depots(lister_depots(ctx.app.config, ctx.udc, demande))

    @_operation(messages.ListeResteADeclarer, messages.ListeResteADeclarerResponse)
    def ListeResteADeclarer(ctx: Any, demande: DemandeReste) -> messages.ListeResteADeclarerResponse:
        return ecrire_reste(reste_a_declarer(ctx.app.config, ctx.udc, demande))

    @_operation(None, messages.ListeAnomaliesResponse)
    def ListeAnomalies(ctx: Any) -> messages.ListeAnomaliesResponse:
        return ecrire_anomalies(lister_anomalies(ctx.app.config, ctx.udc))

    @_operation(None, messages.ConsulteServiceResponse)
    def ConsulteService(ctx: Any) -> messages.ConsulteServiceResponse:
        return ecrire_service(consulter_service(ctx.app.config, ctx.udc))

    @_operation(messages.ModifieMotDePasse, messages.ModifieMotDePasseResponse)
    def ModifieMotDePasse(ctx: Any, demande: DemandeMotDePasse) -> messages.ModifieMotDePasseResponse:
        return ecrire_expiration(modifier_mot_de_passe(ctx.app.config, ctx.udc, demande))
