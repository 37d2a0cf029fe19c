"""Letters as people read them in a browser: by everyone, on a telephone too."""

from collections.abc import Callable

import pytest
from lettres import FAITS, MODELES, REDACTEUR
from navigateur import TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page


@pytest.mark.parametrize("modele", MODELES)
def test_a_letter_can_be_read_by_everyone(modele: str, ouvrir: Callable[..., Page]):
    page = ouvrir("about:blank", TELEPHONE)
    page.set_content(REDACTEUR.rediger(modele, FAITS).html)
    exiger_accessible(page)
    tenir_dans_la_page(page)
