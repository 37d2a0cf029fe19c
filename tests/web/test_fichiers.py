"""Declaring from a file in a browser: good ones, refused rows, what is no file of ours, what is too big."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from extranet import compte, se_connecter
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from openpyxl import Workbook, load_workbook
from paie import SAMPLES
from playwright.sync_api import Page, expect
from serveur import Serveur

CERTIFICAT = "/extranet/declarer/certificat/fichier"
CHANGEMENT = "/extranet/declarer/changement/fichier"
ENTETE = "reference;nir;nom;prenom;date_naissance;nombre_mois;montant_net;montant_aide_poste\n"


@pytest.fixture
def page(demonstration: Serveur, ouvrir: Callable[..., Page]) -> Page:
    """An agent of the first ESAT, logged in, with an empty draft."""
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse, ECRAN, accept_downloads=True)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    return page


def verifier(page: Page) -> None:
    exiger_accessible(page)
    tenir_dans_la_page(page)


def envoyer(page: Page, fichier: Path | tuple[str, bytes], adresse: str = CERTIFICAT) -> None:
    """Choose a file and send the form."""
    if not page.url.endswith(adresse):
        page.goto(adresse)
    contenu = (
        fichier if isinstance(fichier, Path) else {"name": fichier[0], "mimeType": "text/csv", "buffer": fichier[1]}
    )
    page.get_by_label("Fichier", exact=True).set_input_files(contenu)
    page.get_by_role("button", name="Importer le fichier").click()


@pytest.mark.parametrize(
    "nom",
    [
        "certificats-utf8.csv",
        "certificats-windows-1252.csv",
        "certificats-tabulations-utf16.csv",
        "certificats-virgules.csv",
        "certificats.xlsx",
    ],
)
def test_what_the_client_reads_fills_the_draft_the_same(page: Page, nom: str):
    envoyer(page, SAMPLES / nom)
    expect(page.get_by_role("status")).to_contain_text("3 lignes reprises du fichier")
    corps = page.locator("main tbody")
    for attendu in ("Lefèvre Camille", "1012,4", "640,1", "D'Angély; dite Ély Zoé", "12,5", "Œuvrard Noël", "600,05"):
        expect(corps).to_contain_text(attendu)
    verifier(page)


def test_the_changes_of_a_file_are_deposited(page: Page):
    envoyer(page, SAMPLES / "changements.csv", CHANGEMENT)
    expect(page.get_by_role("heading", name="Brouillon : 3 lignes")).to_be_visible()
    verifier(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_role("status")).to_contain_text("Dépôt reçu.")
    expect(page.locator("main")).to_contain_text("3 reçues, 3 acceptées, 0 rejetée")


def test_rows_that_cannot_be_read_are_told_with_row_column_and_reason(page: Page):
    envoyer(page, SAMPLES / "mauvais-cellules.csv")
    expect(page.get_by_role("status")).to_contain_text("4 lignes reprises du fichier")
    expect(page.get_by_role("status")).to_contain_text("4 ne se lisent pas")
    corps = page.locator("main tbody")
    for attendu in (
        "ligne 2 du fichier",
        "Date de naissance : ce jour n'existe pas",
        "le tableur a arrondi le numéro",
        "Nom de naissance : valeur absente",
        "des accents sont abîmés",
        "le tableur y affiche une erreur de calcul",
    ):
        expect(corps).to_contain_text(attendu)
    verifier(page)
    page.get_by_role("link", name="Corriger Camille Lefèvre").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce jour n'existe pas")
    verifier(page)
    page.get_by_label("Date de naissance").fill("14/05/1985")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(corps.locator("tr").first).to_contain_text("Prête")


def test_rows_that_rules_refuse_are_told_and_the_others_deposited(page: Page):
    envoyer(page, SAMPLES / "mauvais-regles.csv")
    expect(page.locator("main tbody")).to_contain_text("C02")
    verifier(page)
    page.get_by_role("link", name="Vérifier et déposer").click()
    expect(page.locator("main")).to_contain_text("dans le brouillon")
    verifier(page)
    page.get_by_label("Essai").check()
    page.get_by_role("button", name="Déposer").click()
    expect(page.locator("main")).to_contain_text("0 rejetée")


REFUS = {
    "nothing": (None, "Choisir un fichier CSV ou XLSX."),
    "an empty file": (("vide.csv", b""), "Le fichier est vide."),
    "a picture": (("paie.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9), "CSV ou XLSX est attendu"),
    "a PDF": (("paie.csv", b"%PDF-1.7\n"), "C'est un PDF"),
    "a page": (("paie.xls", b"<html><table></table></html>"), "page web"),
    "an archive": (("paie.xlsx", b"PK\x03\x04" + bytes(99)), "abîmé"),
    "a header alone": (("paie.csv", ENTETE.encode()), "aucune ligne à déclarer"),
    "too many rows": (("paie.csv", (ENTETE + "a;b;c;d;e;f;g;h\n" * 1001).encode()), "1000 au plus par fichier"),
}


@pytest.mark.parametrize(("fichier", "message"), REFUS.values(), ids=REFUS)
def test_what_is_no_table_is_refused_with_what_to_do(page: Page, fichier: tuple[str, bytes] | None, message: str):
    if fichier is None:
        page.goto(CERTIFICAT)
        page.get_by_role("button", name="Importer le fichier").click()
    else:
        envoyer(page, fichier)
    expect(page.get_by_role("alert")).to_contain_text(message)
    verifier(page)
    page.goto("/extranet/declarer/certificat/")
    expect(page.get_by_text("Le brouillon est vide.")).to_be_visible()


def test_a_header_that_is_wrong_is_told_column_by_column_and_unknown_ones_left_aside(page: Page):
    envoyer(page, SAMPLES / "mauvais-colonnes.csv")
    expect(page.get_by_role("alert")).to_contain_text("rien n'a été repris")
    tableau = page.get_by_role("table", name="Ce qui est à corriger dans le fichier")
    for attendu in ("montant_nett", "Est-ce « montant_net » ?", "atelier", "figure deux fois", "prenom"):
        expect(tableau).to_contain_text(attendu)
    verifier(page)
    contenu = ENTETE.strip() + ";atelier\nM1;185057500000147;Li;Bo;14/05/1985;12;812,40;640,10;Bois\n"
    envoyer(page, ("paie.csv", contenu.encode()))
    expect(page.get_by_role("alert")).to_contain_text("rien n'a été repris")
    page.get_by_label("Laisser de côté les colonnes que le modèle ne connaît pas").check()
    envoyer(page, ("paie.csv", contenu.encode()))
    expect(page.get_by_role("status")).to_contain_text("1 ligne")


def test_a_second_file_is_added_or_takes_the_place_of_the_first(page: Page):
    une = (ENTETE + "M1;185057500000147;Li;Bo;14/05/1985;12;812,40;640,10\n").encode()
    envoyer(page, ("paie.csv", une))
    envoyer(page, ("paie.csv", une))
    expect(page.get_by_role("heading", name="Brouillon : 2 lignes")).to_be_visible()
    expect(page.locator("main tbody")).to_contain_text("à la ligne 1 du brouillon")
    page.goto(CERTIFICAT)
    verifier(page)
    page.get_by_label("Les remplacer par celles du fichier").check()
    envoyer(page, ("paie.csv", une))
    expect(page.get_by_role("heading", name="Brouillon : 1 ligne")).to_be_visible()


def classeur(*rangees: list[object]) -> bytes:
    document, sortie = Workbook(), io.BytesIO()
    for rangee in ENTETE.strip().split(";"), *rangees:
        document.active.append(list(rangee))
    document.save(sortie)
    return sortie.getvalue()


def test_formulas_are_read_as_their_values_and_never_run(page: Page):
    rangee = ["=1+1", "185057500000147", '=HYPERLINK("http://x")', "Bo", "14/05/1985", 12, "=400+412.4", 640.1]
    envoyer(page, ("paie.xlsx", classeur(rangee)))
    corps = page.locator("main tbody")
    expect(corps).to_contain_text("formule jamais calculée")
    expect(corps.get_by_role("link", name="x")).to_have_count(0)
    verifier(page)
    piege = "=1+1;185057500000147;=cmd|' /C calc'!A0;<script>alert(1)</script>;14/05/1985;12;812,40;640,10\n"
    page.goto(CERTIFICAT)
    page.get_by_label("Les remplacer par celles du fichier").check()
    envoyer(page, ("paie.csv", (ENTETE + piege).encode()))
    expect(corps).to_contain_text("=cmd|' /C calc'!A0 <script>alert(1)</script>")
    verifier(page)


def test_a_huge_file_is_refused_with_the_size_that_is_taken(demonstration: Serveur, page: Page):
    envoyer(page, ("paie.csv", ENTETE.encode() + b"x" * 5 * 1024 * 1024))
    expect(page.get_by_role("heading", name="Fichier trop volumineux")).to_be_visible()
    verifier(page)
    page.goto("/extranet/declarer/certificat/")
    expect(page.get_by_text("Le brouillon est vide.")).to_be_visible()


def test_a_workbook_that_unfolds_beyond_measure_is_refused(page: Page):
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as bombe:
        bombe.writestr("xl/workbook.xml", "<workbook/>")
        bombe.writestr("xl/worksheets/sheet1.xml", bytes(100 * 1024 * 1024))
    envoyer(page, ("paie.xlsx", sortie.getvalue()))
    expect(page.get_by_role("alert")).to_contain_text("trop gros une fois déployé")


def test_the_employees_expected_are_given_in_a_file_that_is_read_back(page: Page, tmp_path: Path):
    page.goto(CERTIFICAT)
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="XLSX des salariés attendus").click()
    chemin = tmp_path / telechargement.value.suggested_filename
    telechargement.value.save_as(chemin)
    document = load_workbook(chemin)
    feuille = document["Certificat"]
    titres = [cellule.value for cellule in feuille[1]]
    nombre = sum(rangee[titres.index("nom")].value is not None for rangee in feuille.iter_rows(min_row=2))
    assert nombre > 50
    for rangee in feuille.iter_rows(min_row=2, max_row=nombre + 1):
        for titre, valeur in (("nombre_mois", 12), ("montant_net", 812.4), ("montant_aide_poste", 640.1)):
            rangee[titres.index(titre)].value = valeur
    document.save(chemin)
    envoyer(page, chemin)
    expect(page.get_by_role("status")).to_contain_text(f"{nombre} lignes reprises")
    expect(page.get_by_role("link", name="À corriger (0)")).to_be_visible()
    expect(page.get_by_role("link", name="Lignes suivantes")).to_be_visible()
    verifier(page)


@pytest.mark.parametrize("adresse", [CERTIFICAT, CHANGEMENT])
def test_the_page_holds_on_a_telephone(demonstration: Serveur, ouvrir: Callable[..., Page], adresse: str):
    agent = compte(demonstration.demo)
    page = ouvrir(demonstration.adresse, TELEPHONE)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    envoyer(page, SAMPLES / "mauvais-colonnes.csv", adresse)
    page.get_by_text("Colonnes attendues").click()
    verifier(page)
