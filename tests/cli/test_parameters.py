"""Types of options."""

from datetime import date

import click
import pytest

from service.cli.parameters import jour, parmi
from service.domain.habilitation import Role


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("1/2/2026", date(2026, 2, 1)),
        (" 2026-12-31 ", date(2026, 12, 31)),
    ],
)
def test_a_day_is_read_in_french_or_iso(texte, lu):
    assert jour(texte) == lu


@pytest.mark.parametrize("texte", ["", "demain", "31/02/2026", "2026-13-01", "31-12-2026", "01/01/26", "0000-01-01"])
def test_what_is_no_day_is_refused_with_what_is_expected(texte):
    with pytest.raises(click.BadParameter, match="JJ/MM/AAAA"):
        jour(texte)


@pytest.mark.parametrize("texte", ["AGENT", "agent", " Agent "])
def test_a_code_is_read_in_any_letter_case(texte):
    assert parmi(Role)(texte) is Role.AGENT


def test_an_unknown_code_is_refused_with_those_that_there_are():
    with pytest.raises(click.BadParameter, match="AGENT, REFERENT"):
        parmi(Role)("CHEF")
