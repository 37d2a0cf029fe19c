"""A row → a certificate or a change, or everything that is wrong with its cells at once."""

from typing import Any, NamedTuple

from service.contract.fichiers.colonnes import CERTIFICAT, Plan, Volet
from service.contract.fichiers.constats import Constat, probleme
from service.contract.fichiers.tableau import Ligne, Tableau
from service.contract.fichiers.valeurs import LECTEURS, LECTEURS_DE_NOMBRES, ValeurError
from service.domain.declaration import Certificat, Changement, Nature, Salarie

Declaration = Certificat | Changement


class LigneLue(NamedTuple):
    """One row that was understood."""

    numero: int
    """Of the row in the file."""
    declaration: Declaration


def convertir(tableau: Tableau, plan: Plan, volet: Volet) -> tuple[list[LigneLue], list[Constat]]:
    """Return the rows that were understood, and what keeps the others from being so."""
    lecteur = _Lecteur(tableau, plan, volet)
    lues = [lue for ligne in tableau.lignes if (lue := lecteur.lire(ligne)) is not None]
    return lues, lecteur.constats


class _Lecteur:
    def __init__(self, tableau: Tableau, plan: Plan, volet: Volet) -> None:
        self.constats: list[Constat] = []
        self._rangs = plan.rangs
        self._virgule = tableau.virgule
        self._largeur = len(tableau.entete.cellules)
        self._obligatoires = [colonne for colonne in volet.colonnes if colonne.obligatoire]
        self._composer = _certificat if volet is CERTIFICAT else self._changement

    def lire(self, ligne: Ligne) -> LigneLue | None:
        avant = len(self.constats)
        valeurs = self._valeurs(ligne)
        if any(cellule is not None for cellule in ligne.cellules[self._largeur :]):
            self._refuser(
                ligne.numero,
                None,
                "une cellule dépasse la dernière colonne : un séparateur (virgule décimale ?) n'est-il pas en trop ?",
            )
        declaration = None if len(self.constats) > avant else self._composer(ligne.numero, valeurs)
        return None if declaration is None or len(self.constats) > avant else LigneLue(ligne.numero, declaration)

    def _valeurs(self, ligne: Ligne) -> dict[str, Any]:
        """Read every cell of a row; None for an empty one."""
        valeurs: dict[str, Any] = {}
        for nom, rang in self._rangs.items():
            cellule = ligne.cellules[rang] if rang < len(ligne.cellules) else None
            if cellule is None:
                valeurs[nom] = None
                continue
            try:
                if nom in LECTEURS_DE_NOMBRES:
                    valeurs[nom] = LECTEURS_DE_NOMBRES[nom](cellule, self._virgule)
                else:
                    valeurs[nom] = LECTEURS[nom](cellule)
            except ValeurError as erreur:
                valeurs[nom] = ...
                self._refuser(ligne.numero, nom, str(erreur))
        for colonne in self._obligatoires:
            if valeurs.get(colonne.nom) is None:
                self._refuser(ligne.numero, colonne.nom, f"valeur absente ; attendu : {colonne.attendu}")
        return valeurs

    def _changement(self, numero: int, valeurs: dict[str, Any]) -> Changement | None:
        """Return the change; hours go with a change of hours, a reason with a départ, and none is dropped unseen."""
        nature = valeurs["nature"]
        if nature is Nature.DEPART:
            if valeurs.get("motif") is None:
                self._refuser(numero, "motif", "valeur absente : le motif d'un départ est attendu")
            for nom in ("heures_avant", "heures_apres"):
                if valeurs.get(nom):
                    self._refuser(numero, nom, "un départ n'a pas d'heures : ne rien donner, ou corriger la nature")
            valeurs |= {"heures_avant": None, "heures_apres": None}
        else:
            for nom in ("heures_avant", "heures_apres"):
                if valeurs.get(nom) is None:
                    self._refuser(numero, nom, "valeur absente : les heures par semaine sont attendues")
            if valeurs.get("motif") is not None:
                self._refuser(numero, "motif", "seul un départ a un motif : ne rien donner, ou corriger la nature")
        return Changement(
            valeurs.get("reference"),
            _salarie(valeurs),
            nature,
            valeurs["date_effet"],
            valeurs.get("heures_avant"),
            valeurs.get("heures_apres"),
            valeurs.get("motif"),
            valeurs.get("remplace"),
        )

    def _refuser(self, numero: int, colonne: str | None, message: str) -> None:
        self.constats.append(probleme(numero, colonne, message))


def _certificat(_numero: int, valeurs: dict[str, Any]) -> Certificat:
    return Certificat(
        valeurs.get("reference"),
        _salarie(valeurs),
        valeurs["nombre_mois"],
        valeurs.get("montant_net"),
        valeurs.get("montant_aide_poste"),
        valeurs.get("pourcentage_salaire_direct"),
        valeurs.get("remplace"),
    )


def _salarie(valeurs: dict[str, Any]) -> Salarie:
    return Salarie(
        valeurs.get("nir"),
        valeurs.get("numero_allocataire"),
        valeurs.get("organisme"),
        valeurs["nom"],
        valeurs.get("nom_usage"),
        valeurs["prenom"],
        valeurs["date_naissance"],
    )
