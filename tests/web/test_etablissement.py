"""The ESAT worked for: chosen by who serves several, shown on every page, never one without right or convention."""

from collections.abc import Callable
from datetime import date

import pytest
from extranet import compte, de_deux_esats, se_connecter
from maison import AGENT, MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import AUTRE_SIRET, SIRET
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from serveur import Serveur
from visite import Visite

__all__ = ["dossier_de_cles", "service"]
DEUX = "deux@esat.example"


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_who_serves_two_esats_chooses_one_and_may_change(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    premier, second = (esat["nom"] for esat in demonstration.demo["esats"])
    commun = de_deux_esats(demonstration.demo)
    page = ouvrir(demonstration.adresse, ecran)
    se_connecter(page, commun["courriel"], commun["mot_de_passe"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Pour quel établissement travaillez-vous ?")
    exiger_accessible(page)
    tenir_dans_la_page(page)

    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisir un établissement.")
    exiger_accessible(page)

    page.get_by_label(second).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("status")).to_contain_text(second)
    expect(page.locator(".identite")).to_contain_text(second)
    exiger_accessible(page)
    tenir_dans_la_page(page)

    page.get_by_role("link", name="Changer d'établissement").click()
    expect(page.get_by_label(second)).to_be_checked()
    page.get_by_label(premier).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".identite")).to_contain_text(premier)


def test_who_serves_one_esat_is_asked_nothing(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    expect(page.locator(".identite")).to_contain_text(demonstration.demo["esats"][0]["nom"])
    expect(page.get_by_role("link", name="Changer d'établissement")).to_have_count(0)


@pytest.fixture
def visite(service: Service) -> Visite:
    """Somebody of two ESATs, each under a convention of its own, just logged in."""
    service.convention("AUTRE")
    service.esat(AUTRE_SIRET, "AUTRE")
    service.compte(DEUX, SIRET, AUTRE_SIRET)
    visite = Visite(service)
    visite.se_connecter(DEUX, MOT_DE_PASSE)
    return visite


def test_the_page_asked_for_comes_after_the_choice(visite: Visite):
    assert visite.lire("/").headers["Location"] == "/extranet/etablissement?suite=/"
    reponse = visite.envoyer("/etablissement?suite=/", {"siret": SIRET})
    assert reponse.headers["Location"] == "/extranet/"


def test_an_esat_of_others_cannot_be_chosen(service: Service, visite: Visite):
    service.esat("26830003700010")
    for siret in ("26830003700010", "rien"):
        assert visite.envoyer("/etablissement", {"siret": siret}).status_code == 404
        assert (service.journal()[0].acte, service.journal()[0].utilisateur) == ("ACCES_REFUSE", DEUX)
        assert visite.lire("/").status_code == 302


def test_a_form_opened_for_one_esat_is_refused_once_another_is_chosen(visite: Visite):
    visite.envoyer("/etablissement", {"siret": SIRET})
    ancien = visite.jeton("/etablissement")
    visite.envoyer("/etablissement", {"siret": AUTRE_SIRET})
    refus = visite.poster("/deconnexion", {"csrf_token": ancien})
    assert refus.status_code == 400
    assert "Formulaire périmé" in refus.text


def test_an_esat_whose_convention_ended_is_no_longer_open(service: Service, visite: Visite):
    visite.envoyer("/etablissement", {"siret": AUTRE_SIRET})
    service.sql(f"UPDATE convention SET fin_le = '{date(2026, 12, 3)}' WHERE numero = 'AUTRE'")
    visite.lire("/etablissement")
    assert visite.lire("/").headers["Location"] == "/extranet/etablissement?suite=/"
    page = visite.lire("/etablissement").text
    assert f"ESAT {SIRET}" in page
    assert f"ESAT {AUTRE_SIRET}" not in page


def test_without_any_open_esat_the_page_says_whom_to_ask(service: Service):
    service.sql(f"UPDATE convention SET fin_le = '{date(2026, 12, 3)}'")
    visite = Visite(service)
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    refus = visite.lire("/")
    assert refus.status_code == 403
    assert "S'adresser au référent" in refus.text.replace("&#39;", "'")
