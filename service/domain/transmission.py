"""The feed to the back office: what each file passes on, and how a correction is told.

The back office holds at most one declaration of a lineage, a declaration and those that it replaces one after the
other. A movement brings it to where the ESAT is now:

==============  =====================================================================================================
CREATION        a declaration; nothing of its lineage is held
REMPLACEMENT    a declaration, in place of the one of its lineage that is held
ANNULATION      the one that is held does not count any more
==============  =====================================================================================================

What was never passed on, or was refused, is not held. Who replaces a declaration gives it up: a refusal of the new one
does not bring the old one back, here (it is REMPLACEE for ever) or there.
"""

import re
from enum import StrEnum
from typing import NamedTuple

ORGANISME_INCONNU = "000"
"""Organisme of the files of employees for whom neither their line nor the convention names a Caf."""
MOUVEMENTS_MAX = 10_000
"""Movements of a file at most: 7 MB."""
_REFERENCE = re.compile(r"(?:transmission-)?([0-9]{3})-([0-9]{1,9})(?:\.xml)?")


class NatureMouvement(StrEnum):
    """What a movement does with a declaration."""

    CREATION = "CREATION"
    REMPLACEMENT = "REMPLACEMENT"
    ANNULATION = "ANNULATION"

    @property
    def libelle(self) -> str:
        """French label."""
        return _NATURES[self]


_NATURES = {
    NatureMouvement.CREATION: "création",
    NatureMouvement.REMPLACEMENT: "remplacement",
    NatureMouvement.ANNULATION: "annulation",
}


class Resultat(StrEnum):
    """What the back office answers to a movement; the values are those of the statuses that a declaration then has."""

    INTEGREE = "INTEGREE"
    REFUSEE = "REFUSEE"

    @property
    def libelle(self) -> str:
        """French label."""
        return "intégrée" if self is Resultat.INTEGREE else "refusée"


class EtatTransmission(StrEnum):
    """Where a file stands."""

    EN_PREPARATION = "EN_PREPARATION"
    A_ECRIRE = "A_ECRIRE"
    ECRITE = "ECRITE"
    REPONDUE_EN_PARTIE = "REPONDUE_EN_PARTIE"
    REPONDUE = "REPONDUE"

    @property
    def libelle(self) -> str:
        """French label."""
        return _ETATS[self]


_ETATS = {
    EtatTransmission.EN_PREPARATION: "en préparation",
    EtatTransmission.A_ECRIRE: "à écrire",
    EtatTransmission.ECRITE: "écrite",
    EtatTransmission.REPONDUE_EN_PARTIE: "répondue en partie",
    EtatTransmission.REPONDUE: "répondue",
}


class Detenue(NamedTuple):
    """The nearest declaration of a lineage that was passed on."""

    numero: str
    organisme: str
    """That of the file which passed it on."""
    refusee: bool
    annulee: bool
    """Whether its ANNULATION was passed on already."""


class Mouvement(NamedTuple):
    """What one file tells of one declaration."""

    organisme: str
    nature: NatureMouvement
    declaration: str
    """Number of the declaration passed on or cancelled."""
    remplace: str | None = None
    """Of a REMPLACEMENT: number of the declaration that the back office holds."""


def mouvements_de(numero: str, organisme: str, detenue: Detenue | None) -> list[Mouvement]:
    """Return the movements that pass a declaration on; `detenue` is what was passed on of those that it replaces.

    Two of them where the correction is for another organisme: the first one gives the declaration up, the other one
    gets it.
    """
    annulations = annulations_de(detenue)
    if not annulations:
        return [Mouvement(organisme, NatureMouvement.CREATION, numero)]
    (ancienne,) = annulations
    if ancienne.organisme == organisme:
        return [Mouvement(organisme, NatureMouvement.REMPLACEMENT, numero, ancienne.declaration)]
    return [ancienne, Mouvement(organisme, NatureMouvement.CREATION, numero)]


def annulations_de(detenue: Detenue | None) -> list[Mouvement]:
    """Return the movement that cancels what was passed on of a lineage; none where nothing is held."""
    if detenue is None or detenue.refusee or detenue.annulee:
        return []
    return [Mouvement(detenue.organisme, NatureMouvement.ANNULATION, detenue.numero)]


def reference(organisme: str, numero: int) -> str:
    """Return how a file is named to people: ``831-000012``."""
    return f"{organisme}-{numero:06d}"


def nom_du_fichier(organisme: str, numero: int) -> str:
    """Return the name of a file, the same for ever."""
    return f"transmission-{reference(organisme, numero)}.xml"


def lire_reference(texte: str) -> tuple[str, int] | None:
    """Return the organisme and the number that a reference or the name of a file tells; None where it is neither."""
    trouve = _REFERENCE.fullmatch(texte.strip())
    return None if trouve is None else (trouve[1], int(trouve[2]))


def etat_de(*, fermee: bool, ecrite: bool, nombre: int, repondus: int) -> EtatTransmission:
    """Return where a file stands, from what is known of it and how many of its movements were answered."""
    if not fermee:
        return EtatTransmission.EN_PREPARATION
    if repondus:
        return EtatTransmission.REPONDUE if repondus >= nombre else EtatTransmission.REPONDUE_EN_PARTIE
    return EtatTransmission.ECRITE if ecrite else EtatTransmission.A_ECRIRE
