"""The deposit: authorised, controlled, stored, signed and logged in one transaction, or not at all.

Invariants, in the order the code enforces them (2-contract, « Semantics »):

1. The sender is habilitated for the SIRET under a running convention.
2. The deposit is studied (`etudier`) beside the writers: on SQLite one at a time is let in, and the study is the longer
   part of the work.
3. It is written if its ESAT's revision is still the one it was studied at. Otherwise the ESAT is locked and what the
   study rests on is read again; if that changed, it is studied again: so that two messages cannot both be the first.
4. It is studied anew where its number is taken: forty bits are drawn for it, the same ones perhaps twice in a day.
5. The receipt is stored with what it tells; the log's entry bears its SHA-256, so that what proves the entry proves the
   receipt.
"""

import hashlib

from service.domain.actes import Canal
from service.domain.recepisse import Accuse
from service.storage.unit_of_work import UnitOfWork
from service.usecases import prevenir
from service.usecases.archiver import archiver
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.enregistrer import enregistrer
from service.usecases.etudier import Etude, Etudiee, etudier
from service.usecases.identifier import autoriser
from service.usecases.journaliser import transaction_du_message
from service.usecases.lignes import preparer
from service.usecases.reception import Reception

LIGNES_GROUPEES = 200
"""Lines of a deposit that shares its commit with others, at most. More take longer to write than the disk to confirm
them, and of each page that they change SQLite would keep a copy, some 6 MB, to undo them alone."""


def deposer(dependencies: Dependencies, reception: Reception, demande: DemandeDepot) -> bytes:
    """Record a deposit and return its signed receipt; of a repeated message, the original one.

    Raises HabilitationError, ConflitIdentifiantError, CampagneFermeeError or RejeuError.
    """
    assert reception.expediteur is not None
    etablissement = autoriser(reception.expediteur, demande.entete.siret, reception.instant)
    dependencies.unites.etape()
    prepares = preparer(dependencies.coffre, demande, etablissement.convention.organisme)
    etudiee = Etudiee(reception.expediteur.compte_id, etablissement, demande, prepares, reception.instant)
    dependencies.unites.etape()
    with dependencies.unites.lecture() as unite:
        etude = etudier(dependencies, unite, etudiee)
    dependencies.unites.etape()
    brut = archiver(dependencies.coffre, reception.octets)
    reception.octets = b""  # kept in that form from here on, while turns and the disk are waited for
    with transaction_du_message(dependencies, reception, groupee=len(demande.lignes) <= LIGNES_GROUPEES) as unite:
        if etude.nouveau is not None:
            etude = _confirmer(dependencies, unite, etudiee, etude)
        while etude.nouveau is not None and not enregistrer(unite, etude.nouveau.rangees, brut):
            etude = etudier(dependencies, unite, etudiee)
        reception.numero_depot, reception.issue = etude.numero_depot, etude.issue
        reception.accuse_hache = hashlib.sha256(etude.accuse_signe).digest()
        if etude.nouveau is not None and reception.canal is Canal.EXTRANET:
            _prevenir(dependencies, unite, reception, etude.nouveau.accuse)
    dependencies.unites.etape()
    return etude.accuse_signe


def _confirmer(dependencies: Dependencies, unite: UnitOfWork, etudiee: Etudiee, etude: Etude) -> Etude:
    """The study that holds now; until this unit ends nobody changes what it rests on."""
    esat_id = etudiee.etablissement.id
    if unite.esats.avancer(esat_id, etude.revision):
        return etude
    unite.esats.verrouiller(esat_id)
    nouvelle = etudier(dependencies, unite, etudiee, precedente=etude)
    unite.esats.avancer(esat_id, nouvelle.revision)
    return nouvelle


def _prevenir(dependencies: Dependencies, unite: UnitOfWork, reception: Reception, accuse: Accuse) -> None:
    """A deposit made by hand is told by mail to whoever made it; software has its answer."""
    esat = unite.esats.par_siret(accuse.siret)
    assert reception.expediteur is not None
    assert esat is not None
    prevenir.du_depot(dependencies, unite, reception.expediteur.courriel, esat.raison_sociale, accuse)
