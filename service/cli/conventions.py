"""``conventions``: what every access hangs on."""

from datetime import date

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, imprimer_liste, option_format
from service.cli.parameters import JOUR
from service.langue.commandes import Groupe
from service.usecases.administrer_conventions import creer_convention, lister_conventions, terminer_convention

_COLONNES = (
    Colonne("numero", "Numéro"),
    Colonne("signee_le", "Signée le", entiere=True),
    Colonne("fin_le", "Dernier jour", entiere=True),
    Colonne("en_cours", "En cours"),
    Colonne("organisme", "Caf"),
    Colonne("duree_mot_de_passe", "Mots de passe"),
    Colonne("esats", "ESAT"),
)


@click.group(cls=Groupe, help="Conventions d'usage de la Caf avec les ESAT.")
def conventions() -> None:
    """Hold the commands."""


@conventions.command("creer", help="Enregistre une convention.")
@click.argument("numero")
@click.option("--signee-le", **JOUR, required=True, help="Premier jour.")
@click.option("--fin-le", **JOUR, help="Dernier jour, inclus ; sans lui, pas de fin convenue.")
@click.option("--organisme", metavar="NNN", help="Caf des numéros allocataires déclarés sans organisme.")
@click.option(
    "--duree-mot-de-passe", type=int, default=180, show_default=True, metavar="JOURS", help="Durée d'un mot de passe."
)
@click.pass_obj
def creer(
    maison: Maison, numero: str, signee_le: date, fin_le: date | None, organisme: str | None, duree_mot_de_passe: int
) -> None:
    """Record a convention."""
    creer_convention(maison.dependencies, numero, signee_le, fin_le, organisme, duree_mot_de_passe)
    click.echo(f"Convention {numero} enregistrée.")


@conventions.command("terminer", help="Met fin à une convention. L'accès de ses ESAT cesse le lendemain.")
@click.argument("numero")
@click.option("--fin-le", **JOUR, help="Dernier jour, inclus ; aujourd'hui sans lui.")
@click.pass_obj
def terminer(maison: Maison, numero: str, fin_le: date | None) -> None:
    """Set the last day of a convention."""
    dernier = terminer_convention(maison.dependencies, numero, fin_le)
    click.echo(f"Convention {numero} : dernier jour le {dernier:%d/%m/%Y}.")


@conventions.command("lister", help="Liste les conventions.")
@option_format
@click.pass_obj
def lister(maison: Maison, forme: str) -> None:
    """Print every convention."""
    lignes = [
        (une.numero, une.signee_le, une.fin_le, en_cours, une.organisme, une.duree_mot_de_passe, esats)
        for une, esats, en_cours in lister_conventions(maison.dependencies)
    ]
    imprimer_liste(forme, _COLONNES, lignes, "Aucune convention : « conventions creer » en enregistre une.")
