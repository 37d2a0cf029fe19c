"""Whom certificates of a year are expected for, and whom an ESAT knows.

Expected: an active certificate for the year before or a change with effect in the year, less those who left before
1 November, less those declared. The same employee: the same NIR, or the same organisme and numéro allocataire, be it
through other lines (2-contract, « Semantics »).

Counting reads nobody's name. Whoever is shown names leaves an entry in the log (loi du 6 janvier 1978, art. 34; CNIL on
logging), which names no employee.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import Campagne, campagne_courante, jour_de_paris
from service.domain.declaration import Nature, Salarie
from service.domain.identifiants import nom_normalise
from service.storage.lignes import Attendue
from service.storage.unit_of_work import UnitOfWork
from service.usecases.campagnes import lire_campagnes
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.juger import NATURE_CERTIFICAT
from service.usecases.lignes import dechiffrer_salaries
from service.usecases.reception import Etablissement


class SalarieConnu(NamedTuple):
    """An employee of an ESAT, as its latest declaration tells."""

    numero: str
    """Of that declaration, which names the employee without personal data."""
    salarie: Salarie


class ResteDeLEsat(NamedTuple):
    """How far an ESAT is with a campaign."""

    campagne: Campagne
    jour: date
    """Today in Paris."""
    reste: int
    """Employees expected and not yet declared."""
    declares: int
    """Employees declared."""

    @property
    def attendus(self) -> int:
        """Employees expected, declared or not."""
        return self.declares + self.reste

    @property
    def jours_restants(self) -> int:
        """Days left, today included, to declare in time; 0 or less when they are over."""
        return (self.campagne.date_limite - self.jour).days + 1

    @property
    def ouverte(self) -> bool:
        """Whether certificates are taken today."""
        return self.campagne.ouverte(self.jour)


def encore_attendus(lignes: Sequence[Attendue], annee: int) -> list[Attendue]:
    """Return the latest line of each employee who is expected."""
    return [
        _derniere(personne)
        for personne in _par_personne(lignes)
        if not _declaree(personne, annee) and not _partie(personne, annee)
    ]


def reste_de_l_esat(dependencies: Dependencies, etablissement: Etablissement) -> ResteDeLEsat:
    """Return how far an ESAT is with the campaign that is open now, else with the next one."""
    jour = jour_de_paris(dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        campagne = campagne_courante(jour, lire_campagnes(unite))
        lignes = unite.lignes.attendus(etablissement.id, campagne.annee)
    declares = sum(_declaree(personne, campagne.annee) for personne in _par_personne(lignes))
    return ResteDeLEsat(campagne, jour, len(encore_attendus(lignes, campagne.annee)), declares)


def salaries_attendus(dependencies: Dependencies, auteur: Auteur, etablissement: Etablissement) -> list[SalarieConnu]:
    """Return, by name, the employees whom `reste_de_l_esat` counts as not yet declared; the look is logged."""
    with dependencies.unites.ecriture() as unite:
        annee = campagne_courante(jour_de_paris(dependencies.horloge()), lire_campagnes(unite)).annee
        lignes = unite.lignes.attendus(etablissement.id, annee)
        _consigner(dependencies, unite, auteur, etablissement, f"reste à déclarer pour {annee}")
    return _connus(dependencies, encore_attendus(lignes, annee))


def salaries_connus(dependencies: Dependencies, auteur: Auteur, etablissement: Etablissement) -> list[SalarieConnu]:
    """Return the employees whom the ESAT declared for this year or the year before and who have not left, by name.

    The look is logged.
    """
    annee = jour_de_paris(dependencies.horloge()).year
    with dependencies.unites.ecriture() as unite:
        lignes = unite.lignes.attendus(etablissement.id, annee)
        _consigner(dependencies, unite, auteur, etablissement, "salariés connus")
    restes = [personne for personne in _par_personne(lignes) if not any(_est_un_depart(ligne) for ligne in personne)]
    return _connus(dependencies, [_derniere(personne) for personne in restes])


def _consigner(
    dependencies: Dependencies, unite: UnitOfWork, auteur: Auteur, etablissement: Etablissement, objet: str
) -> None:
    instant, siret = dependencies.horloge(), etablissement.siret
    consigner(unite, auteur, Acte.SALARIES_CONSULTES, instant, objet=objet, siret=siret, esat_id=etablissement.id)
    unite.commit()


def _connus(dependencies: Dependencies, lignes: Sequence[Attendue]) -> list[SalarieConnu]:
    salaries = dechiffrer_salaries(dependencies.coffre, [ligne.donnees for ligne in lignes])
    connus = [SalarieConnu(ligne.numero, salarie) for ligne, salarie in zip(lignes, salaries, strict=True)]
    return sorted(connus, key=lambda connu: (nom_normalise(connu.salarie.nom), nom_normalise(connu.salarie.prenom)))


def _derniere(personne: Sequence[Attendue]) -> Attendue:
    return max(personne, key=lambda ligne: ligne.numero)


def _declaree(personne: Sequence[Attendue], annee: int) -> bool:
    return any(ligne.nature == NATURE_CERTIFICAT and ligne.annee == annee for ligne in personne)


def _partie(personne: Sequence[Attendue], annee: int) -> bool:
    novembre = date(annee, 11, 1)
    return any(_est_un_depart(ligne) and (ligne.date_effet or date.max) < novembre for ligne in personne)


def _est_un_depart(ligne: Attendue) -> bool:
    return ligne.nature == Nature.DEPART.value


def _par_personne(lignes: Sequence[Attendue]) -> list[list[Attendue]]:
    """The lines of each employee: those that share a NIR or a numéro allocataire, be it through other lines."""
    groupes: dict[int, list[Attendue]] = {}
    for ligne in lignes:
        identites = _identites(ligne)
        connus = {id(groupe): groupe for identite in identites if (groupe := groupes.get(identite)) is not None}
        reunies = [ligne, *(autre for groupe in connus.values() for autre in groupe)]
        for autre in reunies:
            groupes |= dict.fromkeys(_identites(autre), reunies)
    return list({id(groupe): groupe for groupe in groupes.values()}.values())


def _identites(ligne: Attendue) -> list[int]:
    return [repere for repere in (ligne.nir_repere, ligne.allocataire_repere) if repere is not None]
