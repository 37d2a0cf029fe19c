"""The console beyond the log: campaign, reminders, alerts, ESATs, state, operators; each role, wrong ones too."""

from collections.abc import Callable

import pytest
from courrier import Courrier, courrier_du_module
from messages import certificat, declare_certificats, en_clair, enveloppe, salarie
from navigateur import exiger_accessible, tenir_dans_la_page
from operateurs import ouvert_par
from playwright.sync_api import Page, expect
from serveur import Serveur, serveur

__all__ = ["courrier_du_module"]
SIRET = "99910083700015"
AUTRE = "99920083500018"
PIRATE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def caf(tmp_path_factory: pytest.TempPathFactory, courrier_du_module: Courrier):
    """A demonstration that mails, with a deposit of this year: one line with an ALERTE, one rejected."""
    dossier = tmp_path_factory.mktemp("caf") / "donnees"
    with serveur(dossier, ESAT_SMTP=courrier_du_module.adresse) as en_marche:
        compte = en_marche.demo["esats"][0]["comptes"][0]
        connu = en_marche.demo["esats"][0]["salaries"][0]
        charge = declare_certificats(
            certificat(salarie(connu["nir"], nom=connu["nom"]), reference=PIRATE, nombreMois="0"),
            certificat(nombreMois="13"),
            siret=SIRET,
            annee=en_marche.demo["annee"],
        )
        en_marche.poster(enveloppe(charge, en_clair(compte["courriel"], compte["cle_integration"])))
        yield en_marche


@pytest.mark.parametrize(
    "chemin",
    [
        "campagne",
        "campagne/2026",
        "a-verifier",
        "a-verifier?vues=oui",
        "esats",
        "esats?texte=zzz",
        f"esats/{SIRET}",
        "etat",
    ],
)
def test_pages_open_to_every_role_are_accessible_and_fit_the_screen(
    caf: Serveur, ouvrir: Callable[..., Page], chemin: str
):
    page = ouvert_par(ouvrir, caf)
    reponse = page.goto(f"/console/{chemin}")
    assert reponse is not None
    assert reponse.status == 200
    exiger_accessible(page)
    tenir_dans_la_page(page)


@pytest.mark.parametrize(
    ("role", "chemin", "statut"),
    [
        ("LECTURE", "campagne/2026/rappels", 403),
        ("LECTURE", "esats/nouveau", 403),
        ("LECTURE", "esats/conventions", 403),
        ("LECTURE", "operateurs", 403),
        ("GESTION", "operateurs", 403),
        ("GESTION", "campagne/2026/rappels", 200),
        ("GESTION", "esats/nouveau", 200),
        ("GESTION", "esats/conventions", 200),
        ("ADMINISTRATION", "operateurs", 200),
        ("LECTURE", "esats/00000000000000", 404),
        ("LECTURE", "campagne/1999", 400),
    ],
)
def test_a_role_opens_its_pages_and_no_others(
    caf: Serveur, ouvrir: Callable[..., Page], role: str, chemin: str, statut: int
):
    page = ouvert_par(ouvrir, caf, role)
    reponse = page.goto(f"/console/{chemin}")
    assert reponse is not None
    assert reponse.status == statut
    exiger_accessible(page)
    if statut == 403:
        expect(page.get_by_role("heading", name="Accès réservé")).to_be_visible()
        page.goto("/console/journal/actes?acte=ACCES_REFUSE")
        expect(page.locator("tbody tr").first).to_contain_text(f"/{chemin}")


