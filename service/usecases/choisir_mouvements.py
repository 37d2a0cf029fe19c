"""Which declarations are passed on, and as which movements: one lot of deposits, in one short transaction.

Invariants, in the order the code enforces them:

1. Lots follow each other: the last deposit looked at is read and moved on in the lot's own transaction.
2. Deposits of the lot's ESATs wait meanwhile, so that nothing is cancelled or replaced between look and deed.
3. A declaration leaves while it is RECUE, and is TRANSMISE from then on: once. What was cancelled or replaced before
   never leaves; a correction is told only of what left (`domain.transmission`).
4. Trials have no status and never leave.
5. A file is filled by one run only, so that a declaration is in it once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from service.domain.statuts import StatutDeclaration, transition
from service.domain.transmission import (
    MOUVEMENTS_MAX,
    ORGANISME_INCONNU,
    Detenue,
    Mouvement,
    Resultat,
    annulations_de,
    mouvements_de,
    nom_du_fichier,
)
from service.storage.mouvements import DepotALire, Maillon
from service.storage.transmissions import NouveauMouvement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies
from service.usecases.lignes import dechiffrer_salaries

LIGNES = 1000
"""Lines of a lot, the last deposit of which is taken whole."""
_DEPOTS = 1000
Ouverts = dict[str, tuple[int, int]]
"""The files that a run is filling: by organisme, id and movements."""


def choisir_un_lot(dependencies: Dependencies, borne: int, ouverts: Ouverts) -> bool:
    """Give the movements of the next deposits, up to the one of id `borne`, to files; False when none is left."""
    instant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        unite.mouvements.verrouiller()
        apres = unite.mouvements.avancement()
        lot = _un_lot(unite.mouvements.depots(apres, borne, _DEPOTS))
        if not lot:
            return False
        unite.esats.verrouiller_lot(depot.esat_id for depot in lot)
        par_organisme: dict[str, list[Mouvement]] = defaultdict(list)
        for mouvement in _choisir(dependencies, unite, apres, lot[-1].id, instant):
            par_organisme[mouvement.organisme].append(mouvement)
        for organisme, mouvements in sorted(par_organisme.items()):
            _inscrire(unite, ouverts, organisme, mouvements, instant)
        unite.mouvements.avancer(lot[-1].id)
        unite.commit()
    return True


def _un_lot(depots: Sequence[DepotALire]) -> Sequence[DepotALire]:
    lignes = 0
    for rang, depot in enumerate(depots, 1):
        lignes += depot.nombre_recues
        if lignes >= LIGNES:
            return depots[:rang]
    return depots


def _choisir(
    dependencies: Dependencies, unite: UnitOfWork, apres: int, jusque: int, instant: datetime
) -> list[Mouvement]:
    """The movements of the deposits of ids above `apres` up to `jusque`, in their order; what leaves is TRANSMISE."""
    recues, annulations = unite.mouvements.recues(apres, jusque), unite.mouvements.annulations(apres, jusque)
    remplacees = {ligne.cible for ligne in recues if ligne.cible is not None}
    lignees = _lignees(unite, remplacees | {annulation.cible for annulation in annulations})
    choisis: dict[tuple[int, int], list[Mouvement]] = {}
    salaries = dechiffrer_salaries(dependencies.coffre, [ligne.donnees for ligne in recues])
    for ligne, salarie in zip(recues, salaries, strict=True):
        organisme = salarie.organisme or ligne.organisme or ORGANISME_INCONNU
        choisis[ligne[:2]] = mouvements_de(ligne.numero, organisme, _detenue(lignees, ligne.cible))
    annulees: set[str] = set()
    for annulation in annulations:
        cible = lignees.get(annulation.cible)
        # A rejected line may name what another line cancels, or a declaration of another ESAT.
        if cible is None or cible.esat_id != annulation.esat_id or cible.statut != StatutDeclaration.ANNULEE:
            continue
        if cible.numero not in annulees:
            annulees.add(cible.numero)
            choisis[annulation[:2]] = annulations_de(_detenue(lignees, cible.numero))
    _marquer(unite, [ligne.numero for ligne in recues], instant)
    return [mouvement for place in sorted(choisis) for mouvement in choisis[place]]


def _lignees(unite: UnitOfWork, numeros: Iterable[str]) -> dict[str, Maillon]:
    """These declarations and those that they replaced, back to the first one that was passed on."""
    connus: dict[str, Maillon] = {}
    a_lire = set(numeros)
    while a_lire:
        lus = unite.mouvements.maillons(a_lire)
        connus |= {maillon.numero: maillon for maillon in lus}
        remplaces = {maillon.cible for maillon in lus if maillon.organisme is None and maillon.cible is not None}
        a_lire = remplaces - connus.keys()
    return connus


def _detenue(lignees: dict[str, Maillon], numero: str | None) -> Detenue | None:
    """What was passed on last of the lineage that ends with that declaration."""
    maillon = lignees.get(numero or "")
    while maillon is not None and maillon.organisme is None:
        maillon = lignees.get(maillon.cible or "")
    if maillon is None or maillon.organisme is None:
        return None
    refusee = maillon.reponse == Resultat.REFUSEE
    return Detenue(maillon.numero, maillon.organisme, refusee, maillon.annulation is not None)


def _marquer(unite: UnitOfWork, numeros: Sequence[str], instant: datetime) -> None:
    transmise = transition(StatutDeclaration.RECUE, StatutDeclaration.TRANSMISE)
    if numeros and unite.lignes.changer_statut(numeros, transmise.value, instant) != len(numeros):
        raise RuntimeError("a declaration to be passed on is not there any more")


def _inscrire(
    unite: UnitOfWork, ouverts: Ouverts, organisme: str, mouvements: Sequence[Mouvement], instant: datetime
) -> None:
    """Append movements to the organisme's file of this run; another one is opened when there is none, or no room."""
    restants = list(mouvements)
    while restants:
        fichier_id, deja = ouverts.get(organisme, (0, MOUVEMENTS_MAX))
        pris = restants[: MOUVEMENTS_MAX - deja]
        if not pris or not unite.transmissions.remplir(fichier_id, deja + len(pris)):
            deja, pris = 0, restants[:MOUVEMENTS_MAX]
            numero = unite.transmissions.dernier_numero(organisme) + 1
            nom = nom_du_fichier(organisme, numero)
            fichier_id = unite.transmissions.ouvrir(organisme, numero, nom, len(pris), instant)
        unite.transmissions.ajouter(
            [
                NouveauMouvement(fichier_id, rang, mouvement.nature.value, mouvement.declaration, mouvement.remplace)
                for rang, mouvement in enumerate(pris, deja + 1)
            ]
        )
        ouverts[organisme] = (fichier_id, deja + len(pris))
        del restants[: len(pris)]
