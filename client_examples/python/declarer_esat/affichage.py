"""What a person reads: findings, sentences and progress. Results on stdout, all else on stderr."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from service.contract.fichiers.constats import Constat, grouper, intervalles
from service.domain.declaration import Gravite

GROUPES_MAX = 500
"""Different findings shown at most; --json has them all."""
_COULEURS = {Gravite.REJET: "bold red", Gravite.ALERTE: "yellow", Gravite.INFO: "cyan"}
_COLONNE_MAX = 15


class Ecran:
    """Where a run writes. With `en_json`, stdout has one JSON document and nothing else."""

    def __init__(self, *, en_json: bool = False, sortie: TextIO | None = None, erreur: TextIO | None = None) -> None:
        self.en_json = en_json
        self._sortie = Console(file=sortie, highlight=False, markup=False, emoji=False)
        self._erreur = Console(file=erreur, stderr=erreur is None, highlight=False, markup=False, emoji=False)

    def dire(self, phrase: str) -> None:
        """Say what is being done."""
        self._erreur.print(phrase)

    def avertir(self, phrase: str) -> None:
        """Say what deserves attention."""
        self._erreur.print(Text("Attention : ", "yellow") + Text(phrase))

    def refuser(self, phrase: str) -> None:
        """Say why it stops here."""
        self._erreur.print(Text("Erreur : ", "bold red") + Text(phrase))

    def annoncer_reprise(self, raison: str, secondes: float) -> None:
        """Say that a message is about to be sent again."""
        self._erreur.print(f"{raison.rstrip('.')} : nouvelle tentative dans {max(1, round(secondes))} s.")

    def montrer(self, quoi: RenderableType) -> None:
        """Write a result, unless stdout is for JSON."""
        if not self.en_json:
            self._sortie.print(quoi)

    def donner(self, donnees: Any) -> None:
        """Write the JSON document of the run, when asked for."""
        if self.en_json:
            self._sortie.file.write(json.dumps(donnees, ensure_ascii=False, indent=2, default=str) + "\n")

    def constats(self, constats: Sequence[Constat], *, refus: bool) -> None:
        """Show findings: on stderr when they stop the run, else among its results."""
        if not constats:
            return
        groupes = grouper(constats)
        tableau = table(
            ("Ligne", {"max_width": 24}), ("Colonne", {}), ("Règle", {"no_wrap": True}), ("Explication", {"ratio": 1})
        )
        for groupe in groupes[:GROUPES_MAX]:
            constat = groupe.constat
            code = Text(constat.code, _COULEURS[constat.gravite])
            if constat.code != "LECTURE":
                code.append(f"\n{constat.gravite}")
            explication = Text(_phrase(constat.message))
            if constat.correction:
                explication.append(f"\n→ {_phrase(constat.correction)}", "dim")
            tableau.add_row(
                intervalles(groupe.lignes) or "(fichier)", _coupable(constat.colonne or "(ligne)"), code, explication
            )
        (self._erreur.print if refus else self.montrer)(Padding(tableau, (1, 0)))
        if len(groupes) > GROUPES_MAX:
            self.dire(f"… et {len(groupes) - GROUPES_MAX} autres constats ; --json les donne tous.")

    @contextmanager
    def progression(self, titre: str, total: int, faites: int = 0) -> Iterator["Avancement"]:
        """Show a bar on a terminal, and nothing elsewhere."""
        colonnes = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        visible = self._erreur.is_terminal
        with Progress(*colonnes, console=self._erreur, transient=True, disable=not visible) as barre:
            yield Avancement(barre, barre.add_task(titre, total=total, completed=faites))


class Avancement:
    """The bar of one progress."""

    def __init__(self, barre: Progress, tache: Any) -> None:
        self._barre = barre
        self._tache = tache

    def avancer(self, combien: int) -> None:
        """Move the bar."""
        self._barre.advance(self._tache, combien)


def table(*colonnes: tuple[str, dict[str, Any]], titre: str | None = None) -> Table:
    """Return an empty table of the house's looks."""
    tableau = Table(box=box.SIMPLE_HEAD, title=titre, title_justify="left", pad_edge=False, show_edge=False)
    for nom, reglages in colonnes:
        tableau.add_column(nom, **({"overflow": "fold"} | reglages))
    return tableau


def accorder(combien: int, singulier: str, pluriel: str | None = None) -> str:
    """Return a count with its noun: ``1 ligne``, ``2 lignes``."""
    return f"{combien} {singulier if combien < 2 else pluriel or singulier + 's'}"


def _phrase(texte: str) -> str:
    """Give a sentence its capital and its point."""
    texte = texte[:1].upper() + texte[1:]
    return texte if texte.endswith((".", "!", "?", "…")) else f"{texte}."


def _coupable(colonne: str) -> str:
    """Cut a long name of column after an underscore, so that it can be read in a narrow table."""
    morceaux: list[str] = [""]
    for mot in colonne.replace("_", "_\0").split("\0"):
        if len(morceaux[-1]) + len(mot) > _COLONNE_MAX and morceaux[-1]:
            morceaux.append("")
        morceaux[-1] += mot
    return "\n".join(morceaux)
