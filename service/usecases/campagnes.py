"""The campaigns as the operators set them, in the words of the domain."""

from service.domain.campagne import ANNEES, Campagne, ElementsAttendus, campagne_par_defaut
from service.storage.campagnes import CampagneEnregistree
from service.storage.unit_of_work import UnitOfWork


def lire_campagnes(unite: UnitOfWork) -> dict[int, Campagne]:
    """Return the campaigns that an operator set, by year."""
    return {ligne.annee: _campagne(ligne) for ligne in unite.campagnes.toutes()}


def trouver_campagne(unite: UnitOfWork, annee: int) -> Campagne | None:
    """Return the campaign of a year: as an operator set it, else by the rule; None for a year that can have none."""
    if annee not in ANNEES:
        return None
    fixee = unite.campagnes.de_l_annee(annee)
    return campagne_par_defaut(annee) if fixee is None else _campagne(fixee)


def _campagne(ligne: CampagneEnregistree) -> Campagne:
    return Campagne(*ligne[:4], ElementsAttendus(ligne.elements_attendus))
