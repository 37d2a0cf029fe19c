"""``journal verifier``, ``journal preuve``, ``journal reprendre``, ``purger``: the log proven, what is old erased."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from service.cli.journal import journal
from service.cli.maison import Maison
from service.cli.output import Colonne, imprimer_fiche, imprimer_table, lisible
from service.cli.parameters import JOUR
from service.langue.commandes import Commande
from service.storage.purges import Comptes
from service.usecases.consigner import AU_CLAVIER
from service.usecases.preuve import prouver
from service.usecases.purger import LIBELLES, purger, simuler_la_purge
from service.usecases.reprendre_sceaux import reprendre_sceaux
from service.usecases.verifier_journal import TOUT, Suivre, Verification, portee_depuis, verifier_journal

_RUPTURES = (
    Colonne("rang", "", entiere=True),
    Colonne("nature", "Nature"),
    Colonne("sceau", "Sceau", entiere=True),
    Colonne("entree", "Entrée", entiere=True),
    Colonne("instant", "Instant"),
    Colonne("message", "Explication"),
)


@journal.command(
    "verifier",
    help="Prouve que rien n'a été changé dans le journal scellé. Ni retiré, ni ajouté ; nomme sinon la première entrée "
    "touchée, avec le code de retour 1.",
    epilog="Tout est relu : entrées, feuilles, sceaux, signatures, et le fichier des sceaux (ESAT_SCEAUX). Les "
    "instants sont à l'heure de Paris.",
)
@click.option(
    "--depuis", **JOUR, help="Ne vérifie que ce qui a été scellé depuis ce jour, et la chaîne à partir de là."
)
@click.option("--json", "en_json", is_flag=True, help="Le verdict en un objet JSON.")
@click.pass_context
def verifier(contexte: click.Context, depuis: date | None, en_json: bool) -> None:
    """Verify, and tell the verdict."""
    dependencies = contexte.obj.dependencies
    portee = TOUT if depuis is None else portee_depuis(dependencies, depuis)
    with _progression("Vérification du journal") as suivre:
        verdict = verifier_journal(dependencies, portee, suivre)
    if en_json:
        click.echo(json.dumps(_en_json(verdict), ensure_ascii=False, indent=2))
    else:
        _imprimer(verdict, depuis)
    if not verdict.integre:
        contexte.exit(1)


@journal.command(
    "preuve",
    cls=Commande,
    help="Prouve qu'un dépôt est au journal scellé. Le JSON produit se vérifie avec le certificat publié et "
    "docs/verifier_preuve.py, sans le service.",
)
@click.argument("numero")
@click.pass_obj
def preuve(maison: Maison, numero: str) -> None:
    """Print the inclusion proof of a deposit."""
    click.echo(json.dumps(prouver(maison.dependencies, numero), ensure_ascii=False, indent=2))


@journal.command(
    "reprendre",
    cls=Commande,
    help="Repart de la base quand le fichier des sceaux la contredit. Après une restauration, par exemple. L'ancien "
    "fichier est gardé à côté, et le journal dit qui l'a fait et pourquoi.",
)
@click.option("--motif", required=True, help="Pourquoi le fichier et la base diffèrent.")
@click.pass_obj
def reprendre(maison: Maison, motif: str) -> None:
    """Set the file of seals aside."""
    ailleurs = reprendre_sceaux(maison.dependencies, AU_CLAVIER, motif)
    click.echo(f"Le fichier des sceaux est récrit d'après la base. L'ancien est gardé :\n{ailleurs}")


@click.command(
    "purger",
    cls=Commande,
    help="Efface ce dont la durée de conservation est passée. Les sceaux du journal restent vérifiables.",
    epilog="Durées : ESAT_CONSERVATION_DECLARATIONS, _BRUTS et _JOURNAL. Interrompue, la purge continue à la suivante.",
)
@click.option("--simulation", is_flag=True, help="Compte ce qui serait effacé, sans rien changer.")
@click.option(
    "--malgre-la-rupture",
    is_flag=True,
    help="Efface aussi des entrées du journal qui ne sont plus celles qui furent scellées.",
)
@click.pass_obj
def purge(maison: Maison, simulation: bool, malgre_la_rupture: bool) -> None:
    """Erase what is old, or count it."""
    dependencies = maison.dependencies
    if simulation:
        _imprimer_comptes(simuler_la_purge(dependencies), "Serait effacé", "Rien ne serait effacé.")
        return
    prevu = sum(simuler_la_purge(dependencies))
    with _progression("Purge") as suivre:

        def compter(comptes: Comptes) -> None:
            suivre(min(sum(comptes), prevu), prevu)

        comptes = purger(dependencies, AU_CLAVIER, malgre_la_rupture=malgre_la_rupture, suivre=compter)
    _imprimer_comptes(comptes, "Effacé", "Rien n'était à effacer.")


@contextmanager
def _progression(titre: str) -> Iterator[Suivre]:
    """A progress bar on stderr where that is a terminal; elsewhere nothing is told of the way."""
    colonnes = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    ecran = Console(stderr=True, file=sys.stderr)
    with Progress(*colonnes, console=ecran, transient=True, disable=not ecran.is_terminal) as barre:
        tache = barre.add_task(titre, total=None)
        yield lambda fait, total: barre.update(tache, completed=fait, total=total)


def _imprimer(verdict: Verification, depuis: date | None) -> None:
    combien = verdict.nombre_de_ruptures
    if verdict.integre:
        click.echo("Journal intègre : rien n'a été changé, retiré ni ajouté depuis les sceaux.")
    else:
        click.echo(f"Journal rompu : {combien} rupture{'s' if combien > 1 else ''}.")
    dernier = verdict.dernier
    faits = [
        ("Sceaux vérifiés", f"{verdict.sceaux}" + (f", depuis le {depuis:%d/%m/%Y}" if depuis else "")),
        ("Dernier sceau", "aucun" if dernier is None else f"n° {dernier.numero}, du {lisible(dernier.scelle_le)}"),
        ("Entrées vérifiées", str(verdict.verifiees)),
        ("Entrées purgées", str(verdict.purgees)),
        ("Pas encore scellées", _non_scellees(verdict)),
        ("Fichier des sceaux", _retard(verdict)),
    ]
    imprimer_fiche(faits)
    if not verdict.integre:
        lignes = [
            (rang, rupture.nature, rupture.sceau, rupture.entree, rupture.instant, rupture.message)
            for rang, rupture in enumerate(verdict.ruptures, 1)
        ]
        imprimer_table(_RUPTURES, lignes, "")
        if combien > len(verdict.ruptures):
            click.echo(f"Les {len(verdict.ruptures)} premières sont dites.")


def _non_scellees(verdict: Verification) -> str:
    if verdict.plus_ancienne is None:
        return "0"
    return f"{verdict.non_scellees}, la plus ancienne du {lisible(verdict.plus_ancienne)}"


def _retard(verdict: Verification) -> str:
    retard = verdict.retard_du_fichier
    return f"{retard} sceau(x) de retard, que le prochain scellement complète" if retard else "à jour"


def _en_json(verdict: Verification) -> dict[str, Any]:
    dernier = verdict.dernier
    return {
        "integre": verdict.integre,
        "instant": verdict.instant.isoformat(),
        "premier_sceau": verdict.portee.premier,
        "sceaux": verdict.sceaux,
        "dernier_sceau": None if dernier is None else dernier.numero,
        "verifiees": verdict.verifiees,
        "purgees": verdict.purgees,
        "non_scellees": verdict.non_scellees,
        "plus_ancienne": None if verdict.plus_ancienne is None else verdict.plus_ancienne.isoformat(),
        "retard_du_fichier": verdict.retard_du_fichier,
        "nombre_de_ruptures": verdict.nombre_de_ruptures,
        "ruptures": [
            rupture._asdict() | {"instant": rupture.instant and rupture.instant.isoformat()}
            for rupture in verdict.ruptures
        ],
    }


def _imprimer_comptes(comptes: Comptes, titre: str, aucun: str) -> None:
    lignes = [(LIBELLES[genre], nombre) for genre, nombre in comptes._asdict().items() if nombre]
    imprimer_table((Colonne("genre", titre), Colonne("nombre", "Nombre", entiere=True)), lignes, aucun)
