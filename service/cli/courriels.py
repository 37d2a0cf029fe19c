"""``courriels``: the mails that wait, sent now; those that did not leave, decided upon."""

from collections import Counter
from collections.abc import Sequence

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, Valeur, imprimer_liste, option_format
from service.cli.parameters import parmi
from service.errors import Precision, SaisieError
from service.langue.commandes import Groupe
from service.storage.courriels import Courriel
from service.usecases.courriels import EtatCourriel, abandonner, compter_courriels, lister_courriels, presser, relancer
from service.usecases.expedier import Traite, attendent, envoyer_les_dus, reprendre_les_perdus

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


_DITS = {
    EtatCourriel.ENVOYE: ("envoyé", "envoyés"),
    EtatCourriel.A_ENVOYER: ("remis à plus tard", "remis à plus tard"),
    EtatCourriel.INCERTAIN: ("incertain", "incertains"),
    EtatCourriel.ABANDONNE: ("abandonné", "abandonnés"),
}
"""What became of one mail, of several."""
_NUMEROS = click.argument("numeros", metavar="NUMERO…", type=int, nargs=-1, required=True)


@click.group(
    cls=Groupe,
    invoke_without_command=True,
    help="Courriels : envoie ceux qui attendent.",
)
@click.option("--sans-attendre", is_flag=True, help="Envoie aussi ceux dont un essai est prévu plus tard.")
@click.pass_context
def courriels(contexte: click.Context, sans_attendre: bool) -> None:
    """Send what is due, unless another command is asked for."""
    if contexte.invoked_subcommand is None:
        _envoyer(contexte.obj, sans_attendre)


@courriels.command("lister", help="Liste les courriels, sans leur texte.")
@click.option("--etat", type=parmi(EtatCourriel), metavar="|".join(EtatCourriel), help="Ceux dans cet état.")
@click.option("--limite", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Nombre au plus.")
@option_format
@click.pass_obj
def lister(maison: Maison, etat: EtatCourriel | None, limite: int, forme: str) -> None:
    """Print the newest mails."""
    trouves = lister_courriels(maison.dependencies, limite, etat)
    imprimer_liste(forme, _COLONNES, map(_en_ligne, trouves), "Aucun courriel.")


@courriels.command(
    "relancer",
    help="Renvoie des courriels au prochain envoi. Ceux qui attendent, sont abandonnés ou incertains ; un incertain "
    "arrive peut-être deux fois.",
)
@_NUMEROS
@click.pass_obj
def relancer_(maison: Maison, numeros: tuple[int, ...]) -> None:
    """Send mails at the next occasion."""
    relancer(maison.dependencies, numeros)
    click.echo(f"À envoyer au prochain envoi : {', '.join(map(str, numeros))}.")


@courriels.command("abandonner", help="Abandonne des courriels et efface leur texte.")
@_NUMEROS
@click.pass_obj
def abandonner_(maison: Maison, numeros: tuple[int, ...]) -> None:
    """Drop mails."""
    abandonner(maison.dependencies, numeros)
    click.echo(f"Abandonnés, le texte effacé : {', '.join(map(str, numeros))}.")


def _envoyer(maison: Maison, sans_attendre: bool) -> None:
    dependencies = maison.dependencies
    if dependencies.poste.remettre is None:
        attente = compter_courriels(dependencies)[EtatCourriel.A_ENVOYER]
        raise SaisieError(f"Aucun serveur de courriel n'est réglé (ESAT_SMTP) : {attente} courriel(s) attendent.")
    reprendre_les_perdus(dependencies)
    if sans_attendre:
        presser(dependencies)
    traites: list[Traite] = []
    while tour := envoyer_les_dus(dependencies):
        traites += tour
    if attendent(dependencies):
        click.echo("Un autre envoi est en cours : ce qui attend encore part avec lui.", err=True)
    elif not traites:
        click.echo("Aucun courriel n'attendait.")
    if traites:
        comptes = Counter(traite.etat for traite in traites)
        dits = [f"{nombre} {_DITS[etat][nombre > 1]}" for etat, nombre in comptes.items()]
        click.echo(f"Courriels : {', '.join(dits)}.")
    _exiger_partis(traites)


def _exiger_partis(traites: Sequence[Traite]) -> None:
    """Raise SaisieError with each mail that did not leave, and why."""
    restes = [
        Precision(f"courriel {un.numero}, {_DITS[un.etat][0]} : {un.raison}.")
        for un in traites
        if un.etat is not EtatCourriel.ENVOYE
    ]
    if restes:
        raise SaisieError("Tous les courriels ne sont pas partis.", precisions=restes)


def _en_ligne(un: Courriel) -> tuple[Valeur, ...]:
    etat = EtatCourriel(un.etat)
    quand = None if etat is not EtatCourriel.A_ENVOYER else un.prochain_essai
    return (un.id, un.cree_le, un.modele, un.destinataire, etat, un.essais, quand, un.fini_le, un.erreur)
