"""``audit``: who has access to what."""

import click

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
from service.domain.habilitation import Acces
from service.usecases.auditer import EspaceAudite, LigneAudit, auditer

_COLONNES = tuple(Colonne(nom, nom) for nom in LigneAudit._fields)
_LISIBLES = (
    Colonne("compte", "Compte"),
    Colonne("esat", "ESAT et rôle", entiere=True),
    Colonne("acces", "Accès, mot de passe, usage", entiere=True),
)
_LARGEUR_DES_AUTRES = 52
"""What the other columns take at most."""


@click.command(
    "audit",
    help="Montre qui a accès à quoi. Chaque compte, par ESAT : rôle, accès, mot de passe, dernière connexion, clés "
    "d'intégration, convention ; puis les comptes sans droit et les opérateurs de la console.",
)
@click.option("--siret", metavar="SIRET", help="Les accès à un ESAT.")
@click.option("--ouverts", is_flag=True, help="Ceux qui ouvrent quelque chose aujourd'hui.")
@option_format
@click.pass_obj
def audit(maison: Maison, siret: str | None, ouverts: bool, forme: str) -> None:
    """Print the accesses."""
    lignes = auditer(maison.dependencies, siret, ouverts=ouverts)
    if forme == TABLE:
        largeur = console().width - _LARGEUR_DES_AUTRES
        imprimer_table(_LISIBLES, (_en_cellules(ligne, largeur) for ligne in lignes), "Aucun accès.")
    else:
        imprimer_liste(forme, _COLONNES, lignes)


def _en_cellules(ligne: LigneAudit, largeur: int) -> tuple[Valeur, ...]:
    qui = [*plier(ligne.courriel, largeur).split("\n"), f"{ligne.prenom} {ligne.nom}"]
    ou = ["console" if ligne.espace is EspaceAudite.CONSOLE else ligne.siret or "(aucun)"]
    if ligne.role is not None:
        ou.append(f"  {ligne.role.libelle.split()[0].lower()}")
    faits = [ligne.acces.libelle]
    if ligne.acces is Acces.CONVENTION:
        faits.append(f"{ligne.convention}, fin {_jour(ligne.fin_convention)}")
    if ligne.acces is not Acces.COMPTE_RETIRE:
        faits.append(f"mot de passe {ligne.mot_de_passe.libelle} {_jour(ligne.expire_le)}".rstrip())
    faits.append(f"connexion {_jour(ligne.derniere_connexion)}" if ligne.derniere_connexion else "jamais connecté")
    if ligne.cles:
        faits.append(f"{ligne.cles} clé{'s' if ligne.cles > 1 else ''} {_jour(ligne.dernier_usage_cle)}".rstrip())
    return qui, ou, faits


def _jour(instant: Valeur) -> str:
    """The day of an instant in Paris."""
    return lisible(instant).partition(" ")[0]
