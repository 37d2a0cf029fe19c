"""Deposits as people see them: a list with filters, and one deposit with its lines, where each one stands, and why.

What the receipt says is read from the signed receipt itself. Employees are shown to the ESAT that declared them, and
every look at them leaves an entry in the log (CNIL on logging).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from service.contract.recepisse import lire_accuse
from service.domain.actes import Acte
from service.domain.declaration import Anomalie, Nature, Operation, Resultat, Salarie, StatutDepot
from service.domain.recepisse import Accuse
from service.domain.regles import REGLES, Regle
from service.domain.statuts import ACTIFS, StatutDeclaration
from service.errors import IntrouvableError, Precision, SaisieError
from service.storage.depots import Depot
from service.storage.lignes import Ligne
from service.storage.recherche_depots import DepotTrouve, FiltresDepots
from service.storage.unit_of_work import UnitOfWork
from service.usecases.archiver import decomprimer
from service.usecases.consigner import Auteur, consigner
from service.usecases.consulter import minuit
from service.usecases.demandes import Position
from service.usecases.dependencies import Dependencies
from service.usecases.lignes import dechiffrer_salaries
from service.usecases.reception import Etablissement

DEPOTS_PAR_PAGE = 25
LIGNES_PAR_PAGE = 50
_NUMERO = re.compile(r"(D[0-9]{6}-[0-9A-Z]{8})(?:-[0-9]{4})?")
_IDENTIFIANT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NATURES = {nature.value: nature.libelle for nature in Nature}
_CENT = Decimal(100)


class RechercheDepots(NamedTuple):
    """What somebody looks for; None asks nothing, all that is given must hold."""

    depuis: date | None = None
    """First day in Paris."""
    jusque: date | None = None
    """Last day in Paris, included."""
    operation: Operation | None = None
    statut: StatutDepot | None = None
    essai: bool | None = None
    texte: str | None = None
    """Number of a deposit or of a declaration, identifier of a message, or reference of a line."""


class PageDeDepots(NamedTuple):
    """Deposits, newest first, and where the next page goes on; None on the last one."""

    depots: Sequence[DepotTrouve]
    suite: Position | None


class AnomalieExpliquee(NamedTuple):
    """An anomaly as the receipt tells it, and its rule in the catalogue of today; None for a rule that is no more."""

    anomalie: Anomalie
    regle: Regle | None


class LigneMontree(NamedTuple):
    """One line of a deposit; amounts, share and hours with two decimals."""

    resultat: Resultat
    nature: str
    """French label: a certificate, a change, a cancellation."""
    salarie: Salarie | None
    """None for a cancellation, which names nobody."""
    declaration: Ligne
    nombres: dict[str, Decimal]
    """Amounts, share and hours that the line gives, by name of column."""
    anomalies: Sequence[AnomalieExpliquee]
    statut: StatutDeclaration | None
    """None for a rejected line, a trial or a cancellation."""
    depuis: datetime | None
    refus: str | None
    """The back office's reason."""

    @property
    def active(self) -> bool:
        """Whether it can be replaced or cancelled."""
        return self.statut in ACTIFS


class DepotMontre(NamedTuple):
    """A deposit, and some of its lines."""

    depot: Depot
    accuse: Accuse
    compte: str | None
    """E-mail of the account that sent it."""
    lignes: Sequence[LigneMontree]
    premiere: int
    """Rank of the first line shown."""

    @property
    def suivante(self) -> int | None:
        """Rank from which the next lines go on."""
        suivante = self.premiere + LIGNES_PAR_PAGE
        return suivante if suivante <= self.accuse.nombre_recues else None


def chercher_depots(
    dependencies: Dependencies, etablissement: Etablissement, recherche: RechercheDepots, apres: Position | None
) -> PageDeDepots:
    """Return one page of the ESAT's deposits. Raises SaisieError for a period that ends before it begins."""
    if recherche.depuis and recherche.jusque and recherche.jusque < recherche.depuis:
        raise SaisieError(precisions=[Precision("le dernier jour précède le premier.", champ="jusque")])
    filtres = _filtres(recherche)
    with dependencies.unites.lecture() as unite:
        place = None
        if apres is not None:
            dernier = unite.depots.par_numero(etablissement.id, apres.numero)
            place = (apres.reception, 0 if dernier is None else dernier.id)
        depots = unite.depots.chercher(etablissement.id, filtres, place, DEPOTS_PAR_PAGE + 1)
    if len(depots) <= DEPOTS_PAR_PAGE:
        return PageDeDepots(depots, None)
    dernier_montre = depots[DEPOTS_PAR_PAGE - 1]
    return PageDeDepots(depots[:DEPOTS_PAR_PAGE], Position(dernier_montre.date_reception, dernier_montre.numero))


