"""Lines of deposits and their anomalies: written in bulk, read by sets, never one at a time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, cast, func, or_, select, update

from service.storage.antecedents import DES_DEPOTS, Anterieure, antecedents
from service.storage.bulk import Bulk, en_colonnes
from service.storage.columns import valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, anomalie, depot, ligne, mouvement

_NUMERO = re.compile(r"D[0-9]{6}-[0-9A-Z]{8}-[0-9]{4}")
"""Number of a declaration: that of its deposit, and its rank there (`service.domain.recepisse`)."""


class Ligne(NamedTuple):
    """A line: the columns of the table, in order. Amounts, shares and hours in hundredths."""

    depot_id: int
    rang: int
    reference: str | None
    nature: str
    """CERTIFICAT, AUGMENTATION, REDUCTION, DEPART or ANNULATION."""
    numero: str | None
    """None for a rejected line."""
    esat_id: int
    annee: int | None
    """Year of the November declared; None unless a certificate."""
    nir_repere: int | None
    allocataire_repere: int | None
    nom_repere: int | None
    donnees: bytes | None
    """Personal data, one ciphertext."""
    nombre_mois: int | None
    montant_net: int | None
    montant_aide_poste: int | None
    pourcentage_salaire_direct: int | None
    heures_avant: int | None
    heures_apres: int | None
    date_effet: date | None
    motif: str | None
    cible: str | None
    """Number of the declaration replaced or cancelled."""
    essai: bool
    statut: str | None
    """A StatutDeclaration for an accepted declaration that is not ESSAI, None otherwise."""
    statut_depuis: datetime | None


class AnomalieLigne(NamedTuple):
    """An anomaly of a line: the columns of the table, in order."""

    depot_id: int
    rang: int
    ordre: int
    code: str
    gravite: str
    champ: str | None
    message: str


class Active(NamedTuple):
    """An active declaration found by its number."""

    numero: str
    nature: str
    annee: int | None
    statut: str
    depot_id: int
    rang: int


class Etat(NamedTuple):
    """Where a declaration stands, and since when."""

    numero: str
    statut: str
    depuis: datetime


class Attendue(NamedTuple):
    """An active declaration that says whether an employee's certificate is expected."""

    nature: str
    annee: int | None
    nir_repere: int | None
    allocataire_repere: int | None
    donnees: bytes
    date_effet: date | None
    numero: str


class Refus(NamedTuple):
    """Why the back office refused a declaration."""

    numero: str
    motif: str | None


_LIGNES = Bulk(ligne)
_ANOMALIES = Bulk(anomalie)
_numeros, _numero = valeurs_de("numeros")


