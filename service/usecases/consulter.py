"""What a sender may look up: a deposit, its deposits, who is still expected, the rules, the service."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from service.domain.campagne import Campagne, campagne_courante, jour_de_paris
from service.domain.declaration import Salarie
from service.domain.regles import REGLES, VERSION_REGLES, Regle
from service.errors import IntrouvableError
from service.storage.depots import ResumeDepot
from service.storage.lignes import Etat
from service.usecases.archiver import decomprimer
from service.usecases.attendus import encore_attendus
from service.usecases.campagnes import lire_campagnes, trouver_campagne
from service.usecases.demandes import DemandeConsultation, DemandeListe, DemandeReste, Position
from service.usecases.dependencies import Dependencies, Limites
from service.usecases.identifier import autoriser
from service.usecases.journaliser import transaction_du_message
from service.usecases.lignes import dechiffrer_salaries
from service.usecases.reception import Reception

VERSION_CONTRAT = "1.0"
_PARIS = ZoneInfo("Europe/Paris")
_PREMIER_JOUR, _DERNIER_JOUR = date(1900, 1, 1), date(9998, 12, 30)


class DepotConsulte(NamedTuple):
    """A deposit: its original signed receipt, and where its declarations stand now."""

    accuse_signe: bytes
    etats: Sequence[Etat]


class PageDeDepots(NamedTuple):
    """Deposits, newest first, and where the next page goes on; None on the last one."""

    depots: Sequence[ResumeDepot]
    suite: Position | None


class Reste(NamedTuple):
    """The employees still expected, and the last day in time for them."""

    salaries: Sequence[Salarie]
    date_limite: date


class Regles(NamedTuple):
    """The catalogue of rules and its version."""

    version: str
    regles: Sequence[Regle]


class EtatDuService(NamedTuple):
    """What ConsulteService answers."""

    environnement: str
    version_contrat: str
    version_regles: str
    campagne: Campagne
    ouverte: bool
    limites: Limites
    heure: datetime
    expiration: datetime


def consulter_depot(dependencies: Dependencies, reception: Reception, demande: DemandeConsultation) -> DepotConsulte:
    """Return a deposit of the ESAT. Raises HabilitationError, or IntrouvableError for another ESAT's as for none."""
    etablissement = _etablissement(reception, demande.siret)
    with transaction_du_message(dependencies, reception) as unite:
        if demande.numero_depot is not None:
            depot = unite.depots.par_numero(etablissement, demande.numero_depot)
        else:
            depot = unite.depots.par_identifiant(etablissement, demande.identifiant_message or "")
        if depot is None:
            raise IntrouvableError
        reception.numero_depot = depot.numero
        return DepotConsulte(decomprimer(depot.accuse_signe), unite.lignes.etats(depot.id))


def lister_depots(dependencies: Dependencies, reception: Reception, demande: DemandeListe) -> PageDeDepots:
    """Return one page of the ESAT's deposits. Raises HabilitationError."""
    etablissement = _etablissement(reception, demande.siret)
    limite = demande.limite or dependencies.limites.depots_par_page
    debut, fin = minuit(demande.depuis), minuit(demande.jusque, lendemain=True)
    with transaction_du_message(dependencies, reception) as unite:
        apres = None
        if demande.apres is not None:
            # A deposit that was purged meanwhile, or never was, leaves its date as the place to go on from.
            dernier = unite.depots.par_numero(etablissement, demande.apres.numero)
            apres = (demande.apres.reception, 0 if dernier is None else dernier.id)
        depots = unite.depots.lister(etablissement, debut, fin, apres, limite + 1)
    if len(depots) <= limite:
        return PageDeDepots(depots, None)
    return PageDeDepots(depots[:limite], Position(depots[limite - 1].date_reception, depots[limite - 1].numero))


def reste_a_declarer(dependencies: Dependencies, reception: Reception, demande: DemandeReste) -> Reste:
    """Return the employees expected in the campaign of the year and not yet declared.

    Expected: an active certificate for the year before or a change with effect in the year, less those who left before
    1 November, less those declared.
    """
    etablissement = _etablissement(reception, demande.siret)
    with transaction_du_message(dependencies, reception) as unite:
        campagne = trouver_campagne(unite, demande.annee)
        assert campagne is not None  # the message was valid, its year among those that may have one
        attendus = encore_attendus(unite.lignes.attendus(etablissement, demande.annee), demande.annee)
    salaries = dechiffrer_salaries(dependencies.coffre, [ligne.donnees for ligne in attendus])
    salaries.sort(key=lambda salarie: (salarie.nom.casefold(), salarie.prenom.casefold()))
    return Reste(salaries, campagne.date_limite)


def lister_anomalies(dependencies: Dependencies, reception: Reception) -> Regles:
    """Return the catalogue of rules."""
    with transaction_du_message(dependencies, reception):
        return Regles(VERSION_REGLES, tuple(REGLES.values()))


def consulter_service(dependencies: Dependencies, reception: Reception) -> EtatDuService:
    """Return the state of the service, the campaign open now or the next one, and the end of the credential used."""
    assert reception.expediteur is not None
    jour = jour_de_paris(reception.instant)
    with transaction_du_message(dependencies, reception) as unite:
        campagne = campagne_courante(jour, lire_campagnes(unite))
    return EtatDuService(
        dependencies.environnement,
        VERSION_CONTRAT,
        VERSION_REGLES,
        campagne,
        campagne.ouverte(jour),
        dependencies.limites,
        dependencies.horloge(),
        reception.expediteur.expiration,
    )


def _etablissement(reception: Reception, siret: str) -> int:
    assert reception.expediteur is not None
    return autoriser(reception.expediteur, siret, reception.instant).id


def minuit(jour: date, *, lendemain: bool = False) -> datetime:
    """Return midnight in Paris at the start of a day, or of the next one, within what a UTC instant can tell."""
    jour = min(max(jour, _PREMIER_JOUR), _DERNIER_JOUR)
    if lendemain:
        jour += timedelta(days=1)
    return datetime.combine(jour, time.min, _PARIS)
