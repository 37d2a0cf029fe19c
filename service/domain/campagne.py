"""The yearly campaign of certificates: when it is open, when a certificate is late, how many amounts it asks for.

The campaign of year A (the November declared) runs from 1 December A to the last day of February A+1, both inclusive,
on the calendar of Europe/Paris; after 15 January a certificate is late: accepted and flagged. An operator may change
the dates of a year; a year that nobody touched has those.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

ANNEES = range(2018, 9999)
"""Years that may have a campaign: from the first of the tables of the SMIC to the last that the calendar lets close."""

_PARIS = ZoneInfo("Europe/Paris")


class ElementsAttendus(StrEnum):
    """How many of montantNet, montantAidePoste and pourcentageSalaireDirect a certificate must give."""

    DEUX = "DEUX"
    AU_MOINS_DEUX = "AU_MOINS_DEUX"
    TROIS = "TROIS"

    @property
    def libelle(self) -> str:
        """French label, fit for the middle of a sentence."""
        return _LIBELLES[self]


_LIBELLES = {
    ElementsAttendus.DEUX: "exactement deux des trois",
    ElementsAttendus.AU_MOINS_DEUX: "au moins deux des trois",
    ElementsAttendus.TROIS: "les trois",
}


class Campagne(NamedTuple):
    """One year's campaign; all dates are inclusive days in Paris."""

    annee: int
    """Year of the November declared."""
    ouverture: date
    date_limite: date
    """Last day in time; the certificate is late after it."""
    fermeture: date
    elements_attendus: ElementsAttendus = ElementsAttendus.DEUX

    def ouverte(self, jour: date) -> bool:
        """Whether certificates are taken on that day of Paris."""
        return self.ouverture <= jour <= self.fermeture

    def tardive(self, jour: date) -> bool:
        """Whether a certificate received on that day of Paris is late (rule C15)."""
        return jour > self.date_limite

    def incoherences(self) -> list[str]:
        """What is wrong with the dates, in French; empty when they follow one another."""
        raisons = []
        if self.date_limite < self.ouverture:
            raisons.append("La date limite précède l'ouverture de la campagne.")
        if self.fermeture < self.date_limite:
            raisons.append("La fermeture de la campagne précède la date limite.")
        return raisons


def campagne_par_defaut(annee: int) -> Campagne:
    """Return the campaign of `annee` with the dates of the rule.

    Raises `ValueError` where the calendar has no such years (`annee` outside 1 to 9998).
    """
    return Campagne(
        annee,
        ouverture=date(annee, 12, 1),
        date_limite=date(annee + 1, 1, 15),
        fermeture=date(annee + 1, 3, 1) - timedelta(days=1),
        elements_attendus=ElementsAttendus.DEUX,
    )


@lru_cache(maxsize=16)
def jour_de_paris(instant_utc: datetime) -> date:
    """Return the calendar day in Paris at an instant (aware, any zone).

    Raises `ValueError` for a naive datetime, which names no instant.
    """
    if instant_utc.tzinfo is None:
        raise ValueError("Un instant doit porter son fuseau horaire.")
    return instant_utc.astimezone(UTC).astimezone(_PARIS).date()


def campagne_courante(jour: date, campagnes: Mapping[int, Campagne]) -> Campagne:
    """Return the campaign that is open on `jour` (a day of Paris), else the next one to open.

    `campagnes` are those an operator set, by year; other years have their default dates. Where two are open, one that
    was set goes before one by default, then the later year goes first: that is what its operator meant.
    """
    connues = {annee: campagne_par_defaut(annee) for annee in range(jour.year - 1, jour.year + 2) if 0 < annee < 9999}
    connues.update(campagnes)
    ouvertes = [campagne for campagne in connues.values() if campagne.ouverte(jour)]
    if ouvertes:
        return max(ouvertes, key=lambda campagne: (campagne.annee in campagnes, campagne.annee))
    a_venir = [campagne for campagne in connues.values() if campagne.ouverture > jour]
    if a_venir:
        return min(a_venir, key=lambda campagne: (campagne.ouverture, campagne.annee))
    return max(connues.values(), key=lambda campagne: campagne.fermeture)
