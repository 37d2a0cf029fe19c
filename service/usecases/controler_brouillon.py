"""A draft judged without depositing it: every cell, the schemas, then the rules with what the database knows.

The very reading of files, and the very judgement of a deposit: what is said here is what a deposit would be answered.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from service.contract.fichiers.colonnes import en_libelles, planifier
from service.contract.fichiers.constats import Constat, probleme
from service.contract.fichiers.conversion import Declaration, LigneLue, convertir
from service.contract.fichiers.tableau import Ligne, Tableau
from service.contract.fichiers.traduction import constat_de_regle, constats_du_schema
from service.contract.reading import analyseur
from service.contract.redaction import ecrire_charge
from service.domain.declaration import Entete, Gravite, Logiciel
from service.storage.unit_of_work import UnitOfWork
from service.usecases.brouillon import Brouillon, LigneSaisie
from service.usecases.campagnes import trouver_campagne
from service.usecases.demandes import DemandeDepot
from service.usecases.dependencies import Dependencies
from service.usecases.juger import juger, lire_le_passe
from service.usecases.lignes import preparer
from service.usecases.reception import Etablissement

_AU_RANG = re.compile(r"au rang ([0-9]+) du même message")
_GRAVITES = {Gravite.REJET: 0, Gravite.ALERTE: 1, Gravite.INFO: 2}
_VIDE = LigneSaisie(0, {})
_TOUTE_LA_LIGNE = ""
_NEUTRES = {
    **{"nom": "X", "prenom": "X", "date_naissance": "01/01/1970", "nombre_mois": "12"},
    **{"date_effet": "01/01/2020", "heures_avant": "1", "heures_apres": "2", "motif": "AUTRE"},
}
"""Texts for obligatory columns that cannot be read, so that the others can be judged."""
_JUGES_SEULS = frozenset(
    {
        *("nir", "numero_allocataire", "organisme", "nom", "prenom", "nom_usage", "reference", "remplace"),
        *("nombre_mois", "montant_net", "montant_aide_poste", "pourcentage_salaire_direct"),
    }
)
"""Columns whose rejections come from their own value, or from who the employee is."""
_SANS_LOGICIEL = Logiciel("-", "-", "-")


class LigneControlee(NamedTuple):
    """One line of a draft, and all that is to be said of it, the gravest first."""

    numero: int
    """Its place in the draft, from 1."""
    saisie: LigneSaisie
    declaration: Declaration | None
    """None for a line that cannot be read."""
    constats: Sequence[Constat]

    @property
    def rejetee(self) -> bool:
        """Whether it would be rejected."""
        return any(constat.gravite is Gravite.REJET for constat in self.constats)


def controler_brouillon(
    dependencies: Dependencies, etablissement: Etablissement, brouillon: Brouillon
) -> list[LigneControlee]:
    """Return the lines of a draft, judged as if they were deposited now."""
    lues, constats = lire_lignes(brouillon)
    partielles = _lire_le_reste(brouillon, constats)
    toutes = sorted([*lues, *partielles], key=lambda lue: lue.numero)
    juges = _selon_le_schema(brouillon, etablissement, toutes)
    places = {(constat.ligne, constat.colonne) for constat in (*constats, *juges)}
    with dependencies.unites.lecture() as unite:
        regles = _selon_les_regles(dependencies, unite, etablissement, brouillon, toutes)
    # A value that cannot be read, or that the schemas refuse, is not judged twice.
    juges += [constat for constat in regles if (constat.ligne, constat.colonne) not in places]
    a_demi = {lue.numero for lue in partielles}
    constats += [constat for constat in juges if constat.ligne not in a_demi or _vaut_a_demi(constat)]
    return _par_ligne(brouillon, lues, constats)


def lire_lignes(brouillon: Brouillon) -> tuple[list[LigneLue], list[Constat]]:
    """Return the lines that can be read, numbered by their place in the draft, and what is wrong with the others."""
    noms = [colonne.nom for colonne in brouillon.volet.colonnes]
    entete = Ligne(0, tuple(noms))
    rangees, constats = [], []
    for numero, ligne in enumerate(brouillon.lignes, 1):
        if ligne.illisibles:
            constats += [probleme(numero, colonne, message) for colonne, message in ligne.illisibles]
        else:
            rangees.append(Ligne(numero, tuple(_cellule(ligne.valeurs.get(nom)) for nom in noms)))
    tableau = Tableau("", entete, rangees, 0, virgule=True)
    lues, refus = convertir(tableau, planifier(entete, brouillon.volet), brouillon.volet)
    return lues, constats + refus


def _lire_le_reste(brouillon: Brouillon, constats: Sequence[Constat]) -> list[LigneLue]:
    """The lines that cannot be read, neutral values in place of what cannot: what the rest breaks is told at once."""
    refusees: dict[int | None, set[str]] = {}
    for constat in constats:
        refusees.setdefault(constat.ligne, set()).add(constat.colonne or _TOUTE_LA_LIGNE)
    lignes = [
        _neutralisee(ligne, refusees[numero]) if numero in refusees else _VIDE
        for numero, ligne in enumerate(brouillon.lignes, 1)
    ]
    return lire_lignes(brouillon._replace(lignes=tuple(lignes)))[0]


def _neutralisee(ligne: LigneSaisie, fautives: set[str]) -> LigneSaisie:
    """A line without what cannot be read; nothing is left of one whose nature, or row as a whole, is in doubt."""
    if fautives & {"nature", _TOUTE_LA_LIGNE}:
        return _VIDE
    valeurs = {nom: texte for nom, texte in ligne.valeurs.items() if nom not in fautives}
    return LigneSaisie(0, valeurs | {nom: texte for nom, texte in _NEUTRES.items() if nom in fautives})


def _vaut_a_demi(constat: Constat) -> bool:
    """Of a line read with neutral values, what stops a value of its own is true whatever the others are."""
    return constat.gravite is Gravite.REJET and constat.colonne is not None and constat.colonne in _JUGES_SEULS


def _cellule(texte: str | None) -> str | None:
    return " ".join((texte or "").split()) or None


def _selon_le_schema(brouillon: Brouillon, etablissement: Etablissement, lues: Sequence[LigneLue]) -> list[Constat]:
    if not lues:
        return []
    entete = Entete(brouillon.identifiant, etablissement.siret, _SANS_LOGICIEL, essai=True)
    declarations = [lue.declaration for lue in lues]
    charge = ecrire_charge(brouillon.volet.operation, entete, declarations, brouillon.annee)
    return constats_du_schema(etree.fromstring(charge, analyseur()), [lue.numero for lue in lues], en_libelles)


def _selon_les_regles(
    dependencies: Dependencies,
    unite: UnitOfWork,
    etablissement: Etablissement,
    brouillon: Brouillon,
    lues: Sequence[LigneLue],
) -> Iterable[Constat]:
    """What the rules say; nothing for a year that can have no campaign, whose deposit is refused as a whole."""
    campagne = None if brouillon.annee is None else trouver_campagne(unite, brouillon.annee)
    if not lues or (brouillon.annee is not None and campagne is None):
        return []
    entete = Entete(brouillon.identifiant, etablissement.siret, _SANS_LOGICIEL, essai=True)
    declarations: list[Declaration] = [lue.declaration for lue in lues]
    demande = DemandeDepot(brouillon.volet.operation, entete, declarations, "", brouillon.annee)  # type: ignore[arg-type]
    prepares = preparer(dependencies.coffre, demande, etablissement.convention.organisme)
    passe = lire_le_passe(unite, etablissement.id, demande, prepares)
    jugees = juger(etablissement, demande, prepares, passe, campagne, dependencies.horloge())
    numeros = [lue.numero for lue in lues]
    return [
        _avec_les_numeros(constat_de_regle(lue.numero, anomalie, en_libelles), numeros)
        for lue, jugee in zip(lues, jugees, strict=True)
        for anomalie in jugee.anomalies
    ]


def _avec_les_numeros(constat: Constat, numeros: Sequence[int]) -> Constat:
    """I04 names a rank of the message: the line that has it in the draft."""
    message = _AU_RANG.sub(lambda rang: f"à la ligne {numeros[int(rang[1]) - 1]} du brouillon", constat.message)
    return constat._replace(message=message)


def _par_ligne(brouillon: Brouillon, lues: Sequence[LigneLue], constats: Iterable[Constat]) -> list[LigneControlee]:
    declarations: Mapping[int, Declaration] = {lue.numero: lue.declaration for lue in lues}
    trouves: dict[int | None, list[Constat]] = {}
    for constat in constats:
        trouves.setdefault(constat.ligne, []).append(constat)
    return [
        LigneControlee(
            numero,
            saisie,
            declarations.get(numero),
            sorted(trouves.get(numero, ()), key=lambda constat: _GRAVITES[constat.gravite]),
        )
        for numero, saisie in enumerate(brouillon.lignes, 1)
    ]
