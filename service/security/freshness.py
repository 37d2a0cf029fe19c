"""Freshness of a message: xs:dateTime as toolkits write it, and the window in which it is accepted.

Instants come with ``Z``, with an offset, with fractions of any length, or without zone (then UTC, WSS §10). Years have
exactly four digits: `condense_valide` relies on it.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lxml import etree

from service.errors import MessageExpireError, SecuriteInvalideError

_WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:Z|([+-])([0-9]{2}):([0-5][0-9]))?"
)
_DECALAGE_MAX = timedelta(hours=14)  # XML Schema part 2, §3.2.7.3


class Fenetre(NamedTuple):
    """How far from the server's time a Created may be, in seconds, both ends included."""

    passe: int = 300
    futur: int = 60


def lire_instant(texte: str, nom: str) -> datetime:
    """An xs:dateTime in UTC, cut to the microsecond.

    Raises SecuriteInvalideError, naming the element `nom`, for anything else.
    """
    trouve = _INSTANT.fullmatch(texte.strip(" \t\r\n"))
    if trouve is not None:
        try:
            return _instant(trouve)
        except (ValueError, OverflowError):
            pass
    raise SecuriteInvalideError(
        f"{nom} n'est pas une date et heure lisible (xs:dateTime), telle que 2026-12-01T08:30:00Z."
    )


def _instant(trouve: re.Match[str]) -> datetime:
    annee, mois, jour, heure, minute, seconde = (int(trouve[i]) for i in range(1, 7))
    microseconde = int((trouve[7] or "0")[:6].ljust(6, "0"))
    lendemain = (heure, minute, seconde, microseconde) == (24, 0, 0, 0)  # xs:dateTime's other name for midnight
    instant = datetime(annee, mois, jour, 0 if lendemain else heure, minute, seconde, microseconde, UTC)
    decalage = timedelta()
    if trouve[8]:
        decalage = timedelta(hours=int(trouve[9]), minutes=int(trouve[10]))
        if decalage > _DECALAGE_MAX:
            raise ValueError("offset")
    return instant + timedelta(days=lendemain) + (decalage if trouve[8] == "-" else -decalage)


def exiger_fraicheur(nom: str, instant: datetime, maintenant: datetime, fenetre: Fenetre) -> None:
    """Raise MessageExpireError when `instant` is outside the window around `maintenant` (both aware)."""
    if instant < maintenant - timedelta(seconds=fenetre.passe):
        raise _expire(f"{nom} est trop ancien", maintenant, fenetre)
    if instant > maintenant + timedelta(seconds=fenetre.futur):
        raise _expire(f"{nom} est dans le futur", maintenant, fenetre)


def exiger_horodatage_valide(horodatage: etree._Element, maintenant: datetime, fenetre: Fenetre) -> None:
    """Check a wsu:Timestamp: Created within the window, Expires not passed, each at most once and readable (WSS §10).

    Raises SecuriteInvalideError or MessageExpireError.
    """
    created = _seul_instant(horodatage, "Created")
    expires = _seul_instant(horodatage, "Expires")
    if created is not None:
        exiger_fraicheur("wsu:Timestamp/wsu:Created", created, maintenant, fenetre)
    if expires is not None and expires <= maintenant:
        raise _expire("wsu:Timestamp/wsu:Expires est passé", maintenant, fenetre)


def _seul_instant(horodatage: etree._Element, nom: str) -> datetime | None:
    trouves = list(horodatage.iterchildren(_WSU + nom))
    if not trouves:
        return None
    if len(trouves) > 1 or len(trouves[0]):
        raise SecuriteInvalideError(f"wsu:Timestamp doit avoir au plus un wsu:{nom}, fait de texte seulement.")
    return lire_instant(trouves[0].text or "", f"wsu:Timestamp/wsu:{nom}")


def _expire(quoi: str, maintenant: datetime, fenetre: Fenetre) -> MessageExpireError:
    heure = maintenant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return MessageExpireError(
        f"{quoi} : sont acceptées les dates de {fenetre.passe} s avant à {fenetre.futur} s après l'heure du serveur, "
        f"qui est {heure}. Vérifier l'horloge de la machine qui envoie, et faire un jeton neuf à chaque envoi."
    )
