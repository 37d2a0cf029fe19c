"""What commands print: tables for people, CSV and JSON for programs, nothing that a terminal would obey.

Invariants: control characters never reach a terminal (the log of submissions holds what strangers sent); a CSV cell
that a spreadsheet would compute is given as text (OWASP, « CSV Injection »); rows are printed as they come, so that a
log of any size streams.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

TABLE, CSV, JSON = FORMATS = ("table", "csv", "json")
Valeur = str | int | bool | date | datetime | Sequence[str] | None
"""What a cell may hold; a StrEnum with a `libelle` is told by it in tables and by its code elsewhere."""

_PARIS = ZoneInfo("Europe/Paris")
_INVISIBLES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FORMULES = ("=", "+", "-", "@", "\t", "\r")


class Colonne(NamedTuple):
    """A column of a list: its name for programs, its title for people."""

    nom: str
    titre: str
    en_table: bool = True
    """Shown in the table too; CSV and JSON have every column."""
    entiere: bool = False
    """Its values are never cut or folded in the table."""


def option_format(commande: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--format``."""
    aide = "Table lisible, CSV (points-virgules, UTF-8) ou JSON (un tableau, un objet par ligne)."
    choix = click.Choice(FORMATS)
    return click.option("--format", "forme", type=choix, default=TABLE, show_default=True, help=aide)(commande)


def imprimer_liste(
    forme: str, colonnes: Sequence[Colonne], lignes: Iterable[Sequence[Valeur]], aucun: str = "Rien à montrer."
) -> None:
    """Print rows in the form asked; an empty table is said on stderr in the words of `aucun`."""
    if forme == CSV:
        imprimer_csv(colonnes, lignes)
    elif forme == JSON:
        imprimer_json(colonnes, lignes)
    else:
        imprimer_table(colonnes, lignes, aucun)


def imprimer_table(colonnes: Sequence[Colonne], lignes: Iterable[Sequence[Valeur]], aucun: str) -> None:
    """Print a table as wide as the terminal, or the words that there is nothing."""
    table = nouvelle_table()
    for colonne in colonnes:
        if colonne.en_table:
            table.add_column(colonne.titre, no_wrap=colonne.entiere, overflow="fold")
    for ligne in lignes:
        cellules = zip(colonnes, ligne, strict=True)
        table.add_row(*(Text(lisible(valeur)) for colonne, valeur in cellules if colonne.en_table))
    if table.row_count:
        imprimer(table)
    else:
        click.echo(aucun, err=True)


def imprimer_fiche(faits: Iterable[tuple[str, str]]) -> None:
    """Print facts under their names, one a line."""
    table = nouvelle_table()
    table.show_header = False
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for nom, valeur in faits:
        table.add_row(Text(nom), Text(imprimable(valeur)))
    imprimer(table)


def nouvelle_table() -> Table:
    """A table without vertical rules: what is copied from it is text."""
    return Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def imprimer(objet: RenderableType) -> None:
    """Print for people; colours and width are those of the terminal, if it is one."""
    console().print(objet)


def console() -> Console:
    """A console on stdout that obeys no markup."""
    return _Console(highlight=False, markup=False, emoji=False)


def imprimer_csv(colonnes: Sequence[Colonne], lignes: Iterable[Sequence[Valeur]]) -> None:
    """Print CSV: semicolons, as French spreadsheets open it."""
    tampon = io.StringIO()
    ecriture = csv.writer(tampon, delimiter=";", lineterminator="\n")

    def ecrire(cellules: Iterable[str]) -> None:
        ecriture.writerow(cellules)
        click.echo(tampon.getvalue(), nl=False)
        tampon.seek(0)
        tampon.truncate()

    ecrire(colonne.nom for colonne in colonnes)
    for ligne in lignes:
        ecrire(map(_cellule_csv, ligne))


def imprimer_json(colonnes: Sequence[Colonne], lignes: Iterable[Sequence[Valeur]]) -> None:
    """Print one JSON array, one object a line."""
    noms = [colonne.nom for colonne in colonnes]
    separateur = "[\n"
    for ligne in lignes:
        objet = {nom: _brut(valeur) for nom, valeur in zip(noms, ligne, strict=True)}
        click.echo(separateur + _echapper(json.dumps(objet, ensure_ascii=False)), nl=False)
        separateur = ",\n"
    click.echo("[]" if separateur == "[\n" else "\n]")


def imprimable(texte: str) -> str:
    """Return a text with every control, format or surrogate character replaced."""
    if texte.isprintable():
        return texte
    return "".join("\ufffd" if unicodedata.category(signe) in _INVISIBLES else signe for signe in texte)


def lisible(valeur: Valeur) -> str:
    """Return a value as a person reads it: labels, French dates, instants in Paris to the second."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return f"{valeur.astimezone(_PARIS):%d/%m/%Y %H:%M:%S}"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, StrEnum):
        return str(getattr(valeur, "libelle", valeur.value))
    if isinstance(valeur, str | int):
        return imprimable(str(valeur))
    return "\n".join(imprimable(element) for element in valeur)


def plier(courriel: str, largeur: int) -> str:
    """Return an e-mail address on two lines, broken where a person would, when it is wider than its column."""
    texte = imprimable(courriel)
    return texte if len(texte) <= largeur else texte.replace("@", "\n@", 1)


def abreger(texte: str, largeur: int) -> str:
    """Return a text cut to a width, the cut marked."""
    texte = imprimable(texte)
    return texte if len(texte) <= largeur else f"{texte[: max(largeur - 1, 0)].rstrip()}…"


def _echapper(texte: str) -> str:
    """JSON in which every control, format or surrogate character is written as its code."""
    if texte.isprintable():
        return texte
    return "".join(json.dumps(signe)[1:-1] if unicodedata.category(signe) in _INVISIBLES else signe for signe in texte)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the program end quietly, where rich would leave with code 1."""
        raise BrokenPipeError


def _brut(valeur: Valeur) -> Any:
    if isinstance(valeur, datetime):
        return valeur.astimezone(_PARIS).isoformat(timespec="milliseconds")
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, StrEnum):
        return valeur.value
    return valeur if valeur is None or isinstance(valeur, str | int) else list(valeur)


def _cellule_csv(valeur: Valeur) -> str:
    brut = _brut(valeur)
    if brut is None:
        return ""
    if isinstance(brut, bool):
        return "oui" if brut else "non"
    if isinstance(brut, int):
        return str(brut)
    texte = imprimable(" ".join(brut) if isinstance(brut, list) else brut)
    return f"'{texte}" if texte.startswith(_FORMULES) else texte
