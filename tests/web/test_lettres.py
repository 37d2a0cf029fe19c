"""Letters as people read them in a browser: by everyone, on a telephone too."""

from collections.abc import Callable

import pytest
from lettres import FAITS, MODELES, REDACTEUR
from lxml.html import document_fromstring
from maison import Service, dossier_de_cles, service
from navigateur import TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page

__all__ = ["dossier_de_cles", "service"]


@pytest.mark.parametrize("modele", MODELES)
def test_a_letter_can_be_read_by_everyone(modele: str, ouvrir: Callable[..., Page]):
    page = ouvrir("about:blank", TELEPHONE)
    page.set_content(REDACTEUR.rediger(modele, FAITS).html)
    exiger_accessible(page)
    tenir_dans_la_page(page)


@pytest.mark.parametrize("modele", MODELES)
def test_every_link_of_a_letter_leads_to_a_page(modele: str, service: Service):
    liens = [lien.get("href") for lien in document_fromstring(REDACTEUR.rediger(modele, FAITS).html).iter("a")]
    for chemin in [lien.removeprefix("https://caf.example") for lien in liens if not lien.startswith("mailto:")]:
        reponse = service.http(methode="GET", PATH_INFO=chemin)
        assert reponse.statut in (200, 302), chemin
