"""One's own password in a browser: first login, renewal, forgotten; every refusal told, every rule shown beforehand."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from courrier import Courrier, mot_de_passe_de
from extranet import compte, se_connecter
from maison import MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import AUTRE_SIRET, SIRET
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Locator, Page, Route, expect
from serveur import Serveur
from visite import Visite
from werkzeug.test import TestResponse

from service.domain.actes import Acte

__all__ = ["dossier_de_cles", "service"]
AUTRE = "autre@esat.example"
BONS = (
    "trois girafes portent des bottes",
    "sept hiboux lisent le journal",
    "neuf marmottes jouent du piano",
    "deux chameaux repeignent la grange",
)


def remplir(page: Page, ancien: str, nouveau: str, confirmation: str | None = None) -> None:
    """Fill in the change of a password and send it."""
    page.get_by_label("Mot de passe actuel").fill(ancien)
    page.get_by_label("Nouveau mot de passe", exact=True).fill(nouveau)
    page.get_by_label("Nouveau mot de passe, de nouveau").fill(nouveau if confirmation is None else confirmation)
    page.get_by_role("button", name="Changer le mot de passe").click()


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_from_the_first_login_to_the_pages(demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]):
    esat = (ECRAN, TELEPHONE).index(ecran)
    nouveau = compte(demonstration.demo, provisoire=True, esat=esat)
    page = ouvrir(demonstration.adresse, ecran)
    se_connecter(page, nouveau["courriel"], nouveau["mot_de_passe"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisir un mot de passe")
    expect(page.get_by_text("Votre mot de passe est provisoire.")).to_be_visible()
    exiger_accessible(page)
    tenir_dans_la_page(page)

    for chemin in ("/extranet/", "/extranet/compte", "/extranet/etablissement", "/extranet/connexion"):
        page.goto(chemin)
        expect(page.get_by_role("heading", level=1)).to_have_text("Choisir un mot de passe")

    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(3)
    exiger_accessible(page)
    tenir_dans_la_page(page)

    remplir(page, nouveau["mot_de_passe"], BONS[0], "autre chose")
    expect(page.get_by_role("alert")).to_contain_text("Les deux saisies du nouveau mot de passe diffèrent.")

    remplir(page, "faux", BONS[0])
    expect(page.get_by_role("alert")).to_contain_text("Ce n'est pas votre mot de passe actuel.")
    exiger_accessible(page)

    locale = nouveau["courriel"].partition("@")[0]
    remplir(page, nouveau["mot_de_passe"], locale[:11])
    alerte = page.get_by_role("alert")
    for raison in ("moins de 12 caractères", "trop facile à deviner"):
        expect(alerte).to_contain_text(raison)
    exiger_accessible(page)
    tenir_dans_la_page(page)
    remplir(page, nouveau["mot_de_passe"], nouveau["mot_de_passe"])
    expect(page.get_by_role("alert")).to_contain_text("5 derniers")

    remplir(page, nouveau["mot_de_passe"], BONS[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    expect(page.get_by_role("status")).to_contain_text("Votre mot de passe est changé.")
    autre = ouvrir(demonstration.adresse, ecran)
    se_connecter(autre, nouveau["courriel"], nouveau["mot_de_passe"])
    expect(autre.get_by_role("alert")).to_contain_text("non reconnu")
    se_connecter(autre, nouveau["courriel"], BONS[0])
    expect(autre.get_by_role("heading", level=1)).to_have_text("Accueil")


def test_rules_are_told_while_typing(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("link", name="Mettre à jour votre mot de passe").click()
    champ, bilan = page.get_by_label("Nouveau mot de passe", exact=True), page.locator("#regles-bilan")

    def regle(code: str) -> Locator:
        return page.locator(f"[data-regle={code}]")

    champ.press_sequentially("aaaaaaaaaaa")
    expect(regle("LONGUEUR")).to_contain_text("à corriger")
    expect(regle("ROBUSTESSE")).to_contain_text("à corriger")
    expect(regle("PREFIXE")).to_contain_text("respecté")
    expect(regle("HISTORIQUE").locator("span")).to_be_hidden()  # only the server can tell
    expect(bilan).to_have_text("2 points sont à corriger.")
    exiger_accessible(page)
    champ.press_sequentially("aa")
    expect(regle("LONGUEUR")).to_contain_text("respecté")
    expect(bilan).to_have_text("1 point est à corriger.")
    champ.fill(f"cle_{agent['courriel'].partition('@')[0]} et une girafe")
    expect(regle("ADRESSE")).to_contain_text("à corriger")
    expect(regle("PREFIXE")).to_contain_text("à corriger")
    champ.fill(BONS[0])
    expect(bilan).to_have_text("Ce mot de passe convient, s'il n'est pas l'un des derniers.")
    expect(regle("ROBUSTESSE")).to_contain_text("respecté")
    page.get_by_label("Nouveau mot de passe, de nouveau").fill("autre chose")
    expect(bilan).to_have_text("Les deux saisies diffèrent.")
    exiger_accessible(page)
    champ.fill("")
    expect(bilan).to_have_text("")


def test_rules_are_told_of_what_was_typed_before_the_script_came(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = ouvrir(demonstration.adresse)
    retenus: list[Route] = []
    page.route("**/mot-de-passe.js", lambda route: retenus.append(route))
    page.goto("/extranet/connexion")
    page.get_by_role("link", name="Mettre à jour votre mot de passe").click(no_wait_after=True)
    page.get_by_label("Nouveau mot de passe", exact=True).press_sequentially("aaa")
    regle = page.locator("[data-regle=LONGUEUR]")
    assert "à corriger" not in regle.inner_text()
    retenus[0].continue_()
    expect(regle).to_contain_text("à corriger")


def test_without_scripts_the_server_tells_all_the_same(demonstration: Serveur, ouvrir: Callable[..., Page]):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse, java_script_enabled=False)
    page.goto("/extranet/connexion")
    page.get_by_role("link", name="Mettre à jour votre mot de passe").click()
    expect(page.get_by_text("compte 12 caractères au moins")).to_be_visible()
    page.get_by_label("Adresse électronique").fill(agent["courriel"])
    remplir(page, agent["mot_de_passe"], "cle_court")
    for raison in ("moins de 12", "facile à deviner", "réservé aux clés"):
        expect(page.get_by_role("alert")).to_contain_text(raison)


def test_from_the_login_page_a_change_ends_the_other_sessions_and_keeps_this_one(
    demonstration: Serveur, ouvrir: Callable[..., Page]
):
    agent = compte(demonstration.demo, esat=1)
    ailleurs, ici = ouvrir(demonstration.adresse), ouvrir(demonstration.adresse)
    se_connecter(ailleurs, agent["courriel"], agent["mot_de_passe"])
    expect(ailleurs.get_by_role("heading", level=1)).to_have_text("Accueil")

    ici.goto("/extranet/connexion")
    ici.get_by_role("link", name="Mettre à jour votre mot de passe").click()
    exiger_accessible(ici)
    ici.get_by_label("Adresse électronique").fill("personne@nulle-part.example")
    remplir(ici, agent["mot_de_passe"], "court")
    expect(ici.get_by_role("alert")).to_contain_text("Adresse électronique ou mot de passe non reconnu.")
    expect(ici.get_by_role("alert")).not_to_contain_text("moins de 12")
    ici.get_by_label("Adresse électronique").fill(agent["courriel"])
    remplir(ici, agent["mot_de_passe"], BONS[1])
    expect(ici.get_by_role("heading", level=1)).to_have_text("Accueil")
    (avant,) = ici.context.cookies()
    ici.goto("/extranet/mot-de-passe")
    remplir(ici, BONS[1], BONS[2])
    expect(ici.get_by_role("heading", level=1)).to_have_text("Accueil")

    ailleurs.reload()
    expect(ailleurs.get_by_role("heading", level=1)).to_have_text("Connexion")
    expect(ailleurs.get_by_role("status")).to_contain_text("Votre session est terminée")
    ici.reload()
    expect(ici.get_by_role("heading", level=1)).to_have_text("Accueil")
    ici.context.add_cookies([avant])
    ici.reload()
    expect(ici.get_by_role("heading", level=1)).to_have_text("Connexion")


def test_a_forgotten_password_comes_by_mail_and_the_page_is_the_same_for_any_address(
    demonstration: Serveur, courrier_du_module: Courrier, ouvrir: Callable[..., Page]
):
    referent = compte(demonstration.demo, role="REFERENT")
    textes = []
    for courriel in ("personne@nulle-part.example", referent["courriel"]):
        page = ouvrir(demonstration.adresse, TELEPHONE)
        page.goto("/extranet/connexion")
        page.get_by_role("link", name="Mot de passe oublié ?").click()
        page.get_by_role("button", name="Recevoir").click()
        expect(page.get_by_role("alert")).to_contain_text("Votre adresse électronique est attendue.")
        exiger_accessible(page)
        tenir_dans_la_page(page)
        page.get_by_label("Adresse électronique").fill(courriel)
        page.get_by_role("button", name="Recevoir").click()
        expect(page.get_by_role("status")).to_contain_text("un mot de passe provisoire vient de lui être envoyé")
        exiger_accessible(page)
        tenir_dans_la_page(page)
        textes.append(page.locator("main").inner_text())
    assert textes[0] == textes[1]

    secours = mot_de_passe_de(courrier_du_module.pour(referent["courriel"], "provisoire"))
    se_connecter(page, referent["courriel"], secours)
    expect(page.get_by_text("Votre mot de passe est provisoire.")).to_be_visible()
    remplir(page, secours, BONS[3])
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    change = courrier_du_module.pour(referent["courriel"], "changé")
    assert BONS[3] not in change.as_string()
    assert all(message["To"] != "personne@nulle-part.example" for message in courrier_du_module.messages)


def en_session(service: Service, **delai: float) -> Visite:
    """Somebody just logged in whose password has that long to live."""
    service.compte(AUTRE, SIRET, expire_le=service.horloge() + timedelta(**delai))
    visite = Visite(service)
    visite.se_connecter(AUTRE, MOT_DE_PASSE)
    return visite


@pytest.mark.parametrize(("delai", "averti"), [({"days": 15, "hours": 1}, False), ({"days": 14}, True)])
def test_every_page_warns_15_days_before_a_password_expires(service: Service, delai: dict[str, int], averti: bool):
    visite = en_session(service, **delai)
    for chemin in ("/", "/compte", "/etablissement"):
        page = visite.lire(chemin)
        assert page.status_code == 200
        assert ("Le mettre à jour" in page.text) is averti


def test_a_password_that_expires_during_a_session_is_to_be_changed_at_the_next_request(service: Service):
    visite = en_session(service, minutes=10)
    assert visite.lire("/compte").status_code == 200
    service.horloge.avancer(minutes=11)
    assert visite.lire("/compte").headers["Location"] == "/extranet/mot-de-passe?suite=/compte"
    assert "Votre mot de passe est expiré." in visite.lire("/mot-de-passe").text
    reponse = changer(visite, MOT_DE_PASSE, BONS[0], "/mot-de-passe?suite=/compte")
    assert reponse.headers["Location"] == "/extranet/compte"


def changer(visite: Visite, ancien: str, nouveau: str, chemin: str = "/mot-de-passe") -> TestResponse:
    return visite.envoyer(chemin, {"ancien": ancien, "nouveau": nouveau, "confirmation": nouveau})


def test_the_last_five_are_refused(service: Service):
    visite = en_session(service, days=90)
    passes = [MOT_DE_PASSE, *BONS, "onze perroquets plient du linge"]
    for ancien, nouveau in itertools.pairwise(passes):
        assert changer(visite, ancien, nouveau).status_code == 302
    for ancien in passes[1:]:
        refus = changer(visite, passes[-1], ancien)
        assert refus.status_code == 400
        assert "5 derniers" in refus.text
    assert changer(visite, passes[-1], MOT_DE_PASSE).status_code == 302


def test_guesses_of_the_present_password_in_an_open_session_are_counted_like_those_of_a_login(service: Service):
    visite = en_session(service, days=90)
    for _ in range(5):
        assert changer(visite, "faux", BONS[0]).status_code == 401
    assert changer(visite, MOT_DE_PASSE, BONS[0]).status_code == 401
    service.horloge.avancer(minutes=2)
    assert changer(visite, MOT_DE_PASSE, BONS[0]).status_code == 302


def test_what_the_session_remembers_survives_the_change(service: Service):
    visite = en_session(service, days=90)
    visite.lire("/")
    service.esat(AUTRE_SIRET)
    with service.dependencies.unites.ecriture() as unite:
        esat, compte_ = unite.esats.par_siret(AUTRE_SIRET), unite.comptes.pour_authentification(AUTRE)
        assert esat is not None
        assert compte_ is not None
        unite.habilitations.ajouter(compte_.id, esat.id, "AGENT", service.horloge())
        unite.commit()
    changer(visite, MOT_DE_PASSE, BONS[0])
    assert f"<strong>ESAT {SIRET}</strong>" in visite.lire("/").text


def test_a_change_is_logged_without_any_password(service: Service):
    changer(en_session(service, days=90), MOT_DE_PASSE, BONS[0])
    entree = next(une for une in service.journal() if une.acte == Acte.MOT_DE_PASSE_CHANGE)
    assert (entree.utilisateur, entree.canal, entree.issue) == (AUTRE, "EXTRANET", "FAIT")
    assert BONS[0] not in repr(service.sql("SELECT * FROM journal"))


def test_the_script_is_answered_to_whoever_is_logged_in_only(service: Service):
    anonyme = Visite(service)
    jeton = anonyme.jeton("/connexion")
    assert anonyme.poster("/mot-de-passe/examen", {"csrf_token": jeton, "nouveau": "a"}).status_code == 302
    visite = en_session(service, days=90)
    reponse = visite.envoyer("/mot-de-passe/examen", {"nouveau": "autre"}, depuis="/mot-de-passe")
    assert reponse.get_json() == {"enfreintes": ["LONGUEUR", "ROBUSTESSE", "ADRESSE"]}
    assert visite.poster("/mot-de-passe/examen", {"nouveau": "autre"}).status_code == 400
