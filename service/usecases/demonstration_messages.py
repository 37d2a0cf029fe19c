"""What the invented ESATs declared before today: real messages, deposited the real way, at their own date.

Each one is written as XML, read back and validated like a message from the wire, then goes through `identifier` and
`deposer`: the receipts, the log and last year's certificates are what a year of use would have left.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from lxml import etree

from service.contract.canonisation import empreinte
from service.contract.catalogue import NS
from service.contract.reading import VersionSoap, lire_enveloppe
from service.contract.validation import valider
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Operation, Salarie
from service.security.wsse import JetonPresente
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.deposer import deposer
from service.usecases.identifier import identifier
from service.usecases.reception import Reception

LOGICIEL = Logiciel("Éditions Mimosa", "Mimosa Paie", "12.3")
_AGENT = "Mimosa Paie/12.3"


def declarer(
    dependencies: Dependencies,
    courriel: str,
    cle: str,
    siret: str,
    instant: datetime,
    lignes: Sequence[Certificat] | Sequence[Changement],
    annee: int | None = None,
) -> bytes:
    """Deposit lines as the account's payroll software would have at `instant` (UTC); return the signed receipt.

    `annee` is that of the certificates, None for changes.
    """
    operation = Operation.DECLARE_CHANGEMENT_ACTIVITE if annee is None else Operation.DECLARE_CERTIFICAT_EMPLOI
    entete = Entete(str(uuid.uuid4()), siret, LOGICIEL, essai=False)
    octets = _ecrire(operation, entete, annee, lignes)
    charge = lire_enveloppe(octets, None).charge
    valider(charge)
    reception = Reception(
        instant, "127.0.0.1", _AGENT, len(octets), secrets.token_hex(8), confidentiel=True, octets=octets
    )
    reception.operation, reception.siret = operation, siret
    reception.identifiant_message = entete.identifiant_message
    identifier(dependencies, reception, JetonPresente(courriel, cle, condense=False, nonce=None, created=None))
    return deposer(dependencies, reception, DemandeDepot(operation, entete, lignes, empreinte(charge), annee))


def _ecrire(
    operation: Operation, entete: Entete, annee: int | None, lignes: Sequence[Certificat] | Sequence[Changement]
) -> bytes:
    """The message without its Security header: what is kept of a message must not hold a secret."""
    soap = VersionSoap.SOAP_1_1.espace
    enveloppe = etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap})
    corps = etree.SubElement(enveloppe, f"{{{soap}}}Body")
    charge = etree.SubElement(corps, f"{{{NS}}}{operation.value}", nsmap={None: NS})
    _entete(charge, entete)
    _texte(charge, "annee", annee)
    for ligne in lignes:
        if isinstance(ligne, Certificat):
            _certificat(_element(charge, "certificat"), ligne)
        else:
            _changement(_element(charge, "changement"), ligne)
    return etree.tostring(enveloppe, xml_declaration=True, encoding="UTF-8")


def _entete(charge: etree._Element, entete: Entete) -> None:
    element = _element(charge, "entete")
    _texte(element, "identifiantMessage", entete.identifiant_message)
    _texte(element, "siret", entete.siret)
    logiciel = _element(element, "logiciel")
    for nom, valeur in zip(("editeur", "nom", "version"), entete.logiciel, strict=True):
        _texte(logiciel, nom, valeur)
    _texte(element, "essai", "false")


def _certificat(element: etree._Element, certificat: Certificat) -> None:
    _texte(element, "reference", certificat.reference)
    _salarie(element, certificat.salarie)
    _texte(element, "nombreMois", certificat.nombre_mois)
    _texte(element, "montantNet", certificat.montant_net)
    _texte(element, "montantAidePoste", certificat.montant_aide_poste)
    _texte(element, "pourcentageSalaireDirect", certificat.pourcentage_salaire_direct)


def _changement(element: etree._Element, changement: Changement) -> None:
    _texte(element, "reference", changement.reference)
    _salarie(element, changement.salarie)
    nature = _element(element, changement.nature.element)
    _texte(nature, "dateEffet", changement.date_effet.isoformat())
    _texte(nature, "heuresAvant", changement.heures_avant)
    _texte(nature, "heuresApres", changement.heures_apres)
    _texte(nature, "motif", changement.motif)


def _salarie(parent: etree._Element, salarie: Salarie) -> None:
    element = _element(parent, "salarie")
    _texte(element, "nir", salarie.nir)
    _texte(element, "numeroAllocataire", salarie.numero_allocataire)
    _texte(element, "organisme", salarie.organisme)
    _texte(element, "nom", salarie.nom)
    _texte(element, "nomUsage", salarie.nom_usage)
    _texte(element, "prenom", salarie.prenom)
    _texte(element, "dateNaissance", salarie.date_naissance.isoformat())


def _element(parent: etree._Element, nom: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NS}}}{nom}")


def _texte(parent: etree._Element, nom: str, valeur: str | int | Decimal | None) -> None:
    """A child with a text, none where the value is absent."""
    if valeur is not None:
        _element(parent, nom).text = str(valeur)
