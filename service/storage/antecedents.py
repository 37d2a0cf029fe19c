"""What an ESAT has declared of given employees, in one statement for a thousand of them as for one.

Employees are looked up in the indexes on their hashes, a microsecond each, whatever the ESAT declared in its life.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union_all

from service.storage.columns import haches_de
from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, depot, ligne


class Anterieure(NamedTuple):
    """An active declaration of an employee of the message, amounts in hundredths."""

    numero: str
    nature: str
    annee: int | None
    nir_hache: bytes | None
    allocataire_hache: bytes | None
    montant_net: int | None
    montant_aide_poste: int | None
    pourcentage_salaire_direct: int | None
    nombre_mois: int | None
    date_effet: date | None


_DES_ANNEES = or_(depot.c.annee.is_(None), depot.c.annee.in_([bindparam("annee_1"), bindparam("annee_2")]))
DES_DEPOTS = and_(depot.c.esat_id == bindparam("esat_id"), ligne.c.depot_id == depot.c.id, _DES_ANNEES)
"""Lines of an ESAT's certificates of two years, and of all its changements."""

_DU_SALARIE = and_(
    ligne.c.esat_id == bindparam("esat_id"),
    or_(ligne.c.annee.is_(None), ligne.c.annee.in_([bindparam("annee_1"), bindparam("annee_2")])),
    ACTIVE,
)


def _recherche(parametre: str, hache: ColumnElement[bytes]) -> Select[tuple[object, ...]]:
    cherches, cherche = haches_de(parametre)
    colonnes = (ligne.c[nom] for nom in Anterieure._fields)
    return select(*colonnes).select_from(cherches).where(_DU_SALARIE, hache == cherche)


_RECHERCHE = Statement(
    union_all(_recherche("nirs", ligne.c.nir_hache), _recherche("allocataires", ligne.c.allocataire_hache)), Anterieure
)


def antecedents(
    session: Session, esat_id: int, nirs: Sequence[bytes], allocataires: Sequence[bytes], annees: Sequence[int]
) -> list[Anterieure]:
    """Active declarations for employees of these hashes: certificates of `annees` (two at most), all changements.

    One found by both hashes comes once.
    """
    if not nirs and not allocataires:
        return []
    annee_1, annee_2 = (*annees, None, None)[:2]
    valeurs = {"esat_id": esat_id, "annee_1": annee_1, "annee_2": annee_2, "nirs": nirs, "allocataires": allocataires}
    return list({une.numero: une for une in session.all(_RECHERCHE, valeurs)}.values())
