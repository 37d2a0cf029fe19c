"""The purge: what was kept long enough is erased, and the log says so. 3-security.md, « Privacy ».

Invariants, in the order the code enforces them:

1. A simulation counts by the very conditions that erase, and changes nothing.
2. Entries of the log are erased by whole seals, oldest first, and only sealed ones. Before the first is, the part
   that is due is verified: what is broken there is not erased, unless the operator insists and the log says so.
3. The limit is signed by a seal before the first entry goes: a leaf without an entry is explained by that alone, so
   that whoever deletes rows by hand, salts included, cannot pass it off as a purge.
4. Everything is erased by short transactions, a rest after each as long as it took, so that messages get their turn. A
   purge that was stopped anywhere goes on at the next.
5. Receipts, identifiers and fingerprints live as long as their deposit, whatever becomes of the raw message.
6. What was erased is counted in an entry of the log.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from service.domain.actes import Acte
from service.domain.conservation import limite
from service.errors import IndisponibleError, SaisieError
from service.storage.purges import PAR_LOTS, Comptes, Limites
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.sceller import sceller
from service.usecases.seances import DUREE_MAX
from service.usecases.verifier_journal import Portee, Verification, verifier_journal

LIBELLES = {
    "depots": "dépôts et leurs accusés",
    "lignes": "lignes déclarées",
    "anomalies": "anomalies",
    "bruts": "messages d'origine",
    "transmissions": "contenus de fichiers transmis",
    "mouvements": "mouvements transmis",
    "entrees": "entrées du journal",
    "courriels": "courriels envoyés",
    "seances": "sessions des pages",
    "tentatives": "comptages de tentatives",
    "jetons": "jetons consommés",
}
"""What each count of `Comptes` counts."""
_ESSAIS = 5
_REPOS_MAX_S = 0.2
Suivre = Callable[[Comptes], None]


def simuler_la_purge(dependencies: Dependencies) -> Comptes:
    """How much `purger` would erase now. Raises IndisponibleError."""
    with dependencies.unites.lecture() as unite:
        return unite.purges.compter(_limites(dependencies, unite))


def purger(
    dependencies: Dependencies, auteur: Auteur, *, malgre_la_rupture: bool = False, suivre: Suivre | None = None
) -> Comptes:
    """Erase what was kept long enough; return how much. `suivre` is called with the counts so far after each lot.

    Raises SaisieError, and erases nothing, where the part of the log that is due is broken and not `malgre_la_rupture`;
    SceauxContrairesError or IndisponibleError.
    """
    with dependencies.unites.lecture() as unite:
        limites = _limites(dependencies, unite)
        dernier = unite.sceaux.dernier()
    if dernier is not None and limites.entree > dernier.purge:
        _annoncer(dependencies, auteur, limites.entree, dernier.purge, malgre_la_rupture)
    comptes = Comptes()
    for genre in (*PAR_LOTS, "depots", "entrees"):
        while sum(lot := _un_lot(dependencies, genre, limites)):
            comptes = comptes.plus(lot)
            if suivre is not None:
                suivre(comptes)
    with dependencies.unites.ecriture() as unite:
        dits = ", ".join(f"{LIBELLES[genre]} : {nombre}" for genre, nombre in comptes._asdict().items() if nombre)
        consigner(unite, auteur, Acte.PURGE, dependencies.horloge(), objet=dits or "rien à effacer")
        unite.commit()
    return comptes


def _limites(dependencies: Dependencies, unite: UnitOfWork) -> Limites:
    maintenant, conservation = dependencies.horloge(), dependencies.conservation
    declarations = limite(maintenant, conservation.declarations)
    du_journal = limite(maintenant, conservation.journal)
    return Limites(
        declarations=declarations,
        bruts=max(declarations, limite(maintenant, conservation.bruts)),  # no raw message without its deposit
        courriels=du_journal,
        seances=maintenant - DUREE_MAX - timedelta(minutes=1),
        tentatives=maintenant - dependencies.seuils.oubli,
        jetons=maintenant,
        entree=unite.sceaux.scelle_avant(du_journal),
    )


def _annoncer(dependencies: Dependencies, auteur: Auteur, entree: int, deja: int, malgre_la_rupture: bool) -> None:
    """Verify the entries that are due, and have a seal say that they are."""
    with dependencies.unites.lecture() as unite:
        premier, dernier = unite.sceaux.de_l_entree(deja + 1), unite.sceaux.de_l_entree(entree)
    assert premier is not None
    assert dernier is not None
    verdict = verifier_journal(dependencies, Portee(premier.numero, dernier.numero))
    if not verdict.integre and not malgre_la_rupture:
        raise SaisieError(
            "Les entrées du journal à effacer ne sont plus celles qui furent scellées : rien n'est effacé, la preuve "
            "en serait perdue. « journal verifier » dit ce qui a été changé ; --malgre-la-rupture efface quand même, "
            "et le journal le dira."
        )
    etat = "intègre" if verdict.integre else f"rompu ({verdict.nombre_de_ruptures}), première : {_premiere(verdict)}"
    objet = f"journal effacé jusqu'à l'entrée {entree} (sceau {dernier.numero}), vérifié avant : {etat}"
    for _ in range(_ESSAIS):
        # There must be an entry to seal, and another sealer may be faster than this one.
        with dependencies.unites.ecriture() as unite:
            consigner(unite, auteur, Acte.PURGE, dependencies.horloge(), objet=objet)
            unite.commit()
        sceller(dependencies, purge=entree, attendre=True)
        with dependencies.unites.lecture() as unite:
            scelle = unite.sceaux.dernier()
        if scelle is not None and scelle.purge >= entree:
            return
    raise IndisponibleError("Un autre scellement est en cours : recommencer la purge dans un instant.")


def _premiere(verdict: Verification) -> str:
    rupture = verdict.ruptures[0]
    lieu = f"sceau {rupture.sceau}" if rupture.entree is None else f"entrée {rupture.entree}"
    return f"{rupture.nature.libelle}, {lieu}"


def _un_lot(dependencies: Dependencies, genre: str, limites: Limites) -> Comptes:
    """Erase a lot of a kind in a transaction of its own, and rest; how much there was, nothing at the end."""
    debut = time.perf_counter()
    with dependencies.unites.ecriture() as unite:
        if genre == "depots":
            lot = unite.purges.effacer_depots(limites)
        elif genre == "entrees":
            lot = unite.purges.effacer_entrees(limites)
        else:
            lot = unite.purges.effacer(genre, limites)
        unite.commit()
    time.sleep(min(time.perf_counter() - debut, _REPOS_MAX_S))
    return lot
