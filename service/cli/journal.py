"""``journal``: the log of submissions, searched and exported."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import click
from rich.text import Text

from service.cli.maison import Maison
from service.cli.output import (
    TABLE,
    Colonne,
    Valeur,
    abreger,
    console,
    imprimable,
    imprimer_liste,
    lisible,
    nouvelle_table,
    option_format,
    plier,
)
from service.cli.parameters import JOUR, parmi
from service.domain.actes import Acte
from service.domain.declaration import Operation
from service.langue.commandes import Groupe
from service.storage.recherche import EntreeLisible
from service.usecases.consigner import AU_CLAVIER
from service.usecases.consulter_journal import Personne, Recherche, chercher_une_personne, consulter_journal
from service.usecases.reception import Issue

LIMITE = 50
LARGE = 110
"""Columns of a terminal from which the table has room for names, durations and sizes."""
_PAGE = 500
_COLONNES = tuple(
    Colonne(nom, nom)
    for nom in (
        "instant",
        "issue",
        "code",
        "operation",
        "siret",
        "esat",
        "compte",
        "utilisateur",
        "adresse",
        "agent",
        "numero_depot",
        "identifiant_message",
        "taille",
        "duree_us",
        "identifiant_incident",
        "identifiant_requete",
        "nombre",
    )
)
_DES_ACTES = tuple(Colonne(nom, nom) for nom in ("canal", "acte", "objet", "motif"))
_DUREE = "Durée"
_TITRES = ("Reçu", "Opération et compte", "ESAT et adresse", "Issue, dépôt ou faute", _DUREE)
_LARGEUR_DATE, _LARGEUR_SIRET, _LARGEUR_ISSUE, _LARGEUR_DUREE = 10, 15, 22, 9
_LARGEUR_OPERATION = 40
_ECART = 2


@click.group(
    cls=Groupe,
    invoke_without_command=True,
    subcommand_metavar="[COMMANDE [ARGUMENTS]...]",
    help="Montre le journal des dépôts, le plus récent en premier. Tous les messages reçus, refusés compris.",
    epilog="Les critères s'ajoutent. CSV et JSON donnent toutes les colonnes : les instants à l'heure de Paris (ISO "
    "8601), la durée en microsecondes, la taille en octets.",
)
@click.option("--depuis", **JOUR, help="Premier jour, à Paris.")
@click.option("--jusque", **JOUR, help="Dernier jour, inclus.")
@click.option("--esat", metavar="SIRET|NOM", help="SIRET, ou partie du nom d'un ESAT.")
@click.option("--compte", metavar="COURRIEL", help="Code utilisateur, reconnu ou seulement présenté.")
@click.option("--issue", type=parmi(Issue), metavar="ISSUE", help=", ".join(Issue) + ".")
@click.option("--operation", type=parmi(Operation), metavar="OPERATION", help=", ".join(Operation) + ".")
@click.option("--code", metavar="CODE", help="Code d'une faute, tel que AUTHENTIFICATION, ou d'une règle, tel que C09.")
@click.option("--numero", metavar="NUMERO", help="Numéro de dépôt ou de déclaration.")
@click.option("--identifiant", metavar="UUID", help="identifiantMessage.")
@click.option(
    "--personne",
    is_flag=True,
    help="Dépôts qui nomment un salarié : NIR, numéro et nom sont demandés au clavier, jamais en argument. Journalisé.",
)
@click.option("--actes", is_flag=True, help="Ce qui a été fait, par qui, au lieu des messages.")
@click.option("--acte", type=parmi(Acte), metavar="ACTE", help="Un acte, tel que DEPOT_CONSULTE ; entraîne --actes.")
@click.option("--texte", metavar="TEXTE", help="Partie du logiciel client, du code utilisateur ou du code de faute.")
@click.option(
    "--limite",
    type=click.IntRange(min=1),
    metavar="NOMBRE",
    default=LIMITE,
    show_default=True,
    help="Nombre d'entrées au plus.",
)
@click.option("--tout", is_flag=True, help="Toutes les entrées trouvées, au fil de la lecture.")
@option_format
@click.pass_context
def journal(
    contexte: click.Context, /, limite: int, tout: bool, forme: str, personne: bool, actes: bool, **criteres: Any
) -> None:
    """Search the log, unless a command says what else is to be done with it."""
    if contexte.invoked_subcommand is not None:
        return
    maison: Maison = contexte.obj
    recherche, actes = Recherche(**criteres), actes or criteres["acte"] is not None
    if personne and actes:
        raise click.UsageError("--personne cherche parmi les messages : sans --actes ni --acte.")
    cherchee = _demander_la_personne(maison) if personne else None
    jusqu_a = None if tout else limite
    entrees = consulter_journal(maison.dependencies, recherche, jusqu_a, cherchee, actes=actes)
    if forme == TABLE:
        _imprimer_table(entrees, jusqu_a)
    elif actes:
        imprimer_liste(forme, _COLONNES + _DES_ACTES, ((*_en_ligne(une), *_de_l_acte(une)) for une in entrees))
    else:
        imprimer_liste(forme, _COLONNES, map(_en_ligne, entrees))


def _demander_la_personne(maison: Maison) -> Personne:
    """Who is looked for, asked on the keyboard: arguments stay in the shell's history and in the list of processes."""
    questions = ("NIR", "Numéro allocataire", "Organisme", "Nom de naissance")
    reponses = [click.prompt(f"{une} (facultatif)", default="", show_default=False, err=True) for une in questions]
    personne = Personne(*(reponse.strip() or None for reponse in reponses))
    chercher_une_personne(maison.dependencies, AU_CLAVIER, personne)
    return personne


