"""What can be wrong with a sealed log, in the words of those who read the verdict."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class NatureRupture(StrEnum):
    """What was done to the log, its leaves, its seals or the file outside the database."""

    ENTREE_ALTEREE = "ENTREE_ALTEREE"
    ENTREE_RETIREE = "ENTREE_RETIREE"
    ENTREE_INSEREE = "ENTREE_INSEREE"
    FEUILLE_ALTEREE = "FEUILLE_ALTEREE"
    SCEAU_ALTERE = "SCEAU_ALTERE"
    SCEAU_RETIRE = "SCEAU_RETIRE"
    CHAINE_ROMPUE = "CHAINE_ROMPUE"
    FICHIER_CONTRAIRE = "FICHIER_CONTRAIRE"
    FICHIER_COUPE = "FICHIER_COUPE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {
    NatureRupture.ENTREE_ALTEREE: "entrée modifiée",
    NatureRupture.ENTREE_RETIREE: "entrée retirée",
    NatureRupture.ENTREE_INSEREE: "entrée ajoutée après coup",
    NatureRupture.FEUILLE_ALTEREE: "feuille modifiée",
    NatureRupture.SCEAU_ALTERE: "sceau faux",
    NatureRupture.SCEAU_RETIRE: "sceau retiré",
    NatureRupture.CHAINE_ROMPUE: "chaîne des sceaux rompue",
    NatureRupture.FICHIER_CONTRAIRE: "fichier des sceaux contraire à la base",
    NatureRupture.FICHIER_COUPE: "fichier des sceaux coupé",
}


class Rupture(NamedTuple):
    """One thing that is wrong, and where."""

    nature: NatureRupture
    message: str
    """A sentence in French, without personal data."""
    sceau: int
    """Number of the seal."""
    entree: int | None = None
    """Id of the entry of the log; None where only the seal can be named."""
    instant: datetime | None = None
    """Of the entry where it is still there, else of the seal."""
