"""Login and logout of the extranet, in a browser."""

from collections.abc import Callable

import pytest
from extranet import compte, se_connecter
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from serveur import Serveur


def test_the_right_password_opens_and_logging_out_closes(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    expect(page.get_by_role("heading", name="Accueil")).to_be_visible()
    expect(page.get_by_text(agent["courriel"])).to_be_visible()
    exiger_accessible(page)
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/extranet")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    page.goto("/extranet/")
    expect(page).to_have_url(demonstration.adresse + "/extranet/connexion?suite=/")


def test_a_cookie_kept_after_logging_out_opens_nothing(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    (cookie,) = page.context.cookies()
    page.get_by_role("button", name="Se déconnecter").click()
    page.context.add_cookies([cookie])
    page.goto("/extranet/")
    expect(page.get_by_role("heading", name="Connexion", exact=True)).to_be_visible()


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    textes = []
    for courriel in (compte(demonstration.demo)["courriel"], "personne@nulle-part.example"):
        page = ouvrir(demonstration.adresse, ecran)
        se_connecter(page, courriel, "mauvais mot de passe")
        expect(page.get_by_role("alert")).to_contain_text("Adresse électronique ou mot de passe non reconnu.")
        exiger_accessible(page)
        tenir_dans_la_page(page)
        textes.append(page.locator("main").inner_text())
    assert textes[0] == textes[1]


def test_empty_fields_are_all_told_at_once(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = ouvrir(demonstration.adresse)
    se_connecter(page, "", "")
    expect(page.get_by_role("alert")).to_contain_text("Votre adresse électronique est attendue.")
    expect(page.get_by_role("alert")).to_contain_text("Votre mot de passe est attendu.")
    exiger_accessible(page)


def test_after_login_one_goes_where_one_wanted_and_nowhere_else(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    page.goto("/extranet/connexion?suite=//ailleurs.example/")
    page.get_by_label("Adresse électronique").fill(agent["courriel"])
    page.get_by_label("Mot de passe", exact=True).fill(agent["mot_de_passe"])
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(demonstration.adresse + "/extranet/")
