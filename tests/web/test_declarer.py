"""Declaring by hand in a browser, from the first employee to the printed receipt, with wrong input at each step."""

import re
from collections.abc import Callable

import pytest
from courrier import Courrier, texte
from extranet import compte, se_connecter
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from serveur import Serveur

ECRANS = pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
MONTANTS = {"Nombre de mois": "12", "Montant net": "812,40", "Aide au poste": "640,10"}


def verifier(page: Page) -> None:
    """The page as it is now holds for everyone."""
    exiger_accessible(page)
    tenir_dans_la_page(page)


def entrer(demonstration: Serveur, ouvrir: Callable[..., Page], role: str = "AGENT", ecran=ECRAN) -> Page:
    """Somebody of the first ESAT, logged in."""
    page = ouvrir(demonstration.adresse, ecran, accept_downloads=True)
    agent = compte(demonstration.demo, role)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    return page


def remplir(page: Page, **champs: str) -> None:
    """Fill in fields by their labels."""
    for nom, valeur in champs.items():
        page.get_by_label(nom, exact=True).fill(valeur)


def enregistrer(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def statut(page: Page):
    return page.get_by_role("status")


@ECRANS
def test_from_the_list_of_those_expected_to_the_receipt(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    page = entrer(demonstration, ouvrir, ecran=ecran)
    expect(page.get_by_text("salariés déclarés sur").or_(page.get_by_text("salarié déclaré sur"))).to_be_visible()
    verifier(page)
    page.get_by_role("link", name="Voir qui reste à déclarer").click()
    verifier(page)
    page.get_by_role("link", name="Déclarer", exact=True).click()
    verifier(page)
    page.get_by_role("link", name=re.compile("Déclarer les certificats|Reprendre le brouillon")).click()
    expect(page.get_by_text("exactement deux")).to_be_visible()
    expect(page.get_by_text("Le brouillon est vide.")).to_be_visible()
    verifier(page)

    page.get_by_role("link", name="Choisir parmi les salariés attendus").click()
    verifier(page)
    nom = page.locator("main tbody th strong").first.inner_text()
    page.get_by_role("button", name=re.compile("^Ajouter ")).first.click()
    expect(page.get_by_label("Nom de naissance")).to_have_value(nom)
    verifier(page)

    enregistrer(page)
    expect(page.get_by_role("alert")).to_contain_text("Nombre de mois")
    verifier(page)
    remplir(page, **{"Nombre de mois": "13", "Montant net": "huit cents", "Aide au poste": "0"})
    enregistrer(page)
    alerte = page.get_by_role("alert")
    for attendu in ("de 0 à 12", "Un nombre est attendu", "supérieure à zéro"):
        expect(alerte).to_contain_text(attendu)
    alerte.get_by_role("link", name="Montant net").click()
    expect(page.get_by_label("Montant net")).to_be_focused()
    verifier(page)
    remplir(page, **MONTANTS)
    enregistrer(page)
    expect(page.get_by_role("heading", name="Brouillon : 1 ligne")).to_be_visible()
    expect(page.locator("main tbody")).to_contain_text("Prête")
    verifier(page)

    page.get_by_role("link", name="Vérifier et déposer").click()
    expect(page.get_by_role("heading", name="Vérification avant dépôt")).to_be_visible()
    expect(page.locator("main")).to_contain_text(demonstration.demo["esats"][0]["nom"])
    verifier(page)
    page.get_by_role("button", name="Déposer").click()
    expect(statut(page)).to_contain_text("Dépôt reçu.")
    expect(page.locator("main")).to_contain_text(nom)
    expect(page.locator("main tbody")).to_contain_text("Reçue")
    verifier(page)

    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Télécharger le PDF à imprimer").click()
    numero = page.get_by_role("heading", level=1).inner_text().split()[-1]
    assert telechargement.value.suggested_filename == f"accuse-{numero}.pdf"
    imprime = PdfReader(telechargement.value.path()).pages[0].extract_text()
    assert f"Accusé de réception {numero}" in imprime
    assert nom not in imprime
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Télécharger l'accusé signé (XML)").click()
    signe = telechargement.value.path().read_bytes()
    assert signe.startswith(b"<accuse ")
    assert numero.encode() in signe


def test_an_employee_typed_by_hand_is_told_everything_that_is_wrong(
    demonstration: Serveur, ouvrir: Callable[..., Page]
):
    page = entrer(demonstration, ouvrir)
    page.goto("/extranet/declarer/certificat/lignes/nouvelle")
    verifier(page)
    enregistrer(page)
    alerte = page.get_by_role("alert")
    for champ in ("Nom de naissance", "Prénom", "Date de naissance", "Nombre de mois"):
        expect(alerte.get_by_role("link", name=champ)).to_be_visible()
    verifier(page)

    remplir(page, **{"Nom de naissance": "Lefèvre", "Prénom": "Zoé", "Date de naissance": "31/02/1985"})
    remplir(page, **{"Numéro de sécurité sociale (NIR)": "1 85 05 75 000 001 48", **MONTANTS})
    page.get_by_label("Part de salaire direct").fill("12,5")
    enregistrer(page)
    expect(alerte).to_contain_text("ce jour n'existe pas", ignore_case=True)
    expect(alerte).to_contain_text("La clé ou la forme du NIR est fausse")
    verifier(page)

    remplir(page, **{"Date de naissance": "14/05/1985", "Numéro de sécurité sociale (NIR)": ""})
    enregistrer(page)
    expect(alerte).to_contain_text("3 éléments donnés")
    expect(alerte).to_contain_text("l'un des deux au moins est attendu")
    verifier(page)
    page.get_by_role("button", name="Garder dans le brouillon, à corriger plus tard").click()
    expect(statut(page)).to_contain_text("reste à corriger")
    expect(page.locator("main tbody")).to_contain_text("À corriger")
    expect(page.get_by_role("link", name="Vérifier et déposer")).to_have_count(0)
    verifier(page)

    page.goto("/extranet/declarer/certificat/depot")
    expect(statut(page)).to_contain_text("Aucune ligne n'est prête")
    page.get_by_role("link", name="Corriger Zoé Lefèvre").click()
    remplir(page, **{"Numéro de sécurité sociale (NIR)": "185057500000147", "Part de salaire direct": ""})
    remplir(page, **{"Montant net": "99,00"})
    enregistrer(page)
    expect(statut(page)).to_contain_text("une remarque à vérifier")
    expect(page.locator("main tbody")).to_contain_text("Prête, à vérifier")
    verifier(page)
    page.get_by_role("button", name="Retirer Zoé Lefèvre").click()
    expect(page.get_by_text("Le brouillon est vide.")).to_be_visible()


def test_all_who_are_expected_are_completed_one_after_the_other(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = entrer(demonstration, ouvrir)
    page.goto("/extranet/declarer/certificat/salaries")
    page.get_by_role("button", name=re.compile("^Les ajouter tous")).click()
    expect(statut(page)).to_contain_text("salariés ajoutés au brouillon")
    page.get_by_role("link", name=re.compile("^À corriger")).click()
    verifier(page)
    page.get_by_role("link", name=re.compile("^Corriger ")).first.click()
    premier = page.get_by_label("Nom de naissance").input_value()
    remplir(page, **MONTANTS)
    page.get_by_role("button", name="Enregistrer et passer à la suivante").click()
    expect(page.get_by_label("Nom de naissance")).not_to_have_value(premier)
    expect(page.get_by_label("Montant net")).to_have_value("")

    page.get_by_role("link", name="Retour au brouillon").click()
    page.get_by_role("link", name="Vérifier et déposer").click()
    expect(page.locator("main")).to_contain_text("resteront dans le brouillon")
    page.get_by_label(re.compile("^Essai")).check()
    verifier(page)
    page.get_by_role("button", name="Déposer").click()
    expect(statut(page)).to_contain_text("Essai reçu : rien n'est déclaré.")
    expect(page.get_by_text("Ce dépôt est un essai")).to_be_visible()
    verifier(page)
    page.goto("/extranet/declarer/certificat/")
    expect(page.locator("main")).to_contain_text(premier)
    page.get_by_text("Effacer le brouillon").click()
    verifier(page)
    page.get_by_role("button", name="Effacer toutes les lignes").click()
    expect(statut(page)).to_contain_text("Le brouillon est effacé.")


@ECRANS
def test_each_change_is_declared_and_the_same_mistakes_told(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    page = entrer(demonstration, ouvrir, ecran=ecran)
    page.goto("/extranet/declarer/changement/salaries")
    verifier(page)
    page.get_by_role("button", name=re.compile("^Moins d'heures")).nth(3).click()
    verifier(page)
    remplir(page, **{"Date d'effet": "1er novembre", "Heures avant": "20", "Heures après": "35"})
    enregistrer(page)
    expect(page.get_by_role("alert")).to_contain_text("une date est attendue", ignore_case=True)
    verifier(page)
    remplir(page, **{"Date d'effet": "02/11/2026"})
    enregistrer(page)
    expect(page.get_by_role("alert")).to_contain_text("moins d'heures", ignore_case=True)
    page.get_by_label("Augmentation du temps de travail").check()
    enregistrer(page)
    expect(page.locator("main tbody")).to_contain_text("Augmentation du temps de travail")

    page.get_by_role("link", name="Saisir un départ").click()
    remplir(page, **{"Nom de naissance": "Li", "Prénom": "Bo", "Date de naissance": "02/01/1990"})
    remplir(page, **{"Numéro allocataire": "7654321", "Organisme (Caf)": "831", "Date d'effet": "31/10/2026"})
    enregistrer(page)
    expect(page.get_by_role("alert")).to_contain_text("le motif d'un départ est attendu")
    verifier(page)
    page.get_by_label("Motif du départ").select_option("Retraite")
    enregistrer(page)
    expect(page.get_by_role("heading", name="Brouillon : 2 lignes")).to_be_visible()
    verifier(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    verifier(page)
    page.get_by_role("button", name="Déposer").click()
    expect(statut(page)).to_contain_text("Dépôt reçu.")
    expect(page.locator("main tbody")).to_contain_text("de 20 h à 35 h par semaine")
    expect(page.locator("main tbody")).to_contain_text("Retraite")
    verifier(page)


def test_a_declaration_is_replaced_then_cancelled_from_its_line(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = entrer(demonstration, ouvrir, "REFERENT")
    page.goto("/extranet/reste-a-declarer")
    page.get_by_role("button", name=re.compile("^Déclarer ")).last.click()
    remplir(page, **MONTANTS)
    enregistrer(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    page.get_by_role("button", name="Déposer").click()
    premier = page.get_by_role("heading", level=1).inner_text().split()[-1]

    page.get_by_role("button", name=re.compile("^Remplacer la déclaration")).click()
    expect(page.get_by_label("Déclaration remplacée")).to_have_value(f"{premier}-0001")
    expect(page.get_by_label("Montant net")).to_have_value("812,4")
    remplir(page, **{"Montant net": "822,40"})
    enregistrer(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    page.get_by_role("button", name="Déposer").click()
    expect(page.locator("main tbody")).to_contain_text(f"remplace {premier}-0001")
    expect(page.locator("main tbody")).to_contain_text("822,40")
    verifier(page)

    page.get_by_role("link", name=re.compile("^Annuler la déclaration")).click()
    verifier(page)
    page.get_by_role("button", name="Annuler la déclaration").click()
    expect(page.get_by_role("alert")).to_contain_text("Le motif est attendu.")
    verifier(page)
    page.get_by_label("Motif de l'annulation").fill("Mauvais salarié")
    page.get_by_role("button", name="Annuler la déclaration").click()
    expect(statut(page)).to_contain_text("La déclaration est annulée.")
    expect(page.get_by_text("Annulation de déclarations")).to_be_visible()
    verifier(page)
    page.goto(f"/extranet/depots/{premier}")
    expect(page.locator("main tbody")).to_contain_text("Remplacée")
    expect(page.get_by_role("link", name=re.compile("^Annuler"))).to_have_count(0)
    verifier(page)


def test_two_clicks_on_deposit_make_one_deposit(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = entrer(demonstration, ouvrir)
    page.goto("/extranet/declarer/certificat/salaries")
    page.get_by_role("button", name=re.compile("^Ajouter ")).first.click()
    remplir(page, **MONTANTS)
    enregistrer(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    autre = page.context.new_page()
    autre.goto("/extranet/declarer/certificat/depot")
    page.get_by_role("button", name="Déposer").dblclick()
    expect(page.get_by_role("heading", name="Accusé de réception")).to_be_visible()
    numero = page.get_by_role("heading", level=1).inner_text().split()[-1]
    autre.get_by_role("button", name="Déposer").click()
    expect(statut(autre)).to_contain_text("Ce dépôt était déjà reçu")
    assert autre.get_by_role("heading", level=1).inner_text().split()[-1] == numero
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text().split()[-1] == numero
    page.go_back()
    expect(page.get_by_text("Le brouillon est vide.")).to_be_visible()
    page.goto("/extranet/depots/")
    assert page.locator("main tbody th").all_inner_texts().count(numero) == 1


def test_everything_is_done_with_a_keyboard(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = entrer(demonstration, ouvrir)
    page.goto("/extranet/declarer/changement/lignes/nouvelle/depart")
    page.get_by_label("Nom de naissance").focus()
    for valeur in ("Martin", "Léa", "", "03/03/1990", "", "7654322", "831", "31/10/2026"):
        page.keyboard.type(valeur)
        page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Enregistrer", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Brouillon"))).to_be_visible()
    expect(page.locator("main tbody")).to_contain_text("Martin")
    expect(page.locator("main tbody")).to_contain_text(re.compile("Nature du changement\\s: Départ"))
    expect(page.locator("main tbody")).to_contain_text("Autre motif")


def test_the_mail_of_a_deposit_arrives(
    demonstration: Serveur, ouvrir: Callable[..., Page], courrier_du_module: Courrier
):
    agent = compte(demonstration.demo)
    page = entrer(demonstration, ouvrir)
    page.goto("/extranet/declarer/certificat/salaries")
    page.get_by_role("button", name=re.compile("^Ajouter ")).first.click()
    remplir(page, **MONTANTS)
    enregistrer(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    page.get_by_role("button", name="Déposer").click()
    numero = page.get_by_role("heading", level=1).inner_text().split()[-1]
    message = courrier_du_module.pour(agent["courriel"], numero)
    assert message["Subject"] == f"Dépôt {numero} reçu"
    assert f"/extranet/depots/{numero}" in texte(message)
