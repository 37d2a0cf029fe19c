"""The rows of a payroll file into a draft: what is understood as the texts of what it means, the rest as it stands.

A row that cannot be read enters the draft with what is wrong at its cells, to be put right there or in the file.
"""

from typing import NamedTuple

from service.contract.fichiers.colonnes import Plan, normaliser, planifier
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.conversion import convertir
from service.contract.fichiers.ecriture import textes_de
from service.contract.fichiers.lecture import Mesure, lire
from service.contract.fichiers.tableau import Ligne, Tableau, en_texte
from service.errors import SaisieError
from service.usecases.brouillon import Brouillon, LigneSaisie

_ECARTER = ", ou cocher « Laisser de côté les colonnes que le modèle ne connaît pas »"
_RANGEES_MAX = 10_000
_OCTETS_DEPLOYES_MAX = 64 * 1024 * 1024
"""Of a workbook once unfolded: a thousand rows take one hundredth of it."""


class Import(NamedTuple):
    """What became of a file."""

    brouillon: Brouillon
    """With the rows of the file; as it was when the header is wrong."""
    constats: list[Constat]
    """What is wrong with the header."""
    nombre: int
    """Rows taken."""
    illisibles: int
    """Those among them that cannot be read."""
    nature: str
    """What the file turned out to be, in French."""
    remarque: str


def importer_fichier(brouillon: Brouillon, octets: bytes, limite: int, *, ignorer: bool) -> Import:
    """Return a draft with the rows of a file more, `limite` lines at most; `ignorer` leaves unknown columns aside.

    Raises SaisieError for a file that holds no table, or too many rows.
    """
    tableau = lire(octets, mesure=Mesure(limite, _RANGEES_MAX, _OCTETS_DEPLOYES_MAX))
    plan = planifier(tableau.entete, brouillon.volet, _inconnues(tableau) if ignorer else (), _ECARTER)
    if plan.constats:
        return Import(brouillon, plan.constats, 0, 0, tableau.nature, tableau.remarque)
    if not tableau.lignes:
        raise SaisieError("Le fichier n'a aucune ligne à déclarer sous ses titres de colonnes.")
    if len(brouillon.lignes) + len(tableau.lignes) > limite:
        raise SaisieError(
            f"Un dépôt compte {limite} lignes au plus : le brouillon en a {len(brouillon.lignes)} et le fichier "
            f"{len(tableau.lignes)}. Déposer d'abord le brouillon, ou partager le fichier."
        )
    lues, constats = convertir(tableau, plan, brouillon.volet)
    comprises = {lue.numero: textes_de(lue.declaration) for lue in lues}
    refus: dict[int | None, list[tuple[str | None, str]]] = {}
    for constat in constats:
        refus.setdefault(constat.ligne, []).append((constat.colonne, constat.message))
    saisies = []
    for ligne in tableau.lignes:
        textes = comprises.get(ligne.numero) or _textes(ligne, plan)
        saisies.append(LigneSaisie(0, textes, ligne.numero, tuple(refus.get(ligne.numero, ()))))
    return Import(brouillon.ajouter(*saisies), [], len(saisies), len(refus), tableau.nature, tableau.remarque)


def _textes(ligne: Ligne, plan: Plan) -> dict[str, str]:
    """The cells of a row as they stand."""
    textes = {nom: en_texte(ligne.cellules[rang]) for nom, rang in plan.rangs.items() if rang < len(ligne.cellules)}
    return {nom: texte for nom, texte in textes.items() if texte}


def _inconnues(tableau: Tableau) -> list[str]:
    """Every title of the header: `planifier` leaves aside those that name no column of the volet."""
    return [normaliser(en_texte(titre)) for titre in tableau.entete.cellules if titre is not None]
