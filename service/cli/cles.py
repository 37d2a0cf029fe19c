"""``cles``: the service's own keys, and below ``cles integration`` the secrets of payroll systems."""

from collections.abc import Iterable, Sequence
from datetime import date

import click

from service.cli.maison import Maison
from service.cli.output import TABLE, Colonne, Valeur, console, imprimer_liste, option_format, plier
from service.cli.parameters import COURRIEL, JOUR
from service.langue.commandes import Groupe
from service.usecases.administrer_cles import DUREE_ANNEES, creer_cle, lister_cles, revoquer_cle
from service.usecases.administrer_trousseau import (
    ALGORITHMES,
    certificats,
    creer_trousseau,
    inventorier,
    tourner_chiffrement,
    tourner_signature,
)

_DU_SERVICE = (
    Colonne("usage", "Usage", entiere=True),
    Colonne("identifiant", "Identifiant", entiere=True),
    Colonne("algorithme", "Algorithme", entiere=True),
    Colonne("courante", "Courante"),
    Colonne("demonstration", "Démo"),
    Colonne("fin", "Jusque", entiere=True),
)
_D_INTEGRATION = (
    Colonne("numero", "N°", entiere=True),
    Colonne("courriel", "Compte"),
    Colonne("logiciel", "Logiciel"),
    Colonne("etat", "État", entiere=True),
    Colonne("cree_le", "Créée le", en_table=False),
    Colonne("fin_le", "Dernier jour", entiere=True),
    Colonne("revoquee_le", "Révoquée le", en_table=False),
)
_LARGEUR_DES_AUTRES = 50
"""What the columns beside the account want at least."""
_REDEMARRER = "Un service en marche garde les anciennes clés jusqu'à son redémarrage."


@click.group(
    cls=Groupe,
    help="Clés du service, et clés d'intégration des logiciels. Celles du service chiffrent et signent.",
)
def cles() -> None:
    """Hold the commands."""


@cles.command("creer", help="Crée ce qui manque au dossier des clés. À sauvegarder à part, et à ne jamais perdre.")
@click.pass_obj
def creer(maison: Maison) -> None:
    """Make the service's keys."""
    settings = maison.settings
    faits = creer_trousseau(settings.cles, demonstration=settings.environnement == "demonstration")
    if faits:
        click.echo(f"Clés créées dans {settings.cles} :")
        click.echo("\n".join(f"  {nom}" for nom in faits))
    else:
        click.echo(f"Le dossier {settings.cles} est complet : rien n'a été changé.")


@cles.command(
    "tourner",
    help="Met une clé neuve en service. CHIFFREMENT : les anciennes déchiffrent encore. SIGNATURE : les anciens "
    "certificats restent publiés.",
)
@click.argument("usage", type=click.Choice(["chiffrement", "signature"]))
@click.option(
    "--algorithme",
    type=click.Choice(ALGORITHMES),
    help="De la signature : p256 par défaut ; rsa3072 pour .NET, qui ne connaît pas ECDSA.",
)
@click.pass_obj
def tourner(maison: Maison, usage: str, algorithme: str | None) -> None:
    """Rotate a key."""
    if usage == "chiffrement":
        if algorithme is not None:
            raise click.UsageError("--algorithme ne concerne que la signature.")
        identifiant = tourner_chiffrement(maison.settings.cles)
    else:
        identifiant = tourner_signature(maison.settings.cles, algorithme or ALGORITHMES[0])
    click.echo(f"Clé de {usage} courante : {identifiant}.")
    click.echo(_REDEMARRER, err=True)


@cles.command("lister", help="Liste les clés du service, jamais leur contenu.")
@option_format
@click.pass_obj
def lister(maison: Maison, forme: str) -> None:
    """Print the inventory of the service's keys."""
    lignes = [(*une[:-1], une.fin and une.fin.date()) for une in inventorier(maison.settings.cles)]
    imprimer_liste(forme, _DU_SERVICE, lignes)


@cles.command("certificats", help="Montre les certificats publiés (PEM), le courant en premier.")
@click.pass_obj
def montrer_certificats(maison: Maison) -> None:
    """Print the certificates."""
    click.echo(certificats(maison.settings.cles), nl=False)


@cles.group(
    "integration",
    help="Clés d'intégration des logiciels de paie. Chacune vaut sous le compte d'une personne.",
)
def integration() -> None:
    """Hold the commands."""


@integration.command("creer", help="Crée une clé pour un logiciel. Elle est montrée cette seule fois.")
@COURRIEL
@click.option("--logiciel", required=True, metavar="NOM", help="Nom du logiciel, pour la reconnaître.")
@click.option("--fin", **JOUR, help=f"Dernier jour, inclus ; dans {DUREE_ANNEES} ans sans lui.")
@click.option("--siret", metavar="SIRET", help="Le seul ESAT qu'elle ouvre ; tous ceux du compte sans lui.")
@click.pass_obj
def creer_integration(maison: Maison, courriel: str, logiciel: str, fin: date | None, siret: str | None) -> None:
    """Make a clé d'intégration: the secret alone on stdout, what to know of it on stderr."""
    cle = creer_cle(maison.dependencies, courriel, logiciel, fin, siret=siret)
    click.echo(f"Clé d'intégration n° {cle.numero}, à saisir dans le logiciel de paie :", err=True)
    click.echo(cle.secret)
    click.echo(f"Montrée cette seule fois ; dernier jour : {cle.fin_le:%d/%m/%Y}.", err=True)


@integration.command("lister", help="Liste les clés d'intégration d'un compte, ou toutes.")
@click.argument("courriel", metavar="[COURRIEL]", required=False)
@option_format
@click.pass_obj
def lister_integration(maison: Maison, courriel: str | None, forme: str) -> None:
    """Print clés d'intégration."""
    lignes: Iterable[Sequence[Valeur]] = lister_cles(maison.dependencies, courriel)
    if forme == TABLE:
        largeur = console().width - _LARGEUR_DES_AUTRES
        lignes = [(numero, plier(str(compte), largeur).split("\n"), *reste) for numero, compte, *reste in lignes]
    imprimer_liste(forme, _D_INTEGRATION, lignes, "Aucune clé d'intégration.")


@integration.command("revoquer", help="Révoque une clé, qui n'ouvre plus rien aussitôt.")
@COURRIEL
@click.argument("numero", type=int)
@click.pass_obj
def revoquer(maison: Maison, courriel: str, numero: int) -> None:
    """Revoke a clé d'intégration."""
    revoquer_cle(maison.dependencies, courriel, numero)
    click.echo(f"Clé d'intégration n° {numero} révoquée.")
