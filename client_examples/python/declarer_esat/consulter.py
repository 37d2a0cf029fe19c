"""Commands that look things up: ``suivi``, ``depots``, ``reste-a-declarer``, ``service``."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.table import Table

from declarer_esat.affichage import accorder, table
from declarer_esat.affichage_accuse import fiche, heure_de_paris, libelle, statut, tableau_des_resultats
from declarer_esat.donnees import accuse_en_json
from declarer_esat.modele import ecrire_modele
from declarer_esat.options import Reglages, avec_reglages
from declarer_esat.seance import Seance
from service.contract.fichiers.valeurs import ValeurError, jour
from service.domain.campagne import jour_de_paris
from service.domain.identifiants import masquer_nir
from service.langue.commandes import Commande

_RECENTS = timedelta(days=30)
_AIDE_ANNEE = "Année du mois de novembre ; par défaut celle de la campagne en cours."


class Jour(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A day of the command line: ``01/12/2026`` or ``2026-12-01``."""

    name = "jour"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or fail as click wants."""
        try:
            return jour(value)
        except ValeurError as erreur:
            self.fail(f"{erreur}.", param, ctx)


@click.command("suivi", cls=Commande, short_help="Dit où en sont les déclarations d'un dépôt.")
@click.argument("numero", metavar="[NUMERO]", required=False)
@click.option("--identifiant", metavar="UUID", type=click.UUID, help="identifiantMessage, à défaut du numéro du dépôt.")
@avec_reglages
def suivi(reglages: Reglages, numero: str | None, identifiant: UUID | None) -> int:
    """Dit où en est chaque déclaration d'un dépôt : reçue, transmise à la Caf, intégrée, refusée, annulée, remplacée.

    Sans NUMERO ni --identifiant, liste les envois gardés dans le dossier, sans appeler le service.
    """
    seance = Seance(reglages)
    if numero and identifiant:
        raise click.UsageError("Donner NUMERO ou --identifiant, pas les deux.")
    if not numero and not identifiant:
        return _lister_les_envois(seance)
    reglages.exiger()
    siret = reglages.siret_exige()
    reponse = seance.service.consulter_depot(siret, numero, str(identifiant) if identifiant else None)
    accuse = seance.accuses.archiver(reponse.accuseSigne)
    etats = {etat.numeroDeclaration: (etat.statut, etat.depuis) for etat in reponse.etat}
    ecran = seance.ecran
    ecran.montrer(fiche(accuse))
    ecran.montrer("")
    ecran.montrer(tableau_des_resultats(accuse, etats))
    comptes = Counter(valeur for valeur, _ in etats.values())
    if comptes:
        ecran.montrer("\n" + ", ".join(f"{libelle(valeur)} : {nombre}" for valeur, nombre in comptes.items()))
    declarations = [
        {"numeroDeclaration": cle, "statut": valeur, "depuis": depuis} for cle, (valeur, depuis) in etats.items()
    ]
    ecran.donner({**accuse_en_json(accuse), "etats": declarations})
    return 0


def _lister_les_envois(seance: Seance) -> int:
    tableau = table(
        ("Préparé le", {"no_wrap": True}),
        ("Fichier", {}),
        ("Année", {}),
        ("Lignes", {"justify": "right"}),
        ("Dépôts", {"no_wrap": True}),
    )
    envois = list(seance.registre.tous())
    for envoi in envois:
        depots = "\n".join(numero or "à reprendre" for numero in envoi.depots)
        lignes = sum(len(lot.lignes) for lot in envoi.lots)
        essai = " (ESSAI)" if envoi.identite.essai else ""
        nom = envoi.fichier + essai
        tableau.add_row(heure_de_paris(envoi.cree_le), nom, str(envoi.annee or "–"), str(lignes), depots)
    if envois:
        seance.ecran.montrer(tableau)
    else:
        seance.ecran.dire(f"Aucun envoi dans {seance.reglages.dossier}.")
    seance.ecran.donner(
        [
            {
                "fichier": envoi.fichier,
                "annee": envoi.annee,
                "creeLe": envoi.cree_le,
                "essai": envoi.identite.essai,
                "messages": [
                    {"identifiantMessage": lot.identifiant, "numeroDepot": numero}
                    for lot, numero in zip(envoi.lots, envoi.depots, strict=True)
                ],
            }
            for envoi in envois
        ]
    )
    return 0


@click.command("depots", cls=Commande, short_help="Liste les dépôts de l'établissement.")
@click.option("--depuis", type=Jour(), metavar="JOUR", help="Premier jour, compris ; par défaut il y a 30 jours.")
@click.option("--jusque", type=Jour(), metavar="JOUR", help="Dernier jour, compris ; par défaut aujourd'hui.")
@avec_reglages
def depots(reglages: Reglages, depuis: date | None, jusque: date | None) -> int:
    """Liste les dépôts de l'établissement reçus entre deux jours, quel que soit le logiciel qui les a faits."""
    reglages.exiger()
    dernier = jusque or jour_de_paris(datetime.now(UTC))
    premier = depuis or dernier - _RECENTS
    seance = Seance(reglages)
    trouves = list(seance.service.lister_depots(reglages.siret_exige(), premier, dernier))
    nombre = {"justify": "right", "no_wrap": True}
    tableau = table(
        ("Dépôt", {"no_wrap": True}),
        ("Reçu le", {}),
        ("Opération", {}),
        ("Lignes", nombre),
        ("Rejetées", nombre),
        ("Statut", {}),
    )
    for depot in trouves:
        etat = statut(depot.statut)
        if depot.essai:
            etat.append(" (ESSAI)", "bold")
        tableau.add_row(
            depot.numeroDepot,
            heure_de_paris(depot.dateReception),
            libelle(depot.operation),
            str(depot.nombreRecues),
            str(depot.nombreRejetees),
            etat,
        )
    if trouves:
        seance.ecran.montrer(tableau)
    seance.ecran.dire(f"{accorder(len(trouves), 'dépôt')} du {premier:%d/%m/%Y} au {dernier:%d/%m/%Y}.")
    seance.ecran.donner([_en_dictionnaire(depot) for depot in trouves])
    return 0


