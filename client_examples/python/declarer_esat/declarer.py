"""Commands ``certificat`` and ``changement``: declare a payroll file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from declarer_esat.options import ESSAI, Reglages, avec_reglages
from declarer_esat.parcours import Demande, Parcours
from declarer_esat.seance import Seance
from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, Volet
from service.domain.campagne import ElementsAttendus
from service.langue.commandes import Commande

_OPTIONS = (
    click.option("--verifier", is_flag=True, help="Contrôle hors ligne seulement : rien n'est envoyé."),
    click.option(
        "--sans-les-rejets",
        is_flag=True,
        help="Envoie les autres lignes quand certaines sont en rejet ; les lignes "
        "refusées vont dans FICHIER.rejets.csv.",
    ),
    click.option("--de-nouveau", is_flag=True, help="Déclare encore un fichier, ou des lignes, déjà déclarés."),
    click.option("--feuille", metavar="NOM", help="Feuille d'un classeur XLSX ; par défaut la première."),
    click.option(
        "--ignorer", "ignorees", metavar="COLONNE", multiple=True, help="Colonne à laisser de côté ; peut se répéter."
    ),
    ESSAI,
)


def _aide(volet: Volet, quand: str) -> str:
    colonnes = "\n".join(
        f"  {colonne.nom}{'*' if colonne.obligatoire else ''} : {colonne.attendu}" for colonne in volet.colonnes
    )
    return (
        f"Déclare les {volet.libelle} d'un FICHIER CSV ou XLSX ({quand}).\n\n"
        "Le fichier est d'abord contrôlé avec les règles mêmes du service ; une ligne en rejet arrête tout. Chaque "
        "message est gardé sur le disque avant de partir : interrompue, la même commande reprend sans rien doubler.\n\n"
        "CSV : séparateur point-virgule, virgule ou tabulation ; UTF-8 ou Windows-1252 ; décimales à virgule ou à "
        "point. La première ligne nomme les colonnes, dans un ordre quelconque ; majuscules, accents et espaces ne "
        "comptent pas.\n\n"
        f"\b\nColonnes (* obligatoire) :\n{colonnes}\n\n"
        "Il faut nir ou numero_allocataire. "
        f"« declarer-esat modele {volet.nom} FICHIER » écrit un modèle à remplir."
    )


def _commande(volet: Volet, quand: str, *propres: Any) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a volet; `propres` are its own options, which come first in its help."""

    def decorer(fonction: Callable[..., int]) -> click.Command:
        decoree: Any = avec_reglages(fonction)
        for option in reversed((*propres, *_OPTIONS)):
            decoree = option(decoree)
        decoree = click.argument("fichier", metavar="FICHIER", type=click.Path(path_type=Path))(decoree)
        return click.command(volet.nom, cls=Commande, help=_aide(volet, quand), short_help=_RESUMES[volet.nom])(decoree)

    return decorer


_RESUMES = {
    CERTIFICAT.nom: "Déclare les certificats d'emploi annuels d'un fichier.",
    CHANGEMENT.nom: "Déclare les augmentations, réductions et départs d'un fichier.",
}


def _executer(reglages: Reglages, volet: Volet, **options: Any) -> int:
    options["chemin"] = options.pop("fichier")
    return Parcours(Seance(reglages), Demande(volet=volet, **options)).executer()


_ANNEE = click.option(
    "--annee",
    type=click.IntRange(2018, 2100),
    metavar="AAAA",
    help="Année du mois de novembre déclaré ; par défaut celle de la campagne en cours.",
)
_ELEMENTS = click.option(
    "--elements-attendus",
    type=click.Choice([valeur.value for valeur in ElementsAttendus]),
    metavar="COMBIEN",
    help="Avec --verifier : DEUX (par défaut), AU_MOINS_DEUX ou TROIS montants ; en ligne, le service le dit.",
)


@_commande(CERTIFICAT, "chaque année, de décembre à février", _ANNEE, _ELEMENTS)
def certificat(reglages: Reglages, **options: Any) -> int:
    """Declare the yearly certificates of a file."""
    return _executer(reglages, CERTIFICAT, **options)


@_commande(CHANGEMENT, "toute l'année")
def changement(reglages: Reglages, **options: Any) -> int:
    """Declare the changes of activity of a file."""
    return _executer(reglages, CHANGEMENT, annee=None, elements_attendus=None, **options)