def de_numero(numero: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What joins its deposit, then its line, to the number of a declaration."""
    du_depot = depot.c.numero == func.substr(numero, 1, func.length(numero) - 5)
    rang = cast(func.substr(numero, func.length(numero) - 3), Integer())
    return du_depot, and_(ligne.c.depot_id == depot.c.id, ligne.c.rang == rang)


_DE_NUMERO = and_(*de_numero(_numero))
_ACTIVES = Statement(
    select(*(ligne.c[nom] for nom in Active._fields))
    .select_from(_numeros)
    .where(_DE_NUMERO, ligne.c.esat_id == bindparam("esat_id"), ACTIVE),
    Active,
)
_CHANGER_STATUT: Statement[tuple[Any, ...]] = Statement(
    update(ligne)
    .where(_DE_NUMERO, ligne.c.statut.is_not(None))
    .values(statut=bindparam("nouveau"), statut_depuis=bindparam("instant"))
)
_ETATS = Statement(
    select(ligne.c.numero, ligne.c.statut, ligne.c.statut_depuis)
    .where(ligne.c.depot_id == bindparam("depot_id"), ligne.c.statut.is_not(None))
    .order_by(ligne.c.rang),
    Etat,
)
_ATTENDUS = Statement(
    select(*(ligne.c[nom] for nom in Attendue._fields)).where(
        DES_DEPOTS,
        ACTIVE,
        or_(
            ligne.c.annee.is_not(None),
            ligne.c.date_effet.between(bindparam("premier"), bindparam("dernier")),
            and_(ligne.c.nature == "DEPART", ligne.c.date_effet < bindparam("premier")),
        ),
    ),
    Attendue,
)
_DU_DEPOT = Statement(select(*ligne.c).where(ligne.c.depot_id == bindparam("depot_id")).order_by(ligne.c.rang), Ligne)
_ANOMALIES_DU_DEPOT = Statement(
    select(*anomalie.c).where(anomalie.c.depot_id == bindparam("depot_id")).order_by(anomalie.c.rang, anomalie.c.ordre),
    AnomalieLigne,
)


_REFUS = Statement(
    select(ligne.c.numero, mouvement.c.motif)
    .select_from(ligne)
    .join(mouvement, and_(mouvement.c.declaration == ligne.c.numero, mouvement.c.reponse == "REFUSEE"))
    .where(ligne.c.depot_id == bindparam("depot_id"), ligne.c.statut == "REFUSEE")
    .order_by(mouvement.c.repondu_le, mouvement.c.transmission_id),
    Refus,
)


class LignesRepository:
    """The lines and their anomalies."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def ajouter_lot(self, colonnes: Mapping[str, Sequence[Any]]) -> None:
        """Write the lines of a deposit, given as columns: the fields of `Ligne`, without those that no line has."""
        self._session.bulk(_LIGNES, colonnes)

    def ajouter_anomalies(self, anomalies: Sequence[AnomalieLigne]) -> None:
        """Write the anomalies of a deposit's lines."""
        self._session.bulk(_ANOMALIES, en_colonnes(anomalies))

    def antecedents(
        self, esat_id: int, nirs: Sequence[int], allocataires: Sequence[int], annees: Sequence[int]
    ) -> list[Anterieure]:
        """Active declarations of the ESAT for employees of these repères: certificates of `annees`, all changements.

        One found by both comes once.
        """
        return antecedents(self._session, esat_id, nirs, allocataires, annees)

    def actives(self, esat_id: int, numeros: Sequence[str]) -> list[Active]:
        """The active declarations of the ESAT among these numbers; what is no number of ours is none of them."""
        return self._session.all(_ACTIVES, {"esat_id": esat_id, "numeros": bien_formes(numeros)})

    def changer_statut(self, numeros: Sequence[str], statut: str, instant: datetime) -> int:
        """Set the status of accepted declarations; how many there were. The caller checks that the step is allowed."""
        valeurs = {"numeros": bien_formes(numeros), "nouveau": statut, "instant": instant}
        return self._session.run(_CHANGER_STATUT, valeurs)

    def etats(self, depot_id: int) -> list[Etat]:
        """Where the declarations of a deposit stand, by rank; empty for an ESSAI."""
        return self._session.all(_ETATS, {"depot_id": depot_id})

    def refus(self, depot_id: int) -> list[Refus]:
        """Why declarations of a deposit were refused, the last answer of each one last."""
        return self._session.all(_REFUS, {"depot_id": depot_id})

    def attendus(self, esat_id: int, annee: int) -> list[Attendue]:
        """What says whom a certificate of `annee` is expected for; the set logic is the caller's.

        Active certificates of `annee` and the year before, changements with effect in `annee`, and former départs.
        """
        valeurs = {
            "esat_id": esat_id,
            "annee_1": annee - 1,
            "annee_2": annee,
            "premier": date(annee, 1, 1),
            "dernier": date(annee, 12, 31),
        }
        return self._session.all(_ATTENDUS, valeurs)

    def du_depot(self, depot_id: int) -> list[Ligne]:
        """Every line of a deposit, by rank."""
        return self._session.all(_DU_DEPOT, {"depot_id": depot_id})

    def anomalies_du_depot(self, depot_id: int) -> list[AnomalieLigne]:
        """Every anomaly of a deposit, by rank then order."""
        return self._session.all(_ANOMALIES_DU_DEPOT, {"depot_id": depot_id})


def bien_formes(numeros: Iterable[str]) -> list[str]:
    """Those of these texts that are numbers of declarations, each once: the others would be no keys for `de_numero`."""
    return list({numero for numero in numeros if _NUMERO.fullmatch(numero)})
