"""The deposit: authorised, controlled, stored, signed and logged in one transaction, or not at all.

Invariants, in the order the code enforces them (2-contract, « Semantics »):

1. The sender is habilitated for the SIRET under a running convention.
2. A known identifier gets its original receipt, byte for byte, or a conflict: even after the campaign closed.
3. Certificates are taken while their campaign is open.
4. Each line is judged alone; the accepted ones get a number, all of them are stored.
5. The receipt is signed once, and stored with what it tells; the log's entry bears its SHA-256, so that what proves the
   entry proves the receipt.

Deposits of one ESAT follow each other (`verrouiller`), so that two messages cannot both be the first.
"""

import hashlib
import secrets
from datetime import datetime

from service.contract.accuse import ecrire_accuse
from service.domain.actes import Canal
from service.domain.campagne import Campagne, jour_de_paris
from service.domain.declaration import Operation, Resultat, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, numero_declaration, numero_depot, statut_du_depot
from service.domain.regles import VERSION_REGLES
from service.errors import CampagneFermeeError, ConflitIdentifiantError
from service.storage.depots import Depot
from service.storage.unit_of_work import UnitOfWork
from service.usecases import prevenir
from service.usecases.archiver import archiver, comprimer, decomprimer
from service.usecases.campagnes import trouver_campagne
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.enregistrer import enregistrer
from service.usecases.identifier import autoriser
from service.usecases.journaliser import transaction_du_message
from service.usecases.juger import LigneJugee, juger
from service.usecases.lignes import preparer
from service.usecases.reception import Issue, Reception

_OCTETS_ALEATOIRES = 5


def deposer(dependencies: Dependencies, reception: Reception, demande: DemandeDepot) -> bytes:
    """Record a deposit and return its signed receipt; of a repeated message, the original one.

    Raises HabilitationError, ConflitIdentifiantError, CampagneFermeeError or RejeuError.
    """
    assert reception.expediteur is not None
    etablissement = autoriser(reception.expediteur, demande.entete.siret, reception.instant)
    prepares = preparer(dependencies.coffre, demande, etablissement.convention.organisme)
    brut = archiver(dependencies.coffre, reception.octets)
    with transaction_du_message(dependencies, reception) as unite:
        unite.esats.verrouiller(etablissement.id)
        connu = unite.depots.par_identifiant(etablissement.id, demande.entete.identifiant_message)
        if connu is not None:
            return _repeter(reception, connu, demande)
        campagne = _campagne_ouverte(unite, demande, reception.instant)
        jugees = juger(unite, etablissement, demande, prepares, campagne, reception.instant)
        accuse = _accuse(dependencies, reception, demande, jugees)
        accuse_signe = dependencies.signataire.signer(ecrire_accuse(accuse))
        reception.numero_depot, reception.issue = accuse.numero_depot, Issue(accuse.statut.value)
        reception.accuse_hache = hashlib.sha256(accuse_signe).digest()
        enregistrer(unite, reception, etablissement, demande, jugees, prepares, accuse, comprimer(accuse_signe), brut)
        if reception.canal is Canal.EXTRANET:
            _prevenir(dependencies, unite, reception, accuse)
        return accuse_signe


def _prevenir(dependencies: Dependencies, unite: UnitOfWork, reception: Reception, accuse: Accuse) -> None:
    """A deposit made by hand is told by mail to whoever made it; software has its answer."""
    esat = unite.esats.par_siret(accuse.siret)
    assert reception.expediteur is not None
    assert esat is not None
    prevenir.du_depot(dependencies, unite, reception.expediteur.courriel, esat.raison_sociale, accuse)


def _repeter(reception: Reception, connu: Depot, demande: DemandeDepot) -> bytes:
    """The original receipt of a repeated message; raises ConflitIdentifiantError when it is not the same message."""
    if (connu.operation, connu.empreinte) != (demande.operation.value, demande.empreinte):
        raise ConflitIdentifiantError
    accuse_signe = decomprimer(connu.accuse_signe)
    reception.numero_depot, reception.issue = connu.numero, Issue.REPETE
    reception.accuse_hache = hashlib.sha256(accuse_signe).digest()
    return accuse_signe


def _campagne_ouverte(unite: UnitOfWork, demande: DemandeDepot, instant: datetime) -> Campagne | None:
    """The campaign of the certificates' year; None for other operations. Raises CampagneFermeeError."""
    if demande.annee is None:
        return None
    campagne = trouver_campagne(unite, demande.annee)
    if campagne is None:
        raise CampagneFermeeError(f"Aucune campagne n'existe pour l'année {demande.annee}.")
    if not campagne.ouverte(jour_de_paris(instant)):
        raise CampagneFermeeError(
            f"La campagne des certificats d'emploi de {campagne.annee} est ouverte du {campagne.ouverture:%d/%m/%Y} "
            f"au {campagne.fermeture:%d/%m/%Y} inclus. Hors de ces dates, seuls les changements d'activité sont reçus."
        )
    return campagne


def _accuse(
    dependencies: Dependencies, reception: Reception, demande: DemandeDepot, jugees: list[LigneJugee]
) -> Accuse:
    numero = numero_depot(reception.instant, secrets.token_bytes(_OCTETS_ALEATOIRES))
    resultats = tuple(_resultat(numero, demande, rang, jugee) for rang, jugee in enumerate(jugees, 1))
    acceptees = sum(resultat.statut is StatutLigne.ACCEPTEE for resultat in resultats)
    rejetees = len(resultats) - acceptees
    return Accuse(
        numero,
        demande.entete.identifiant_message,
        demande.operation,
        demande.entete.siret,
        reception.instant,
        demande.entete.essai,
        statut_du_depot(acceptees, rejetees),
        Empreinte("SHA-256", demande.empreinte),
        VERSION_REGLES,
        dependencies.emetteur,
        len(resultats),
        acceptees,
        rejetees,
        resultats,
    )


def _resultat(numero: str, demande: DemandeDepot, rang: int, jugee: LigneJugee) -> Resultat:
    """A declaration gets a number of its own; a cancellation answers with the number it cancels."""
    reference = None if isinstance(jugee.ligne, str) else jugee.ligne.reference
    if jugee.rejetee:
        return Resultat(rang, reference, StatutLigne.REJETEE, None, jugee.anomalies)
    nombre = numero_declaration(numero, rang)
    if demande.operation is Operation.ANNULE_DECLARATION and isinstance(jugee.ligne, str):
        nombre = jugee.ligne
    return Resultat(rang, reference, StatutLigne.ACCEPTEE, nombre, jugee.anomalies)
