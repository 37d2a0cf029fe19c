"""``campagnes``: when certificates are taken, and how many amounts they give."""

from datetime import date

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, Valeur, imprimer_liste, option_format
from service.cli.parameters import JOUR, parmi
from service.domain.campagne import ElementsAttendus
from service.langue.commandes import Groupe
from service.usecases.administrer_campagnes import CampagneListee, fixer_campagne, lister_campagnes, montrer_campagne

_COLONNES = (
    Colonne("annee", "Année", entiere=True),
    Colonne("ouverture", "Ouverture", entiere=True),
    Colonne("date_limite", "Date limite", entiere=True),
    Colonne("fermeture", "Fermeture", entiere=True),
    Colonne("elements_attendus", "Éléments", entiere=True),
    Colonne("etat", "État", entiere=True),
    Colonne("fixee", "Fixée"),
    Colonne("courante", "Courante"),
)


@click.group(cls=Groupe, help="Campagnes des certificats d'emploi. Les jours sont ceux de Paris, bornes incluses.")
def campagnes() -> None:
    """Hold the commands."""


@campagnes.command("lister", help="Liste les campagnes : celles fixées, et celles d'à présent.")
@option_format
@click.pass_obj
def lister(maison: Maison, forme: str) -> None:
    """Print the campaigns."""
    imprimer_liste(forme, _COLONNES, map(_en_ligne, lister_campagnes(maison.dependencies)))


@campagnes.command("montrer", help="Montre la campagne d'une année, celle du novembre déclaré.")
@click.argument("annee", type=int)
@option_format
@click.pass_obj
def montrer(maison: Maison, annee: int, forme: str) -> None:
    """Print one campaign."""
    imprimer_liste(forme, _COLONNES, [_en_ligne(montrer_campagne(maison.dependencies, annee))])


@campagnes.command("fixer", help="Fixe une campagne. Ce qui n'est pas donné reste inchangé.")
@click.argument("annee", type=int)
@click.option("--ouverture", **JOUR, help="Premier jour où les certificats sont reçus.")
@click.option("--date-limite", **JOUR, help="Dernier jour sans retard.")
@click.option("--fermeture", **JOUR, help="Dernier jour où ils sont reçus.")
@click.option(
    "--elements",
    type=parmi(ElementsAttendus),
    metavar="|".join(ElementsAttendus),
    help="Montants attendus parmi les trois.",
)
@option_format
@click.pass_obj
def fixer(
    maison: Maison,
    annee: int,
    ouverture: date | None,
    date_limite: date | None,
    fermeture: date | None,
    elements: ElementsAttendus | None,
    forme: str,
) -> None:
    """Set a campaign."""
    if not (ouverture or date_limite or fermeture or elements):
        raise click.UsageError(
            "Une option au moins est attendue : --ouverture, --date-limite, --fermeture, --elements."
        )
    fixee = fixer_campagne(maison.dependencies, annee, ouverture, date_limite, fermeture, elements)
    imprimer_liste(forme, _COLONNES, [_en_ligne(fixee)])


def _en_ligne(listee: CampagneListee) -> tuple[Valeur, ...]:
    campagne = listee.campagne
    return (*campagne[:4], campagne.elements_attendus.value, listee.etat, listee.fixee, listee.courante)
