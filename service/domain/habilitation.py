"""Who may declare for an ESAT: roles, states of an account, and the convention that everything hangs on.

Access exists only under a convention d'usage between the ESAT and the Caf; unauthorised access is punished (code pénal,
323-1 and following).
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a person may do for one ESAT; there is one référent at a time."""

    AGENT = "AGENT"
    REFERENT = "REFERENT"

    @property
    def libelle(self) -> str:
        """French label."""
        return "Agent habilité" if self is Role.AGENT else "Référent unique"


class EtatCompte(StrEnum):
    """State of an account; only ACTIF opens anything."""

    ACTIF = "ACTIF"
    SUSPENDU = "SUSPENDU"
    RETIRE = "RETIRE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _LIBELLES[self]


_LIBELLES = {EtatCompte.ACTIF: "Actif", EtatCompte.SUSPENDU: "Suspendu", EtatCompte.RETIRE: "Retiré"}


class Convention(NamedTuple):
    """A convention d'usage between an ESAT's manager and the Caf."""

    numero: str
    signee_le: date
    fin_le: date | None
    """Last day it runs; None while no end is agreed."""
    organisme: str | None
    """Three digits of the Caf that employees' numéros belong to by default; None when it gives none."""
    duree_mot_de_passe_jours: int = 180
    """Days after which a password expires."""

    def en_cours(self, jour: date) -> bool:
        """Whether it runs on that day of Paris, its first and last days included."""
        return self.signee_le <= jour and (self.fin_le is None or jour <= self.fin_le)


class Acces(StrEnum):
    """What a right of an account on an ESAT opens, and if nothing, what closes it first."""

    OUVERT = "OUVERT"
    COMPTE_RETIRE = "COMPTE_RETIRE"
    COMPTE_SUSPENDU = "COMPTE_SUSPENDU"
    SUSPENDU = "SUSPENDU"
    CONVENTION = "CONVENTION"
    AUCUN_DROIT = "AUCUN_DROIT"
    """Of an account that no ESAT is left to."""

    @property
    def libelle(self) -> str:
        """French label."""
        return _ACCES[self]


_ACCES = {
    Acces.OUVERT: "ouvert",
    Acces.COMPTE_RETIRE: "compte retiré",
    Acces.COMPTE_SUSPENDU: "compte suspendu par la Caf",
    Acces.SUSPENDU: "suspendu par le référent",
    Acces.CONVENTION: "convention non en cours",
    Acces.AUCUN_DROIT: "aucun droit",
}


def acces(etat: EtatCompte, suspendu: bool, convention_en_cours: bool) -> Acces:
    """Return what a right opens: of an account in that state, suspended on this ESAT or not, under its convention."""
    if etat is EtatCompte.RETIRE:
        return Acces.COMPTE_RETIRE
    if etat is EtatCompte.SUSPENDU:
        return Acces.COMPTE_SUSPENDU
    if suspendu:
        return Acces.SUSPENDU
    return Acces.OUVERT if convention_en_cours else Acces.CONVENTION
