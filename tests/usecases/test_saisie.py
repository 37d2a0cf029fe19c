"""The checks on what a person types."""

import pytest

from service.errors import Precision, SaisieError
from service.usecases.saisie import exiger, texte_refuse

MAXIMUM = 10


@pytest.mark.parametrize(
    "texte",
    [
        pytest.param("", id="nothing"),
        pytest.param("  ", id="only spaces"),
        pytest.param(" nom", id="a space before"),
        pytest.param("nom\n", id="a line end"),
        pytest.param("n\x1b[31mom", id="a terminal command"),
        pytest.param("n\u202eom", id="a change of direction"),
        pytest.param("n\ud800om", id="half a character"),
        pytest.param("x" * (MAXIMUM + 1), id="too long"),
    ],
)
def test_a_text_that_cannot_be_shown_or_stored_is_refused_under_its_name(texte):
    (probleme,) = texte_refuse("nom", texte, MAXIMUM)

    assert probleme.champ == "nom"
    assert texte not in probleme.message or not texte.strip()


@pytest.mark.parametrize("texte", ["x", "x" * MAXIMUM, "Éloïse D'A"])
def test_an_ordinary_text_is_taken(texte):
    assert texte_refuse("nom", texte, MAXIMUM) == []


def test_problems_are_raised_all_together():
    problemes = [Precision("un"), Precision("deux")]

    with pytest.raises(SaisieError) as refus:
        exiger(problemes)

    assert list(refus.value.precisions) == problemes


def test_without_problem_nothing_is_raised():
    exiger([])
