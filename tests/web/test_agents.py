"""The référent's pages in browsers: agents invited, suspended, given back, ended; the role handed over; the mails."""

from collections.abc import Callable

import pytest
from courrier import Courrier, mot_de_passe_de, texte
from extranet import compte, de_deux_esats, se_connecter
from messages import en_clair, enveloppe, operation
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from serveur import Serveur

NOUVEAU = "neuf hiboux lisent le journal"
CONSULTE = operation("ConsulteService")


@pytest.fixture
def referent(demonstration: Serveur, ouvrir: Callable[..., Page]) -> Page:
    """The first ESAT's référent, on the list of its agents."""
    page = ouvrir(demonstration.adresse)
    entrer_comme_referent(demonstration, page)
    return page


def entrer_comme_referent(demonstration: Serveur, page: Page) -> None:
    lui = compte(demonstration.demo, role="REFERENT")
    se_connecter(page, lui["courriel"], lui["mot_de_passe"])
    page.get_by_role("link", name="Agents").click()


def examiner(page: Page) -> None:
    """What holds for every page in every state."""
    exiger_accessible(page)
    tenir_dans_la_page(page)


def gerer(page: Page, nom: str, geste: str) -> None:
    """From the list to the page that asks for a confirmation."""
    page.get_by_role("link", name=f"Gérer l'accès de {nom}").click()
    page.get_by_role("link", name=geste).click()


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_from_an_invitation_to_the_end_of_the_mission(
    demonstration: Serveur, courrier_du_module: Courrier, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    page, courriel = ouvrir(demonstration.adresse, ecran), f"zoe.{ecran['width']}@ateliers-mimosa.example"
    entrer_comme_referent(demonstration, page)
    examiner(page)
    page.get_by_role("link", name="Inviter un agent").click()
    examiner(page)
    page.get_by_role("button", name="Inviter").click()
    for attendu in ("Son adresse électronique est attendue.", "Son prénom est attendu.", "Son nom est attendu."):
        expect(page.get_by_role("alert")).to_contain_text(attendu)
    examiner(page)
    for champ, valeur in (("Adresse électronique", "zoe"), ("Prénom", "Zoé"), ("Nom", "Arnaud")):
        page.get_by_label(champ, exact=True).fill(valeur)
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_role("alert")).to_contain_text("Une adresse électronique est attendue")
    examiner(page)
    page.get_by_label("Adresse électronique").fill(compte(demonstration.demo)["courriel"])
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_role("alert")).to_contain_text("figure déjà parmi les agents")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_role("button", name="Inviter").click()
    expect(page.get_by_role("status")).to_contain_text(f"L'invitation est envoyée à {courriel}.")
    expect(page.get_by_role("row", name=courriel)).to_contain_text("invitation en attente")
    examiner(page)

    invitee = ouvrir(demonstration.adresse, ecran)
    provisoire = mot_de_passe_de(courrier_du_module.pour(courriel, "accès"))
    se_connecter(invitee, courriel, provisoire)
    invitee.get_by_label("Mot de passe actuel").fill(provisoire)
    invitee.get_by_label("Nouveau mot de passe", exact=True).fill(NOUVEAU)
    invitee.get_by_label("Nouveau mot de passe, de nouveau").fill(NOUVEAU)
    invitee.get_by_role("button", name="Changer le mot de passe").click()
    expect(invitee.get_by_role("heading", level=1)).to_have_text("Accueil")
    expect(invitee.get_by_role("link", name="Agents")).to_have_count(0)

    page.reload()
    gerer(page, "Zoé Arnaud", "Mettre fin à la mission")
    examiner(page)
    page.get_by_role("button", name="Mettre fin à la mission").click()
    expect(page.get_by_role("status")).to_contain_text("la mission a pris fin")
    expect(page.get_by_role("row", name=courriel)).to_have_count(0)
    assert "fermé" in texte(courrier_du_module.pour(courriel, "Fin"))
    invitee.reload()
    expect(invitee.get_by_role("heading", level=1)).to_have_text("Connexion")
    se_connecter(invitee, courriel, NOUVEAU)
    expect(invitee.get_by_role("alert")).to_contain_text("non reconnu")


