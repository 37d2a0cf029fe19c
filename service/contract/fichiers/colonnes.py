"""The columns of a payroll file: their names, what they hold, where each goes in the contract.

A column is known by its name in the first row, whatever its place; capitals, accents, spaces and punctuation do not
count: « Numéro allocataire » is ``numero_allocataire``.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from service.contract.fichiers.constats import Constat, probleme
from service.contract.fichiers.tableau import Cellule, Ligne
from service.domain.declaration import Operation


class Colonne(NamedTuple):
    """One column."""

    nom: str
    libelle: str
    """Its name in a form."""
    attendu: str
    """What it holds, in French."""
    exemple: str
    obligatoire: bool = False
    """The column must be there; its cells, too, must be filled."""
    synonymes: tuple[str, ...] = ()


class Volet(NamedTuple):
    """One of the two kinds of files."""

    nom: str
    libelle: str
    operation: Operation
    element: str
    """Name of a line's element in the contract."""
    colonnes: tuple[Colonne, ...]


_REFERENCE = Colonne(
    "reference", "Votre référence", "votre clé de la ligne (matricule), rendue dans l'accusé", "MAT-00042"
)
_SALARIE = (
    Colonne(
        "nir",
        "Numéro de sécurité sociale (NIR)",
        "numéro de sécurité sociale, 15 caractères avec la clé (en texte)",
        "185058300100192",
        synonymes=("numero_de_securite_sociale", "numero_securite_sociale", "n_securite_sociale"),
    ),
    Colonne(
        "numero_allocataire",
        "Numéro allocataire",
        "numéro à la Caf, 7 chiffres et une lettre facultative (en texte)",
        "1234567A",
        synonymes=("numero_d_allocataire", "n_allocataire", "matricule_caf"),
    ),
    Colonne(
        "organisme",
        "Organisme (Caf)",
        "Caf du numéro allocataire, 3 chiffres (en texte)",
        "831",
        synonymes=("code_organisme", "caf"),
    ),
    Colonne("nom", "Nom de naissance", "nom de naissance", "Lefèvre", True, ("nom_de_naissance", "nom_naissance")),
    Colonne("nom_usage", "Nom d'usage", "nom d'usage, s'il diffère", "Durand", synonymes=("nom_d_usage",)),
    Colonne("prenom", "Prénom", "premier prénom", "Camille", True),
    Colonne(
        "date_naissance",
        "Date de naissance",
        "JJ/MM/AAAA ou AAAA-MM-JJ",
        "14/05/1985",
        True,
        ("date_de_naissance", "ne_le", "nee_le"),
    ),
)
_REMPLACE = Colonne(
    "remplace", "Déclaration remplacée", "numéro de la déclaration que la ligne remplace", "D261205-7K3M9QXA-0001"
)

CERTIFICAT = Volet(
    "certificat",
    "certificats d'emploi",
    Operation.DECLARE_CERTIFICAT_EMPLOI,
    "certificat",
    (
        _REFERENCE,
        *_SALARIE,
        Colonne(
            "nombre_mois",
            "Nombre de mois",
            "mois de rémunération garantie dans l'année, de 0 à 12",
            "12",
            True,
            ("nombre_de_mois", "nb_mois"),
        ),
        Colonne("montant_net", "Montant net", "rémunération garantie nette de novembre, en euros", "812,40"),
        Colonne(
            "montant_aide_poste",
            "Aide au poste",
            "aide au poste de novembre, en euros",
            "640,10",
            synonymes=("montant_aide_au_poste", "aide_au_poste"),
        ),
        Colonne(
            "pourcentage_salaire_direct",
            "Part de salaire direct",
            "salaire direct en % du Smic, de 5 à 100",
            "12,5",
            synonymes=("pourcentage_de_salaire_direct", "salaire_direct"),
        ),
        _REMPLACE,
    ),
)

CHANGEMENT = Volet(
    "changement",
    "changements d'activité",
    Operation.DECLARE_CHANGEMENT_ACTIVITE,
    "changement",
    (
        _REFERENCE,
        *_SALARIE,
        Colonne("nature", "Nature du changement", "augmentation, reduction ou depart", "augmentation", True),
        Colonne(
            "date_effet",
            "Date d'effet",
            "premier jour du nouvel horaire, ou dernier jour de travail",
            "01/09/2026",
            True,
            ("date_d_effet",),
        ),
        Colonne("heures_avant", "Heures avant", "heures par semaine avant (augmentation, reduction)", "17,5"),
        Colonne("heures_apres", "Heures après", "heures par semaine après (augmentation, reduction)", "35"),
        Colonne(
            "motif",
            "Motif du départ",
            "du départ : DEMISSION, LICENCIEMENT, FIN_DE_CONTRAT, RETRAITE, MILIEU_ORDINAIRE, AUTRE_ESAT, "
            "DECES ou AUTRE",
            "RETRAITE",
            synonymes=("motif_depart", "motif_du_depart"),
        ),
        _REMPLACE,
    ),
)

REJETS = ("code", "message")
"""Columns that the file of refused rows adds; read again, they are left aside."""

_IDENTITES = ("nir", "numero_allocataire")
_MONTANTS = ("montant_net", "montant_aide_poste", "pourcentage_salaire_direct")
_SEPARATEURS = re.compile("[^a-z0-9]+")


def normaliser(nom: str) -> str:
    """Return a header as it is compared: no accents, no capitals, one underscore for anything else."""
    decompose = unicodedata.normalize("NFKD", nom.replace("°", " ").replace("º", " "))
    lettres = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return _SEPARATEURS.sub("_", lettres.lower()).strip("_")


