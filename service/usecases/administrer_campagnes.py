"""The campaigns as operators set them: dates in Paris, and how many amounts a certificate must give."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.baremes import SMIC
from service.domain.campagne import Campagne, ElementsAttendus, campagne_courante, campagne_par_defaut, jour_de_paris
from service.errors import Precision, SaisieError
from service.usecases.campagnes import lire_campagnes, trouver_campagne
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.saisie import exiger


class EtatCampagne(StrEnum):
    """Where a campaign stands today."""

    A_VENIR = "A_VENIR"
    OUVERTE = "OUVERTE"
    CLOSE = "CLOSE"

    @property
    def libelle(self) -> str:
        """French label."""
        return {"A_VENIR": "à venir", "OUVERTE": "ouverte", "CLOSE": "close"}[self.value]


class CampagneListee(NamedTuple):
    """A campaign, whether an operator set it, and where it stands today."""

    campagne: Campagne
    fixee: bool
    etat: EtatCampagne
    courante: bool
    """The one that ConsulteService tells."""


def lister_campagnes(dependencies: Dependencies) -> list[CampagneListee]:
    """Return the campaigns that were set and those of last year, this year and the next, newest first."""
    annee = jour_de_paris(dependencies.horloge()).year
    with dependencies.unites.lecture() as unite:
        fixees = lire_campagnes(unite)
    annees = sorted({*fixees, annee - 1, annee, annee + 1}, reverse=True)
    return [_listee(dependencies, fixees.get(une) or campagne_par_defaut(une), fixees) for une in annees]


def montrer_campagne(dependencies: Dependencies, annee: int) -> CampagneListee:
    """Return the campaign of a year. Raises SaisieError for a year that can have none."""
    with dependencies.unites.lecture() as unite:
        campagne, fixees = trouver_campagne(unite, annee), lire_campagnes(unite)
    if campagne is None:
        raise SaisieError(precisions=[_annee_refusee()])
    return _listee(dependencies, campagne, fixees)


def fixer_campagne(
    dependencies: Dependencies,
    annee: int,
    ouverture: date | None = None,
    date_limite: date | None = None,
    fermeture: date | None = None,
    elements_attendus: ElementsAttendus | None = None,
    auteur: Auteur = AU_CLAVIER,
) -> CampagneListee:
    """Set what is given of a year's campaign and keep the rest as it is. Raises SaisieError, all problems at once."""
    with dependencies.unites.ecriture() as unite:
        avant = trouver_campagne(unite, annee)
        if avant is None:
            raise SaisieError(precisions=[_annee_refusee()])
        campagne = Campagne(
            annee,
            ouverture or avant.ouverture,
            date_limite or avant.date_limite,
            fermeture or avant.fermeture,
            elements_attendus or avant.elements_attendus,
        )
        exiger(_incoherences(campagne))
        unite.campagnes.fixer(*campagne[:4], campagne.elements_attendus.value)
        consigner(unite, auteur, Acte.CAMPAGNE_FIXEE, dependencies.horloge(), objet=str(annee))
        fixees = lire_campagnes(unite)
        unite.commit()
    return _listee(dependencies, campagne, fixees)


def _incoherences(campagne: Campagne) -> Sequence[Precision]:
    problemes = [Precision(raison) for raison in campagne.incoherences()]
    if campagne.ouverture.year < campagne.annee:
        problemes.append(Precision(f"L'ouverture précède l'année déclarée, {campagne.annee}."))
    return problemes


def _annee_refusee() -> Precision:
    return Precision(f"une année depuis {SMIC[0].depuis.year}, début des barèmes du SMIC, est attendue.", champ="annee")


def _listee(dependencies: Dependencies, campagne: Campagne, fixees: dict[int, Campagne]) -> CampagneListee:
    jour = jour_de_paris(dependencies.horloge())
    if campagne.ouverte(jour):
        etat = EtatCampagne.OUVERTE
    else:
        etat = EtatCampagne.A_VENIR if jour < campagne.ouverture else EtatCampagne.CLOSE
    return CampagneListee(campagne, campagne.annee in fixees, etat, campagne == campagne_courante(jour, fixees))