def test_an_agent_who_is_logged_in_and_calls_by_soap_is_out_at_the_next_request(
    demonstration: Serveur, courrier_du_module: Courrier, referent: Page, ouvrir: Callable[..., Page]
):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])

    def par_soap(secret: str) -> str:
        return demonstration.poster(enveloppe(CONSULTE, en_clair(agent["courriel"], secret))).text

    secrets = agent["mot_de_passe"], agent["cle_integration"]
    for secret in (*secrets, *secrets):  # the second time, the password is remembered
        assert "versionRegles" in par_soap(secret)

    gerer(referent, "Hugo Isnard", "Suspendre l'accès")
    examiner(referent)
    referent.get_by_role("button", name="Suspendre l'accès").click()
    expect(referent.get_by_role("row", name=agent["courriel"])).to_contain_text("suspendu par le référent")

    for secret in (*secrets, *secrets):
        assert "[AUTHENTIFICATION]" in par_soap(secret)
    page.goto("/extranet/compte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    expect(page.get_by_role("alert")).to_contain_text("non reconnu")
    assert "suspendu" in courrier_du_module.pour(agent["courriel"], "suspendu")["Subject"]

    gerer(referent, "Hugo Isnard", "Réactiver l'accès")
    examiner(referent)
    referent.get_by_role("button", name="Réactiver l'accès").click()
    expect(referent.get_by_role("row", name=agent["courriel"])).to_contain_text("ouvert")
    assert "versionRegles" in par_soap(agent["cle_integration"])
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    courrier_du_module.pour(agent["courriel"], "rétabli")


def test_who_serves_two_esats_loses_one_only_and_the_page_says_so(
    demonstration: Serveur, referent: Page, ouvrir: Callable[..., Page]
):
    commun, (premier, second) = de_deux_esats(demonstration.demo), (un["nom"] for un in demonstration.demo["esats"])
    page = ouvrir(demonstration.adresse)
    se_connecter(page, commun["courriel"], commun["mot_de_passe"])
    page.get_by_label(premier).check()
    page.get_by_role("button", name="Continuer").click()

    referent.get_by_role("link", name="Gérer l'accès de Dominique Reboul").click()
    expect(referent.get_by_text(f"Ce que vous faites ici ne vaut que pour {premier}")).to_be_visible()
    examiner(referent)
    referent.get_by_role("link", name="Suspendre l'accès").click()
    expect(referent.get_by_text("ses habilitations pour d'autres établissements restent inchangés")).to_be_visible()
    referent.get_by_role("button", name="Suspendre l'accès").click()

    page.goto("/extranet/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pour quel établissement travaillez-vous ?")
    expect(page.get_by_label(premier)).to_have_count(0)
    page.get_by_label(second).check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".identite")).to_contain_text(second)
    page.goto("/extranet/compte")
    expect(page.get_by_role("row", name=premier)).to_contain_text("suspendu par le référent")
    examiner(page)


def test_the_role_is_handed_over_and_back(
    demonstration: Serveur, courrier_du_module: Courrier, ouvrir: Callable[..., Page]
):
    lui, elle = (compte(demonstration.demo, role=role, esat=1) for role in ("REFERENT", "AGENT"))
    page, autre = ouvrir(demonstration.adresse), ouvrir(demonstration.adresse)
    se_connecter(page, lui["courriel"], lui["mot_de_passe"])
    se_connecter(autre, elle["courriel"], elle["mot_de_passe"])
    page.goto("/extranet/agents")
    expect(page.get_by_role("row", name=lui["courriel"]).get_by_role("link")).to_have_count(0)
    gerer(page, "Inès Vallauri", "Transmettre le rôle de référent")
    examiner(page)
    page.get_by_role("button", name="Transmettre le rôle").click()
    expect(page.get_by_role("status")).to_contain_text("Vous êtes désormais agent habilité.")
    expect(page.get_by_role("link", name="Agents")).to_have_count(0)
    assert page.goto("/extranet/agents").status == 404  # type: ignore[union-attr]
    for qui in (lui, elle):
        assert elle["courriel"] in texte(courrier_du_module.pour(qui["courriel"], "Nouveau référent"))
    autre.goto("/extranet/agents")
    gerer(autre, "Paul Seguin", "Transmettre le rôle de référent")
    autre.get_by_role("button", name="Transmettre le rôle").click()
    expect(autre.get_by_role("link", name="Agents")).to_have_count(0)


def test_a_gesture_that_no_longer_follows_is_refused_with_its_reason(demonstration: Serveur, referent: Page):
    gerer(referent, "Léa Martel", "Suspendre l'accès")
    confirmation = referent.url
    referent.get_by_role("button", name="Suspendre l'accès").click()
    referent.goto(confirmation)
    referent.get_by_role("button", name="Suspendre l'accès").click()
    expect(referent.get_by_role("alert")).to_contain_text("Cet accès n'est pas ouvert")
    examiner(referent)
    referent.goto("/extranet/agents")
    gerer(referent, "Léa Martel", "Réactiver l'accès")
    referent.get_by_role("button", name="Réactiver l'accès").click()