def test_a_campaign_shows_who_has_declared_and_the_curve_with_its_table(caf: Serveur, ouvrir: Callable[..., Page]):
    page = ouvert_par(ouvrir, caf)
    page.goto("/console/campagne")
    rangee = page.get_by_role("row").filter(has_text="Mimosa")
    expect(rangee).to_contain_text("a commencé")
    image = page.get_by_role("img", name="Courbe des certificats")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_text("Les chiffres de la courbe").click()
    expect(page.get_by_role("table", name="Campagne 2026")).to_contain_text("1")
    exiger_accessible(page)
    page.get_by_label("Avancement").select_option("n'a rien déclaré")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("row").filter(has_text="Mimosa")).to_have_count(0)
    page.get_by_role("link", name="C02").click()
    assert page.locator("#resultat tbody tr").count() == 1


def test_reminders_are_read_before_and_sent_once(
    caf: Serveur, ouvrir: Callable[..., Page], courrier_du_module: Courrier
):
    page = ouvert_par(ouvrir, caf, "GESTION")
    page.goto("/console/campagne/2026/rappels")
    page.get_by_role("button", name="Envoyer les rappels cochés").click()
    expect(page.get_by_text("Aucun rappel n'est parti")).to_be_visible()
    page.get_by_text("Lettre à paul.seguin").click()
    expect(page.locator("pre.lettre").filter(has_text="Bastide")).to_be_visible()
    exiger_accessible(page)
    page.get_by_label("ESAT La Bastide Bleue").check()
    page.get_by_role("button", name="Envoyer les rappels cochés").click()
    expect(page.get_by_text("1 rappel en route.")).to_be_visible()
    expect(page.get_by_text("Rappel déjà envoyé à paul.seguin")).to_be_visible()
    assert "2026" in courrier_du_module.pour("paul.seguin@bastide-bleue.example", "certificats d’emploi")["Subject"]


def test_an_alert_is_marked_as_seen_with_what_was_found(caf: Serveur, ouvrir: Callable[..., Page]):
    lecteur = ouvert_par(ouvrir, caf)
    lecteur.goto("/console/a-verifier")
    expect(lecteur.get_by_text("C07")).to_be_visible()
    expect(lecteur.get_by_role("button", name="Marquer comme vue")).to_have_count(0)
    page = ouvert_par(ouvrir, caf, "GESTION")
    page.goto("/console/a-verifier")
    page.get_by_label("Ce qui a été constaté").fill("   ")
    page.get_by_role("button", name="Marquer comme vue").click()
    expect(page.get_by_text("Rien n'a été enregistré")).to_be_visible()
    page.get_by_label("Ce qui a été constaté").fill(PIRATE)
    page.get_by_role("button", name="Marquer comme vue").click()
    expect(page.get_by_text("La ligne est marquée comme vue.")).to_be_visible()
    page.get_by_role("link", name="Vues").click()
    expect(page.get_by_text(PIRATE)).to_be_visible()
    exiger_accessible(page)


