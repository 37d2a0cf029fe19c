"""The contract's complex types as spyne knows them.

`schemas/` is the source of truth; ``tests/house/test_types.py`` holds these, `simple_types` and `messages` against it
element by element: name, order, type, occurrence.
"""

from service.contract.catalogue import NS
from service.soap.compat import ComplexModel, Unicode
from service.soap.simple_types import (
    Day,
    Flag,
    HeuresType,
    IdentifiantMessageType,
    Instant,
    Int,
    LibelleType,
    MontantType,
    MotifDepartType,
    NirType,
    NomType,
    NumeroAllocataireType,
    NumeroDeclarationType,
    NumeroDepotType,
    OrganismeType,
    PourcentageType,
    ReferenceType,
    SiretType,
    Text,
    many,
    one,
    optional,
)


class Model(ComplexModel):  # type: ignore[misc]
    """A sequence of elements in the contract's namespace."""

    __namespace__ = NS


class LogicielType(Model):
    """Payroll software that made the message."""

    editeur = LibelleType
    nom = LibelleType
    version = LibelleType


class EnteteType(Model):
    """Header of a deposit."""

    identifiantMessage = IdentifiantMessageType
    siret = SiretType
    logiciel = one(LogicielType)
    essai = Flag


class SalarieType(Model):
    """An employee."""

    nir = optional(NirType)
    numeroAllocataire = optional(NumeroAllocataireType)
    organisme = optional(OrganismeType)
    nom = NomType
    nomUsage = optional(NomType)
    prenom = NomType
    dateNaissance = Day


class CertificatType(Model):
    """One line of the annual volet."""

    reference = optional(ReferenceType)
    salarie = one(SalarieType)
    nombreMois = Int
    montantNet = optional(MontantType)
    montantAidePoste = optional(MontantType)
    pourcentageSalaireDirect = optional(PourcentageType)
    remplace = optional(NumeroDeclarationType)


class AugmentationType(Model):
    """More weekly hours."""

    dateEffet = Day
    heuresAvant = HeuresType
    heuresApres = HeuresType


class ReductionType(Model):
    """Fewer weekly hours."""

    dateEffet = Day
    heuresAvant = HeuresType
    heuresApres = HeuresType


class DepartType(Model):
    """The end of the employment."""

    dateEffet = Day
    motif = MotifDepartType


class ChangementType(Model):
    """One line of the volet open all year; exactly one of the three natures (a choice in the schema)."""

    reference = optional(ReferenceType)
    salarie = one(SalarieType)
    augmentation = optional(AugmentationType)
    reduction = optional(ReductionType)
    depart = optional(DepartType)
    remplace = optional(NumeroDeclarationType)


class AnomalieType(Model):
    """One broken rule."""

    code = Text
    gravite = Text
    champ = optional(Unicode)
    message = Text


class ResultatType(Model):
    """The answer to one line."""

    rang = Int
    reference = optional(ReferenceType)
    statut = Text
    numeroDeclaration = optional(NumeroDeclarationType)
    anomalie = many(AnomalieType, 0)


class EmpreinteType(Model):
    """Digest of the payload."""

    algorithme = Text
    valeur = Text


class ServiceType(Model):
    """The service in charge (CRPA R112-11-1)."""

    designation = Text
    adresse = Text
    courriel = Text
    telephone = Text


class AccuseType(Model):
    """The receipt."""

    numeroDepot = NumeroDepotType
    identifiantMessage = IdentifiantMessageType
    operation = Text
    siret = SiretType
    dateReception = Instant
    essai = Flag
    statut = Text
    empreinte = one(EmpreinteType)
    versionRegles = Text
    service = one(ServiceType)
    nombreRecues = Int
    nombreAcceptees = Int
    nombreRejetees = Int
    resultat = many(ResultatType, 1)


class EtatType(Model):
    """Where a declaration stands."""

    numeroDeclaration = NumeroDeclarationType
    statut = Text
    depuis = Instant


class DepotType(Model):
    """Summary of a deposit."""

    numeroDepot = NumeroDepotType
    identifiantMessage = IdentifiantMessageType
    operation = Text
    dateReception = Instant
    essai = Flag
    statut = Text
    nombreRecues = Int
    nombreAcceptees = Int
    nombreRejetees = Int


class RegleType(Model):
    """One rule of the catalogue."""

    code = Text
    gravite = Text
    libelle = Text
    explication = Text
    correction = Text


class CampagneType(Model):
    """The campaign open now, else the next one."""

    annee = Int
    ouverture = Day
    dateLimite = Day
    fermeture = Day
    elementsAttendus = Text
    ouverte = Flag


class LimitesType(Model):
    """What a message may hold."""

    lignesParMessage = Int
    octetsParMessage = Int
    depotsParPage = Int


class CompteType(Model):
    """The sender's account."""

    expiration = Instant
