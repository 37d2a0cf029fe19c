"""Clés d'intégration in a browser: made and shown once, used by SOAP, revoked."""

from collections.abc import Callable

import pytest
from courrier import Courrier, texte
from extranet import compte, de_deux_esats, se_connecter
from messages import en_clair, enveloppe, operation
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from serveur import Serveur


def examiner(page: Page) -> None:
    exiger_accessible(page)
    tenir_dans_la_page(page)


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_from_its_making_to_its_revocation(
    demonstration: Serveur, courrier_du_module: Courrier, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    lui, agent = compte(demonstration.demo, role="REFERENT"), compte(demonstration.demo)
    page, logiciel = ouvrir(demonstration.adresse, ecran), f"Paie {ecran['width']}"
    se_connecter(page, lui["courriel"], lui["mot_de_passe"])
    page.get_by_role("link", name="Clés d'intégration").click()
    examiner(page)
    page.get_by_role("link", name="Créer une clé").click()
    examiner(page)
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("alert")).to_contain_text("Le nom du logiciel est attendu.")
    examiner(page)
    page.get_by_label("Nom du logiciel").fill(logiciel)
    page.get_by_label("Dernier jour").fill("2020-01-01")
    page.get_by_label("Compte sous lequel").select_option(label=f"Hugo Isnard ({agent['courriel']})")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("alert")).to_contain_text("Un dernier jour à venir est attendu.")
    examiner(page)
    page.get_by_label("Dernier jour").fill("2099-12-31")
    page.get_by_role("button", name="Créer la clé").click()
    examiner(page)
    secret = page.get_by_label("Clé d'intégration").inner_text()
    assert secret.startswith("cle_")
    message = texte(courrier_du_module.pour(agent["courriel"], "créée", logiciel))
    assert lui["courriel"] in message
    assert secret not in message

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clés d'intégration")
    page.goto("/extranet/cles/nouvelle")
    expect(page.get_by_text(secret)).to_have_count(0)

    consulte = enveloppe(operation("ConsulteService"), en_clair(agent["courriel"], secret))
    assert "versionRegles" in demonstration.poster(consulte).text
    page.goto("/extranet/cles")
    ligne = page.get_by_role("row", name=logiciel)
    expect(ligne).not_to_contain_text("aucun")
    ligne.get_by_role("link", name="Révoquer").click()
    examiner(page)
    page.get_by_role("button", name="Révoquer la clé").click()
    expect(page.get_by_role("status")).to_contain_text("est révoquée")
    expect(page.get_by_role("row", name=logiciel)).to_contain_text("révoquée le")
    examiner(page)
    assert "[AUTHENTIFICATION]" in demonstration.poster(consulte).text
    courrier_du_module.pour(agent["courriel"], "révoquée", logiciel)


def test_a_cle_that_opens_other_esats_too_is_shown_but_not_to_be_revoked(
    demonstration: Serveur, ouvrir: Callable[..., Page]
):
    lui, commun = compte(demonstration.demo, role="REFERENT"), de_deux_esats(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, lui["courriel"], lui["mot_de_passe"])
    page.goto("/extranet/cles")
    ligne = page.get_by_role("row", name=commun["courriel"])
    expect(ligne).to_contain_text("ouvre aussi d'autres établissements")
    expect(ligne.get_by_role("link")).to_have_count(0)


def test_ones_own_cles_are_shown_on_ones_account(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo, esat=1)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    page.get_by_role("link", name="Mon compte").click()
    expect(page.get_by_role("row", name="Paie")).to_be_visible()
    expect(page.get_by_role("link", name="Clés d'intégration")).to_have_count(0)
