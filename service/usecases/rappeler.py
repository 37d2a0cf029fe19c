"""Reminders to référents whose ESAT has employees left to declare: previewed by an operator, sent once a campaign."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import Campagne
from service.domain.habilitation import EtatCompte, Role
from service.mail.lettres import Lettre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import Auteur, consigner
from service.usecases.courriels import ecrire
from service.usecases.dependencies import Dependencies
from service.usecases.suivre_campagne import SuiviEsat, exiger_campagne, suivre_esats

_MODELE = "rappel_declaration"


class Rappel(NamedTuple):
    """The reminder of one ESAT: to whom, and the letter; neither without a référent, or once it was sent."""

    esat: SuiviEsat
    referent: str | None
    """E-mail of the active référent."""
    deja: bool
    """It was written before in this campaign."""
    lettre: Lettre | None


def prevoir_rappels(dependencies: Dependencies, annee: int) -> list[Rappel]:
    """Return the reminder of each ESAT that has employees left to declare. Raises SaisieError for a wrong year."""
    with dependencies.unites.lecture() as unite:
        campagne = exiger_campagne(unite, annee)
        suivis = suivre_esats(dependencies, unite, campagne, unite.statistiques.depots(annee))
        return [_rappel(dependencies, unite, campagne, suivi) for suivi in suivis if suivi.reste]


def envoyer_rappels(dependencies: Dependencies, auteur: Auteur, annee: int, sirets: Collection[str]) -> Sequence[str]:
    """Write the reminders of these ESATs into the outbox; return the SIRETs it was done for.

    What was sent before, or has nobody to go to, is left out. Raises SaisieError for a wrong year.
    """
    faits = []
    with dependencies.unites.ecriture() as unite:
        campagne = exiger_campagne(unite, annee)
        for suivi in suivre_esats(dependencies, unite, campagne, unite.statistiques.depots(annee)):
            referent = _referent(unite, suivi.siret)
            if suivi.siret not in sirets or not suivi.reste or referent is None:
                continue
            if ecrire(dependencies, unite, _MODELE, referent, _faits(campagne, suivi), _cle(annee, suivi.siret)):
                faits.append(suivi.siret)
                instant = dependencies.horloge()
                consigner(unite, auteur, Acte.RAPPEL_ENVOYE, instant, objet=referent, siret=suivi.siret)
        unite.commit()
    return faits


def _rappel(dependencies: Dependencies, unite: UnitOfWork, campagne: Campagne, suivi: SuiviEsat) -> Rappel:
    referent = _referent(unite, suivi.siret)
    deja = unite.courriels.existe(_cle(campagne.annee, suivi.siret))
    lettre = None
    if referent is not None and not deja:
        lettre = dependencies.poste.redacteur.rediger(_MODELE, _faits(campagne, suivi))
    return Rappel(suivi, referent, deja, lettre)


def _referent(unite: UnitOfWork, siret: str) -> str | None:
    esat = unite.esats.par_siret(siret)
    droits = () if esat is None else unite.habilitations.d_esat(esat.id)
    for droit in droits:
        if droit.role == Role.REFERENT:
            actifs = unite.comptes.lister(courriel=droit.courriel, etat=EtatCompte.ACTIF.value)
            return actifs[0].courriel if actifs else None
    return None


def _faits(campagne: Campagne, suivi: SuiviEsat) -> dict[str, object]:
    return {
        "annee": campagne.annee,
        "date_limite": f"{campagne.date_limite:%d/%m/%Y}",
        "esat": suivi.raison_sociale,
        "attendus": suivi.attendus,
        "declares": suivi.declares,
        "reste": suivi.reste,
    }


def _cle(annee: int, siret: str) -> str:
    return f"rappel:{annee}:{siret}"