def montrer_depot(
    dependencies: Dependencies, auteur: Auteur, etablissement: Etablissement, numero: str, premiere: int = 1
) -> DepotMontre:
    """Return a deposit of the ESAT with its lines from that rank on; the look is logged.

    Raises IntrouvableError for another ESAT's as for none.
    """
    with dependencies.unites.ecriture() as unite:
        depot = _du_sien(unite, etablissement, numero)
        montre = detailler(dependencies, unite, depot, premiere)
        consigner(
            unite,
            auteur,
            Acte.DEPOT_CONSULTE,
            dependencies.horloge(),
            siret=etablissement.siret,
            esat_id=etablissement.id,
            numero_depot=depot.numero,
        )
        unite.commit()
    return montre


def montrer_ligne(
    dependencies: Dependencies, auteur: Auteur, etablissement: Etablissement, numero_declaration: str
) -> LigneMontree:
    """Return one declaration of the ESAT by its number; the look is logged. Raises IntrouvableError."""
    numero, _, rang = numero_declaration.rpartition("-")
    if not (rang.isascii() and rang.isdigit() and int(rang)):
        raise IntrouvableError
    montre = montrer_depot(dependencies, auteur, etablissement, numero, int(rang))
    if not montre.lignes or montre.lignes[0].declaration.numero != numero_declaration:
        raise IntrouvableError
    return montre.lignes[0]


def lire_recepisse(dependencies: Dependencies, etablissement: Etablissement, numero: str) -> bytes:
    """Return the signed receipt of a deposit of the ESAT, the very bytes. Raises IntrouvableError."""
    with dependencies.unites.lecture() as unite:
        return decomprimer(_du_sien(unite, etablissement, numero).accuse_signe)


def depot_du_message(dependencies: Dependencies, etablissement: Etablissement, identifiant: str) -> bytes | None:
    """Return the signed receipt of the ESAT's message of that identifier; None while it made no deposit."""
    with dependencies.unites.lecture() as unite:
        depot = unite.depots.par_identifiant(etablissement.id, identifiant)
    return None if depot is None else decomprimer(depot.accuse_signe)


def detailler(dependencies: Dependencies, unite: UnitOfWork, depot: Depot, premiere: int) -> DepotMontre:
    """Return a deposit with its lines from that rank on; whether it may be seen is the caller's affair."""
    accuse = lire_accuse(decomprimer(depot.accuse_signe))
    lignes = unite.lignes.du_depot(depot.id)[premiere - 1 : premiere - 1 + LIGNES_PAR_PAGE]
    refus = {un.numero: un.motif for un in unite.lignes.refus(depot.id)}
    nommees = [ligne.donnees for ligne in lignes if ligne.donnees is not None]
    salaries = iter(dechiffrer_salaries(dependencies.coffre, nommees))
    montrees = [
        _montrer(ligne, accuse.resultats[ligne.rang - 1], None if ligne.donnees is None else next(salaries), refus)
        for ligne in lignes
    ]
    (trouve,) = unite.depots.chercher(depot.esat_id, FiltresDepots(numero=depot.numero), None, 1)
    return DepotMontre(depot, accuse, trouve.compte, montrees, premiere)


def _du_sien(unite: UnitOfWork, etablissement: Etablissement, numero: str) -> Depot:
    depot = unite.depots.par_numero(etablissement.id, numero)
    if depot is None:
        raise IntrouvableError
    return depot


def _filtres(recherche: RechercheDepots) -> FiltresDepots:
    texte = " ".join((recherche.texte or "").split())
    numero = _NUMERO.fullmatch(texte.upper())
    identifiant = _IDENTIFIANT.fullmatch(texte.lower())
    return FiltresDepots(
        debut=None if recherche.depuis is None else minuit(recherche.depuis),
        fin=None if recherche.jusque is None else minuit(recherche.jusque, lendemain=True),
        operation=None if recherche.operation is None else recherche.operation.value,
        statut=None if recherche.statut is None else recherche.statut.value,
        essai=recherche.essai,
        numero=None if numero is None else numero[1],
        identifiant_message=None if identifiant is None else identifiant[0],
        reference=texte if texte and numero is None and identifiant is None else None,
    )


def _montrer(ligne: Ligne, resultat: Resultat, salarie: Salarie | None, refus: dict[str, str | None]) -> LigneMontree:
    bruts = {
        "montant_net": ligne.montant_net,
        "montant_aide_poste": ligne.montant_aide_poste,
        "pourcentage_salaire_direct": ligne.pourcentage_salaire_direct,
        "heures_avant": ligne.heures_avant,
        "heures_apres": ligne.heures_apres,
    }
    return LigneMontree(
        resultat,
        _NATURES.get(ligne.nature, "Annulation" if salarie is None else "Certificat d'emploi"),
        salarie,
        ligne,
        {nom: Decimal(centiemes) / _CENT for nom, centiemes in bruts.items() if centiemes is not None},
        [AnomalieExpliquee(anomalie, REGLES.get(anomalie.code)) for anomalie in resultat.anomalies],
        None if ligne.statut is None else StatutDeclaration(ligne.statut),
        ligne.statut_depuis,
        refus.get(ligne.numero or ""),
    )
