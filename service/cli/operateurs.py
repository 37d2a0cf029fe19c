"""``operateurs``: the accounts of the console; the first administrator is made here."""

import click

from service.cli.maison import Maison
from service.cli.output import Colonne, Valeur, imprimer_liste, option_format
from service.cli.parameters import parmi
from service.domain.operateurs import RoleOperateur
from service.langue.commandes import Groupe
from service.usecases.administrer_operateurs import (
    OperateurListe,
    changer_role,
    creer_operateur,
    lister_operateurs,
    reactiver_operateur,
    reinitialiser_operateur,
    suspendre_operateur,
)
from service.usecases.ouvrir_comptes import MotDePasseAttribue

_COLONNES = (
    Colonne("courriel", "Opérateur"),
    Colonne("nom", "Nom"),
    Colonne("prenom", "Prénom"),
    Colonne("role", "Rôle", entiere=True),
    Colonne("etat", "État", entiere=True),
    Colonne("provisoire", "Provisoire", en_table=False),
    Colonne("second_facteur", "2e facteur"),
    Colonne("derniere_connexion", "Vu le", entiere=True),
)
_ATTRIBUE = (
    Colonne("courriel", "Opérateur"),
    Colonne("mot_de_passe", "Mot de passe provisoire", entiere=True),
    Colonne("valable_jusque", "Valable jusqu'au", entiere=True),
)
_ROLE = parmi(RoleOperateur)
_ROLES = "|".join(RoleOperateur)


@click.group(cls=Groupe, help="Opérateurs de la console, leurs rôles et leurs accès.")
def operateurs() -> None:
    """Hold the commands."""


@operateurs.command("creer", help="Ouvre un compte ; son mot de passe est montré une fois.")
@click.argument("courriel")
@click.option("--nom", required=True, help="Nom de famille.")
@click.option("--prenom", required=True, help="Prénom.")
@click.option("--role", type=_ROLE, metavar=_ROLES, required=True, help="Ce qu'il peut faire dans la console.")
@option_format
@click.pass_obj
def creer(maison: Maison, courriel: str, nom: str, prenom: str, role: RoleOperateur, forme: str) -> None:
    """Open an operator's account."""
    _montrer(forme, creer_operateur(maison.dependencies, courriel, nom, prenom, role))


@operateurs.command("lister", help="Liste les opérateurs.")
@option_format
@click.pass_obj
def lister(maison: Maison, forme: str) -> None:
    """Print the operators."""
    imprimer_liste(forme, _COLONNES, map(_en_ligne, lister_operateurs(maison.dependencies)), "Aucun opérateur.")


@operateurs.command("role", help="Change le rôle d'un opérateur.")
@click.argument("courriel")
@click.argument("role", type=_ROLE, metavar=_ROLES)
@click.pass_obj
def role_(maison: Maison, courriel: str, role: RoleOperateur) -> None:
    """Give an operator another role."""
    changer_role(maison.dependencies, courriel, role)
    click.echo(f"{courriel} : rôle {role.libelle}. Ses sessions ont pris fin.")


@operateurs.command("suspendre", help="Suspend l'accès d'un opérateur.")
@click.argument("courriel")
@click.pass_obj
def suspendre(maison: Maison, courriel: str) -> None:
    """Close an operator's account."""
    suspendre_operateur(maison.dependencies, courriel)
    click.echo(f"{courriel} : suspendu. Ses sessions ont pris fin.")


@operateurs.command("reactiver", help="Rouvre l'accès d'un opérateur suspendu.")
@click.argument("courriel")
@click.pass_obj
def reactiver(maison: Maison, courriel: str) -> None:
    """Open a suspended account again."""
    reactiver_operateur(maison.dependencies, courriel)
    click.echo(f"{courriel} : réactivé.")


@operateurs.command("reinitialiser", help="Donne un mot de passe, ôte le second facteur.")
@click.argument("courriel")
@option_format
@click.pass_obj
def reinitialiser(maison: Maison, courriel: str, forme: str) -> None:
    """For a lost telephone or a forgotten password."""
    _montrer(forme, reinitialiser_operateur(maison.dependencies, courriel))


def _montrer(forme: str, attribue: MotDePasseAttribue) -> None:
    imprimer_liste(forme, _ATTRIBUE, [attribue])


def _en_ligne(un: OperateurListe) -> tuple[Valeur, ...]:
    return tuple(un)
