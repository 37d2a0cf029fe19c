"""Login and logout of the extranet, in a browser."""

import time
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from extranet import compte, se_connecter
from itsdangerous import TimestampSigner
from maison import AGENT, MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import en_clair, operation
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from serveur import Serveur
from visite import Visite

from service.usecases.seances import DUREE_MAX

__all__ = ["dossier_de_cles", "service"]


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


def test_the_page_says_who_may_come_in_and_offers_help(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = ouvrir(demonstration.adresse)
    page.goto("/extranet/connexion")
    conditions = page.get_by_role("region", name="Conditions d'accès")
    for mots in ("loi n° 88-19 du 5 janvier 1988", "loi Godfrain", "323-1", "personnels", "besoins de la convention"):
        expect(conditions).to_contain_text(mots)
    adresse = page.get_by_role("link", name="Assistance").get_attribute("href")
    assert adresse is not None
    parties = urlsplit(adresse)
    champs = parse_qs(parties.query)
    assert (parties.scheme, parties.path) == ("mailto", "partenariat@caf83.caf.fr")
    assert champs["subject"][0].startswith("Esat")
    assert "Anomalie constatée" in champs["body"][0]
    assert "Comment vous joindre" in champs["body"][0]
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Guide utilisateur de la télédéclaration").click()
    assert telechargement.value.suggested_filename.endswith(".docx")
    assert zipfile.is_zipfile(telechargement.value.path())


def test_the_keyboard_alone_logs_in(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    page.goto("/extranet/connexion")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Adresse électronique")).to_be_focused()
    page.keyboard.type(agent["courriel"])
    page.keyboard.press("Tab")
    page.keyboard.type(agent["mot_de_passe"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")


def essayer(service: Service, courriel: str = AGENT, mot_de_passe: str = "faux") -> int:
    return Visite(service).se_connecter(courriel, mot_de_passe).status_code


@pytest.mark.parametrize("courriel", [AGENT, "personne@nulle-part.example"])
def test_after_five_failures_even_the_right_password_waits_and_longer_each_time(service: Service, courriel: str):
    assert [essayer(service, courriel) for _ in range(5)] == [401] * 5
    for attente in (60, 120, 240):
        assert essayer(service, courriel, MOT_DE_PASSE) == 401
        service.horloge.avancer(seconds=attente - 1)
        assert essayer(service, courriel, MOT_DE_PASSE) == 401
        service.horloge.avancer(seconds=1)
        if attente < 240:
            assert essayer(service, courriel) == 401
    assert essayer(service, courriel, MOT_DE_PASSE) == (302 if courriel == AGENT else 401)


def test_failures_of_the_pages_and_of_messages_are_counted_together(service: Service):
    for _ in range(3):
        essayer(service)
        service.post(operation("ConsulteService"), en_clair(AGENT, "faux"))
    assert essayer(service, AGENT, MOT_DE_PASSE) == 401
    assert service.post(operation("ConsulteService"), en_clair(AGENT, MOT_DE_PASSE)).faute is not None
    assert service.post(operation("ConsulteService")).faute is None  # a clé is never slowed


def test_every_login_page_refusal_is_logged_without_the_password(service: Service):
    essayer(service, mot_de_passe="un mot de passe faux")
    Visite(service).se_connecter(AGENT, MOT_DE_PASSE)
    acceptee, refusee = service.journal()
    assert (refusee.acte, refusee.code, refusee.utilisateur) == ("CONNEXION_REFUSEE", "AUTHENTIFICATION", AGENT)
    assert (acceptee.acte, acceptee.canal, acceptee.compte_id) == ("CONNEXION", "EXTRANET", 1)
    assert "un mot de passe faux" not in repr(service.sql("SELECT * FROM journal"))


def test_the_cookie_changes_at_login_and_logout(service: Service):
    visite = Visite(service)
    visite.lire("/connexion")
    avant = visite.cookie()
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    pendant = visite.cookie()
    visite.envoyer("/deconnexion", depuis="/compte")
    assert len({avant, pendant, visite.cookie()}) == 3


def changer(visite: Visite, nouveau: str) -> None:
    mots = {"ancien": MOT_DE_PASSE, "nouveau": nouveau, "confirmation": nouveau}
    assert visite.envoyer("/mot-de-passe", mots).status_code == 302


def test_an_answer_that_comes_late_does_not_bring_back_the_session_that_a_change_ended(service: Service):
    visite = Visite(service)
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    examen = {"csrf_token": visite.jeton("/mot-de-passe"), "nouveau": "neuf hiboux"}
    avant = visite.ailleurs()
    reponses = [avant.poster("/mot-de-passe/examen", examen), avant.lire("/compte")]
    changer(visite, "neuf hiboux lisent le journal")
    reponses += [avant.poster("/mot-de-passe/examen", examen), avant.lire("/compte"), avant.lire("/connexion")]
    assert [reponse.status_code for reponse in reponses] == [200, 200, 302, 302, 200]
    assert [reponse.headers.get("Set-Cookie") for reponse in reponses] == [None] * 5
    assert "Votre session est terminée" in reponses[-1].text
    assert visite.lire("/compte").status_code == 200


def test_the_cookie_holds_as_long_as_the_session_and_leaves_with_the_browser(
    service: Service, monkeypatch: pytest.MonkeyPatch
):
    visite = Visite(service)
    reponse = visite.se_connecter(AGENT, MOT_DE_PASSE)
    assert "Expires" not in reponse.headers["Set-Cookie"]
    presque = int(time.time() + DUREE_MAX.total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: presque)
    assert visite.lire("/compte").status_code == 200
