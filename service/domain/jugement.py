"""What the controls are given beside a line, and what they give back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from service.domain.campagne import ElementsAttendus
from service.domain.declaration import Anomalie, Certificat, Changement, Gravite

Ligne = TypeVar("Ligne", Certificat, Changement, str)


class Antecedent(NamedTuple):
    """What the database knows of a line's employee, in the same ESAT, from active declarations only."""

    certificat_actif: str | None
    """Number of the active certificate of the year declared."""
    remplacables: frozenset[str]
    """Numbers that the line may replace: same employee and volet, and for a certificate the same year."""
    remuneration_an_passe: Decimal | None
    """Rémunération garantie (`baremes.remuneration_garantie`) of the active certificate of the year before."""
    depart: date | None
    """Date of effect of the active départ."""
    numero_depart: str | None = None
    """Number of the declaration of that départ: a line that replaces it does not contradict it."""


INCONNU = Antecedent(None, frozenset(), None, None)
"""An employee of whom the database knows nothing."""

AUCUN_ANTECEDENT: Mapping[int, Antecedent] = MappingProxyType({})


class ContexteCertificats(NamedTuple):
    """What the certificates of one message are judged against."""

    annee: int
    """Year of the November declared."""
    elements_attendus: ElementsAttendus
    jour: date
    """Day of reception, in Paris."""
    date_limite: date
    """Last day in time."""
    organisme: str | None
    """Organisme of the convention, for numéros that come without one; None when it gives none."""
    hors_ligne: bool = False
    """Away from the database: rules that ask it do not speak, and a convention without organisme is one unknown."""


class ContexteChangements(NamedTuple):
    """What the changes of one message are judged against; fields as in `ContexteCertificats`."""

    jour: date
    organisme: str | None
    hors_ligne: bool = False


class Jugement(NamedTuple, Generic[Ligne]):
    """One line after the controls."""

    ligne: Ligne
    """The line with its amounts, share and hours rounded half up to two decimals; the number to cancel."""
    anomalies: tuple[Anomalie, ...]

    @property
    def rejetee(self) -> bool:
        """Whether an anomaly stops the line."""
        return bool(self.anomalies) and any(anomalie.gravite is Gravite.REJET for anomalie in self.anomalies)
