"""intervalles: each way into the log is read from its own index, in order, on both databases."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.storage import intervalles, pistes, recherche_par_depots
from service.storage.database import creer_moteur
from service.storage.intervalles import Intervalle
from service.storage.statements import Statement
from service.storage.tables import journal
from service.storage.unit_of_work import FabriqueUnites

MAINTENANT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_VOIES = {nom: f"ix_journal_{nom}_instant" for nom in ("siret", "compte_id", "utilisateur", "code", "acte")} | {
    "instant": "ix_journal_instant",
    "numerotes": "ix_journal_instant",
    "siret_code": "ix_journal_siret_code_instant",
    "operation": "ix_journal_operation_issue_instant",
    "sans_operation": "ix_journal_sans_operation",
}


@pytest.mark.parametrize("messages", [False, True], ids=["all entries", "messages"])
@pytest.mark.parametrize("voie", _VOIES)
def test_a_page_is_read_from_its_index_in_order(plan, voie: str, messages: bool):
    """Newest first without sorting: the first page costs the same among ten entries and among ten million."""
    etapes = plan(intervalles._directe(voie, messages))
    assert any(f"INDEX {_VOIES[voie]} " in etape for etape in etapes), etapes
    assert not any("TEMP B-TREE" in etape for etape in etapes)


@pytest.mark.parametrize("voie", _VOIES)
def test_a_window_is_read_from_its_index_in_order(plan, voie: str):
    etapes = plan(intervalles._place(voie, True)) + plan(intervalles._parmi(voie, True, ("texte", "issue")))
    assert sum(f"INDEX {_VOIES[voie]} " in etape for etape in etapes) == 2, etapes
    assert sum("TEMP B-TREE" in etape for etape in etapes) <= 1, "only the few that remain are sorted"


@pytest.mark.parametrize(
    ("voie", "index"), [("numero", "ix_journal_numero_depot"), ("sans_depot", "ix_journal_message_sans_depot")]
)
def test_an_entry_is_found_by_a_number_in_an_index(plan, voie: str, index: str):
    assert any(f"INDEX {index} " in etape for etape in plan(intervalles._directe(voie, False)))


_TENTATION = """SELECT set_config(name, 'on', true) FROM pg_settings
WHERE name IN ('force_parallel_mode', 'debug_parallel_query')"""
"""With so few entries, what makes workers look as cheap as among many; the second name is PostgreSQL 16's."""


@pytest.fixture
def plan_postgresql(base_postgresql: str) -> Iterator[Callable[[Statement, dict[str, Any]], str]]:
    """PostgreSQL's plan for a statement of a search, and the pages it read, among five thousand entries of which it has
    statistics."""
    moteur = creer_moteur(base_postgresql)
    valeurs = {"instant": MAINTENANT, "adresse": "", "taille": 0, "duree_us": 0, "nombre": 1, "identifiant_requete": ""}
    with moteur.connect() as connexion:
        connexion.execute(
            journal.insert(),
            [
                valeurs
                | {"siret": f"{rang % 9}", "code": f"c{rang % 7}", "compte_id": rang % 5 or None}
                | {"acte": None if rang % 3 else "ACTE", "operation": f"o{rang % 4}" if rang % 3 else None}
                | {"issue": f"i{rang % 3}", "utilisateur": f"u{rang % 6}", "instant": MAINTENANT + rang * MINUTE}
                | {"numero_depot": f"D-{rang // 2}" if rang % 2 else None, "identifiant_message": f"m{rang}"}
                for rang in range(5_000)
            ],
        )
        connexion.exec_driver_sql("ANALYZE journal")
        connexion.commit()

    def expliquer(statement: Statement, valeurs: dict[str, Any]) -> str:
        with FabriqueUnites(moteur).lecture() as unite:
            unite._session._driver(_TENTATION)
            unite._session.suivre_les_index()
            compile_ = statement.compiled(moteur.dialect)
            curseur = unite._session._driver(f"EXPLAIN (ANALYZE, BUFFERS) {compile_.sql}", compile_.parametres(valeurs))
            return "\n".join(ligne[0] for ligne in curseur.fetchall())

    yield expliquer
    moteur.dispose()


