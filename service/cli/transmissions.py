"""``transmettre``, ``integrer``, ``transmissions``: the feed to the back office and what it answered."""

from pathlib import Path

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, Valeur, imprimer_fiche, imprimer_liste, lisible, option_format
from service.domain.transmission import lire_reference, reference
from service.langue.commandes import Commande, Groupe
from service.usecases.consigner import AU_CLAVIER
from service.usecases.integrer import Integration, integrer
from service.usecases.suivre_transmissions import (
    MouvementMontre,
    Transmission,
    compter_a_transmettre,
    lister_transmissions,
    montrer_transmission,
)
from service.usecases.transmettre import refaire as refaire_
from service.usecases.transmettre import transmettre

_COLONNES = (
    Colonne("numero", "Numéro", entiere=True),
    Colonne("etat", "État"),
    Colonne("preparee_le", "Préparée le", entiere=True),
    Colonne("ecrite_le", "Écrite le", en_table=False),
    Colonne("mouvements", "Mouvements", entiere=True),
    Colonne("integres", "Intégrés", entiere=True),
    Colonne("refuses", "Refusés", entiere=True),
    Colonne("attendus", "Attendus", en_table=False),
    Colonne("fichier", "Fichier", en_table=False),
    Colonne("sha256", "SHA-256", en_table=False),
)
_COLONNES_DES_MOUVEMENTS = (
    Colonne("rang", "Rang", entiere=True),
    Colonne("nature", "Nature"),
    Colonne("declaration", "Déclaration", entiere=True),
    Colonne("remplace", "Remplace", en_table=False),
    Colonne("reponse", "Réponse"),
    Colonne("repondu_le", "Répondu le", en_table=False),
    Colonne("statut", "Statut", en_table=False),
    Colonne("motif", "Motif"),
)
_TOUT = 2**31 - 2


def _numero(texte: str) -> tuple[str, int]:
    """Read the number of a transmission: ``831-12``, ``831-000012`` or the name of its file."""
    lu = lire_reference(texte)
    if lu is None:
        raise click.BadParameter(f"« {texte} » n'est pas un numéro de transmission : 831-000012 est attendu.")
    return lu


@click.command(
    "transmettre",
    cls=Commande,
    help="Écrit les fichiers pour le système d'information. Ce qui a été accepté, remplacé ou annulé depuis la fois "
    "d'avant : un fichier XML par organisme, avec son empreinte, dans le dossier d'ESAT_TRANSMISSIONS. Ce qu'un arrêt "
    "brutal a laissé est d'abord achevé.",
)
@click.option(
    "--refaire",
    type=_numero,
    metavar="NUMERO",
    help="Écrit de nouveau un fichier, identique octet pour octet. NUMERO : 831-000012.",
)
@click.pass_obj
def transmettre_(maison: Maison, refaire: tuple[str, int] | None) -> None:
    """Pass on what is new, or put a file on the disk again."""
    if refaire is not None:
        click.echo(f"Fichier écrit de nouveau : {refaire_(maison.dependencies, AU_CLAVIER, *refaire).fichier}")
        return
    ecrits = transmettre(maison.dependencies, AU_CLAVIER)
    for ecrit in ecrits:
        montree = montrer_transmission(maison.dependencies, ecrit.organisme, ecrit.numero, limite=1)
        natures = ", ".join(f"{nature.libelle} {nombre}" for nature, nombre in montree.par_nature.items() if nombre)
        click.echo(f"{ecrit.fichier}  {ecrit.nombre} mouvement(s) : {natures}\n  SHA-256 {ecrit.empreinte}")
    click.echo(f"Fichiers écrits : {len(ecrits)}." if ecrits else "Rien de nouveau à transmettre.")


@click.command(
    "integrer",
    cls=Commande,
    help="Lit la réponse du système d'information à une transmission. Elle est prise entière, ou refusée avec tous ses "
    "défauts sans rien changer. Répétée, elle ne change rien.",
)
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def integrer_(maison: Maison, fichier: Path) -> None:
    """Take an answer over."""
    click.echo(_dire(integrer(maison.dependencies, AU_CLAVIER, fichier.read_bytes())))


def _dire(bilan: Integration) -> str:
    dit = reference(bilan.organisme, bilan.numero)
    if not bilan.integrees and not bilan.refusees:
        return f"Transmission {dit} : cette réponse était déjà connue, rien n'a changé."
    deja = f", déjà connues : {bilan.deja}" if bilan.deja else ""
    return (
        f"Transmission {dit} : intégrées : {bilan.integrees}, refusées : {bilan.refusees}{deja}. "
        f"Réponses encore attendues : {bilan.attendues}."
    )


@click.group(cls=Groupe, help="Fichiers pour le système d'information, et leurs réponses.")
def transmissions() -> None:
    """Hold the commands."""


@transmissions.command("lister", help="Liste les fichiers, les plus récents d'abord.")
@click.option("--organisme", metavar="831", help="Ceux d'un organisme seulement.")
@click.option("--limite", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Nombre au plus.")
@option_format
@click.pass_obj
def lister(maison: Maison, organisme: str | None, limite: int, forme: str) -> None:
    """Print the files, and what waits for the next one."""
    page = lister_transmissions(maison.dependencies, organisme, limite=limite)
    imprimer_liste(forme, _COLONNES, map(_en_ligne, page.transmissions), "Aucune transmission.")
    if page.suite is not None:
        click.echo(f"Les {limite} plus récentes sont montrées (--limite).", err=True)
    reste = compter_a_transmettre(maison.dependencies)
    if reste.depots:
        click.echo(f"À transmettre : {reste.lignes} ligne(s) acceptée(s) de {reste.depots} dépôt(s).", err=True)


@transmissions.command("montrer", help="Montre un fichier et ses mouvements. NUMERO : 831-000012.")
@click.argument("numero", type=_numero, metavar="NUMERO")
@option_format
@click.pass_obj
def montrer(maison: Maison, numero: tuple[str, int], forme: str) -> None:
    """Print one file."""
    montree = montrer_transmission(maison.dependencies, *numero, limite=_TOUT)
    if forme == "table":
        imprimer_fiche(_faits(montree.transmission))
        click.echo()
    imprimer_liste(forme, _COLONNES_DES_MOUVEMENTS, map(_mouvement_en_ligne, montree.mouvements))


def _faits(transmission: Transmission) -> list[tuple[str, str]]:
    return [
        ("Fichier", transmission.fichier),
        ("SHA-256", transmission.empreinte or "(en préparation)"),
        ("État", transmission.etat.libelle),
        ("Préparée le", lisible(transmission.preparee_le)),
        ("Écrite le", lisible(transmission.ecrite_le)),
        ("Mouvements", str(transmission.nombre)),
        ("Réponses", f"{transmission.integres} intégrée(s), {transmission.refuses} refusée(s)"),
        ("Attendues", str(transmission.attendus)),
    ]


def _en_ligne(une: Transmission) -> tuple[Valeur, ...]:
    return (
        une.reference,
        une.etat,
        une.preparee_le,
        une.ecrite_le,
        une.nombre,
        une.integres,
        une.refuses,
        une.attendus,
        une.fichier,
        une.empreinte,
    )


def _mouvement_en_ligne(un: MouvementMontre) -> tuple[Valeur, ...]:
    return (un.rang, un.nature, un.declaration, un.remplace, un.reponse, un.repondu_le, un.statut, un.motif)
