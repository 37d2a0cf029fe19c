"""Command ``modele``: an empty file to fill in, in which a spreadsheet loses no digit."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from declarer_esat.affichage import Ecran
from declarer_esat.ecriture import ecrire_neuf
from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT
from service.contract.fichiers.modele import modele_csv, modele_xlsx
from service.errors import SaisieError
from service.langue.commandes import Commande

_VOLETS = {CERTIFICAT.nom: CERTIFICAT, CHANGEMENT.nom: CHANGEMENT}


@click.command("modele", cls=Commande, short_help="Écrit un fichier modèle à remplir.")
@click.argument("volet", metavar="certificat|changement", type=click.Choice(list(_VOLETS)))
@click.argument("fichier", metavar="FICHIER", type=click.Path(path_type=Path))
def modele(volet: str, fichier: Path) -> int:
    """Écrit un FICHIER modèle à remplir : .xlsx, avec une notice et les colonnes au bon format, ou .csv."""
    ecrire_modele(fichier, volet, ())
    Ecran().dire(f"Modèle écrit : {fichier}")
    return 0


def ecrire_modele(fichier: Path, volet: str, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Write a template, with the cells that are known already. Raises `SaisieError` when it cannot be written."""
    if fichier.suffix.lower() not in (".csv", ".xlsx"):
        raise SaisieError(f"{fichier.name} : un nom en .xlsx ou en .csv est attendu.")
    composer = modele_xlsx if fichier.suffix.lower() == ".xlsx" else modele_csv
    try:
        ecrire_neuf(fichier, composer(_VOLETS[volet], lignes))
    except FileExistsError:
        raise SaisieError(f"{fichier} existe déjà : il n'est pas remplacé.") from None
    except OSError as erreur:
        raise SaisieError(f"{fichier} ne peut pas être écrit ({erreur.strerror}).") from None
