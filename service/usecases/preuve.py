"""The proof that a deposit's entry is in the sealed log, for a third party who trusts the published certificate alone.

The entry has the number of the deposit and the SHA-256 of its signed receipt; its leaf and the audit path lead to the
root that a seal signs (RFC 6962, 2.1.1). ``docs/verifier_preuve.py`` checks it.
"""

import base64
from collections.abc import Sequence
from typing import Any

from service.domain.merkle import chemin, racine
from service.domain.sceau import Sceau, faits_de_l_entree, faits_du_sceau, feuille_de_l_entree
from service.errors import SaisieError
from service.storage.recherche import Entree, Filtres
from service.storage.sceaux import Feuille
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue

FORMAT = "urn:caf:teleprocedure-esat:preuve:1"
_DEPOSEES = frozenset({Issue.ACCEPTE.value, Issue.ACCEPTE_PARTIELLEMENT.value, Issue.REJETE.value})
_ENTREES_MAX = 10_000
"""Entries of one deposit that are looked through: it, its repetitions and whoever looked at it."""


def prouver(dependencies: Dependencies, numero: str) -> dict[str, Any]:
    """Return the proof of a deposit, as JSON values.

    Raises SaisieError for a number that is no deposit's, an entry that is not sealed yet, that was erased, or that is
    no longer what was sealed.
    """
    numero = numero.strip().upper()
    with dependencies.unites.lecture() as unite:
        entree = _entree(unite, numero)
        sceau = unite.sceaux.de_l_entree(entree.id)
        if sceau is None:
            pause = dependencies.sceaux.pause.total_seconds()
            raise SaisieError(f"Le dépôt {numero} n'est pas encore scellé : réessayer dans {pause:.0f} s.")
        avant = unite.sceaux.par_numero(sceau.numero - 1)
        feuilles = unite.sceaux.feuilles(sceau.premier - 1, sceau.dernier, sceau.nombre + 1)
    return _preuve(entree, sceau, 0 if avant is None else avant.dernier, feuilles)


def _entree(unite: UnitOfWork, numero: str) -> Entree:
    """The entry that the deposit itself made, not one of a repetition."""
    entrees = [lue.entree for lue in unite.journal.chercher(Filtres(numero=numero), None, _ENTREES_MAX).entrees]
    trouvees = [entree for entree in entrees if entree.acte is None and entree.issue in _DEPOSEES]
    if trouvees:
        return trouvees[-1]
    if unite.depots.de_numero(numero) is not None:
        raise SaisieError(
            f"L'entrée du dépôt {numero} n'est plus au journal : sa durée de conservation est passée. L'accusé signé "
            "reste la preuve du dépôt."
        )
    raise SaisieError(f"Aucun dépôt ne porte le numéro {numero}.")


def _preuve(entree: Entree, sceau: Sceau, precedente: int, feuilles: Sequence[Feuille]) -> dict[str, Any]:
    """The proof, as far as the leaves of the seal are those that it covers and the entry is that of its leaf."""
    rangs = [precedente, *(feuille.journal_id for feuille in feuilles)]
    haches = [feuille.hache for feuille in feuilles]
    position = rangs.index(entree.id) - 1 if entree.id in rangs[1:] else None
    sel = None if position is None else feuilles[position].sel
    if position is None or sel is None:
        raise _rompue(entree)
    precedente = rangs[position]
    if feuille_de_l_entree(sel, entree._asdict(), precedente) != haches[position] or racine(haches) != sceau.racine:
        raise _rompue(entree)
    return {
        "format": FORMAT,
        "depot": entree.numero_depot,
        "entree": faits_de_l_entree(entree._asdict(), precedente),
        "sel": sel.hex(),
        "position": position,
        "chemin": [voisin.hex() for voisin in chemin(haches, position)],
        "sceau": faits_du_sceau(sceau),
        "signature": base64.b64encode(sceau.signature).decode(),
    }


def _rompue(entree: Entree) -> SaisieError:
    return SaisieError(
        f"L'entrée du dépôt {entree.numero_depot} n'est plus celle qui fut scellée : rien ne peut être prouvé d'elle. "
        "« journal verifier » dit ce qui a été changé."
    )
