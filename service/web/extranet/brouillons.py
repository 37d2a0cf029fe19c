"""The drafts that a session remembers: one for each volet of the ESAT worked for, whoever opens which page."""

from typing import Any

from flask import abort, g

from service.domain.campagne import Campagne, jour_de_paris
from service.usecases.brouillon import VOLETS, Brouillon, LigneSaisie, nouveau_brouillon, relire_brouillon
from service.usecases.campagnes import campagne_du_jour
from service.usecases.declarer import Declarant
from service.web.gestes import l_auteur, l_etablissement, la_memoire, le_visiteur, outils

_BROUILLONS = "brouillons"
CERTIFICAT, CHANGEMENT = VOLETS


def la_campagne() -> Campagne:
    """Return the campaign that is open today, else the next one."""
    if "campagne" not in g:
        g.campagne = campagne_du_jour(outils())
    campagne: Campagne = g.campagne
    return campagne


def campagne_ouverte() -> bool:
    """Whether certificates are taken today."""
    return la_campagne().ouverte(jour_de_paris(outils().horloge()))


def le_brouillon(nom: str) -> Brouillon:
    """Return the draft of a volet, an empty one when none was begun; one of another campaign is left behind."""
    annee = la_campagne().annee if nom == CERTIFICAT else None
    garde = _du_siret().get(nom)
    if garde is not None:
        brouillon = relire_brouillon(garde)
        if brouillon.annee == annee:
            return brouillon
    brouillon = nouveau_brouillon(VOLETS[nom], annee)
    garder(brouillon)
    return brouillon


def garder(brouillon: Brouillon) -> None:
    """Remember a draft."""
    _remplacer(_du_siret() | {brouillon.volet.nom: brouillon.en_memoire()})


def oublier(nom: str) -> None:
    """Forget the draft of a volet."""
    _remplacer({autre: garde for autre, garde in _du_siret().items() if autre != nom})


def lignes_en_attente() -> dict[str, int]:
    """Return how many lines wait in each draft that has some, by name of volet."""
    return {nom: len(garde["lignes"]) for nom, garde in _du_siret().items() if garde["lignes"]}


def la_ligne(brouillon: Brouillon, cle: int) -> LigneSaisie:
    """Return a line of a draft; 404 when it is gone."""
    ligne = brouillon.ligne(cle)
    return abort(404) if ligne is None else ligne


def le_declarant() -> Declarant:
    """Return who deposits, for the ESAT worked for."""
    return Declarant(l_auteur(), le_visiteur().expediteur, l_etablissement().siret)


def _du_siret() -> dict[str, Any]:
    brouillons: dict[str, dict[str, Any]] = la_memoire().get(_BROUILLONS, {})
    return brouillons.get(l_etablissement().siret, {})


def _remplacer(siens: dict[str, Any]) -> None:
    """A new object at every level: the session is compared with what it was to know whether to write it."""
    memoire = la_memoire()
    memoire[_BROUILLONS] = {**memoire.get(_BROUILLONS, {}), l_etablissement().siret: siens}
