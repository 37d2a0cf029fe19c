"""Receipts, deposits and declarations as a person reads them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from declarer_esat.accuses import AccuseLu
from declarer_esat.affichage import table
from declarer_esat.envoi import Depot
from service.domain.declaration import Operation, StatutDepot, StatutLigne
from service.domain.statuts import StatutDeclaration

_PARIS = ZoneInfo("Europe/Paris")
_COULEURS = {
    "ACCEPTE": "green",
    "ACCEPTE_PARTIELLEMENT": "yellow",
    "REJETE": "red",
    "ACCEPTEE": "green",
    "REJETEE": "red",
    "INTEGREE": "green",
    "REFUSEE": "red",
}
_LIBELLES = {
    **{statut.value: statut.libelle for statut in StatutDepot},
    **{statut.value: statut.libelle for statut in StatutLigne},
    **{statut.value: statut.libelle for statut in StatutDeclaration},
    **{operation.value: operation.libelle for operation in Operation},
}


def libelle(valeur: str) -> str:
    """Return the French label of a status or an operation; one that is newer than this program, as it is."""
    return _LIBELLES.get(valeur, valeur)


def statut(valeur: str) -> Text:
    """Return a status in its colour."""
    return Text(libelle(valeur), _COULEURS.get(valeur, ""))


def heure_de_paris(instant: datetime) -> str:
    """Return an instant on the clock of Paris: ``23/11/2026 à 14:05``."""
    return f"{instant.astimezone(_PARIS):%d/%m/%Y à %H:%M}"


def tableau_des_depots(depots: Sequence[Depot]) -> Group:
    """Return the summary of the deposits of a run, and where their receipts are."""
    nombre = {"justify": "right", "no_wrap": True}
    tableau = table(
        ("Dépôt", {"no_wrap": True}), ("Reçues", nombre), ("Acceptées", nombre), ("Rejetées", nombre), ("Statut", {})
    )
    for depot in depots:
        accuse = depot.accuse
        etat = statut(accuse.statut)
        if accuse.essai:
            etat.append(" (ESSAI)", "bold")
        comptes = (accuse.nombre_recues, accuse.nombre_acceptees, accuse.nombre_rejetees)
        tableau.add_row(accuse.numero_depot, *map(str, comptes), etat)
    return Group(tableau, "", _lieu_des_accuses(depots))


def _lieu_des_accuses(depots: Sequence[Depot]) -> Text:
    """Paths are not cut: a person copies them, even across the edge of a narrow terminal."""
    if len(depots) == 1:
        return Text(f"Accusé signé, vérifié : {depots[0].chemin}", overflow="fold")
    return Text(f"Accusés signés, vérifiés : {depots[0].chemin.parent}, un fichier par dépôt", overflow="fold")


def fiche(accuse: AccuseLu, chemin: Path | None = None) -> Table:
    """Return what a receipt says of the deposit, as the law wants it told (CRPA R112-11-1)."""
    designation, adresse, courriel, telephone = accuse.service
    rejetees = accuse.nombre_rejetees
    lignes: list[tuple[str, str | Text]] = [
        ("Dépôt", f"{accuse.numero_depot}{' — ESSAI, rien n’est transmis ni déclaré' if accuse.essai else ''}"),
        ("Opération", libelle(accuse.operation)),
        ("SIRET", accuse.siret),
        ("Reçu le", f"{heure_de_paris(accuse.date_reception)} (heure de Paris)"),
        ("Statut", statut(accuse.statut)),
        ("Lignes", f"{accuse.nombre_recues} reçues, {accuse.nombre_acceptees} acceptées, {rejetees} rejetées"),
        ("Service chargé", f"{designation}\n{adresse}\n{courriel} — {telephone}"),
        ("Message", accuse.identifiant_message),
        ("Empreinte", f"{accuse.algorithme} {accuse.empreinte}"),
        ("Règles", accuse.version_regles),
    ]
    if chemin is not None:
        lignes.insert(0, ("Fichier", str(chemin)))
    tableau = Table.grid(padding=(0, 2))
    tableau.add_column(style="bold", no_wrap=True)
    tableau.add_column(overflow="fold")
    for nom, valeur in lignes:
        tableau.add_row(nom, valeur)
    return tableau


def tableau_des_resultats(accuse: AccuseLu, etats: dict[str, tuple[str, datetime]] | None = None) -> Table:
    """Return what became of each line; with `etats`, where each declaration stands now and since when."""
    tableau = table(
        ("Rang", {"justify": "right", "no_wrap": True}),
        ("Référence", {}),
        ("Déclaration", {"no_wrap": True}),
        ("État", {}),
        ("Depuis" if etats is not None else "Anomalies", {}),
    )
    for resultat in accuse.resultats:
        numero = resultat.numero_declaration
        suite = ", ".join(anomalie.code for anomalie in resultat.anomalies)
        etat = statut(resultat.statut)
        if etats is not None and numero in etats:
            valeur, depuis = etats[numero]
            etat, suite = statut(valeur), heure_de_paris(depuis)
        tableau.add_row(str(resultat.rang), resultat.reference or "–", numero or "–", etat, suite)
    return tableau
