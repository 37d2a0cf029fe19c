"""The back office's answer to a file: checked whole, then taken whole, or nothing of it.

An answer that comes again changes nothing. A declaration that was cancelled or replaced meanwhile keeps its status: the
answer is noted at its movement, and the correction is on its way. An answer to an ANNULATION changes no status either.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from service.contract.reponse import ReponseLue, Sort, bornees, incoherences, lire_reponse
from service.domain.actes import Acte
from service.domain.statuts import StatutDeclaration, transition
from service.domain.transmission import NatureMouvement, Resultat, reference
from service.errors import Precision, SaisieError
from service.storage.suivi_transmissions import FichierSuivi, MouvementSuivi
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies

OCTETS_MAX = 16 * 1024 * 1024
"""Bytes of an answer; one for a full file, with a reason for each movement, has 5 MB."""
_CORRIGEES = frozenset({StatutDeclaration.ANNULEE, StatutDeclaration.REMPLACEE})


class Integration(NamedTuple):
    """What an answer brought."""

    organisme: str
    numero: int
    integrees: int
    """Movements taken over, by this answer."""
    refusees: int
    deja: int
    """Movements whose answer was known already."""
    attendues: int
    """Movements of the file still without an answer."""


def integrer(dependencies: Dependencies, auteur: Auteur, octets: bytes) -> Integration:
    """Take an answer over. Raises SaisieError with every problem, each where it is, and changes nothing then."""
    if len(octets) > OCTETS_MAX:
        raise SaisieError(f"Le fichier de réponse est trop grand : {OCTETS_MAX // 1024**2} Mio au plus sont attendus.")
    reponse = lire_reponse(octets)
    instant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        unite.mouvements.verrouiller()
        fichier = unite.suivi_transmissions.un(reponse.organisme, reponse.numero)
        connus = {} if fichier is None else _mouvements(unite, fichier)
        _exiger_sans_defaut(unite, reponse, fichier, connus)
        assert fichier is not None
        nouveaux = [sort for sort in reponse.sorts if connus[sort.numero].reponse is None]
        _noter(unite, fichier, nouveaux, connus, instant)
        attendus = sum(mouvement.reponse is None for mouvement in connus.values()) - len(nouveaux)
        bilan = _bilan(reponse, nouveaux, attendus)
        if nouveaux:
            objet = f"{fichier.fichier} (intégrées : {bilan.integrees}, refusées : {bilan.refusees})"
            consigner(unite, auteur, Acte.INTEGRATION, instant, objet=objet)
            unite.commit()
    return bilan


def _mouvements(unite: UnitOfWork, fichier: FichierSuivi) -> dict[str, MouvementSuivi]:
    """The movements of a file by declaration. Deposits of their ESATs wait: no declaration is cancelled between what is
    checked and what is done."""
    lus = unite.suivi_transmissions.mouvements(fichier.id, 0, fichier.nombre)
    unite.esats.verrouiller_lot(lu.esat_id for lu in lus if lu.esat_id is not None)
    return {lu.declaration: lu for lu in unite.suivi_transmissions.mouvements(fichier.id, 0, fichier.nombre)}


def _exiger_sans_defaut(
    unite: UnitOfWork, reponse: ReponseLue, fichier: FichierSuivi | None, connus: dict[str, MouvementSuivi]
) -> None:
    """Raise SaisieError with all that stands against an answer, in its order."""
    dit = reference(reponse.organisme, reponse.numero)
    etrangeres = [sort.numero for sort in reponse.sorts if sort.numero not in connus]
    existantes = {maillon.numero for maillon in unite.mouvements.maillons(etrangeres)}
    problemes = list(incoherences(reponse))
    if fichier is None:
        problemes.append(Precision(f"La transmission {dit} n'existe pas.", champ="reponse/numero"))
    elif fichier.empreinte is None:
        problemes.append(Precision(f"La transmission {dit} est encore en préparation.", champ="reponse/numero"))
    for sort in reponse.sorts:
        if sort.numero in connus:
            problemes += _contredits(connus[sort.numero], sort)
        elif fichier is not None or sort.numero not in existantes:
            quoi = f"n'est pas dans la transmission {dit}" if sort.numero in existantes else "n'existe pas"
            message = f"La déclaration {sort.numero} {quoi}."
            problemes.append(Precision(message, sort.ligne, f"{sort.champ}/numeroDeclaration"))
    if problemes:
        problemes.sort(key=lambda probleme: probleme.ligne or 0)
        raise SaisieError("La réponse est refusée, rien n'a été changé.", bornees(problemes))


def _contredits(mouvement: MouvementSuivi, sort: Sort) -> Iterator[Precision]:
    """What a former answer, or the life of a declaration, has against this one."""
    if mouvement.reponse is not None:
        if (mouvement.reponse, mouvement.motif) != (sort.resultat.value, sort.motif):
            motif = ", pour un autre motif" if mouvement.reponse == sort.resultat.value else ""
            deja = f"a déjà été {Resultat(mouvement.reponse).libelle}{motif}"
            message = f"La déclaration {sort.numero} {deja} : une réponse ne se change pas."
            yield Precision(message, sort.ligne, f"{sort.champ}/resultat")
    elif _change_le_statut(mouvement):
        try:
            transition(StatutDeclaration(mouvement.statut or ""), StatutDeclaration(sort.resultat.value))
        except ValueError as refus:
            yield Precision(f"{sort.numero} : {refus}", sort.ligne, f"{sort.champ}/resultat")


def _change_le_statut(mouvement: MouvementSuivi) -> bool:
    """Whether an answer to a movement is that to its declaration as it stands."""
    return mouvement.nature != NatureMouvement.ANNULATION and mouvement.statut not in (None, *_CORRIGEES)


def _noter(
    unite: UnitOfWork,
    fichier: FichierSuivi,
    sorts: Sequence[Sort],
    connus: dict[str, MouvementSuivi],
    instant: datetime,
) -> None:
    """Note answers, those of one reason together, and move the statuses."""
    par_reponse: dict[tuple[Resultat, str | None], list[str]] = defaultdict(list)
    for sort in sorts:
        par_reponse[sort.resultat, sort.motif].append(sort.numero)
    for (resultat, motif), numeros in par_reponse.items():
        unite.suivi_transmissions.repondre(fichier.id, numeros, resultat.value, motif, instant)
    for resultat in Resultat:
        changees = [
            sort.numero for sort in sorts if sort.resultat is resultat and _change_le_statut(connus[sort.numero])
        ]
        if changees:
            unite.lignes.changer_statut(changees, resultat.value, instant)


def _bilan(reponse: ReponseLue, nouveaux: Sequence[Sort], attendues: int) -> Integration:
    integrees = sum(sort.resultat is Resultat.INTEGREE for sort in nouveaux)
    deja = len(reponse.sorts) - len(nouveaux)
    return Integration(reponse.organisme, reponse.numero, integrees, len(nouveaux) - integrees, deja, attendues)
