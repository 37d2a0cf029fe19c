"""The table of a declaration's life."""

import pytest

from service.domain.statuts import ACTIFS, TRANSITIONS, StatutDeclaration, transition

PERMISES = {
    ("RECUE", "TRANSMISE"),
    ("RECUE", "ANNULEE"),
    ("RECUE", "REMPLACEE"),
    ("TRANSMISE", "INTEGREE"),
    ("TRANSMISE", "REFUSEE"),
    ("TRANSMISE", "ANNULEE"),
    ("TRANSMISE", "REMPLACEE"),
    ("INTEGREE", "ANNULEE"),
    ("INTEGREE", "REMPLACEE"),
}


@pytest.mark.parametrize("vers", StatutDeclaration)
@pytest.mark.parametrize("de", StatutDeclaration)
def test_only_the_steps_of_the_table_are_made(de: StatutDeclaration, vers: StatutDeclaration) -> None:
    if (de, vers) in PERMISES:
        assert transition(de, vers) is vers
    else:
        with pytest.raises(ValueError, match=f"« {de.libelle} » ne peut pas devenir « {vers.libelle} »"):
            transition(de, vers)


def test_active_is_what_can_still_be_corrected() -> None:
    assert {"RECUE", "TRANSMISE", "INTEGREE"} == ACTIFS
    assert {de for de, suites in TRANSITIONS.items() if StatutDeclaration.ANNULEE in suites} == ACTIFS
    assert {de for de, suites in TRANSITIONS.items() if StatutDeclaration.REMPLACEE in suites} == ACTIFS


def test_every_status_has_its_row_and_its_label() -> None:
    assert set(TRANSITIONS) == set(StatutDeclaration)
    assert len({statut.libelle for statut in StatutDeclaration}) == len(StatutDeclaration)
    assert StatutDeclaration.RECUE.libelle == "Reçue"
