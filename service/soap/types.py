"""The contract's types as spyne knows them: what it dispatches on, and how it writes the answers without a receipt.

`schemas/` is the source of truth; ``tests/house/test_types.py`` holds these against it element by element: name, order,
type, occurrence. Simple types keep their base type and their name; their facets are the schema's affair.
"""

from typing import Any

from service.contract.catalogue import NS
from service.soap.compat import Boolean, ByteArray, ComplexModel, Date, DateTime, Decimal, Integer32, Unicode


def _token(name: str) -> Any:
    return Unicode.customize(type_name=name, min_occurs=1, nillable=False)


def _one(model: Any) -> Any:
    return model.customize(min_occurs=1, nillable=False)


def _optional(model: Any) -> Any:
    return model.customize(min_occurs=0, nillable=False)


def _many(model: Any, low: int, high: int | str = "unbounded") -> Any:
    return model.customize(min_occurs=low, max_occurs=high, nillable=False)


IdentifiantMessageType = _token("IdentifiantMessageType")
SiretType = _token("SiretType")
NirType = _token("NirType")
NumeroAllocataireType = _token("NumeroAllocataireType")
OrganismeType = _token("OrganismeType")
NomType = _token("NomType")
LibelleType = _token("LibelleType")
ReferenceType = _token("ReferenceType")
NumeroDepotType = _token("NumeroDepotType")
NumeroDeclarationType = _token("NumeroDeclarationType")
MotifDepartType = _token("MotifDepartType")
MotifAnnulationType = _token("MotifAnnulationType")
CurseurType = _token("CurseurType")
MotDePasseType = _token("MotDePasseType")
MontantType = Decimal.customize(type_name="MontantType", min_occurs=1, nillable=False)
PourcentageType = Decimal.customize(type_name="PourcentageType", min_occurs=1, nillable=False)
HeuresType = Decimal.customize(type_name="HeuresType", min_occurs=1, nillable=False)
LimiteType = Integer32.customize(type_name="LimiteType", min_occurs=1, nillable=False)

_Text, _Int, _Flag, _Day, _Instant = _one(Unicode), _one(Integer32), _one(Boolean), _one(Date), _one(DateTime)


class _Model(ComplexModel):  # type: ignore[misc]
    """A sequence of elements in the contract's namespace."""

    __namespace__ = NS


class LogicielType(_Model):
    """Payroll software that made the message."""

    editeur = LibelleType
    nom = LibelleType
    version = LibelleType


class EnteteType(_Model):
    """Header of a deposit."""

    identifiantMessage = IdentifiantMessageType
    siret = SiretType
    logiciel = _one(LogicielType)
    essai = _Flag


class SalarieType(_Model):
    """An employee."""

    nir = _optional(NirType)
    numeroAllocataire = _optional(NumeroAllocataireType)
    organisme = _optional(OrganismeType)
    nom = NomType
    nomUsage = _optional(NomType)
    prenom = NomType
    dateNaissance = _Day


class CertificatType(_Model):
    """One line of the annual volet."""

    reference = _optional(ReferenceType)
    salarie = _one(SalarieType)
    nombreMois = _Int
    montantNet = _optional(MontantType)
    montantAidePoste = _optional(MontantType)
    pourcentageSalaireDirect = _optional(PourcentageType)
    remplace = _optional(NumeroDeclarationType)


class AugmentationType(_Model):
    """More weekly hours."""

    dateEffet = _Day
    heuresAvant = HeuresType
    heuresApres = HeuresType


class ReductionType(_Model):
    """Fewer weekly hours."""

    dateEffet = _Day
    heuresAvant = HeuresType
    heuresApres = HeuresType


class DepartType(_Model):
    """The end of the employment."""

    dateEffet = _Day
    motif = MotifDepartType


class ChangementType(_Model):
    """One line of the volet open all year; exactly one of the three natures (a choice in the schema)."""

    reference = _optional(ReferenceType)
    salarie = _one(SalarieType)
    augmentation = _optional(AugmentationType)
    reduction = _optional(ReductionType)
    depart = _optional(DepartType)
    remplace = _optional(NumeroDeclarationType)


class AnomalieType(_Model):
    """One broken rule."""

    code = _Text
    gravite = _Text
    champ = _optional(Unicode)
    message = _Text


class ResultatType(_Model):
    """The answer to one line."""

    rang = _Int
    reference = _optional(ReferenceType)
    statut = _Text
    numeroDeclaration = _optional(NumeroDeclarationType)
    anomalie = _many(AnomalieType, 0)


class EmpreinteType(_Model):
    """Digest of the payload."""

    algorithme = _Text
    valeur = _Text


class ServiceType(_Model):
    """The service in charge (CRPA R112-11-1)."""

    designation = _Text
    adresse = _Text
    courriel = _Text
    telephone = _Text


