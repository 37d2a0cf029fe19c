"""``courriels``: the mails that wait, sent now; the uncertain ones, decided upon."""

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, Valeur, imprimer_liste, option_format
from service.errors import SaisieError
from service.langue.commandes import Groupe
from service.storage.courriels import Courriel
from service.usecases.courriels import (
    EtatCourriel,
    abandonner,
    compter_courriels,
    envoyer_les_dus,
    lister_courriels,
    relancer,
    reprendre_les_perdus,
)

_COLONNES = (
    Colonne("numero", "N°", entiere=True),
    Colonne("cree_le", "Écrit le", entiere=True),
    Colonne("modele", "Lettre", entiere=True),
    Colonne("destinataire", "Destinataire"),
    Colonne("etat", "État", entiere=True),
    Colonne("essais", "Essais"),
    Colonne("prochain_essai", "Prochain essai", en_table=False),
    Colonne("fini_le", "Fini le", en_table=False),
    Colonne("erreur", "Raison"),
)


@click.group(
    cls=Groupe,
    invoke_without_command=True,
    help="Courriels : envoie ceux qui attendent.",
)
@click.pass_context
def courriels(contexte: click.Context) -> None:
    """Send what is due, unless another command is asked for."""
    if contexte.invoked_subcommand is None:
        _envoyer(contexte.obj)


@courriels.command("lister", help="Liste les courriels, sans leur texte.")
@click.option("--limite", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Nombre au plus.")
@option_format
@click.pass_obj
def lister(maison: Maison, limite: int, forme: str) -> None:
    """Print the newest mails."""
    imprimer_liste(forme, _COLONNES, map(_en_ligne, lister_courriels(maison.dependencies, limite)), "Aucun courriel.")


@courriels.command("relancer", help="Renvoie un courriel incertain.")
@click.argument("numero", type=int)
@click.pass_obj
def relancer_(maison: Maison, numero: int) -> None:
    """Send an uncertain mail again."""
    relancer(maison.dependencies, numero)
    click.echo(f"Le courriel {numero} partira au prochain envoi.")


@courriels.command("abandonner", help="Abandonne un courriel et efface son texte.")
@click.argument("numero", type=int)
@click.pass_obj
def abandonner_(maison: Maison, numero: int) -> None:
    """Give a mail up."""
    abandonner(maison.dependencies, numero)
    click.echo(f"Le courriel {numero} ne partira pas.")


def _envoyer(maison: Maison) -> None:
    dependencies = maison.dependencies
    if dependencies.poste.remettre is None:
        attendent = compter_courriels(dependencies)[EtatCourriel.A_ENVOYER]
        raise SaisieError(f"Aucun serveur de courriel n'est réglé (ESAT_SMTP) : {attendent} courriel(s) attendent.")
    reprendre_les_perdus(dependencies)
    total: dict[EtatCourriel, int] = {}
    while bilan := envoyer_les_dus(dependencies):
        for etat, nombre in bilan.items():
            total[etat] = total.get(etat, 0) + nombre
    dits = ", ".join(f"{nombre} {_DITS[etat]}" for etat, nombre in total.items())
    click.echo(f"Courriels : {dits}." if dits else "Aucun courriel n'attendait.")


_DITS = {
    EtatCourriel.ENVOYE: "envoyé(s)",
    EtatCourriel.A_ENVOYER: "remis à plus tard",
    EtatCourriel.INCERTAIN: "incertain(s)",
    EtatCourriel.ABANDONNE: "abandonné(s)",
}


def _en_ligne(un: Courriel) -> tuple[Valeur, ...]:
    etat = EtatCourriel(un.etat)
    quand = None if etat is not EtatCourriel.A_ENVOYER else un.prochain_essai
    return (un.id, un.cree_le, un.modele, un.destinataire, etat, un.essais, quand, un.fini_le, un.erreur)