@click.command("reste-a-declarer", cls=Commande, short_help="Liste les salariés attendus et pas encore déclarés.")
@click.option("--annee", type=click.IntRange(2018, 2100), metavar="AAAA", help=_AIDE_ANNEE)
@click.option(
    "--fichier", metavar="FICHIER", type=click.Path(path_type=Path), help="Les écrit aussi dans un modèle à compléter."
)
@avec_reglages
def reste_a_declarer(reglages: Reglages, annee: int | None, fichier: Path | None) -> int:
    """Liste les salariés attendus dans la campagne et dont aucun certificat n'est encore déclaré."""
    reglages.exiger()
    seance = Seance(reglages)
    retenue = annee or seance.service.consulter_service().campagne.annee
    reponse = seance.service.lister_reste(reglages.siret_exige(), retenue)
    salaries = [_salarie(salarie) for salarie in reponse.salarie]
    if salaries:
        seance.ecran.montrer(_tableau_des_salaries(salaries))
    seance.ecran.dire(
        f"Novembre {retenue} : {accorder(len(salaries), 'salarié reste', 'salariés restent')} à déclarer, avant le "
        f"{reponse.dateLimite:%d/%m/%Y} inclus."
    )
    if fichier is not None:
        ecrire_modele(fichier, "certificat", salaries)
        seance.ecran.dire(f"Modèle à compléter : {fichier}")
    seance.ecran.donner({"annee": retenue, "dateLimite": reponse.dateLimite, "salaries": salaries})
    return 0


def _salarie(salarie: Any) -> dict[str, Any]:
    return {
        "nir": salarie.nir,
        "numero_allocataire": salarie.numeroAllocataire,
        "organisme": salarie.organisme,
        "nom": salarie.nom,
        "nom_usage": salarie.nomUsage,
        "prenom": salarie.prenom,
        "date_naissance": salarie.dateNaissance,
    }


def _tableau_des_salaries(salaries: list[dict[str, Any]]) -> Table:
    """The NIR shows its last digits only: enough to tell two namesakes, and a screen may be seen."""
    tableau = table(
        ("Nom", {}), ("Prénom", {}), ("Né(e) le", {"no_wrap": True}), ("NIR", {"no_wrap": True}), ("Allocataire", {})
    )
    for salarie in salaries:
        numero = salarie["numero_allocataire"] or "–"
        tableau.add_row(
            salarie["nom"],
            salarie["prenom"],
            f"{salarie['date_naissance']:%d/%m/%Y}",
            masquer_nir(salarie["nir"]) if salarie["nir"] else "–",
            f"{salarie['organisme']} {numero}" if salarie["organisme"] else numero,
        )
    return tableau


@click.command("service", cls=Commande, short_help="Dit si le service répond, la campagne et ses limites.")
@avec_reglages
def service(reglages: Reglages) -> int:
    """Dit si le service répond et ce compte avec lui : campagne, règles, limites, horloge, fin du mot de passe."""
    seance = Seance(reglages)
    reponse = seance.service.consulter_service()
    campagne, limites = reponse.campagne, reponse.limites
    ecart = round((datetime.now(UTC) - reponse.heureServeur).total_seconds())
    tableau = Table.grid(padding=(0, 2))
    tableau.add_column(style="bold", no_wrap=True)
    tableau.add_column(overflow="fold")
    for nom, valeur in (
        ("Adresse", reglages.base),
        ("Environnement", reponse.environnement),
        ("Contrat, règles", f"version {reponse.versionContrat}, règles {reponse.versionRegles}"),
        ("Campagne", _campagne(campagne)),
        ("Montants", f"{campagne.elementsAttendus} attendus par certificat"),
        ("Limites", f"{limites.lignesParMessage} lignes et {limites.octetsParMessage} octets par message"),
        ("Horloge", f"écart de {ecart} s avec cet ordinateur"),
        ("Compte", f"mot de passe ou clé valable jusqu'au {heure_de_paris(reponse.compte.expiration)}"),
    ):
        tableau.add_row(nom, valeur)
    seance.ecran.montrer(tableau)
    seance.ecran.donner(_en_dictionnaire(reponse))
    return 0


def _campagne(campagne: Any) -> str:
    etat = "ouverte" if campagne.ouverte else "fermée"
    jours = f"du {campagne.ouverture:%d/%m/%Y} au {campagne.fermeture:%d/%m/%Y}"
    return f"novembre {campagne.annee}, {etat} ({jours} ; sans retard jusqu'au {campagne.dateLimite:%d/%m/%Y})"


def _en_dictionnaire(objet: Any) -> Any:
    """Return a zeep object as plain values."""
    if isinstance(objet, list):
        return [_en_dictionnaire(element) for element in objet]
    valeurs = getattr(objet, "__values__", None)
    return objet if valeurs is None else {nom: _en_dictionnaire(valeur) for nom, valeur in valeurs.items()}
