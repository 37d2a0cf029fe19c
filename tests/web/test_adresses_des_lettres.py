"""Letters lead to pages that exist."""

import re
from pathlib import Path

import pytest
from maison import Service, dossier_de_cles, service

import service as racine

__all__ = ["dossier_de_cles", "service"]
MODELES = Path(racine.__file__).parent / "mail" / "modeles"
ADRESSES = sorted(
    {
        re.sub(r"\{\{ numero \}\}", "D261204-AAAAAAAA", chemin)
        for modele in MODELES.glob("*.txt")
        for chemin in re.findall(r"\{\{ extranet \}\}((?:[a-z/-]|\{\{ \w+ \}\})+)", modele.read_text(encoding="utf-8"))
    }
)


def test_letters_name_pages():
    assert "reste-a-declarer" in ADRESSES


@pytest.mark.parametrize("chemin", ADRESSES)
def test_an_address_in_a_letter_is_a_page_or_leads_to_the_login_page(service: Service, chemin: str):
    extranet = service.application._espaces["extranet"]
    point, _ = extranet.url_map.bind("").match(f"/{chemin}", method="GET")
    assert point in extranet.view_functions