def _de_l_acte(lue: EntreeLisible) -> tuple[Valeur, ...]:
    return lue.entree.canal, lue.entree.acte, lue.entree.objet, lue.entree.motif


def _en_ligne(lisible_: EntreeLisible) -> tuple[Valeur, ...]:
    entree, esat, compte = lisible_
    return (
        entree.instant,
        entree.issue,
        entree.code,
        entree.operation,
        entree.siret,
        esat,
        compte,
        entree.utilisateur,
        entree.adresse,
        entree.agent,
        entree.numero_depot,
        entree.identifiant_message,
        entree.taille,
        entree.duree_us,
        entree.identifiant_incident,
        entree.identifiant_requete,
        entree.nombre,
    )


def _imprimer_table(entrees: Iterator[EntreeLisible], limite: int | None) -> None:
    """Two lines an entry, so that 80 columns hold them; pages of one width, so that a long log streams."""
    sortie = console()
    largeurs = _largeurs(sortie.width)
    nombre = 0
    while page := list(islice(entrees, _PAGE)):
        table = nouvelle_table()
        table.show_header = nombre == 0
        for titre, largeur in zip(_TITRES, largeurs, strict=False):
            table.add_column(titre, width=largeur, overflow="fold", justify="right" if titre == _DUREE else "left")
        for entree in page:
            table.add_row(*map(Text, _cellules(entree, largeurs)))
        sortie.print(table)
        nombre += len(page)
    if not nombre:
        click.echo("Aucune entrée ne répond à ces critères.", err=True)
    elif nombre == limite:
        click.echo(f"Limite de {nombre} atteinte : --limite ou --tout en montre davantage.", err=True)


def _largeurs(largeur: int) -> list[int]:
    """Widths of the columns of `_TITRES`: four of them, five where the terminal is `LARGE`."""
    if largeur < LARGE:
        operation = max(largeur - _LARGEUR_DATE - _LARGEUR_SIRET - _LARGEUR_ISSUE - 3 * _ECART, 1)
        return [_LARGEUR_DATE, operation, _LARGEUR_SIRET, _LARGEUR_ISSUE]
    operation = min(_LARGEUR_OPERATION, largeur * 3 // 10)
    esat = largeur - _LARGEUR_DATE - operation - _LARGEUR_ISSUE - _LARGEUR_DUREE - 4 * _ECART
    return [_LARGEUR_DATE, operation, esat, _LARGEUR_ISSUE, _LARGEUR_DUREE]


def _cellules(lue: EntreeLisible, largeurs: Sequence[int]) -> list[str]:
    entree, esat, compte = lue
    jour, _, heure = lisible(entree.instant).partition(" ")
    etablissement = entree.siret or ""
    if esat and largeurs[2] > _LARGEUR_SIRET:
        etablissement = abreger(f"{etablissement} {esat}", largeurs[2])
    parties = plier(compte or entree.utilisateur or "", largeurs[1]).split("\n")
    qui = "\n".join(abreger(partie, largeurs[1]) for partie in parties)
    suite = imprimable(entree.numero_depot or entree.code or entree.objet or "")
    quoi = Acte(entree.acte).libelle if entree.acte else entree.operation or "(illisible)"
    fois = f" ×{entree.nombre}" if entree.nombre > 1 else ""
    incident = f"\n{entree.identifiant_incident}" if entree.identifiant_incident else ""
    cellules = [
        f"{jour}\n{heure}",
        f"{quoi}\n{qui}",
        f"{etablissement}\n{imprimable(entree.adresse)}",
        f"{Issue(entree.issue).libelle}\n{suite}{fois}{incident}",
        f"{_duree(entree.duree_us)}\n{_taille(entree.taille)}",
    ]
    return cellules[: len(largeurs)]


def _duree(microsecondes: int) -> str:
    """A duration with two or three digits that matter."""
    if microsecondes >= 1_000_000:
        return f"{microsecondes / 1_000_000:.1f} s".replace(".", ",")
    return f"{microsecondes / 1000:.1f} ms".replace(".", ",")


def _taille(octets: int) -> str:
    for unite in ("o", "Ko"):
        if octets < 1024:
            return f"{octets} {unite}"
        octets = round(octets / 1024)
    return f"{octets} Mo"