_SANS_INSTANT = {"numero": "ix_journal_numero_depot", "sans_depot": "ix_journal_message_sans_depot"}
_OUVERTURES: dict[str, tuple[Any, ...]] = {
    "instant": (),
    "numerotes": (),
    "compte_id": (1,),
    "siret_code": ("1", "c1"),
    "operation": ("o1", "i1"),
}


@pytest.mark.parametrize("voie", _VOIES | _SANS_INSTANT)
def test_postgresql_reads_each_way_from_its_index(plan_postgresql, voie: str):
    places = {"bas": (MAINTENANT, 0), "haut": (MAINTENANT + 4_000 * MINUTE, 0)}
    valeurs = Intervalle(voie, _OUVERTURES.get(voie, ("i1",)), **places)._valeurs()
    for statement in (intervalles._directe(voie, False), intervalles._place(voie, True)):
        plan = plan_postgresql(statement, valeurs | {"limite": 51, "saut": 9})
        assert f" using {(_VOIES | _SANS_INSTANT)[voie]} " in plan, plan
        assert "Gather" not in plan
        for colonne in intervalles._INDEX[voie][0]:
            assert f"({colonne.name} = " in plan or f"({colonne.name})::text = " in plan, plan


_DESCENTE = 4
"""Pages read to come to a place in an index of some dozen pages, and the next one."""


@pytest.mark.parametrize(
    ("voie", "ouverture"), [("operation", ("o1", "i9")), ("siret_code", ("1", "c9"))], ids=["operation", "siret_code"]
)
def test_postgresql_reads_nothing_for_a_pair_that_no_entry_has(plan_postgresql, voie: str, ouverture: tuple[Any, ...]):
    """Other entries with the first of both values, next to which it looks, are left alone."""
    plan = plan_postgresql(intervalles._directe(voie, False), Intervalle(voie, ouverture)._valeurs() | {"limite": 51})
    assert _pages(plan) <= _DESCENTE, plan


def test_postgresql_leaves_other_indexes_alone_for_a_pair_that_no_entry_has(plan_postgresql):
    """Its statistics promise three hundred entries of an operation and an outcome that never came together."""
    demande = Intervalle("operation", ("o1", "i0"))._valeurs() | {"fenetre": 500, "limite": 51, "texte": "%e%"}
    plan = plan_postgresql(intervalles._parmi("operation", True, ("texte",)), demande)
    assert _pages(plan) <= _DESCENTE, plan


def _pages(plan: str) -> int:
    """Pages read by the whole plan, its first step."""
    lues = re.search(r"Buffers: shared((?: (?:hit|read)=\d+)+)", plan)
    return 0 if lues is None else sum(int(nombre) for nombre in re.findall(r"\d+", lues[1]))


def test_what_made_a_deposit_is_found_by_the_identifier_of_the_message_whatever_its_esat(plan):
    assert plan(pistes._NUMEROS) == ["SEARCH depot USING INDEX sqlite_autoindex_depot_2 (identifiant_message=?)"]


@pytest.mark.parametrize("identite", ["nir", "allocataire", "nom"])
def test_deposits_that_name_a_person_are_told_by_the_index_alone(plan, identite: str):
    attendue = (
        f"SEARCH ligne USING COVERING INDEX ix_ligne_esat_id_{identite}_repere (esat_id=? AND {identite}_repere=?"
    )
    for requete in ("_dernier_de_chacun", "_depots_nommes", "_compte_de_depots"):
        etapes = plan(getattr(recherche_par_depots, requete)((identite,)))
        assert sum(etape.startswith(attendue) for etape in etapes) == 1, etapes
