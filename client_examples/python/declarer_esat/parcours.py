"""A run of ``certificat`` or ``changement``, from the file to the receipts, in this order:

1. the file is read; what cannot be understood stops everything;
2. a sending of this very file that was begun is gone on with, one that is finished is shown again;
3. its rows are checked with the service's own schemas and rules; a row that they refuse stops everything, or is left
   out when asked for;
4. rows declared before, word for word, are left out;
5. the messages are put on the disk, then sent; each receipt is verified and kept.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from declarer_esat import etat_du_service
from declarer_esat.bilan import Bilan
from declarer_esat.controle import controler
from declarer_esat.deja import Historique
from declarer_esat.envoi import Depot, depots_faits, envoyer
from declarer_esat.erreurs import RefusDuServiceError
from declarer_esat.etat_du_service import EtatDuService
from declarer_esat.fautes import constats_du_refus
from declarer_esat.fichier import Fichier, ouvrir
from declarer_esat.lots import Lot, decouper
from declarer_esat.messages import Redacteur, client_zeep
from declarer_esat.registre import Envoi, Identite
from declarer_esat.seance import Seance
from service import __version__
from service.contract.fichiers.colonnes import CERTIFICAT, Volet
from service.contract.fichiers.constats import Constat, illisible, lignes_rejetees
from service.contract.fichiers.conversion import Declaration, LigneLue
from service.domain.declaration import Entete, Logiciel

LOGICIEL = Logiciel("teledeclaration-esat", "declarer-esat", __version__)
"""What this program calls itself in its messages. A vendor puts here its own name."""
_SIRET_DE_CONTROLE = "00000000000000"
"""Stands for a SIRET that a check was not told; it is in no message that is sent."""


class Demande(NamedTuple):
    """What a command was asked."""

    chemin: Path
    volet: Volet
    annee: int | None
    """Year of the November declared; None for changes, or to let the service say."""
    essai: bool
    verifier: bool
    sans_les_rejets: bool
    de_nouveau: bool
    feuille: str | None
    ignorees: Sequence[str]
    elements_attendus: str | None


class Parcours:
    """One run."""

    def __init__(self, seance: Seance, demande: Demande) -> None:
        self._seance = seance
        self._demande = demande
        self._certificats = demande.volet is CERTIFICAT
        self._bilan = Bilan(seance.ecran, demande.essai, demande.sans_les_rejets)

    def executer(self) -> int:
        """Do it, and return the exit code: 0 done, 1 refused. Raises `TeledeclarationError`."""
        demande = self._demande
        fichier = ouvrir(demande.chemin, demande.volet, demande.feuille, demande.ignorees)
        self._bilan.lu(fichier)
        if demande.verifier or illisible(fichier.constats):
            return self._verifier(fichier)
        self._seance.reglages.exiger()
        envoi = self._seance.registre.dernier(self._identite(fichier), demande.annee)
        if envoi is not None and envoi.termine and not demande.de_nouveau:
            return self._rappeler(fichier, envoi)
        if envoi is not None and not envoi.termine:
            return self._reprendre(fichier, envoi)
        return self._declarer(fichier, envoi)

    def _verifier(self, fichier: Fichier) -> int:
        """Tell everything that is wrong, without the network and without sending."""
        etat = etat_du_service.hors_ligne(self._demande.annee, self._demande.elements_attendus)
        siret = self._seance.reglages.siret_exige() if self._seance.reglages.siret else _SIRET_DE_CONTROLE
        redacteur = Redacteur(client_zeep(self._seance.reglages.url))
        lots = self._composer(fichier.lignes, etat, redacteur, siret)
        constats = self._controler(fichier, lots, etat)
        if not self._demande.verifier:
            return self._bilan.refuse(fichier, constats)
        return self._bilan.verifie(fichier, constats, etat.campagne if self._certificats else None)

    def _rappeler(self, fichier: Fichier, envoi: Envoi) -> int:
        """Show the receipts of a sending that is done; without the network, unless a receipt was lost."""
        depots = depots_faits(envoi, self._seance.accuses)
        if len(depots) < len(envoi.lots):
            return self._reprendre(fichier, envoi)
        return self._bilan.rappele(fichier, envoi, depots)

    def _reprendre(self, fichier: Fichier, envoi: Envoi) -> int:
        """Go on with a sending that is on the disk; rows that were left out of it stay so."""
        self._bilan.repris(envoi, de_nouveau=self._demande.de_nouveau)
        etat = etat_du_service.en_ligne(self._seance.service.consulter_service(), envoi.annee)
        envoyees = {ligne for lot in envoi.lots for ligne in lot.lignes}
        restes = [ligne for ligne in fichier.lignes if ligne.numero not in envoyees]
        redacteur = Redacteur(self._seance.service.client)
        lots = self._composer(restes, etat, redacteur, self._seance.reglages.siret_exige())
        constats = self._controler(fichier, lots, etat)
        return self._envoyer(fichier, envoi, [constat for constat in constats if constat.ligne not in envoyees])

    def _declarer(self, fichier: Fichier, precedent: Envoi | None) -> int:
        """Check, prepare and send."""
        demande, service = self._demande, self._seance.service
        siret = self._seance.reglages.siret_exige()
        etat = etat_du_service.en_ligne(service.consulter_service(), demande.annee)
        self._bilan.en_ligne(etat, certificats=self._certificats)
        redacteur = Redacteur(service.client)
        lots = self._composer(fichier.lignes, etat, redacteur, siret)
        constats = self._controler(fichier, lots, etat)
        rejetees = lignes_rejetees(constats)
        if rejetees and not demande.sans_les_rejets:
            return self._bilan.refuse(fichier, constats)
        annee = etat.campagne.annee if self._certificats else None
        deja = self._deja(fichier, lots, annee)
        if rejetees or deja:
            ecartees = rejetees | deja.keys()
            retenues = [ligne for ligne in fichier.lignes if ligne.numero not in ecartees]
            if not retenues:
                return self._bilan.rien_a_envoyer(fichier, constats)
            lots = self._composer(retenues, etat, redacteur, siret)
        identite = self._identite(fichier)
        envoi = self._seance.registre.preparer(identite, annee, demande.chemin.name, lots, demande.volet.nom, precedent)
        return self._envoyer(fichier, envoi, constats)

    def _envoyer(self, fichier: Fichier, envoi: Envoi, constats: Sequence[Constat]) -> int:
        """Send what is left to send, and tell what came of it."""
        depots: list[Depot] = []
        total = sum(len(lot.lignes) for lot in envoi.lots)
        try:
            with self._seance.ecran.progression("Envoi", total) as barre:
                for depot in envoyer(envoi, self._seance.service, self._seance.accuses):
                    depots.append(depot)
                    barre.avancer(len(depot.lot.lignes))
        except RefusDuServiceError as refus:
            lignes = envoi.lots[len(depots)].lignes
            return self._bilan.refuse_par_le_service(depots, refus, constats_du_refus(refus, lignes))
        except BaseException:
            self._bilan.interrompu(envoi, depots)
            raise
        return self._bilan.envoye(fichier, depots, constats)

    def _deja(self, fichier: Fichier, lots: Sequence[Lot], annee: int | None) -> dict[int, str]:
        """Return the rows declared before; none for a trial, or when they are to be sent again."""
        if self._demande.essai:
            return {}
        historique = Historique(self._seance.registre, self._seance.accuses, self._identite(fichier))
        historique.eclaircir(self._seance.service)
        deja = historique.deja_acceptees(lots, annee)
        self._bilan.deja(deja, de_nouveau=self._demande.de_nouveau, certificats=self._certificats)
        return {} if self._demande.de_nouveau else deja

    def _composer(self, lignes: Sequence[LigneLue], etat: EtatDuService, redacteur: Redacteur, siret: str) -> list[Lot]:
        annee = etat.campagne.annee if self._certificats else None

        def ecrire(identifiant: str, declarations: Sequence[Declaration]) -> bytes:
            entete = Entete(identifiant, siret, LOGICIEL, self._demande.essai)
            return redacteur.declarations(entete, annee, declarations)

        return decouper(lignes, etat.limites, ecrire)

    def _controler(self, fichier: Fichier, lots: Sequence[Lot], etat: EtatDuService) -> list[Constat]:
        campagne = etat.campagne if self._certificats else None
        return [*fichier.constats, *controler(lots, fichier.lignes, campagne)]

    def _identite(self, fichier: Fichier) -> Identite:
        reglages = self._seance.reglages
        operation = fichier.volet.operation.value
        return Identite(operation, reglages.siret_exige(), reglages.base, self._demande.essai, fichier.contenu)