def _noms(volet: Volet) -> dict[str, str]:
    return {forme: colonne.nom for colonne in volet.colonnes for forme in (colonne.nom, *colonne.synonymes)}


_CONNUS = _noms(CERTIFICAT) | _noms(CHANGEMENT)


def reconnues(cellules: Sequence[Cellule]) -> int:
    """Return how many cells of a row are names of columns, of either volet."""
    return sum(isinstance(cellule, str) and normaliser(cellule) in _CONNUS for cellule in cellules)


class Plan(NamedTuple):
    """Where each column of a file is."""

    rangs: dict[str, int]
    """0-based, by name of column."""
    constats: list[Constat]
    """What is wrong with the header."""


def planifier(entete: Ligne, volet: Volet, ignorees: Sequence[str] = (), ecarter: str = "") -> Plan:
    """Match the header of a file with the columns of a volet; `ignorees` are other columns to be left aside.

    `ecarter` tells a person how to leave a column aside, after « Retirer la colonne », in the words of the program.
    """
    noms = _noms(volet)
    aside = {normaliser(nom) for nom in (*ignorees, *REJETS)}
    rangs: dict[str, int] = {}
    constats = []
    for rang, cellule in enumerate(entete.cellules):
        if cellule is None:
            continue
        titre = str(cellule)
        nom = noms.get(normaliser(titre))
        if nom in rangs:
            message = f"la colonne « {nom} » figure deux fois"
            constats.append(probleme(entete.numero, titre, message, "N'en garder qu'une."))
        elif nom is not None:
            rangs[nom] = rang
        elif normaliser(titre) not in aside:
            constats.append(_inconnue(entete.numero, titre, volet, noms, ecarter))
    return Plan(rangs, constats + _manquantes(entete.numero, volet, rangs))


def _inconnue(numero: int, titre: str, volet: Volet, noms: dict[str, str], ecarter: str) -> Constat:
    proches = get_close_matches(normaliser(titre), noms, 1, 0.75)
    if proches:
        conseil = f"Est-ce « {noms[proches[0]]} » ? Sinon, retirer la colonne{ecarter}."
    elif normaliser(titre) in _CONNUS:
        conseil = f"Elle appartient à l'autre volet : est-ce un fichier de {_autre(volet)} ?"
    else:
        conseil = f"Retirer la colonne{ecarter}."
    return probleme(numero, titre, f"colonne inconnue d'un fichier de {volet.libelle}", conseil)


def _autre(volet: Volet) -> str:
    return CHANGEMENT.libelle if volet is CERTIFICAT else CERTIFICAT.libelle


def _manquantes(numero: int, volet: Volet, rangs: dict[str, int]) -> list[Constat]:
    constats = [
        probleme(numero, colonne.nom, "colonne obligatoire absente", f"Elle contient : {colonne.attendu}.")
        for colonne in volet.colonnes
        if colonne.obligatoire and colonne.nom not in rangs
    ]
    if not any(nom in rangs for nom in _IDENTITES):
        conseil = "Donner l'une des deux, ou les deux : le nom ne suffit pas à retrouver l'allocataire."
        constats.append(probleme(numero, " ou ".join(_IDENTITES), "aucune des deux colonnes n'est présente", conseil))
    if volet is CERTIFICAT and sum(nom in rangs for nom in _MONTANTS) < 2:
        conseil = f"Deux au moins sont attendues parmi {', '.join(_MONTANTS)}."
        constats.append(probleme(numero, None, "il manque des colonnes de montants", conseil))
    return constats


_ELEMENTS = {
    re.sub("_([a-z])", lambda lettre: lettre[1].upper(), colonne.nom): colonne.nom
    for volet in (CERTIFICAT, CHANGEMENT)
    for colonne in volet.colonnes
}
LIBELLES = {colonne.nom: colonne.libelle for volet in (CERTIFICAT, CHANGEMENT) for colonne in volet.colonnes}
"""Names of fields, by name of column."""
_REMPLACE_SEUL = re.compile(r"\b(dans|omettre) remplace\b")
_ELEMENTS_ENTIERS = {
    "salarie": "nir ou numero_allocataire",
    "augmentation": "nature",
    "reduction": "nature",
    "depart": "nature",
}
_CHEMIN = re.compile(
    r"\b(?:salarie|augmentation|reduction|depart)/(?P<dedans>\w+)"
    rf"|\b(?P<seul>{'|'.join(nom for nom in _ELEMENTS if nom != nom.lower())})\b"
)


def colonne_du_champ(champ: str | None) -> str | None:
    """Return the column that a path of the contract comes from, such as ``salarie/nir``; None where none does."""
    if not champ:
        return None
    dernier = re.sub(r"\[\d+\]$", "", champ.rpartition("/")[2])
    return _ELEMENTS.get(dernier) or _ELEMENTS_ENTIERS.get(dernier)


def en_colonnes(message: str) -> str:
    """Return a message of the service with the names of columns in the place of the contract's elements."""
    return _CHEMIN.sub(lambda trouve: _ELEMENTS.get(trouve["dedans"] or trouve["seul"], trouve[0]), message)


def en_libelles(message: str) -> str:
    """Return a message of the service with the names of a form's fields in the place of the contract's elements."""
    message = _REMPLACE_SEUL.sub(lambda trouve: f"{trouve[1]} « {LIBELLES['remplace']} »", message)
    return _CHEMIN.sub(lambda trouve: _libelle(trouve["dedans"] or trouve["seul"]) or trouve[0], message)


def _libelle(element: str) -> str | None:
    nom = _ELEMENTS.get(element)
    return None if nom is None else f"« {LIBELLES[nom]} »"
