"""The curve of a campaign, drawn by pygal as an image: its table stands beside it on the page."""

from datetime import date, timedelta

import pygal
from pygal.style import Style

from service.usecases.suivre_campagne import SuiviCampagne

_MARGE = timedelta(days=45)
"""Of the labels of both ends, so that none is written over another."""
_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#1d2433",
    foreground_strong="#1d2433",
    foreground_subtle="#4b5468",
    colors=("#1b3f7d", "#8a5a00", "#a61b1b"),
    font_family="system-ui, sans-serif",
    label_font_size=12,
    legend_font_size=13,
    title_font_size=14,
)


def dessiner(suivi: SuiviCampagne) -> bytes:
    """Return the SVG of the certificates received since the opening, at the end of each day."""
    campagne = suivi.campagne
    jours = [campagne.ouverture, campagne.date_limite, campagne.fermeture]
    jours += [jour for jour, _ in (*suivi.cumul, *suivi.cumul_an_passe)]
    plus_haut = max([nombre for _, nombre in (*suivi.cumul, *suivi.cumul_an_passe)], default=1)
    dessin = pygal.DateLine(
        style=_STYLE,
        js=(),
        width=960,
        height=320,
        show_dots=len(jours) < 60,
        x_label_rotation=0,
        x_labels=_reperes(min(jours), max(jours)),
        x_value_formatter=lambda jour: f"{jour:%d/%m/%Y}",
        value_formatter=lambda nombre: f"{nombre:.0f}",
        legend_at_bottom=True,
        disable_xml_declaration=True,
    )
    dessin.add(f"Campagne {campagne.annee}", list(suivi.cumul))
    dessin.add(f"Campagne {campagne.annee - 1}, un an avant", list(suivi.cumul_an_passe))
    dessin.add(
        f"Date limite, {campagne.date_limite:%d/%m/%Y}", [(campagne.date_limite, 0), (campagne.date_limite, plus_haut)]
    )
    octets: bytes = dessin.render()
    return octets


def _reperes(premier: date, dernier: date) -> list[date]:
    """The first days of the months shown, and both ends."""
    mois = [
        date(annee, mois, 1)
        for annee in range(premier.year, dernier.year + 1)
        for mois in range(1, 13)
        if premier + _MARGE < date(annee, mois, 1) < dernier - _MARGE
    ]
    return [premier, *mois[:: max(1, len(mois) // 6)], dernier]
