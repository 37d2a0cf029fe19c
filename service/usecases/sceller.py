"""The sealing of the log: new entries get their leaves and a signed seal, whose head is told outside the database too.

Invariants, in the order the code enforces them:

1. One sealer at a time: those of a machine by the lock of the file, those of a database by a lock there, inside which
   the last seal must still be the one that the leaves were computed after.
2. Nothing is sealed while the file tells another history than the database: the seals to come would bury the proof
   (`SceauxContraires`; an operator who knows why takes the file up again, `reprendre_sceaux`).
3. Only entries below which nothing can appear any more are sealed, in order, each once (`SceauxRepository.borne`).
4. Leaves are computed without any lock, then written with their seal in one short transaction.
5. The head is appended once the seal is durable. A crash between the two leaves a file that lags by that seal, and the
   next sealing completes it first.
"""

import logging
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service.domain.merkle import racine
from service.domain.sceau import (
    TAILLE_SEL,
    Sceau,
    empreinte_du_sceau,
    feuille_de_l_entree,
    lire_tete,
    octets_du_sceau,
    tete_du_sceau,
)
from service.errors import SceauxContrairesError
from service.storage.sceaux import Feuille
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies

_logger = logging.getLogger("service.usecases.sceller")
LOT = 5000
"""Entries a seal covers at most: the leaves of so many are written in some 20 ms."""
TRANCHE = 100
"""Entries whose leaves are made at once, in 2 ms."""
SOUFFLE = 0.01
"""Seconds that a worker process leaves to its messages between two of them: while leaves are made, none is served."""
_TETES = 1000
"""Heads appended to the file at a time."""


class Scellement(NamedTuple):
    """What a sealing did."""

    sceaux: int = 0
    entrees: int = 0
    completees: int = 0
    """Heads that the file lacked."""


def sceller(
    dependencies: Dependencies,
    *,
    pause: timedelta = timedelta(0),
    purge: int = 0,
    attendre: bool = False,
    souffle: float = 0,
) -> Scellement:
    """Seal what was entered since the last seal, unless that one is younger than `pause` or somebody else is sealing.

    `purge` is the id up to which entries are due for erasure, which the seals then say; `attendre` waits for the other
    sealer; `souffle` are seconds of rest after each `TRANCHE` of entries. Raises SceauxContrairesError, or
    IndisponibleError for a database or a file that cannot be had.
    """
    with dependencies.sceaux.fichier.seul(attendre=attendre) as seul:
        if not seul:
            return Scellement()
        dit = _exiger_d_accord(dependencies)
        numero = _completer(dependencies, dit)
        completees, sceaux, entrees = numero - dit, 0, 0
        while nombre := _sceller_un_lot(dependencies, pause if not sceaux else timedelta(0), purge, souffle):
            numero = _completer(dependencies, numero)
            sceaux, entrees = sceaux + 1, entrees + nombre
            if nombre < LOT:
                break
    return Scellement(sceaux, entrees, completees)


def sceller_regulierement(dependencies: Dependencies) -> None:
    """What every process tries at each pause: whoever comes first seals for all, and a young seal is enough.

    Raises as `sceller`. A file that lagged by more than a crash explains is said in the technical log.
    """
    completees = sceller(dependencies, pause=dependencies.sceaux.pause, souffle=SOUFFLE).completees
    if completees > 1:
        _logger.warning("fichier_des_sceaux_complete", extra={"sceaux": completees})


def _exiger_d_accord(dependencies: Dependencies) -> int:
    """Number of the last seal that the file tells, 0 without one; raises SceauxContrairesError unless the database
    has that very seal."""
    derniere = dependencies.sceaux.fichier.derniere()
    if derniere is None:
        return 0
    try:
        sceau = lire_tete(derniere)
    except ValueError:
        raise SceauxContrairesError("sa dernière ligne n'est pas celle d'un sceau") from None
    with dependencies.unites.lecture() as unite:
        connu = unite.sceaux.par_numero(sceau.numero)
    if connu is None or tete_du_sceau(connu) != derniere:
        raison = "n'est pas dans la base" if connu is None else "est un autre dans la base"
        raise SceauxContrairesError(f"son dernier sceau, le n° {sceau.numero}, {raison}")
    return sceau.numero


def _completer(dependencies: Dependencies, dit: int) -> int:
    """Append the heads that the file lacks after seal `dit`, those of other machines too; return the last one told."""
    while True:
        with dependencies.unites.lecture() as unite:
            manquants = unite.sceaux.suivants(dit, _TETES)
        if not manquants:
            return dit
        dependencies.sceaux.fichier.ajouter([tete_du_sceau(sceau) for sceau in manquants])
        dit = manquants[-1].numero


def _sceller_un_lot(dependencies: Dependencies, pause: timedelta, purge: int, souffle: float) -> int:
    """Seal at most `LOT` entries; how many."""
    maintenant = dependencies.horloge()
    with dependencies.unites.lecture() as unite:
        dernier = unite.sceaux.dernier()
        if dernier is not None and timedelta(0) <= maintenant - dernier.scelle_le < pause:
            return 0
        borne = unite.sceaux.borne()
    fin = 0 if dernier is None else dernier.dernier
    if borne is None or borne <= fin:
        return 0
    feuilles = _feuilles(dependencies, fin, borne, souffle)
    if not feuilles:
        return 0
    sceau = _sceau(dependencies, dernier, feuilles, maintenant, purge)
    with dependencies.unites.ecriture() as unite:
        if not _est_encore_le_dernier(unite, dernier):
            return 0
        unite.sceaux.ajouter(sceau, feuilles, fin)
        unite.commit()
    return len(feuilles)


def _est_encore_le_dernier(unite: UnitOfWork, dernier: Sceau | None) -> bool:
    unite.sceaux.verrouiller()
    return unite.sceaux.dernier() == dernier


def _feuilles(dependencies: Dependencies, precedente: int, borne: int, souffle: float) -> list[Feuille]:
    """The leaves of at most `LOT` entries after `precedente`, up to `borne`."""
    feuilles: list[Feuille] = []
    while len(feuilles) < LOT:
        with dependencies.unites.lecture() as unite:
            entrees = unite.sceaux.entrees(precedente, borne, min(TRANCHE, LOT - len(feuilles)))
        for numero, entree in entrees:
            sel = secrets.token_bytes(TAILLE_SEL)
            feuilles.append(Feuille(numero, sel, feuille_de_l_entree(sel, entree, precedente)))
            precedente = numero
        if len(entrees) < TRANCHE:
            break
        time.sleep(souffle)
    return feuilles


def _sceau(
    dependencies: Dependencies, dernier: Sceau | None, feuilles: Sequence[Feuille], instant: datetime, purge: int
) -> Sceau:
    signataire = dependencies.signataire
    sceau = Sceau(
        numero=1 if dernier is None else dernier.numero + 1,
        premier=feuilles[0].journal_id,
        dernier=feuilles[-1].journal_id,
        nombre=len(feuilles),
        racine=racine([feuille.hache for feuille in feuilles]),
        precedent=empreinte_du_sceau(dernier),
        scelle_le=instant,
        purge=max(purge, 0 if dernier is None else dernier.purge),
        cle=signataire.serie,
    )
    return sceau._replace(signature=signataire.signer_octets(octets_du_sceau(sceau)))