class AccuseType(_Model):
    """The receipt."""

    numeroDepot = NumeroDepotType
    identifiantMessage = IdentifiantMessageType
    operation = _Text
    siret = SiretType
    dateReception = _Instant
    essai = _Flag
    statut = _Text
    empreinte = _one(EmpreinteType)
    versionRegles = _Text
    service = _one(ServiceType)
    nombreRecues = _Int
    nombreAcceptees = _Int
    nombreRejetees = _Int
    resultat = _many(ResultatType, 1)


class EtatType(_Model):
    """Where a declaration stands."""

    numeroDeclaration = NumeroDeclarationType
    statut = _Text
    depuis = _Instant


class DepotType(_Model):
    """Summary of a deposit."""

    numeroDepot = NumeroDepotType
    identifiantMessage = IdentifiantMessageType
    operation = _Text
    dateReception = _Instant
    essai = _Flag
    statut = _Text
    nombreRecues = _Int
    nombreAcceptees = _Int
    nombreRejetees = _Int


class RegleType(_Model):
    """One rule of the catalogue."""

    code = _Text
    gravite = _Text
    libelle = _Text
    explication = _Text
    correction = _Text


class CampagneType(_Model):
    """The campaign open now, else the next one."""

    annee = _Int
    ouverture = _Day
    dateLimite = _Day
    fermeture = _Day
    elementsAttendus = _Text
    ouverte = _Flag


class LimitesType(_Model):
    """What a message may hold."""

    lignesParMessage = _Int
    octetsParMessage = _Int
    depotsParPage = _Int


class CompteType(_Model):
    """The sender's account."""

    expiration = _Instant


class DeclareCertificatEmploi(_Model):
    """Request of the annual volet."""

    entete = _one(EnteteType)
    annee = _Int
    certificat = _many(CertificatType, 1, 1000)


class DeclareChangementActivite(_Model):
    """Request of the volet open all year."""

    entete = _one(EnteteType)
    changement = _many(ChangementType, 1, 1000)


class AnnuleDeclaration(_Model):
    """Request to cancel declarations."""

    entete = _one(EnteteType)
    numeroDeclaration = _many(NumeroDeclarationType, 1, 1000)
    motif = MotifAnnulationType


class ConsulteDepot(_Model):
    """Request for one deposit."""

    siret = SiretType
    numeroDepot = _optional(NumeroDepotType)
    identifiantMessage = _optional(IdentifiantMessageType)


class ListeDepots(_Model):
    """Request for the deposits of a period."""

    siret = SiretType
    depuis = _Day
    jusque = _Day
    curseur = _optional(CurseurType)
    limite = _optional(LimiteType)


class ListeResteADeclarer(_Model):
    """Request for the employees still expected."""

    siret = SiretType
    annee = _Int


class ListeAnomalies(_Model):
    """Request for the catalogue of rules."""


class ConsulteService(_Model):
    """Request for the state of the service."""


class ModifieMotDePasse(_Model):
    """Request to change the sender's password."""

    ancienMotDePasse = MotDePasseType
    nouveauMotDePasse = MotDePasseType


class DeclareCertificatEmploiResponse(_Model):
    """Answer with the receipt."""

    accuse = _one(AccuseType)
    accuseSigne = _one(ByteArray)


class DeclareChangementActiviteResponse(_Model):
    """Answer with the receipt."""

    accuse = _one(AccuseType)
    accuseSigne = _one(ByteArray)


class AnnuleDeclarationResponse(_Model):
    """Answer with the receipt."""

    accuse = _one(AccuseType)
    accuseSigne = _one(ByteArray)


class ConsulteDepotResponse(_Model):
    """Answer with the receipt and the present states."""

    accuse = _one(AccuseType)
    accuseSigne = _one(ByteArray)
    etat = _many(EtatType, 0)


class ListeDepotsResponse(_Model):
    """Answer with a page of deposits."""

    depot = _many(DepotType, 0)
    curseurSuivant = _optional(CurseurType)


class ListeResteADeclarerResponse(_Model):
    """Answer with the employees still expected."""

    salarie = _many(SalarieType, 0)
    dateLimite = _Day


class ListeAnomaliesResponse(_Model):
    """Answer with the catalogue."""

    versionRegles = _Text
    regle = _many(RegleType, 0)


class ConsulteServiceResponse(_Model):
    """Answer with the state of the service."""

    environnement = _Text
    versionContrat = _Text
    versionRegles = _Text
    campagne = _one(CampagneType)
    limites = _one(LimitesType)
    heureServeur = _Instant
    compte = _one(CompteType)


class ModifieMotDePasseResponse(_Model):
    """Answer with the end of the new password."""

    expiration = _Instant
