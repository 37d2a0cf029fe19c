"""The wrappers of the operations, requests and responses, as spyne dispatches on them."""

from service.soap.compat import ByteArray, Unicode
from service.soap.simple_types import (
    CurseurType,
    Day,
    IdentifiantMessageType,
    Instant,
    Int,
    LimiteType,
    MotDePasseType,
    MotifAnnulationType,
    NumeroDeclarationType,
    NumeroDepotType,
    SiretType,
    Text,
    many,
    one,
    optional,
)
from service.soap.types import (
    AccuseType,
    CampagneType,
    CertificatType,
    ChangementType,
    CompteType,
    DepotType,
    EnteteType,
    EtatType,
    LimitesType,
    Model,
    RegleType,
    SalarieType,
)


class DeclareCertificatEmploi(Model):
    """Request of the annual volet."""

    entete = one(EnteteType)
    annee = Int
    certificat = many(CertificatType, 1, 1000)


class DeclareChangementActivite(Model):
    """Request of the volet open all year."""

    entete = one(EnteteType)
    changement = many(ChangementType, 1, 1000)


class AnnuleDeclaration(Model):
    """Request to cancel declarations."""

    entete = one(EnteteType)
    numeroDeclaration = many(NumeroDeclarationType, 1, 1000)
    motif = MotifAnnulationType


class ConsulteDepot(Model):
    """Request for one deposit."""

    siret = SiretType
    numeroDepot = optional(NumeroDepotType)
    identifiantMessage = optional(IdentifiantMessageType)


class ListeDepots(Model):
    """Request for the deposits of a period."""

    siret = SiretType
    depuis = Day
    jusque = Day
    curseur = optional(CurseurType)
    limite = optional(LimiteType)


class ListeResteADeclarer(Model):
    """Request for the employees still expected."""

    siret = SiretType
    annee = Int


class ListeAnomalies(Model):
    """Request for the catalogue of rules."""


class ConsulteService(Model):
    """Request for the state of the service."""


class ModifieMotDePasse(Model):
    """Request to change the sender's password."""

    ancienMotDePasse = MotDePasseType
    nouveauMotDePasse = MotDePasseType


class DeclareCertificatEmploiResponse(Model):
    """Answer with the receipt."""

    accuse = one(AccuseType)
    accuseSigne = one(ByteArray)


class DeclareChangementActiviteResponse(Model):
    """Answer with the receipt."""

    accuse = one(AccuseType)
    accuseSigne = one(ByteArray)


class AnnuleDeclarationResponse(Model):
    """Answer with the receipt."""

    accuse = one(AccuseType)
    accuseSigne = one(ByteArray)


class ConsulteDepotResponse(Model):
    """Answer with the receipt and the present states."""

    accuse = one(AccuseType)
    accuseSigne = one(ByteArray)
    etat = many(EtatType, 0)


class ListeDepotsResponse(Model):
    """Answer with a page of deposits."""

    depot = many(DepotType, 0)
    curseurSuivant = optional(Unicode)


class ListeResteADeclarerResponse(Model):
    """Answer with the employees still expected."""

    salarie = many(SalarieType, 0)
    dateLimite = Day


class ListeAnomaliesResponse(Model):
    """Answer with the catalogue."""

    versionRegles = Text
    regle = many(RegleType, 0)


class ConsulteServiceResponse(Model):
    """Answer with the state of the service."""

    environnement = Text
    versionContrat = Text
    versionRegles = Text
    campagne = one(CampagneType)
    limites = one(LimitesType)
    heureServeur = Instant
    compte = one(CompteType)


class ModifieMotDePasseResponse(Model):
    """Answer with the end of the new password."""

    expiration = Instant
