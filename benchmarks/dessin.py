"""The plots of the page: messages a second of each candidate with one load, with the spread of the rounds.

pygal draws them, which the service has anyway: matplotlib brings numpy, which the library that reads spreadsheets loads
wherever it is installed, into every worker that is measured: 25 MB each.
"""

import statistics
from pathlib import Path

import pygal
from pygal.style import Style

from benchmarks.comparaison import LIMITES, Debits

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#1d2433",
    foreground_strong="#1d2433",
    foreground_subtle="#d5dae3",
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    title_font_size=15,
)
_PAIR, _NOTRE = "#9aa5b1", "#1f6feb"


def dessiner(debits: Debits, charge: str, fichier: Path) -> None:
    """Write the plot of a load: the candidates that were measured with it, the fastest on top."""
    lus = {candidat: lues[charge] for candidat, lues in debits.items() if charge in lues}
    ordre = sorted(lus, key=lambda candidat: statistics.median(lus[candidat]))
    dessin = pygal.HorizontalBar(
        style=_STYLE,
        js=(),
        width=960,
        height=90 + 42 * max(len(ordre), 1),
        show_legend=False,
        title=f"{charge} : messages par seconde (médiane, puis étendue des tours)",
        no_data_text="Rien n'a été mesuré.",
    )
    dessin.x_labels = [_legende(candidat, lus[candidat]) for candidat in ordre]
    barres = [{"value": statistics.median(lus[candidat]), "color": _couleur(candidat)} for candidat in ordre]
    dessin.add("", barres)
    fichier.write_bytes(dessin.render())


def _legende(candidat: str, lues: list[float]) -> str:
    chiffres = f"{statistics.median(lues):,.0f} ({min(lues):,.0f} – {max(lues):,.0f})".replace(",", "\u202f")
    return f"{candidat} : {chiffres}"


def _couleur(candidat: str) -> str:
    return _PAIR if candidat in LIMITES else _NOTRE
