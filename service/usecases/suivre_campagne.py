"""Where a campaign stands: which ESATs have declared, how much is expected, by day, and which rules speak.

Expected, for one ESAT: what it has declared and what ``ListeResteADeclarer`` still asks of it. A certificate counts
while it is active; what was rejected, replaced or cancelled does not, nor anything marked ESSAI.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.campagne import Campagne, campagne_courante, jour_de_paris
from service.domain.regles import REGLES
from service.errors import SaisieError
from service.storage.esats import EsatEnregistre
from service.storage.statistiques import AnomalieFrequente, DeclareesParEsat, DepotDeCampagne
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import convention_de
from service.usecases.attendus import encore_attendus
from service.usecases.campagnes import lire_campagnes, trouver_campagne
from service.usecases.dependencies import Dependencies

ANOMALIES_MONTREES = 10
_PARIS = ZoneInfo("Europe/Paris")


class Avancement(StrEnum):
    """How far an ESAT is with a campaign."""

    COMPLET = "COMPLET"
    EN_COURS = "EN_COURS"
    RIEN = "RIEN"
    SANS_ATTENDU = "SANS_ATTENDU"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {
    Avancement.COMPLET: "a tout déclaré",
    Avancement.EN_COURS: "a commencé",
    Avancement.RIEN: "n'a rien déclaré",
    Avancement.SANS_ATTENDU: "rien n'est attendu",
}


class SuiviEsat(NamedTuple):
    """An ESAT in a campaign; numbers are employees, `rejetees` lines refused over all its deposits."""

    siret: str
    raison_sociale: str
    attendus: int
    declares: int
    tardifs: int
    rejetees: int
    dernier_depot: datetime | None

    @property
    def reste(self) -> int:
        """Employees still expected."""
        return self.attendus - self.declares

    @property
    def avancement(self) -> Avancement:
        """How far it is."""
        if not self.attendus:
            return Avancement.SANS_ATTENDU
        if not self.reste:
            return Avancement.COMPLET
        return Avancement.EN_COURS if self.declares else Avancement.RIEN


class AnomalieExpliquee(NamedTuple):
    """A rule, how often it spoke, in how many ESATs."""

    code: str
    gravite: str
    libelle: str
    nombre: int
    esats: int


class SuiviCampagne(NamedTuple):
    """A campaign and all that its page shows."""

    campagne: Campagne
    esats: Sequence[SuiviEsat]
    cumul: Sequence[tuple[date, int]]
    """Accepted certificates since the opening, at the end of each day that had some."""
    cumul_an_passe: Sequence[tuple[date, int]]
    """The same of the campaign before, its days brought to this one's years."""
    anomalies: Sequence[AnomalieExpliquee]

    @property
    def attendus(self) -> int:
        """Employees expected, over all ESATs."""
        return sum(esat.attendus for esat in self.esats)

    @property
    def declares(self) -> int:
        """Employees declared."""
        return sum(esat.declares for esat in self.esats)

    @property
    def tardifs(self) -> int:
        """Employees declared after the limit."""
        return sum(esat.tardifs for esat in self.esats)

    @property
    def rejetees(self) -> int:
        """Lines rejected."""
        return sum(esat.rejetees for esat in self.esats)


def annee_en_cours(dependencies: Dependencies) -> int:
    """Return the year of the campaign that is open now, else of the next one."""
    with dependencies.unites.lecture() as unite:
        return campagne_courante(jour_de_paris(dependencies.horloge()), lire_campagnes(unite)).annee


def suivre_campagne(dependencies: Dependencies, annee: int) -> SuiviCampagne:
    """Return where the campaign of a year stands. Raises SaisieError for a year that can have none."""
    with dependencies.unites.lecture() as unite:
        campagne = exiger_campagne(unite, annee)
        depots, anciens = unite.statistiques.depots(annee), unite.statistiques.depots(annee - 1)
        esats = suivre_esats(dependencies, unite, campagne, depots)
        frequentes = unite.statistiques.anomalies(annee, ANOMALIES_MONTREES)
    return SuiviCampagne(
        campagne,
        esats,
        _cumul(depots),
        [(_un_an_apres(jour), nombre) for jour, nombre in _cumul(anciens)],
        [_expliquee(une) for une in frequentes],
    )


def exiger_campagne(unite: UnitOfWork, annee: int) -> Campagne:
    """Return the campaign of a year. Raises SaisieError for a year that can have none."""
    campagne = trouver_campagne(unite, annee)
    if campagne is None:
        raise SaisieError(f"Aucune campagne n'existe pour l'année {annee}.")
    return campagne


def suivre_esats(
    dependencies: Dependencies, unite: UnitOfWork, campagne: Campagne, depots: Sequence[DepotDeCampagne]
) -> list[SuiviEsat]:
    """Return each ESAT under a running convention, or with deposits, by name."""
    jour = jour_de_paris(dependencies.horloge())
    declarees = {une.esat_id: une for une in unite.statistiques.declarees(campagne.annee, fin_du_delai(campagne))}
    par_esat: dict[int, list[DepotDeCampagne]] = {}
    for depot in depots:
        par_esat.setdefault(depot.esat_id, []).append(depot)
    suivis = [
        _suivi(unite, campagne.annee, esat, declarees, par_esat.get(esat.id, ()))
        for esat in unite.esats.lister()
        if esat.id in par_esat or convention_de(esat).en_cours(jour)
    ]
    return sorted(suivis, key=lambda suivi: suivi.raison_sociale.casefold())


def fin_du_delai(campagne: Campagne) -> datetime:
    """Return the first instant at which a certificate is late: midnight in Paris after the last day in time."""
    return datetime.combine(campagne.date_limite + timedelta(days=1), time.min, _PARIS)


def _suivi(
    unite: UnitOfWork,
    annee: int,
    esat: EsatEnregistre,
    declarees: Mapping[int, DeclareesParEsat],
    depots: Sequence[DepotDeCampagne],
) -> SuiviEsat:
    siennes = declarees.get(esat.id, DeclareesParEsat(esat.id, 0, 0))
    reste = len(encore_attendus(unite.lignes.attendus(esat.id, annee), annee))
    return SuiviEsat(
        esat.siret,
        esat.raison_sociale,
        siennes.declarees + reste,
        siennes.declarees,
        siennes.tardives,
        sum(depot.nombre_rejetees for depot in depots),
        depots[-1].date_reception if depots else None,
    )


def _cumul(depots: Sequence[DepotDeCampagne]) -> list[tuple[date, int]]:
    jours: dict[date, int] = {}
    total = 0
    for depot in depots:
        total += depot.nombre_acceptees
        jours[jour_de_paris(depot.date_reception)] = total
    return list(jours.items())


def _un_an_apres(jour: date) -> date:
    """The same day a year later; 28 February for 29 February."""
    try:
        return jour.replace(year=jour.year + 1)
    except ValueError:
        return jour.replace(year=jour.year + 1, day=28)


def _expliquee(une: AnomalieFrequente) -> AnomalieExpliquee:
    return AnomalieExpliquee(une.code, une.gravite, REGLES[une.code].libelle, une.nombre, une.esats)
