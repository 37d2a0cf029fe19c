"""The campaigns as the operators set them, in the words of the domain."""

from service.domain.campagne import ANNEES, Campagne, ElementsAttendus, campagne_par_defaut
from service.storage.unit_of_work import UnitOfWork


def lire_campagnes(unite: UnitOfWork) -> dict[int, Campagne]:
    """Return the campaigns that an operator set, by year."""
    return {
        ligne.annee: Campagne(
            ligne.annee, ligne.ouverture, ligne.date_limite, ligne.fermeture, ElementsAttendus(ligne.elements_attendus)
        )
        for ligne in unite.campagnes.toutes()
    }


def trouver_campagne(unite: UnitOfWork, annee: int) -> Campagne | None:
    """Return the campaign of a year: as an operator set it, else by the rule; None for a year that can have none."""
    if annee not in ANNEES:
        return None
    return lire_campagnes(unite).get(annee) or campagne_par_defaut(annee)
