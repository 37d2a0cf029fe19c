"""The campaigns as the operators set them, in the words of the domain."""

from service.domain.campagne import (
    ANNEES,
    Campagne,
    ElementsAttendus,
    campagne_courante,
    campagne_par_defaut,
    jour_de_paris,
)
from service.storage.campagnes import CampagneEnregistree
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies


def lire_campagnes(unite: UnitOfWork) -> dict[int, Campagne]:
    """Return the campaigns that an operator set, by year."""
    return {ligne.annee: _campagne(ligne) for ligne in unite.campagnes.toutes()}


def trouver_campagne(unite: UnitOfWork, annee: int) -> Campagne | None:
    """Return the campaign of a year: as an operator set it, else by the rule; None for a year that can have none."""
    if annee not in ANNEES:
        return None
    fixee = unite.campagnes.de_l_annee(annee)
    return campagne_par_defaut(annee) if fixee is None else _campagne(fixee)


def campagne_du_jour(dependencies: Dependencies) -> Campagne:
    """Return the campaign that is open today in Paris, else the next one."""
    with dependencies.unites.lecture() as unite:
        return campagne_courante(jour_de_paris(dependencies.horloge()), lire_campagnes(unite))


def _campagne(ligne: CampagneEnregistree) -> Campagne:
    return Campagne(*ligne[:4], ElementsAttendus(ligne.elements_attendus))
