"""``comptes``: the people who act for ESATs."""

from collections.abc import Iterable
from pathlib import Path

import click

from service.cli.fichier_comptes import lire_comptes
from service.cli.maison import Maison
from service.cli.output import (
    TABLE,
    Colonne,
    Valeur,
    console,
    imprimer_liste,
    imprimer_table,
    lisible,
    option_format,
    plier,
)
from service.cli.parameters import COURRIEL, parmi
from service.domain.habilitation import EtatCompte, Role
from service.langue.commandes import Groupe
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    debloquer_adresse,
    debloquer_compte,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.administrer_habilitations import deshabiliter as retirer_le_droit
from service.usecases.administrer_habilitations import habiliter as donner_le_droit
from service.usecases.lister_comptes import CompteListe, Droit, EtatMotDePasse, lister_comptes
from service.usecases.ouvrir_comptes import (
    HabilitationDemandee,
    MotDePasseAttribue,
    NouveauCompte,
    creer_compte,
    creer_comptes,
)

_COLONNES = tuple(
    Colonne(nom, nom)
    for nom in ("courriel", "nom", "prenom", "etat", "mot_de_passe", "expire_le", "bloque_jusque", "cles", "esats")
)
_COLONNES_LISIBLES = (
    Colonne("compte", "Compte"),
    Colonne("etat", "État, clés", entiere=True),
    Colonne("mot_de_passe", "Mot de passe", entiere=True),
    Colonne("esats", "ESAT et rôle", entiere=True),
)
_LARGEUR_DES_AUTRES = 53
"""What the other columns take at most."""
_ATTRIBUES = (
    Colonne("courriel", "Adresse électronique"),
    Colonne("mot_de_passe", "Mot de passe provisoire", entiere=True),
    Colonne("valable_jusque", "Valable jusque", entiere=True),
)
_SANS_COURRIEL = click.option("--sans-courriel", is_flag=True, help="N'écrit pas à la personne.")
_SIRET = click.option("--siret", required=True, metavar="SIRET", help="SIRET de l'ESAT.")
_ROLE = click.option(
    "--role", type=parmi(Role), default=Role.AGENT.value, show_default=True, metavar="AGENT|REFERENT", help="Son rôle."
)


@click.group(cls=Groupe, help="Comptes des personnes qui déclarent pour les ESAT.")
def comptes() -> None:
    """Hold the commands."""


@comptes.command("creer", help="Ouvre un compte. Son mot de passe provisoire est montré cette seule fois.")
@COURRIEL
@click.option("--nom", required=True, metavar="NOM", help="Nom.")
@click.option("--prenom", required=True, metavar="PRENOM", help="Prénom.")
@click.option(
    "--siret",
    "sirets",
    required=True,
    multiple=True,
    metavar="SIRET",
    help="SIRET d'un ESAT ; à répéter pour plusieurs.",
)
@_ROLE
@_SANS_COURRIEL
@click.pass_obj
def creer(
    maison: Maison, courriel: str, nom: str, prenom: str, sirets: tuple[str, ...], role: Role, sans_courriel: bool
) -> None:
    """Open an account."""
    droits = [HabilitationDemandee("".join(siret.split()), role) for siret in sirets]
    nouveau = NouveauCompte(courriel, nom, prenom, droits)
    _remettre(maison, creer_compte(maison.dependencies, nouveau, prevenir=not sans_courriel), sans_courriel)


@comptes.command(
    "importer",
    help="Ouvre les comptes d'un fichier CSV, tous ou aucun. Colonnes : courriel, nom, prenom, siret, role (AGENT sans "
    "elle) ; une ligne par compte et par ESAT. Les mots de passe provisoires ne sont montrés que cette fois.",
)
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_SANS_COURRIEL
@option_format
@click.pass_obj
def importer(maison: Maison, fichier: Path, sans_courriel: bool, forme: str) -> None:
    """Open the accounts of a file."""
    nouveaux = lire_comptes(fichier.read_bytes())
    imprimer_liste(forme, _ATTRIBUES, creer_comptes(maison.dependencies, nouveaux, prevenir=not sans_courriel))
    click.echo(_dire_le_courriel(maison, sans_courriel), err=True)


@comptes.command(
    "suspendre", help="Ferme un compte pour un temps. Ni son mot de passe ni ses clés n'ouvrent plus rien."
)
@COURRIEL
@click.pass_obj
def suspendre(maison: Maison, courriel: str) -> None:
    """Suspend an account."""
    suspendre_compte(maison.dependencies, courriel)
    click.echo("Compte suspendu.")


@comptes.command("reactiver", help="Rouvre un compte suspendu ou retiré. Un compte retiré est à habiliter de nouveau.")
@COURRIEL
@click.pass_obj
def reactiver(maison: Maison, courriel: str) -> None:
    """Open an account again."""
    attribue = reactiver_compte(maison.dependencies, courriel)
    if attribue is None:
        click.echo("Compte réactivé.")
    else:
        click.echo("Compte réactivé, sans droit : « comptes habiliter » lui rend ses ESAT.", err=True)
        _remettre(maison, attribue)


@comptes.command(
    "retirer", help="Met fin à l'accès d'une personne qui part. Ses droits et ses clés d'intégration sont révoqués."
)
@COURRIEL
@click.pass_obj
def retirer(maison: Maison, courriel: str) -> None:
    """End an account."""
    retirer_compte(maison.dependencies, courriel)
    click.echo("Compte retiré ; ses droits et ses clés d'intégration sont révoqués.")