def test_a_convention_an_esat_and_an_account_from_nothing(
    caf: Serveur, ouvrir: Callable[..., Page], courrier_du_module: Courrier
):
    page = ouvert_par(ouvrir, caf, "GESTION")
    page.goto("/console/esats/conventions")
    page.get_by_role("button", name="Enregistrer la convention").click()
    expect(page.get_by_role("alert")).to_contain_text("Numéro")
    exiger_accessible(page)
    page.get_by_label("Numéro", exact=True).fill("CONV-83-0009")
    page.get_by_label("Signée le").fill("2026-01-15")
    page.get_by_label("Organisme").fill("83")
    page.get_by_role("button", name="Enregistrer la convention").click()
    expect(page.get_by_role("alert")).to_contain_text("rois chiffres")
    page.get_by_label("Organisme").fill("831")
    page.get_by_role("button", name="Enregistrer la convention").click()
    expect(page.get_by_text("La convention CONV-83-0009 est enregistrée.")).to_be_visible()
    page.goto("/console/esats/nouveau")
    page.get_by_label("Convention").select_option("CONV-83-0009")
    page.get_by_label("SIRET").fill("123 456 782 00011")
    page.get_by_label("Raison sociale").fill("ESAT des Essais")
    page.get_by_role("button", name="Enregistrer l'ESAT").click()
    expect(page.get_by_role("alert")).to_contain_text("uatorze chiffres")
    exiger_accessible(page)
    page.get_by_label("SIRET").fill("123 456 782 00010")
    page.get_by_role("button", name="Enregistrer l'ESAT").click()
    expect(page.get_by_role("heading", name="ESAT des Essais")).to_be_visible()
    page.get_by_label("Adresse électronique").fill("pas une adresse")
    page.get_by_label("Prénom").fill("Zoé")
    page.get_by_label("Nom", exact=True).fill("Petit")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_role("alert")).to_contain_text("adresse électronique est attendue")
    page.get_by_label("Adresse électronique").fill("zoe@essais.example")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_text("son mot de passe provisoire lui est envoyé")).to_be_visible()
    courrier_du_module.pour("zoe@essais.example", "Votre accès")
    page.get_by_role("button", name="Suspendre : zoe@essais.example").click()
    expect(page.get_by_role("row").filter(has_text="zoe@essais.example")).to_contain_text("Suspendu")
    page.get_by_role("button", name="Réactiver : zoe@essais.example").click()
    page.get_by_text("Fin de mission : zoe@essais.example").click()
    page.get_by_role("button", name="Fermer le compte zoe@essais.example").click()
    expect(page.get_by_text("Le compte zoe@essais.example est retiré.")).to_be_visible()
    exiger_accessible(page)


def test_a_convention_that_ends_closes_its_esat(caf: Serveur, ouvrir: Callable[..., Page]):
    page = ouvert_par(ouvrir, caf, "GESTION")
    page.goto("/console/esats/conventions")
    page.get_by_label("Dernier jour de la convention CONV-83-0002").fill("2026-01-31")
    page.get_by_role("button", name="Mettre fin à la convention CONV-83-0002").click()
    expect(page.get_by_text("prend fin le 31/01/2026")).to_be_visible()
    compte = caf.demo["esats"][1]["comptes"][0]
    charge = declare_certificats(siret=AUTRE, annee=caf.demo["annee"])
    reponse = caf.poster(enveloppe(charge, en_clair(compte["courriel"], compte["cle_integration"])))
    assert "HABILITATION" in reponse.text


def test_operators_are_opened_changed_and_suspended_by_an_administrator(caf: Serveur, ouvrir: Callable[..., Page]):
    page = ouvert_par(ouvrir, caf, "ADMINISTRATION")
    page.goto("/console/operateurs")
    page.get_by_label("Adresse électronique").fill("nadia.roux@caf.example")
    page.get_by_label("Prénom").fill("Zoé")
    page.get_by_label("Nom", exact=True).fill("Petit")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_role("alert")).to_contain_text("un opérateur a déjà cette adresse")
    exiger_accessible(page)
    page.get_by_label("Adresse électronique").fill("zoe@caf.example")
    page.get_by_role("button", name="Ouvrir le compte").click()
    expect(page.get_by_text("montré cette seule fois")).to_be_visible()
    page.get_by_label("Rôle de zoe@caf.example").select_option("gestion")
    page.get_by_role("button", name="Changer le rôle de zoe@caf.example").click()
    expect(page.get_by_text("zoe@caf.example : en gestion.")).to_be_visible()
    page.get_by_role("button", name="Suspendre : zoe@caf.example").click()
    expect(page.get_by_text("zoe@caf.example : suspendu.")).to_be_visible()
    page.get_by_role("button", name="Réactiver : zoe@caf.example").click()
    page.get_by_role("button", name="Réinitialiser l'accès : zoe@caf.example").click()
    expect(page.get_by_text("montré cette seule fois")).to_be_visible()
    page.get_by_role("button", name="Suspendre : anne.delmas@caf.example").click()
    expect(page.get_by_text("C'est le dernier administrateur actif")).to_be_visible()
    exiger_accessible(page)
