"""Records → payloads: what goes into the Body of a message, made by zeep from the contract's own WSDL.

The WSDL is the one this package carries, the same that the service publishes: payloads can be made, and checked,
without the network. A payload is kept in canonical form, so that its digest is that of its bytes.
"""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

import zeep
from lxml import etree

from service.contract.fichiers.conversion import Declaration
from service.contract.publication import wsdl
from service.contract.reading import analyseur
from service.domain.declaration import Certificat, Changement, Entete, Nature, Operation, Salarie

Element = etree._Element
NS_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def client_zeep(adresse: str, transport: zeep.Transport | None = None, wsse: Any = None) -> Any:
    """Return zeep's client of the contract for a service at `adresse`; without `transport` it can only write."""
    reglages = zeep.Settings(forbid_dtd=True)
    contrat = io.BytesIO(wsdl("", adresse))
    return zeep.Client(contrat, wsse=wsse, transport=transport, settings=reglages)  # type: ignore[no-untyped-call]


class Redacteur:
    """Writes payloads."""

    def __init__(self, client: Any) -> None:
        """`client` is zeep's, of the contract."""
        self._client = client

    def certificats(self, entete: Entete, annee: int, certificats: Sequence[Certificat]) -> bytes:
        """Return the payload of `DeclareCertificatEmploi`."""
        return self._ecrire(
            Operation.DECLARE_CERTIFICAT_EMPLOI,
            entete=_entete(entete),
            annee=annee,
            certificat=[_certificat(certificat) for certificat in certificats],
        )

    def changements(self, entete: Entete, changements: Sequence[Changement]) -> bytes:
        """Return the payload of `DeclareChangementActivite`."""
        return self._ecrire(
            Operation.DECLARE_CHANGEMENT_ACTIVITE,
            entete=_entete(entete),
            changement=[_changement(changement) for changement in changements],
        )

    def annulation(self, entete: Entete, numeros: Sequence[str], motif: str) -> bytes:
        """Return the payload of `AnnuleDeclaration`."""
        return self._ecrire(
            Operation.ANNULE_DECLARATION, entete=_entete(entete), numeroDeclaration=list(numeros), motif=motif
        )

    def declarations(self, entete: Entete, annee: int | None, lignes: Sequence[Declaration]) -> bytes:
        """Return the payload of certificates of `annee`, or of changes without it."""
        if annee is not None:
            return self.certificats(entete, annee, [ligne for ligne in lignes if isinstance(ligne, Certificat)])
        return self.changements(entete, [ligne for ligne in lignes if isinstance(ligne, Changement)])

    def _ecrire(self, operation: Operation, **champs: Any) -> bytes:
        enveloppe = self._client.create_message(self._client.service, operation.value, **champs)
        charge = enveloppe.find(f"{{{NS_SOAP}}}Body")[0]
        octets: bytes = etree.tostring(charge, method="c14n", exclusive=True, with_comments=False)
        return octets


def lire_charge(charge: bytes) -> Element:
    """Return the tree of a payload, by the hardened parser of the contract."""
    return etree.fromstring(charge, analyseur())


def empreinte_de_ligne(ligne: Element) -> str:
    """Return what tells whether two lines declare the same thing: a digest of all but the sender's own reference."""
    condense = hashlib.sha256(str(ligne.tag).encode())
    for enfant in ligne:
        if not str(enfant.tag).endswith("}reference"):
            condense.update(etree.tostring(enfant, method="c14n", exclusive=True, with_comments=False))
    return condense.hexdigest()


def _entete(entete: Entete) -> dict[str, Any]:
    return {
        "identifiantMessage": entete.identifiant_message,
        "siret": entete.siret,
        "logiciel": entete.logiciel._asdict(),
        "essai": entete.essai,
    }


def _certificat(certificat: Certificat) -> dict[str, Any]:
    return {
        "reference": certificat.reference,
        "salarie": _salarie(certificat.salarie),
        "nombreMois": certificat.nombre_mois,
        "montantNet": certificat.montant_net,
        "montantAidePoste": certificat.montant_aide_poste,
        "pourcentageSalaireDirect": certificat.pourcentage_salaire_direct,
        "remplace": certificat.remplace,
    }


def _changement(changement: Changement) -> dict[str, Any]:
    if changement.nature is Nature.DEPART:
        detail: dict[str, Any] = {"dateEffet": changement.date_effet, "motif": changement.motif}
    else:
        detail = {
            "dateEffet": changement.date_effet,
            "heuresAvant": changement.heures_avant,
            "heuresApres": changement.heures_apres,
        }
    return {
        "reference": changement.reference,
        "salarie": _salarie(changement.salarie),
        changement.nature.element: detail,
        "remplace": changement.remplace,
    }


def _salarie(salarie: Salarie) -> dict[str, Any]:
    return {
        "nir": salarie.nir,
        "numeroAllocataire": salarie.numero_allocataire,
        "organisme": salarie.organisme,
        "nom": salarie.nom,
        "nomUsage": salarie.nom_usage,
        "prenom": salarie.prenom,
        "dateNaissance": salarie.date_naissance,
    }
