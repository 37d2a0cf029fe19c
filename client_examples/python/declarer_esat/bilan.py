"""What a run of ``certificat`` or ``changement`` tells: to a person as it goes, to a program at the end."""

from collections.abc import Mapping, Sequence
from typing import Any

from declarer_esat.affichage import Ecran, accorder
from declarer_esat.affichage_accuse import heure_de_paris, tableau_des_depots
from declarer_esat.donnees import constats_en_json, depots_en_json
from declarer_esat.envoi import Depot
from declarer_esat.erreurs import RefusDuServiceError
from declarer_esat.etat_du_service import EtatDuService
from declarer_esat.fichier import Fichier
from declarer_esat.registre import Envoi
from declarer_esat.rejets import ecrire_rejets
from service.contract.fichiers.constats import Constat, illisible, intervalles, lignes_rejetees
from service.domain.campagne import Campagne
from service.domain.declaration import Gravite
from service.domain.regles import VERSION_REGLES

FAIT, REFUSE, INJOIGNABLE = 0, 1, 3
"""Exit codes."""


class Bilan:
    """The telling of one run."""

    def __init__(self, ecran: Ecran, essai: bool, sans_les_rejets: bool) -> None:
        self._ecran = ecran
        self._essai = essai
        self._sans_les_rejets = sans_les_rejets
        self._donnees: dict[str, Any] = {"essai": essai}

    def lu(self, fichier: Fichier) -> None:
        """The file was read."""
        tableau = fichier.tableau
        vides = f", {accorder(tableau.vides, 'ligne vide passée', 'lignes vides passées')}" if tableau.vides else ""
        lignes = accorder(len(tableau.lignes), "ligne")
        self._ecran.dire(f"{fichier.chemin.name} : {fichier.volet.libelle}, {tableau.nature}, {lignes}{vides}.")
        if tableau.remarque:
            self._ecran.avertir(f"{tableau.remarque} ; --feuille en choisit une autre.")
        self._donnees |= {
            "fichier": str(fichier.chemin),
            "volet": fichier.volet.nom,
            "lignes": len(tableau.lignes),
            "lignesVides": tableau.vides,
        }

    def en_ligne(self, etat: EtatDuService, *, certificats: bool) -> None:
        """The service answered."""
        campagne = etat.campagne
        quoi = f", certificats de novembre {campagne.annee}" if certificats else ""
        essai = " ESSAI : rien ne sera transmis." if self._essai else ""
        self._ecran.dire(f"Service joint (environnement : {etat.environnement}){quoi}.{essai}")
        if certificats and etat.ouverte is False:
            self._ecran.avertir(
                f"la campagne {campagne.annee} n'est pas ouverte (du {campagne.ouverture:%d/%m/%Y} au "
                f"{campagne.fermeture:%d/%m/%Y}) : le service devrait refuser."
            )
        if etat.regles != VERSION_REGLES:
            self._ecran.avertir(
                f"le service applique les règles {etat.regles}, ce programme les règles {VERSION_REGLES} : "
                "le mettre à jour."
            )
        if etat.expire_dans is not None:
            jours = accorder(max(etat.expire_dans, 0), "jour")
            self._ecran.avertir(f"le mot de passe ou la clé expire dans {jours} (declarer-esat mot-de-passe).")

    def verifie(self, fichier: Fichier, constats: Sequence[Constat], campagne: Campagne | None) -> int:
        """The file was checked offline; nothing is sent."""
        rejetees = lignes_rejetees(constats)
        self._ecran.constats(constats, refus=bool(rejetees))
        annee = f" pour novembre {campagne.annee}" if campagne else ""
        self._compter(constats, f"Contrôle hors ligne{annee}", fichier)
        self._ecran.dire("Ce que le service sait déjà (doublons, an passé, départs) n'est contrôlé qu'à l'envoi.")
        return self._conclure("VERIFIE", constats, code=REFUSE if rejetees else FAIT)

    def refuse(self, fichier: Fichier, constats: Sequence[Constat]) -> int:
        """The file, or rows of it, are refused before anything is sent."""
        self._ecran.constats(constats, refus=True)
        self._compter(constats, "Contrôle", fichier)
        if illisible(constats):
            suite = "Corriger le fichier (constats LECTURE), puis relancer la même commande."
        else:
            suite = "Corriger ces lignes, ou ajouter --sans-les-rejets pour envoyer les autres."
        self._ecran.refuser(f"rien n'a été envoyé. {suite}")
        return self._conclure("REFUSE", constats, code=REFUSE)

    def deja(self, deja: Mapping[int, str], *, de_nouveau: bool, certificats: bool) -> None:
        """Some rows were declared before."""
        if not deja:
            return
        lignes = accorder(len(deja), "ligne déjà déclarée", "lignes déjà déclarées")
        ou = intervalles(sorted(deja))
        self._donnees["dejaDeclarees"] = {str(ligne): numero for ligne, numero in deja.items()}
        if not de_nouveau:
            self._ecran.dire(f"{lignes} à l'identique ({ou}) : laissées de côté ; --de-nouveau les enverrait.")
        elif certificats:
            self._ecran.avertir(
                f"{lignes} à l'identique ({ou}) : le service les refusera (C06), sauf à remplir la colonne remplace."
            )
        else:
            self._ecran.avertir(f"{lignes} à l'identique ({ou}) : ces changements seront comptés deux fois.")

    def rien_a_envoyer(self, fichier: Fichier, constats: Sequence[Constat]) -> int:
        """Every row is refused, or declared before."""
        rejetees = lignes_rejetees(constats)
        self._ecran.constats(constats, refus=bool(rejetees))
        self._rejets(fichier, rejetees, constats)
        phrase = "aucune ligne à envoyer : toutes sont refusées ou déjà déclarées."
        (self._ecran.refuser if rejetees else self._ecran.dire)(phrase)
        return self._conclure("RIEN_A_ENVOYER", constats, code=REFUSE if rejetees else FAIT)

    def repris(self, envoi: Envoi, *, de_nouveau: bool) -> None:
        """A sending that was begun goes on."""
        faits = sum(numero is not None for numero in envoi.depots)
        suite = " --de-nouveau ne vaut qu'une fois cet envoi terminé." if de_nouveau else ""
        self._ecran.dire(
            f"Envoi du {heure_de_paris(envoi.cree_le)} repris, avec les mêmes identifiants : {faits} message(s) sur "
            f"{len(envoi.lots)} avaient leur accusé.{suite}"
        )

    def rappele(self, fichier: Fichier, envoi: Envoi, depots: Sequence[Depot]) -> int:
        """The very same file was sent before: its receipts, again."""
        annee = f" pour novembre {envoi.annee}" if envoi.annee else ""
        self._ecran.dire(
            f"Ce fichier a déjà été envoyé le {heure_de_paris(envoi.cree_le)}{annee} : voici ses accusés, rien n'est "
            f"envoyé. (--de-nouveau pour {'l’essayer' if self._essai else 'le déclarer'} encore.)"
        )
        envoyees = {ligne for lot in envoi.lots for ligne in lot.lignes}
        absentes = [ligne.numero for ligne in fichier.tableau.lignes if ligne.numero not in envoyees]
        if absentes:
            lignes = accorder(len(absentes), "ligne n'en était pas", "lignes n'en étaient pas")
            self._ecran.avertir(f"{lignes}, refusées au contrôle ou déjà déclarées : {intervalles(absentes)}.")
        return self._resultat(fichier, depots, (), "DEJA_ENVOYE")

    def envoye(self, fichier: Fichier, depots: Sequence[Depot], constats: Sequence[Constat]) -> int:
        """Every message has its receipt."""
        return self._resultat(fichier, depots, constats, "ENVOYE")

    def refuse_par_le_service(
        self, depots: Sequence[Depot], refus: RefusDuServiceError, precisions: Sequence[Constat]
    ) -> int:
        """A message was refused as a whole."""
        if depots:
            self._ecran.montrer(tableau_des_depots(depots))
        self._ecran.constats(precisions, refus=True)
        incident = f" (identifiant pour l'assistance : {refus.incident})" if refus.incident else ""
        self._ecran.refuser(f"le service refuse le message, {refus.code} : {refus.message}{incident}")
        self._ecran.dire("Rien n'a été enregistré de ce message. Une fois la cause levée, relancer la même commande.")
        self._donnees["refus"] = {"code": refus.code, "message": refus.message, "incident": refus.incident}
        code = INJOIGNABLE if refus.passager else REFUSE
        return self._conclure("REFUSE_PAR_LE_SERVICE", precisions, depots, code=code)

    def interrompu(self, envoi: Envoi, depots: Sequence[Depot]) -> None:
        """It stops before the end, for whatever reason."""
        if depots:
            self._ecran.montrer(tableau_des_depots(depots))
        self._ecran.dire(
            f"Envoi interrompu : {len(depots)} message(s) sur {len(envoi.lots)} ont leur accusé. Rien n'est perdu ni "
            "doublé : relancer la même commande pour continuer."
        )
        self._conclure("INTERROMPU", (), depots, code=REFUSE)

    def _resultat(self, fichier: Fichier, depots: Sequence[Depot], constats: Sequence[Constat], statut: str) -> int:
        du_service = [constat for depot in depots for constat in depot.constats]
        refusees = {ligne for depot in depots for ligne in depot.rejetees}
        ecartees = lignes_rejetees(constats)
        # The service's findings on the rows sent; the offline ones on those left out.
        tous = [*(constat for constat in constats if constat.ligne in ecartees), *du_service]
        self._ecran.constats(tous, refus=bool(refusees))
        self._ecran.montrer(tableau_des_depots(depots))
        self._rejets(fichier, refusees | ecartees, tous)
        if refusees:
            lignes = accorder(len(refusees), "ligne")
            self._ecran.refuser(f"le service a refusé {lignes} : {intervalles(sorted(refusees))}.")
        return self._conclure(statut, tous, depots, code=REFUSE if refusees else FAIT)

    def _rejets(self, fichier: Fichier, rejetees: set[int], constats: Sequence[Constat]) -> None:
        if not rejetees:
            return
        chemin = ecrire_rejets(fichier.chemin, fichier.tableau, rejetees, constats)
        if chemin is None:
            self._ecran.avertir(f"les lignes refusées n'ont pu être écrites à côté de {fichier.chemin.name}.")
            return
        self._donnees["rejets"] = str(chemin)
        lignes = accorder(len(rejetees), "ligne refusée", "lignes refusées")
        self._ecran.dire(f"{lignes}, à corriger puis à envoyer à part : {chemin}")

    def _compter(self, constats: Sequence[Constat], titre: str, fichier: Fichier) -> None:
        rejetees = lignes_rejetees(constats)
        alertes = {constat.ligne for constat in constats if constat.gravite is Gravite.ALERTE}
        self._ecran.dire(
            f"{titre} : {accorder(len(fichier.tableau.lignes), 'ligne')}, dont {len(rejetees)} à corriger et "
            f"{len(alertes)} avec alerte."
        )

    def _conclure(self, statut: str, constats: Sequence[Constat], depots: Sequence[Depot] = (), *, code: int) -> int:
        self._ecran.donner(
            self._donnees | {"statut": statut, "constats": constats_en_json(constats), "depots": depots_en_json(depots)}
        )
        return code
