"""A draft: declarations as somebody writes them, by hand or from a file, until they are deposited.

Invariants: texts are kept as typed, whatever is wrong with them, so that nothing is lost while it is put right; a line
keeps its key as long as it lives; the identifier of the message is made when the draft begins and changes only once
that message is deposited, so that depositing twice is one deposit. A trial has an identifier of its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from service.contract.fichiers.colonnes import CERTIFICAT, CHANGEMENT, Volet

VOLETS: Mapping[str, Volet] = {CERTIFICAT.nom: CERTIFICAT, CHANGEMENT.nom: CHANGEMENT}
"""The two kinds of declarations, by name."""


class LigneSaisie(NamedTuple):
    """One line as it stands."""

    cle: int
    valeurs: Mapping[str, str]
    """Texts by name of column, those that are not empty."""
    origine: int | None = None
    """Row of the file it came from."""
    illisibles: tuple[tuple[str | None, str], ...] = ()
    """Column, and what was lost there when its file was read; empty once the line was gone over by hand."""


class Brouillon(NamedTuple):
    """A draft of one volet."""

    volet: Volet
    annee: int | None
    """Year of the November declared; None for changements."""
    identifiant: str
    identifiant_essai: str
    suivante: int = 1
    """Key of the next line."""
    lignes: tuple[LigneSaisie, ...] = ()

    def identifiant_de(self, *, essai: bool) -> str:
        """Return the identifier of the message that it will be."""
        return self.identifiant_essai if essai else self.identifiant

    def ligne(self, cle: int) -> LigneSaisie | None:
        """Return the line of that key."""
        return next((ligne for ligne in self.lignes if ligne.cle == cle), None)

    def ajouter(self, *nouvelles: LigneSaisie) -> "Brouillon":
        """Return the draft with lines more, under keys of its own."""
        lignes = (ligne._replace(cle=self.suivante + rang) for rang, ligne in enumerate(nouvelles))
        return self._replace(suivante=self.suivante + len(nouvelles), lignes=(*self.lignes, *lignes))

    def corriger(self, cle: int, valeurs: Mapping[str, str]) -> "Brouillon":
        """Return the draft with other texts in the line of that key, gone over by hand."""
        return self._replace(
            lignes=tuple(
                ligne._replace(valeurs=valeurs, illisibles=()) if ligne.cle == cle else ligne for ligne in self.lignes
            )
        )

    def retirer(self, cles: Iterable[int]) -> "Brouillon":
        """Return the draft without these lines."""
        parties = set(cles)
        return self._replace(lignes=tuple(ligne for ligne in self.lignes if ligne.cle not in parties))

    def apres_depot(self, acceptees: Iterable[int], *, essai: bool) -> "Brouillon":
        """Return what is left after a deposit: everything after a trial, else the lines that were not accepted."""
        if essai:
            return self._replace(identifiant_essai=str(uuid4()))
        return self.retirer(acceptees)._replace(identifiant=str(uuid4()))

    def en_memoire(self) -> dict[str, Any]:
        """Return it as a session remembers it (JSON)."""
        return self._asdict() | {"volet": self.volet.nom, "lignes": [list(ligne) for ligne in self.lignes]}


def nouveau_brouillon(volet: Volet, annee: int | None) -> Brouillon:
    """Return an empty draft."""
    return Brouillon(volet, annee, str(uuid4()), str(uuid4()))


def relire_brouillon(memoire: Mapping[str, Any]) -> Brouillon:
    """Return what `Brouillon.en_memoire` gave."""
    lignes = tuple(
        LigneSaisie(cle, valeurs, origine, tuple((colonne, message) for colonne, message in illisibles))
        for cle, valeurs, origine, illisibles in memoire["lignes"]
    )
    return Brouillon(**{**memoire, "volet": VOLETS[memoire["volet"]], "lignes": lignes})
