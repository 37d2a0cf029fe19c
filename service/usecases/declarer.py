"""Depositing from a page: the same message, rules, receipt and log as a payroll system's, written by the house.

The payload is a message of the contract, valid against the schemas and kept as received: ``ConsulteDepot`` finds the
deposit like any other. `essai` and `identifiant` come with the form, so that a form sent twice is one deposit.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lxml import etree

from service import __version__
from service.contract.canonisation import empreinte
from service.contract.fichiers.conversion import Declaration
from service.contract.reading import analyseur
from service.contract.redaction import ecrire_charge
from service.contract.validation import valider
from service.domain.actes import Canal
from service.domain.declaration import Entete, Logiciel, Operation
from service.errors import MessageRefuseError, SaisieError
from service.usecases.brouillon import Brouillon
from service.usecases.consigner import Auteur
from service.usecases.controler_brouillon import lire_lignes
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.deposer import deposer
from service.usecases.journaliser import journaliser_refus
from service.usecases.reception import Expediteur, Reception

LOGICIEL = Logiciel("Caf", "Extranet", __version__)
"""What deposits made by hand say of their software."""


class Declarant(NamedTuple):
    """Who deposits, for which ESAT."""

    auteur: Auteur
    expediteur: Expediteur
    siret: str


def declarer(
    dependencies: Dependencies, declarant: Declarant, brouillon: Brouillon, cles: Iterable[int], *, essai: bool
) -> bytes:
    """Deposit lines of a draft, by their keys, in its order; return the signed receipt.

    Raises SaisieError when a line is gone or cannot be read, and what `deposer` raises, logged.
    """
    voulues = set(cles)
    retenu = brouillon._replace(lignes=tuple(ligne for ligne in brouillon.lignes if ligne.cle in voulues))
    lues, constats = lire_lignes(retenu)
    if constats or not lues or len(lues) != len(voulues):
        raise SaisieError("Le brouillon a changé depuis l'affichage de cette page : le vérifier de nouveau.")
    declarations = [lue.declaration for lue in lues]
    identifiant = brouillon.identifiant_de(essai=essai)
    entete = Entete(identifiant, declarant.siret, LOGICIEL, essai)
    return _deposer(dependencies, declarant, brouillon.volet.operation, entete, declarations, brouillon.annee)


def annuler(
    dependencies: Dependencies, declarant: Declarant, identifiant: str, numeros: Sequence[str], motif: str
) -> bytes:
    """Cancel declarations by their numbers; return the signed receipt. Raises what `deposer` raises, logged."""
    entete = Entete(identifiant, declarant.siret, LOGICIEL, essai=False)
    return _deposer(dependencies, declarant, Operation.ANNULE_DECLARATION, entete, numeros, motif=motif)


def _deposer(
    dependencies: Dependencies,
    declarant: Declarant,
    operation: Operation,
    entete: Entete,
    lignes: Sequence[Declaration] | Sequence[str],
    annee: int | None = None,
    motif: str | None = None,
) -> bytes:
    octets = ecrire_charge(operation, entete, lignes, annee, motif)
    reception = _reception(dependencies, declarant, operation, entete, octets)
    try:
        dependencies.debit.compter(declarant.expediteur.compte_id)
        charge = etree.fromstring(octets, analyseur())
        valider(charge)
        demande = DemandeDepot(operation, entete, lignes, empreinte(charge), annee, motif)  # type: ignore[arg-type]
        return deposer(dependencies, reception, demande)
    except MessageRefuseError as refus:
        raise journaliser_refus(dependencies, reception, refus) from None


def _reception(
    dependencies: Dependencies, declarant: Declarant, operation: Operation, entete: Entete, octets: bytes
) -> Reception:
    auteur = declarant.auteur
    return Reception(
        instant=dependencies.horloge(),
        adresse=auteur.adresse,
        agent=auteur.agent,
        taille=len(octets),
        requete=auteur.requete,
        confidentiel=True,
        octets=octets,
        operation=operation,
        utilisateur=auteur.utilisateur,
        expediteur=declarant.expediteur,
        siret=entete.siret,
        identifiant_message=entete.identifiant_message,
        canal=Canal.EXTRANET,
    )