@comptes.command("habiliter", help="Donne un droit sur un ESAT, ou y change le rôle. Un seul référent par ESAT.")
@COURRIEL
@_SIRET
@_ROLE
@click.pass_obj
def habiliter(maison: Maison, courriel: str, siret: str, role: Role) -> None:
    """Give a right."""
    donner_le_droit(maison.dependencies, courriel, siret, role)
    click.echo(f"Compte habilité : {role.libelle.lower()}.")


@comptes.command("deshabiliter", help="Retire à un compte son droit sur un ESAT.")
@COURRIEL
@_SIRET
@click.pass_obj
def deshabiliter(maison: Maison, courriel: str, siret: str) -> None:
    """Take a right back."""
    retirer_le_droit(maison.dependencies, courriel, siret)
    click.echo("Droit retiré.")


@comptes.command(
    "mot-de-passe", help="Attribue un mot de passe provisoire. Il est montré cette seule fois ; le blocage est levé."
)
@COURRIEL
@_SANS_COURRIEL
@click.pass_obj
def mot_de_passe(maison: Maison, courriel: str, sans_courriel: bool) -> None:
    """Assign a provisional password."""
    attribue = attribuer_mot_de_passe(maison.dependencies, courriel, prevenir=not sans_courriel)
    _remettre(maison, attribue, sans_courriel)


@comptes.command(
    "debloquer", help="Lève un blocage. Des mots de passe faux l'ont valu à un compte ou à une adresse IP."
)
@click.argument("courriel", metavar="[COURRIEL]", required=False)
@click.option("--adresse", metavar="IP", help="Adresse d'où venaient les essais.")
@click.pass_obj
def debloquer(maison: Maison, courriel: str | None, adresse: str | None) -> None:
    """Lift locks."""
    if courriel is None and adresse is None:
        raise click.UsageError("Un COURRIEL, ou --adresse, est attendu.")
    if courriel is not None:
        debloquer_compte(maison.dependencies, courriel)
    if adresse is not None:
        debloquer_adresse(maison.dependencies, adresse)
    click.echo("Blocage levé.")


@comptes.command("lister", help="Liste les comptes, leurs droits, leurs mots de passe.")
@click.option("--siret", metavar="SIRET", help="Ceux d'un ESAT.")
@click.option("--etat", type=parmi(EtatCompte), metavar="ACTIF|SUSPENDU|RETIRE", help="Ceux dans cet état.")
@option_format
@click.pass_obj
def lister(maison: Maison, siret: str | None, etat: EtatCompte | None, forme: str) -> None:
    """Print the accounts."""
    trouves = lister_comptes(maison.dependencies, "".join(siret.split()) if siret else None, etat)
    if forme == TABLE:
        imprimer_comptes(trouves)
    else:
        imprimer_liste(forme, _COLONNES, map(_en_ligne, trouves))


def imprimer_comptes(trouves: Iterable[CompteListe]) -> None:
    """Print accounts for people: what belongs together in one cell, so that 80 columns hold it."""
    largeur = console().width - _LARGEUR_DES_AUTRES
    imprimer_table(_COLONNES_LISIBLES, (_en_cellules(compte, largeur) for compte in trouves), "Aucun compte.")


def _en_ligne(compte: CompteListe) -> tuple[Valeur, ...]:
    droits = [f"{droit.siret} {droit.role.value}{' SUSPENDU' if droit.suspendu else ''}" for droit in compte.droits]
    return (*compte[:-1], droits)


def _en_cellules(compte: CompteListe, largeur: int) -> tuple[Valeur, ...]:
    cles = f"{compte.cles} clé{'s' if compte.cles > 1 else ''}"
    etats = [compte.etat.libelle, *([cles] if compte.cles else [])]
    mots = [compte.mot_de_passe.libelle]
    if compte.expire_le is not None:
        jour, _, _ = lisible(compte.expire_le).partition(" ")
        mots.append(f"{'depuis le' if compte.mot_de_passe is EtatMotDePasse.EXPIRE else 'jusqu’au'} {jour}")
    if compte.bloque_jusque is not None:
        mots.append(f"bloqué jusqu'à {lisible(compte.bloque_jusque)[11:16]}")
    droits = [texte for droit in compte.droits for texte in (droit.siret, f"  {_role(droit)}")]
    qui = [*plier(compte.courriel, largeur).split("\n"), f"{compte.prenom} {compte.nom}"]
    return qui, etats, mots, droits


def _role(droit: Droit) -> str:
    return droit.role.libelle.split()[0].lower() + (", suspendu" if droit.suspendu else "")


def _remettre(maison: Maison, attribue: MotDePasseAttribue, sans_courriel: bool = False) -> None:
    """The password alone on stdout, what to know of it on stderr."""
    click.echo(f"Mot de passe provisoire de {attribue.courriel}, à remettre à la personne et à elle seule :", err=True)
    click.echo(attribue.mot_de_passe)
    click.echo(f"Montré cette seule fois ; à changer avant le {lisible(attribue.valable_jusque)}.", err=True)
    click.echo(_dire_le_courriel(maison, sans_courriel), err=True)


def _dire_le_courriel(maison: Maison, sans_courriel: bool) -> str:
    if sans_courriel:
        return "Aucun courriel n'est écrit : tout est à remettre en main propre."
    if maison.dependencies.poste.remettre is None:
        return "Un courriel le dit aussi ; il attend, faute de serveur de courriel (ESAT_SMTP)."
    return "Un courriel le dit aussi."
