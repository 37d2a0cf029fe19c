"""``esats``: the establishments that declare."""

import click

from service.cli.comptes import imprimer_comptes
from service.cli.maison import Maison
from service.cli.output import Colonne, imprimer_fiche, imprimer_liste, option_format
from service.langue.commandes import Groupe
from service.usecases.administrer_esats import creer_esat, lister_esats, montrer_esat

_COLONNES = (
    Colonne("siret", "SIRET", entiere=True),
    Colonne("nom", "Nom"),
    Colonne("finess", "FINESS", entiere=True),
    Colonne("adresse", "Adresse", en_table=False),
    Colonne("convention", "Convention"),
    Colonne("en_cours", "En cours"),
    Colonne("organisme", "Caf", en_table=False),
)


@click.group(cls=Groupe, help="ESAT : établissements et services d'aide par le travail.")
def esats() -> None:
    """Hold the commands."""


@esats.command("creer", help="Enregistre un ESAT sous une convention existante.")
@click.argument("siret")
@click.option("--nom", required=True, metavar="NOM", help="Raison sociale.")
@click.option("--convention", required=True, metavar="NUMERO", help="Numéro de sa convention.")
@click.option("--finess", metavar="FINESS", help="Numéro FINESS, 9 caractères.")
@click.option("--adresse", default="", metavar="ADRESSE", help="Adresse postale.")
@click.pass_obj
def creer(maison: Maison, siret: str, nom: str, convention: str, finess: str | None, adresse: str) -> None:
    """Record an ESAT."""
    compact = creer_esat(maison.dependencies, siret, nom, convention, finess, adresse)
    click.echo(f"ESAT {compact} enregistré.")


@esats.command("lister", help="Liste les ESAT.")
@option_format
@click.pass_obj
def lister(maison: Maison, forme: str) -> None:
    """Print every ESAT."""
    lignes = [
        (esat.siret, esat.raison_sociale, esat.finess, esat.adresse, esat.convention, en_cours, esat.organisme)
        for esat, en_cours in lister_esats(maison.dependencies)
    ]
    imprimer_liste(forme, _COLONNES, lignes, "Aucun ESAT : « esats creer » en enregistre un.")


@esats.command("montrer", help="Montre un ESAT, sa convention et ses comptes.")
@click.argument("siret")
@click.pass_obj
def montrer(maison: Maison, siret: str) -> None:
    """Print one ESAT."""
    esat, en_cours, comptes = montrer_esat(maison.dependencies, siret)
    fin = "sans fin convenue" if esat.fin_le is None else f"jusqu'au {esat.fin_le:%d/%m/%Y} inclus"
    faits = (
        ("SIRET", esat.siret),
        ("Nom", esat.raison_sociale),
        ("FINESS", esat.finess or "(non donné)"),
        ("Adresse", esat.adresse or "(non donnée)"),
        ("Convention", f"{esat.convention}, signée le {esat.signee_le:%d/%m/%Y}, {fin}"),
        ("Accès", "ouvert" if en_cours else "fermé : la convention n'est pas en cours"),
        ("Caf par défaut", esat.organisme or "aucune : chaque numéro allocataire vient avec son organisme"),
        ("Mots de passe", f"{esat.duree_mot_de_passe} jours"),
    )
    imprimer_fiche(faits)
    click.echo()
    imprimer_comptes(comptes)
