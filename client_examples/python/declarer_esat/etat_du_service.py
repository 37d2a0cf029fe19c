"""What the service says of itself (`ConsulteService`), or what stands for it away from the network."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from declarer_esat.lots import LIGNES_MAX, OCTETS_MAX, Limites
from service.domain.campagne import Campagne, ElementsAttendus, campagne_courante, campagne_par_defaut, jour_de_paris
from service.domain.regles import VERSION_REGLES
from service.errors import SaisieError

_PREAVIS_JOURS = 15
"""Days before the end of a password from which it is told (3-security)."""


class EtatDuService(NamedTuple):
    """The service, as a run needs to know it."""

    environnement: str | None
    """``demonstration``, ``essai``, ``production``; None away from the network."""
    campagne: Campagne
    """That of the year to declare."""
    ouverte: bool | None
    """Whether it takes certificates now; None when the service did not say so of that year."""
    limites: Limites
    expiration: datetime | None
    """Of the password, or of the clé, that is used."""
    regles: str = VERSION_REGLES
    """Version of the rules that will judge; this program's own, away from the network."""

    @property
    def expire_dans(self) -> int | None:
        """Days left to the password, when few enough to be told."""
        if self.expiration is None:
            return None
        jours = (self.expiration - datetime.now(UTC)).days
        return jours if jours <= _PREAVIS_JOURS else None


def hors_ligne(annee: int | None, elements: str | None = None) -> EtatDuService:
    """Return what is known away from the network, for a year or the one of today."""
    campagne = _campagne(annee) if annee is not None else campagne_courante(jour_de_paris(datetime.now(UTC)), {})
    if elements is not None:
        campagne = campagne._replace(elements_attendus=ElementsAttendus(elements))
    return EtatDuService(None, campagne, None, Limites(LIGNES_MAX, OCTETS_MAX), None)


def en_ligne(reponse: Any, annee: int | None) -> EtatDuService:
    """Return what `ConsulteServiceResponse` says, for a year or the one of its campaign."""
    dite = reponse.campagne
    campagne = Campagne(
        dite.annee, _jour(dite.ouverture), _jour(dite.dateLimite), _jour(dite.fermeture), _elements(dite)
    )
    ouverte: bool | None = bool(dite.ouverte)
    if annee is not None and annee != campagne.annee:
        campagne, ouverte = _campagne(annee), None
    limites = Limites(
        min(reponse.limites.lignesParMessage, LIGNES_MAX) or LIGNES_MAX, reponse.limites.octetsParMessage or OCTETS_MAX
    )
    expiration = reponse.compte.expiration
    return EtatDuService(reponse.environnement, campagne, ouverte, limites, expiration, reponse.versionRegles)


def _campagne(annee: int) -> Campagne:
    try:
        return campagne_par_defaut(annee)
    except ValueError:
        raise SaisieError(f"L'année {annee} n'est pas une année que l'on puisse déclarer.") from None


def _elements(campagne: Any) -> ElementsAttendus:
    """The contract lets other values be added: the loosest one then leaves the judgement to the service."""
    valeur = campagne.elementsAttendus
    return ElementsAttendus(valeur) if valeur in ElementsAttendus.__members__ else ElementsAttendus.AU_MOINS_DEUX


def _jour(valeur: date) -> date:
    return date(valeur.year, valeur.month, valeur.day)
