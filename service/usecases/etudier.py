"""What a deposit comes to on one state of the database: the lines judged, the receipt signed, nothing written yet.

Invariants, in the order the code enforces them (2-contract, « Semantics »):

1. A known identifier gets its original receipt, byte for byte, or a conflict: even after the campaign closed.
2. Certificates are taken while their campaign is open.
3. Each line is judged alone; the accepted ones get a number.
4. The receipt is signed once, over what the deposit will be stored with.

All of it rests on a few `Faits`. None of them changes as long as the ESAT's `revision` is the same; where another
message of that ESAT was written meanwhile, they are read again, and the study holds if they are what they were.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, NamedTuple

from service.contract.accuse import ecrire_accuse
from service.domain.campagne import Campagne, jour_de_paris
from service.domain.declaration import Operation, Resultat, StatutLigne
from service.domain.fabrique import fabrique
from service.domain.recepisse import Accuse, Empreinte, numero_depot, numeros_declarations, statut_du_depot
from service.domain.regles import VERSION_REGLES
from service.errors import CampagneFermeeError, ConflitIdentifiantError
from service.storage.depots import Depot
from service.storage.unit_of_work import UnitOfWork
from service.usecases.archiver import comprimer, decomprimer
from service.usecases.campagnes import trouver_campagne
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.juger import AUCUN_PASSE, Jugements, Passe, juger, lire_le_passe
from service.usecases.lignes import SalariesPrepares
from service.usecases.rangees import Deposant, Rangees, ranger
from service.usecases.reception import Etablissement, Issue

_OCTETS_ALEATOIRES = 5


class Nouveau(NamedTuple):
    """A deposit that is not stored yet."""

    accuse: Accuse
    rangees: Rangees


class Faits(NamedTuple):
    """What the database says of a demand."""

    connu: Depot | None
    """The deposit under its identifier; nothing else is asked then."""
    campagne: Campagne | None
    passe: Passe


class Etude(NamedTuple):
    """The answer to a deposit, as long as its ESAT is at `revision`, or the facts are these."""

    revision: int
    faits: Faits
    numero_depot: str
    issue: Issue
    accuse_signe: bytes
    nouveau: Nouveau | None
    """None for a message that is known: there is nothing to write."""


class Etudiee(NamedTuple):
    """What is studied: whose demand, from which ESAT, when, its employees ready to be looked for."""

    compte_id: int
    etablissement: Etablissement
    demande: DemandeDepot
    prepares: SalariesPrepares
    instant: datetime


def etudier(dependencies: Dependencies, unite: UnitOfWork, etudiee: Etudiee, precedente: Etude | None = None) -> Etude:
    """Study a demand; `precedente`, on another state of the database, holds where this one tells the same facts.

    Raises ConflitIdentifiantError or CampagneFermeeError.
    """
    compte_id, etablissement, demande, prepares, instant = etudiee
    revision, faits = _lire_les_faits(unite, etudiee)
    if precedente is not None and precedente.faits == faits:
        return precedente._replace(revision=revision)
    if faits.connu is not None:
        return Etude(revision, faits, faits.connu.numero, Issue.REPETE, _original(faits.connu, demande), None)
    jugements = juger(etablissement, demande, prepares, faits.passe, faits.campagne, instant)
    dependencies.unites.etape()
    accuse = _accuse(dependencies, demande, jugements, instant)
    texte = ecrire_accuse(accuse)
    dependencies.unites.etape()
    signe = dependencies.signataire.signer(texte)
    dependencies.unites.etape()
    lignes, deposant = [jugement.ligne for jugement in jugements], Deposant(compte_id, etablissement.id)
    nouveau = Nouveau(accuse, ranger(deposant, demande, prepares, lignes, accuse, comprimer(signe)))
    return Etude(revision, faits, accuse.numero_depot, Issue(accuse.statut.value), signe, nouveau)


def _lire_les_faits(unite: UnitOfWork, etudiee: Etudiee) -> tuple[int, Faits]:
    """The ESAT's revision, and what it stands for. Raises CampagneFermeeError."""
    _, etablissement, demande, prepares, instant = etudiee
    revision, connu = unite.depots.situation(etablissement.id, demande.entete.identifiant_message)
    if connu is not None:
        return revision, Faits(connu, None, AUCUN_PASSE)
    campagne = _campagne_ouverte(unite, demande, instant)
    return revision, Faits(None, campagne, lire_le_passe(unite, etablissement.id, demande, prepares))


def _original(connu: Depot, demande: DemandeDepot) -> bytes:
    """The receipt of a repeated message; raises ConflitIdentifiantError when it is not the same message."""
    if (connu.operation, connu.empreinte) != (demande.operation.value, demande.empreinte):
        raise ConflitIdentifiantError
    return decomprimer(connu.accuse_signe)


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


def _accuse(dependencies: Dependencies, demande: DemandeDepot, jugements: Jugements, instant: datetime) -> Accuse:
    numero = numero_depot(instant, secrets.token_bytes(_OCTETS_ALEATOIRES))
    acceptees = [not (jugement.anomalies and jugement.rejetee) for jugement in jugements]
    recues, nombre_acceptees = len(acceptees), sum(acceptees)
    rejetees = recues - nombre_acceptees
    return Accuse(
        numero,
        demande.entete.identifiant_message,
        demande.operation,
        demande.entete.siret,
        instant,
        demande.entete.essai,
        statut_du_depot(nombre_acceptees, rejetees),
        Empreinte("SHA-256", demande.empreinte),
        VERSION_REGLES,
        dependencies.emetteur,
        recues,
        nombre_acceptees,
        rejetees,
        _resultats(numero, demande.operation, jugements, acceptees),
    )


def _resultats(
    numero: str, operation: Operation, jugements: Jugements, acceptees: Sequence[bool]
) -> tuple[Resultat, ...]:
    """A declaration gets a number of its own; a cancellation answers with the number it cancels."""
    lignes: Sequence[Any]
    lignes, anomalies = zip(*jugements, strict=True)
    acceptee, rejetee = StatutLigne.ACCEPTEE, StatutLigne.REJETEE
    statuts = [acceptee if une else rejetee for une in acceptees]
    references: Iterable[str | None]
    numeros: list[str | None]
    if operation is Operation.ANNULE_DECLARATION:
        references = repeat(None, len(lignes))
        numeros = [ligne if une else None for ligne, une in zip(lignes, acceptees, strict=True)]
    else:
        references = [ligne.reference for ligne in lignes]
        donnes = numeros_declarations(numero, len(lignes))
        numeros = [donne if une else None for donne, une in zip(donnes, acceptees, strict=True)]
    rangs = range(1, len(lignes) + 1)
    return tuple(map(fabrique(Resultat), zip(rangs, references, statuts, numeros, anomalies, strict=True)))
