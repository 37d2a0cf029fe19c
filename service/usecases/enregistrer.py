"""The rows of a deposit: the deposit, its raw message, its lines, their anomalies, and what it does to older ones."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from service.domain.declaration import Certificat, Changement
from service.domain.recepisse import Accuse
from service.domain.statuts import StatutDeclaration
from service.errors import ConflitIdentifiantError
from service.storage.depots import NouveauDepot
from service.storage.lignes import AnomalieLigne, Ligne
from service.storage.unit_of_work import UnitOfWork
from service.usecases.demandes import DemandeDepot
from service.usecases.etudier import Etudiee, Jugement
from service.usecases.juger import NATURE_CERTIFICAT, LigneJugee
from service.usecases.lignes import SalariePrepare
from service.usecases.reception import Reception

NATURE_ANNULATION = "ANNULATION"
"""Value of a line's `nature` for a cancellation, whose `cible` is the number it cancels."""
_SANS_MONTANT = _SANS_CHANGEMENT = (None,) * 4
_AUCUN_SALARIE = SalariePrepare(None, None, None, None)


def enregistrer(unite: UnitOfWork, reception: Reception, etudiee: Etudiee, jugement: Jugement, brut: bytes) -> None:
    """Store everything the receipt tells of; except in a dry run, what it replaces or cancels changes its status."""
    etablissement, demande, prepares, _ = etudiee
    jugees, accuse, accuse_comprime = jugement
    assert reception.expediteur is not None
    depot_id = unite.depots.ajouter(
        _depot(reception.expediteur.compte_id, etablissement.id, demande, accuse, accuse_comprime)
    )
    if depot_id is None:  # the ESAT is locked and the identifier was looked for: only a fault of ours leads here
        raise ConflitIdentifiantError
    unite.depots.ajouter_brut(depot_id, brut)
    salaries = prepares or [_AUCUN_SALARIE] * len(jugees)
    unite.lignes.ajouter_lot(_lignes(depot_id, etablissement.id, demande.annee, accuse, jugees, salaries))
    unite.lignes.ajouter_anomalies(
        [
            AnomalieLigne(depot_id, rang, ordre, *anomalie)
            for rang, jugee in enumerate(jugees, 1)
            for ordre, anomalie in enumerate(jugee.anomalies, 1)
        ]
    )
    if not demande.entete.essai:
        _changer_les_statuts(unite, jugees, accuse)


def _depot(compte_id: int, esat_id: int, demande: DemandeDepot, accuse: Accuse, accuse_comprime: bytes) -> NouveauDepot:
    return NouveauDepot(
        numero=accuse.numero_depot,
        esat_id=esat_id,
        compte_id=compte_id,
        identifiant_message=accuse.identifiant_message,
        operation=accuse.operation.value,
        annee=demande.annee,
        essai=accuse.essai,
        empreinte=demande.empreinte,
        date_reception=accuse.date_reception,
        statut=accuse.statut.value,
        nombre_recues=accuse.nombre_recues,
        nombre_acceptees=accuse.nombre_acceptees,
        nombre_rejetees=accuse.nombre_rejetees,
        version_regles=accuse.version_regles,
        logiciel_editeur=demande.entete.logiciel.editeur,
        logiciel_nom=demande.entete.logiciel.nom,
        logiciel_version=demande.entete.logiciel.version,
        accuse_signe=accuse_comprime,
    )


def _lignes(
    depot_id: int,
    esat_id: int,
    annee: int | None,
    accuse: Accuse,
    jugees: Sequence[LigneJugee],
    salaries: Sequence[SalariePrepare],
) -> list[Ligne]:
    """The rows of the lines; only an accepted declaration of a real deposit has a status."""
    essai, recue, depuis = accuse.essai, StatutDeclaration.RECUE.value, accuse.date_reception
    lignes = []
    for (ligne, _), resultat, salarie in zip(jugees, accuse.resultats, salaries, strict=True):
        numero, cible = (None, ligne) if isinstance(ligne, str) else (resultat.numero_declaration, ligne.remplace)
        etat = (essai, None, None) if essai or numero is None else (essai, recue, depuis)
        nature, *contenu = _contenu(ligne)
        identite = (depot_id, resultat.rang, resultat.reference, nature, numero, esat_id, annee)
        lignes.append(Ligne._make((*identite, *salarie, *contenu, cible, *etat)))
    return lignes


def _contenu(ligne: Certificat | Changement | str) -> tuple[Any, ...]:
    """The nature of a line, and what it declares in the order of the columns from `nombre_mois` to `motif`.

    Amounts, share and hours in hundredths.
    """
    if isinstance(ligne, str):
        return (NATURE_ANNULATION, *[None] * 8)
    if isinstance(ligne, Certificat):
        _, _, mois, net, aide, part, _ = ligne
        return (NATURE_CERTIFICAT, mois, _centiemes(net), _centiemes(aide), _centiemes(part), *_SANS_CHANGEMENT)
    _, _, nature, date_effet, avant, apres, motif, _ = ligne
    return (nature.value, *_SANS_MONTANT, _centiemes(avant), _centiemes(apres), date_effet, motif)


def _centiemes(valeur: Decimal | None) -> int | None:
    return None if valeur is None else int(valeur * 100)


def _changer_les_statuts(unite: UnitOfWork, jugees: Sequence[LigneJugee], accuse: Accuse) -> None:
    """What accepted lines replace becomes REMPLACEE, what they cancel ANNULEE."""
    annulees = [jugee.ligne for jugee in jugees if isinstance(jugee.ligne, str) and not jugee.rejetee]
    remplacees = [
        jugee.ligne.remplace
        for jugee in jugees
        if not isinstance(jugee.ligne, str) and jugee.ligne.remplace and not jugee.rejetee
    ]
    for numeros, statut in ((annulees, StatutDeclaration.ANNULEE), (remplacees, StatutDeclaration.REMPLACEE)):
        if numeros:
            unite.lignes.changer_statut(numeros, statut.value, accuse.date_reception)
