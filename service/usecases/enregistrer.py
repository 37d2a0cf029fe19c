"""The rows of a deposit: the deposit, its raw message, its lines, their anomalies, and what it does to older ones."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from service.domain.declaration import Operation
from service.domain.recepisse import Accuse
from service.domain.statuts import StatutDeclaration
from service.errors import ConflitIdentifiantError
from service.storage.depots import NouveauDepot
from service.storage.lignes import AnomalieLigne
from service.storage.unit_of_work import UnitOfWork
from service.usecases.demandes import DemandeDepot
from service.usecases.etudier import Etudiee, Jugement
from service.usecases.juger import NATURE_CERTIFICAT
from service.usecases.lignes import SalariesPrepares
from service.usecases.reception import Reception

NATURE_ANNULATION = "ANNULATION"
"""Value of a line's `nature` for a cancellation, whose `cible` is the number it cancels."""
Colonnes = dict[str, Sequence[Any]]
"""Of the lines, by name."""
_CENT = Decimal(100)


def enregistrer(unite: UnitOfWork, reception: Reception, etudiee: Etudiee, jugement: Jugement, brut: bytes) -> None:
    """Store everything the receipt tells of; except in a dry run, what it replaces or cancels changes its status."""
    etablissement, demande, prepares, _ = etudiee
    lignes, accuse, accuse_comprime = jugement
    assert reception.expediteur is not None
    depot_id = unite.depots.ajouter(
        _depot(reception.expediteur.compte_id, etablissement.id, demande, accuse, accuse_comprime)
    )
    if depot_id is None:  # the ESAT is locked and the identifier was looked for: only a fault of ours leads here
        raise ConflitIdentifiantError
    unite.depots.ajouter_brut(depot_id, brut)
    rangs, references, _, numeros, _ = zip(*accuse.resultats, strict=True)
    contenu = _contenu(demande.operation, lignes)
    nombre, annulation = len(rangs), demande.operation is Operation.ANNULE_DECLARATION
    colonnes = {
        "depot_id": [depot_id] * nombre,
        "rang": rangs,
        "reference": references,
        "esat_id": [etablissement.id] * nombre,
        "essai": [accuse.essai] * nombre,
        **contenu,
    }
    if not annulation:
        colonnes |= _de_declarations(numeros, demande.annee, accuse, prepares)
    unite.lignes.ajouter_lot(colonnes)
    unite.lignes.ajouter_anomalies(
        [
            AnomalieLigne(depot_id, resultat.rang, ordre, *anomalie)
            for resultat in accuse.resultats
            if resultat.anomalies
            for ordre, anomalie in enumerate(resultat.anomalies, 1)
        ]
    )
    visees = zip(contenu["cible"], numeros, strict=True)
    cibles = [cible for cible, numero in visees if cible and numero is not None]
    if cibles and not accuse.essai:
        statut = StatutDeclaration.ANNULEE if annulation else StatutDeclaration.REMPLACEE
        unite.lignes.changer_statut(cibles, statut.value, accuse.date_reception)


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


def _de_declarations(
    numeros: Sequence[str | None], annee: int | None, accuse: Accuse, prepares: SalariesPrepares
) -> Colonnes:
    """What a cancellation has not; only an accepted declaration of a real deposit has a status."""
    colonnes: Colonnes = {"numero": numeros, "annee": [annee] * len(numeros), **prepares._asdict()}
    if not accuse.essai:
        for nom, valeur in (("statut", StatutDeclaration.RECUE.value), ("statut_depuis", accuse.date_reception)):
            colonnes[nom] = [None if numero is None else valeur for numero in numeros]
    return colonnes


def _contenu(operation: Operation, lignes: Sequence[Any]) -> Colonnes:
    """What the lines say; amounts, share and hours in hundredths."""
    if operation is Operation.ANNULE_DECLARATION:
        return {"nature": [NATURE_ANNULATION] * len(lignes), "cible": lignes}
    if operation is Operation.DECLARE_CERTIFICAT_EMPLOI:
        _, _, mois, nets, aides, parts, remplaces = zip(*lignes, strict=True)
        return {
            "nature": [NATURE_CERTIFICAT] * len(lignes),
            "nombre_mois": mois,
            "montant_net": _centiemes(nets),
            "montant_aide_poste": _centiemes(aides),
            "pourcentage_salaire_direct": _centiemes(parts),
            "cible": remplaces,
        }
    _, _, natures, effets, avant, apres, motifs, remplaces = zip(*lignes, strict=True)
    return {
        "nature": [nature.value for nature in natures],
        "heures_avant": _centiemes(avant),
        "heures_apres": _centiemes(apres),
        "date_effet": effets,
        "motif": motifs,
        "cible": remplaces,
    }


def _centiemes(valeurs: Sequence[Decimal | None]) -> list[int | None]:
    return [None if valeur is None else int(valeur * _CENT) for valeur in valeurs]
