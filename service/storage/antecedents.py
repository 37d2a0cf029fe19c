"""What an ESAT has declared of given employees, in one statement for a thousand of them as for one.

Employees are looked up in the indexes on their repères, a microsecond each, whatever the ESAT declared in its life.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from service.storage.columns import UnAUn, valeurs_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, depot, ligne


class Anterieure(NamedTuple):
    """An active declaration of an employee of the message, amounts in hundredths."""

    numero: str
    nature: str
    annee: int | None
    nir_repere: int | None
    allocataire_repere: int | None
    montant_net: int | None
    montant_aide_poste: int | None
    pourcentage_salaire_direct: int | None
    nombre_mois: int | None
    date_effet: date | None


_DES_ANNEES = or_(depot.c.annee.is_(None), depot.c.annee.in_([bindparam("annee_1"), bindparam("annee_2")]))
DES_DEPOTS = and_(depot.c.esat_id == bindparam("esat_id"), ligne.c.depot_id == depot.c.id, _DES_ANNEES)
"""Lines of an ESAT's certificates of two years, and of all its changements."""

# Not the index's own year: PostgreSQL would look an employee up once for each of the three, and gather the outcomes.
_annee = ligne.c.annee + literal_column("0", Integer())
_COLONNES = [ligne.c[nom] for nom in Anterieure._fields]
_DU_SALARIE = and_(
    ligne.c.esat_id == bindparam("esat_id"),
    or_(_annee.is_(None), _annee.in_([bindparam("annee_1"), bindparam("annee_2")])),
    ACTIVE,
)


def _recherche(parametre: str, repere: ColumnElement[int]) -> Select[tuple[object, ...]]:
    cherches, cherche = valeurs_de(parametre, BigInteger)
    return select(*_COLONNES).select_from(UnAUn(cherches, ligne, repere == cherche)).where(_DU_SALARIE)


def _recherche_un_a_un(parametre: str, repere: ColumnElement[int]) -> Select[tuple[object, ...]]:
    """The same, each employee for himself: OFFSET keeps PostgreSQL from comparing each with all that the ESAT declared.

    Without statistics of a table that has just begun to fill it did so: 320 ms for a thousand among a thousand, 5 so.
    """
    cherches, cherche = valeurs_de(parametre, BigInteger)
    declarees = select(*_COLONNES).where(_DU_SALARIE, repere == cherche).correlate(cherches)
    siennes = declarees.offset(literal_column("0")).lateral()
    return select(*siennes.c).select_from(cherches.join(siennes, true()))


def _des_deux_identites(recherche: Callable[[str, ColumnElement[int]], Select[Any]]) -> CompoundSelect[Any]:
    return union_all(recherche("nirs", ligne.c.nir_repere), recherche("allocataires", ligne.c.allocataire_repere))


_RECHERCHE = Statement(
    _des_deux_identites(_recherche), Anterieure, sur_postgresql=_des_deux_identites(_recherche_un_a_un)
)


def antecedents(
    session: Session, esat_id: int, nirs: Sequence[int], allocataires: Sequence[int], annees: Sequence[int]
) -> list[Anterieure]:
    """Active declarations for employees of these repères: certificates of `annees` (two at most), all changements.

    One found by both comes once.
    """
    if not nirs and not allocataires:
        return []
    annee_1, annee_2 = (*annees, None, None)[:2]
    valeurs = {"esat_id": esat_id, "annee_1": annee_1, "annee_2": annee_2, "nirs": nirs, "allocataires": allocataires}
    return list({une.numero: une for une in session.all(_RECHERCHE, valeurs)}.values())
