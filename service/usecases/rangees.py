"""The rows of a new deposit, made before the transaction opens: other writers wait for the insertion only.

The deposit's id, which the database gives, is the one thing missing.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from service.domain.declaration import Certificat, Changement, Operation
from service.domain.recepisse import Accuse
from service.domain.statuts import StatutDeclaration
from service.storage.depots import NouveauDepot
from service.storage.lignes import AnomalieLigne
from service.usecases.demandes import DemandeDepot
from service.usecases.juger import NATURE_CERTIFICAT
from service.usecases.lignes import SalariesPrepares

NATURE_ANNULATION = "ANNULATION"
"""Value of a line's `nature` for a cancellation, whose `cible` is the number it cancels."""
Colonnes = dict[str, Sequence[Any]]
"""Of rows, by name."""
_CENT = Decimal(100)
_A_VENIR = 0
"""In the place of the deposit's id."""


class Deposant(NamedTuple):
    """Who deposits: the account, and the ESAT it acts for."""

    compte_id: int
    esat_id: int


class Rangees(NamedTuple):
    """What is written of a deposit, its id apart, and what it does to older declarations."""

    depot: NouveauDepot
    lignes: Colonnes
    anomalies: Sequence[AnomalieLigne]
    cibles: Sequence[str]
    """Numbers of the declarations that it replaces or cancels: none in a dry run."""
    statut_des_cibles: StatutDeclaration


def ranger(
    deposant: Deposant,
    demande: DemandeDepot,
    prepares: SalariesPrepares,
    lignes: Sequence[Certificat | Changement | str],
    accuse: Accuse,
    accuse_comprime: bytes,
) -> Rangees:
    """Return the rows of a deposit whose `lignes`, as judged, the receipt tells of."""
    rangs, references, _, numeros, _ = zip(*accuse.resultats, strict=True)
    contenu = _contenu(demande.operation, lignes)
    nombre, annulation = len(rangs), demande.operation is Operation.ANNULE_DECLARATION
    colonnes = {
        "rang": rangs,
        "reference": references,
        "esat_id": [deposant.esat_id] * nombre,
        "essai": [accuse.essai] * nombre,
        **contenu,
    }
    if not annulation:
        colonnes |= _de_declarations(numeros, demande.annee, accuse, prepares)
    visees = () if accuse.essai else zip(contenu["cible"], numeros, strict=True)
    return Rangees(
        _depot(deposant, demande, accuse, accuse_comprime),
        colonnes,
        [
            AnomalieLigne(_A_VENIR, resultat.rang, ordre, *anomalie)
            for resultat in accuse.resultats
            if resultat.anomalies
            for ordre, anomalie in enumerate(resultat.anomalies, 1)
        ],
        [cible for cible, numero in visees if cible and numero is not None],
        StatutDeclaration.ANNULEE if annulation else StatutDeclaration.REMPLACEE,
    )


def _depot(deposant: Deposant, demande: DemandeDepot, accuse: Accuse, accuse_comprime: bytes) -> NouveauDepot:
    return NouveauDepot(
        numero=accuse.numero_depot,
        esat_id=deposant.esat_id,
        compte_id=deposant.compte_id,
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
