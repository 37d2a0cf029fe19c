"""What an ESAT has declared of given employees, in as few statements for a thousand of them as for one.

Two ways to the same rows. Employees are looked up one by one in the indexes on their hashes: 4 µs each, whatever the
ESAT declared in its life. For many employees, reading all that the ESAT declared in the years in question is cheaper, a
third of a microsecond a row read in sequence, as long as there is not much more of it than asked for.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select, union_all

from service.storage.session import Session
from service.storage.statements import Statement
from service.storage.tables import ACTIVE, depot, ligne

SEUIL_BALAYAGE = 50
"""Employees from which on reading everything is considered."""
_DEPOTS_BALAYES = 200
_LIGNES_PAR_SALARIE = 5
"""Rows read in sequence for the price of one employee looked up."""
_TAILLES = (1, 10, 100, 1000)
"""Numbers of employees that statements exist for; shorter lists are filled up."""


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

_colonnes = tuple(ligne.c[nom] for nom in Anterieure._fields)
_VOLUME: Statement[tuple[Any, ...]] = Statement(
    select(depot.c.nombre_recues).where(depot.c.esat_id == bindparam("esat_id"), _DES_ANNEES).limit(_DEPOTS_BALAYES + 1)
)
_BALAYAGE: Statement[tuple[Any, ...]] = Statement(select(*_colonnes).where(DES_DEPOTS, ACTIVE))


def antecedents(
    session: Session, esat_id: int, nirs: Sequence[bytes], allocataires: Sequence[bytes], annees: Sequence[int]
) -> list[Anterieure]:
    """Active declarations for employees of these hashes: certificates of `annees` (two at most), all changements.

    One found by both hashes comes once.
    """
    if not nirs and not allocataires:
        return []
    annee_1, annee_2 = (*annees, None, None)[:2]
    valeurs = {"esat_id": esat_id, "annee_1": annee_1, "annee_2": annee_2}
    nombre = max(len(nirs), len(allocataires))
    if nombre >= SEUIL_BALAYAGE and _peu_de_lignes(session, valeurs, nombre):
        return _balayer(session, valeurs, frozenset(nirs), frozenset(allocataires))
    return _chercher(session, valeurs, nirs, allocataires)


def _peu_de_lignes(session: Session, valeurs: dict[str, Any], nombre: int) -> bool:
    volumes = session.all(_VOLUME, valeurs)
    return len(volumes) <= _DEPOTS_BALAYES and sum(ligne[0] for ligne in volumes) <= _LIGNES_PAR_SALARIE * nombre


def _balayer(
    session: Session, valeurs: dict[str, Any], nirs: frozenset[bytes], allocataires: frozenset[bytes]
) -> list[Anterieure]:
    lues = session.all(_BALAYAGE, valeurs)
    return [Anterieure._make(lue) for lue in lues if lue[3] in nirs or lue[4] in allocataires]


def _chercher(
    session: Session, valeurs: dict[str, Any], nirs: Sequence[bytes], allocataires: Sequence[bytes]
) -> list[Anterieure]:
    trouvees: dict[str, Anterieure] = {}
    plus_grande = _TAILLES[-1]
    for debut in range(0, max(len(nirs), len(allocataires)), plus_grande):
        lot = nirs[debut : debut + plus_grande], allocataires[debut : debut + plus_grande]
        taille = next(taille for taille in _TAILLES if taille >= max(map(len, lot)))
        noms = _noms(taille)
        for champ, haches in zip(noms, lot, strict=True):
            valeurs |= dict(zip(champ, (*haches, *[None] * (taille - len(haches))), strict=True))
        trouvees |= {une.numero: une for une in session.all(_recherche(taille), valeurs)}
    return list(trouvees.values())


@lru_cache
def _noms(taille: int) -> tuple[list[str], list[str]]:
    return [f"nir_{rang}" for rang in range(taille)], [f"allocataire_{rang}" for rang in range(taille)]


@lru_cache
def _recherche(taille: int) -> Statement[Anterieure]:
    annees = or_(ligne.c.annee.is_(None), ligne.c.annee.in_([bindparam("annee_1"), bindparam("annee_2")]))
    requete = select(*_colonnes).where(ligne.c.esat_id == bindparam("esat_id"), annees, ACTIVE)
    nirs, allocataires = _noms(taille)
    return Statement(
        union_all(
            requete.where(ligne.c.nir_hache.in_([bindparam(nom) for nom in nirs])),
            requete.where(ligne.c.allocataire_hache.in_([bindparam(nom) for nom in allocataires])),
        ),
        Anterieure,
    )
