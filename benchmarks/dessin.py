"""The plot of the page: messages a second of each candidate, with the spread of the rounds."""

import statistics
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from benchmarks.comparaison import LIMITES, Debits


def dessiner(debits: Debits, charges: tuple[str, ...], fichier: Path) -> None:
    """Write the plot: one panel a load, the candidates that were measured with it."""
    matplotlib.rcParams["svg.hashsalt"] = "mesures"
    figure, axes = pyplot.subplots(1, len(charges), figsize=(5.5 * len(charges), 4.5))
    for axe, charge in zip(axes, charges, strict=True):
        lus = {candidat: lues[charge] for candidat, lues in debits.items() if charge in lues}
        ordre = sorted(lus, key=lambda candidat: statistics.median(lus[candidat]))
        valeurs = [statistics.median(lus[candidat]) for candidat in ordre]
        ecarts = [
            [valeur - min(lus[candidat]) for candidat, valeur in zip(ordre, valeurs, strict=True)],
            [max(lus[candidat]) - valeur for candidat, valeur in zip(ordre, valeurs, strict=True)],
        ]
        couleurs = ["#9aa5b1" if candidat in LIMITES else "#1f6feb" for candidat in ordre]
        axe.barh(ordre, valeurs, xerr=ecarts, color=couleurs, error_kw={"elinewidth": 1, "capsize": 2})
        axe.set_title(charge)
        axe.set_xlabel("messages par seconde (barre : étendue des tours)")
        axe.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(fichier, metadata={"Date": None})
    pyplot.close(figure)
