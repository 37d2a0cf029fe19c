"""The rows of a deposit: the deposit, its raw message, its lines, their anomalies, and what it does to older ones."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from service.domain.declaration import Certificat, Changement, Resultat
from service.domain.recepisse import Accuse
from service.domain.statuts import StatutDeclaration
from service.errors import ConflitIdentifiantError
from service.storage.depots import NouveauDepot
from service.storage.lignes import AnomalieLigne, Ligne
from service.storage.unit_of_work import UnitOfWork
from service.usecases.demandes import DemandeDepot
from service.usecases.juger import NATURE_CERTIFICAT, LigneJugee
from service.usecases.lignes import SalariePrepare
from service.usecases.reception import Etablissement, Reception

NATURE_ANNULATION = "ANNULATION"
"""Value of a line's `nature` for a cancellation, whose `cible` is the number it cancels."""
_AUCUN_SALARIE = SalariePrepare(None, None, None, None)
_RECUE = StatutDeclaration.RECUE.value


def enregistrer(
    unite: UnitOfWork,
    reception: Reception,
    etablissement: Etablissement,
    demande: DemandeDepot,
    jugees: Sequence[LigneJugee],
    prepares: Sequence[SalariePrepare],
    accuse: Accuse,
    accuse_comprime: bytes,
    brut: bytes,
) -> None:
    """Store everything the receipt tells of; except in a dry run, what it replaces or cancels changes its status."""
    depot_id = _enregistrer_le_depot(unite, reception, etablissement, demande, accuse, accuse_comprime)
    unite.depots.ajouter_brut(depot_id, brut)
    salaries = prepares or [_AUCUN_SALARIE] * len(jugees)
    unite.lignes.ajouter_lot(
        [
            _ligne(depot_id, etablissement.id, demande.annee, accuse, jugee, resultat, salarie)
            for jugee, resultat, salarie in zip(jugees, accuse.resultats, salaries, strict=True)
        ]
    )
    unite.lignes.ajouter_anomalies(
        [
            AnomalieLigne(depot_id, rang, ordre, *anomalie)
            for rang, jugee in enumerate(jugees, 1)
            for ordre, anomalie in enumerate(jugee.anomalies, 1)
        ]
    )
    if not demande.entete.essai:
        _changer_les_statuts(unite, jugees, accuse)


def _enregistrer_le_depot(
    unite: UnitOfWork,
    reception: Reception,
    etablissement: Etablissement,
    demande: DemandeDepot,
    accuse: Accuse,
    accuse_comprime: bytes,
) -> int:
    assert reception.expediteur is not None
    depot_id = unite.depots.ajouter(
        NouveauDepot(
            numero=accuse.numero_depot,
            esat_id=etablissement.id,
            compte_id=reception.expediteur.compte_id,
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
    )
    if depot_id is None:  # the ESAT is locked and the identifier was looked for: only a fault of ours leads here
        raise ConflitIdentifiantError
    return depot_id


def _ligne(
    depot_id: int,
    esat_id: int,
    annee: int | None,
    accuse: Accuse,
    jugee: LigneJugee,
    resultat: Resultat,
    salarie: SalariePrepare,
) -> Ligne:
    """The row of one line; only an accepted declaration of a real deposit has a status."""
    ligne = jugee.ligne
    contenu = _contenu(ligne)
    numero = None if isinstance(ligne, str) else resultat.numero_declaration
    vivante = numero is not None and not accuse.essai
    return Ligne(
        depot_id,
        resultat.rang,
        resultat.reference,
        _nature(ligne),
        numero,
        esat_id,
        annee,
        salarie.nir,
        salarie.allocataire,
        salarie.nom,
        salarie.donnees,
        contenu.nombre_mois,
        contenu.montant_net,
        contenu.montant_aide_poste,
        contenu.pourcentage_salaire_direct,
        contenu.heures_avant,
        contenu.heures_apres,
        contenu.date_effet,
        contenu.motif,
        ligne if isinstance(ligne, str) else ligne.remplace,
        accuse.essai,
        _RECUE if vivante else None,
        accuse.date_reception if vivante else None,
    )


def _nature(ligne: Certificat | Changement | str) -> str:
    if isinstance(ligne, str):
        return NATURE_ANNULATION
    return NATURE_CERTIFICAT if isinstance(ligne, Certificat) else ligne.nature.value


class _Contenu(NamedTuple):
    """What a line declares, in the order of the columns; amounts, share and hours in hundredths."""

    nombre_mois: int | None = None
    montant_net: int | None = None
    montant_aide_poste: int | None = None
    pourcentage_salaire_direct: int | None = None
    heures_avant: int | None = None
    heures_apres: int | None = None
    date_effet: date | None = None
    motif: str | None = None


def _contenu(ligne: Certificat | Changement | str) -> _Contenu:
    if isinstance(ligne, str):
        return _Contenu()
    if isinstance(ligne, Certificat):
        return _Contenu(
            ligne.nombre_mois,
            _centiemes(ligne.montant_net),
            _centiemes(ligne.montant_aide_poste),
            _centiemes(ligne.pourcentage_salaire_direct),
        )
    return _Contenu(
        heures_avant=_centiemes(ligne.heures_avant),
        heures_apres=_centiemes(ligne.heures_apres),
        date_effet=ligne.date_effet,
        motif=ligne.motif,
    )


def _centiemes(valeur: Decimal | None) -> int | None:
    return None if valeur is None else int(valeur.scaleb(2))


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
