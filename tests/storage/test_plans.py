"""Plans: what is asked is found by an index on SQLite, which has no statistics and plans alike for any volume."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

from service import storage
from service.storage.statements import Statement

QUI_GROSSISSENT = {"journal", "depot", "ligne", "anomalie", "message_brut", "mouvement", "feuille", "jeton"}
"""Tables with a row a message, or a row an employee."""
PARCOURUES = {
    ("alertes", "_COMPTER"): {"SCAN anomalie USING INDEX ix_anomalie_alerte"},
    ("pistes", "_PREMIER_DEPOT"): {"SCAN depot"},
    ("purges", "_COMPTER"): {
        "SCAN depot USING COVERING INDEX ix_depot_esat_id_date_reception",
        "SCAN mouvement USING COVERING INDEX uq_mouvement_declaration_nature",
    },
    ("purges", "_DEPOTS_DUS"): {"SCAN depot"},
    ("purges", "_EFFACER"): {"SCAN message_brut"},
    ("statistiques", "_DECLAREES"): {"SCAN depot"},
    ("statistiques", "_ANOMALIES"): {"SCAN depot"},
    ("statistiques", "_DEPOTS"): {"SCAN depot"},
}
"""What goes through a table all the same, by module and name: the alerts alone, the first row alone, what is due to be
erased, what a campaign came to."""
POSTGRESQL_SEULEMENT = {"_ECRIVENT", "_VERROUILLER", "_RESERVER"}


def _dans(objet: Any) -> Iterator[Statement]:
    if isinstance(objet, Statement):
        yield objet
    elif isinstance(objet, dict):
        for un in objet.values():
            yield from _dans(un)


def _ordres() -> Iterator[tuple[str, str, Statement]]:
    for trouve in pkgutil.iter_modules(storage.__path__):
        if trouve.ispkg:
            continue
        for nom, objet in vars(importlib.import_module(f"service.storage.{trouve.name}")).items():
            if nom not in POSTGRESQL_SEULEMENT:
                for ordre in _dans(objet):
                    yield trouve.name, nom, ordre


ORDRES = list(_ordres())


def test_there_are_statements_to_look_at():
    assert len(ORDRES) > 150
    assert {(module, nom) for module, nom, _ in ORDRES} >= PARCOURUES.keys()


@pytest.mark.parametrize(("module", "nom", "ordre"), ORDRES, ids=[f"{module}.{nom}" for module, nom, _ in ORDRES])
def test_a_table_that_grows_is_not_gone_through(plan, module: str, nom: str, ordre: Statement):
    parcours = {etape for etape in plan(ordre) if etape.startswith("SCAN ") and etape.split()[1] in QUI_GROSSISSENT}
    assert parcours <= PARCOURUES.get((module, nom), set())
