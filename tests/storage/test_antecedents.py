"""antecedents: both ways to an employee's past give what a plain reading of the rules gives."""

import itertools
import random
from datetime import date

import pytest

from service.domain.statuts import ACTIFS, StatutDeclaration
from service.storage import antecedents
from service.storage.antecedents import Anterieure
from service.storage.unit_of_work import FabriqueUnites

NIRS = [-(2**63), 2**63 - 1, 0, -1, *range(2**53, 2**53 + 8)]
"""Those that a driver, or JSON read as floating point, could get wrong."""
ALLOCATAIRES = [rang << 56 for rang in range(12)]
_STATUTS = [*StatutDeclaration, StatutDeclaration.RECUE, StatutDeclaration.RECUE, None]


def _lignes(hasard: random.Random, nombre: int, annee: int | None) -> list[dict]:
    lignes = []
    for _ in range(nombre):
        changement = annee is None
        lignes.append(
            {
                "nature": hasard.choice(["AUGMENTATION", "DEPART"]) if changement else "CERTIFICAT",
                "annee": annee,
                "nir_repere": hasard.choice([None, *NIRS]),
                "allocataire_repere": hasard.choice([None, *ALLOCATAIRES]),
                "statut": hasard.choice(_STATUTS),
                "date_effet": date(2026, hasard.randrange(1, 13), 1) if changement else None,
            }
        )
    return lignes


@pytest.fixture
def passe(unites: FabriqueUnites, monde, deposer) -> list[dict]:
    """Lines of two ESATs, four years, all statuses; each with its number and ESAT."""
    hasard, ecrites = random.Random(8301), []
    with unites.ecriture() as unite:
        for esat, annee in itertools.product((monde.esat, monde.autre_esat), (2023, 2024, 2025, 2026, None)):
            lignes = _lignes(hasard, 25, annee)
            _, numeros = deposer(unite, lignes, esat_id=esat, annee=annee)
            ecrites += [ligne | {"numero": numero, "esat": esat} for ligne, numero in zip(lignes, numeros, strict=True)]
        unite.commit()
    return ecrites


def _attendus(passe: list[dict], esat: int, nirs, allocataires, annees) -> set[str]:
    return {
        ligne["numero"]
        for ligne in passe
        if ligne["esat"] == esat
        and ligne["statut"] in ACTIFS
        and (ligne["annee"] is None or ligne["annee"] in annees)
        and (ligne["nir_repere"] in nirs or ligne["allocataire_repere"] in allocataires)
    }


DEMANDES = [
    (NIRS[:1], [], (2025, 2026)),
    ([], ALLOCATAIRES[:1], (2025, 2026)),
    (NIRS[:1], ALLOCATAIRES[:1], (2025, 2026)),
    (NIRS[:2], ALLOCATAIRES[5:11], (2025, 2026)),
    (NIRS, ALLOCATAIRES, (2024, 2025)),
    (NIRS, [], ()),
    (NIRS[:3], ALLOCATAIRES[:3], ()),
    ([2**53 + 9], [1], (2025, 2026)),
    ([], [], (2025, 2026)),
    (NIRS[:2] + [7] * 1200 + NIRS[2:4], [8] * 2100 + ALLOCATAIRES[:4], (2025, 2026)),
]


def test_active_declarations_of_these_employees_come_once(unites: FabriqueUnites, monde, passe):
    par_numero = {ligne["numero"]: ligne for ligne in passe}
    with unites.lecture() as unite:
        for nirs, allocataires, annees in DEMANDES:
            lues = unite.lignes.antecedents(monde.esat, nirs, allocataires, annees)
            numeros = [ligne.numero for ligne in lues]
            assert sorted(numeros) == sorted(_attendus(passe, monde.esat, set(nirs), set(allocataires), annees))
            for ligne in lues:
                ecrite = par_numero[ligne.numero]
                assert ligne[:5] == tuple(ecrite[nom] for nom in Anterieure._fields[:5])
                assert ligne[5:] == (81240, None, 1050, 12, ecrite["date_effet"])


def test_each_employee_is_looked_up_in_an_index(plan):
    """SQLite's planner was seen to prefer reading all of an ESAT's lines for one employee."""
    recherches = [etape for etape in plan(antecedents._RECHERCHE) if etape.startswith("SEARCH")]
    assert recherches == [
        "SEARCH ligne USING INDEX ix_ligne_esat_id_nir_repere (esat_id=? AND nir_repere=?)",
        "SEARCH ligne USING INDEX ix_ligne_esat_id_allocataire_repere (esat_id=? AND allocataire_repere=?)",
    ]


_DIRE_LES_PLANS = (
    "LOAD 'auto_explain'",
    "SET auto_explain.log_min_duration = 0",
    "SET auto_explain.log_analyze = on",
    "SET client_min_messages = log",
    "SET plan_cache_mode = force_generic_plan",
)


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
def test_employees_are_not_compared_with_all_that_the_esat_declared(unites: FabriqueUnites, monde, deposer):
    """Without statistics PostgreSQL did: a thousand employees among a thousand lines were a million comparisons."""
    reperes, plans = list(range(400)), []
    with unites.ecriture() as unite:
        deposer(unite, [{"nir_repere": repere, "allocataire_repere": repere} for repere in reperes])
        unite.commit()
    with unites.ecriture() as unite:
        unite._session._driver("; ".join(_DIRE_LES_PLANS))
        unite._session._pilote.add_notice_handler(lambda dit: plans.append(dit.message_primary))
        assert len(unite.lignes.antecedents(monde.esat, reperes, reperes, (2025, 2026))) == 400
    for index in ("ix_ligne_esat_id_nir_repere", "ix_ligne_esat_id_allocataire_repere"):
        assert f"Index Scan using {index} on" in plans[-1]
    assert "Rows Removed" not in plans[-1]
