"""The console's log: filters alone and together, pages, a person, exports; hostile words stay words."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from messages import NS, certificat, declare_certificats, en_clair, enveloppe, salarie
from navigateur import exiger_accessible, tenir_dans_la_page
from operateurs import ouvert_par
from playwright.sync_api import Page, expect
from serveur import Serveur

PIRATE = '=cmd|"/c calc"!A1<script>alert(1)</script>'


@pytest.fixture(scope="module")
def peuplee(demonstration: Serveur) -> Serveur:
    """Messages beside those of the demonstration: refused ones, one of a person, a hostile client."""
    esat = demonstration.demo["esats"][0]
    compte = esat["comptes"][0]
    charge = declare_certificats(
        certificat(salarie("185057500000147", nom="O'Brien"), nombreMois="0"),
        *(certificat(nombreMois="13") for _ in range(2)),
        siret=esat["siret"],
        annee=demonstration.demo["annee"],
    )
    demonstration.poster(enveloppe(charge, en_clair(compte["courriel"], compte["cle_integration"])))
    for _ in range(3):
        demonstration.poster(enveloppe(f'<ConsulteService xmlns="{NS}"/>', en_clair(PIRATE, "x" * 20)))
    return demonstration


@pytest.fixture
def page(peuplee: Serveur, ouvrir: Callable[..., Page]) -> Page:
    """The log, seen by an operator who may only look."""
    page = ouvert_par(ouvrir, peuplee)
    page.goto("/console/journal")
    return page


def lignes(page: Page) -> int:
    """How many entries are shown."""
    return page.locator("#resultat tbody tr").count()


def test_every_message_is_there_newest_first_and_the_page_is_accessible(page: Page):
    expect(page.get_by_role("status").filter(has_text="entrées")).to_contain_text("8 entrées")
    assert lignes(page) == 8
    expect(page.locator("tbody tr").first).to_contain_text("AUTHENTIFICATION")
    exiger_accessible(page)
    tenir_dans_la_page(page)


def test_filters_apply_as_they_change_and_stay_in_the_address(page: Page, peuplee: Serveur):
    page.get_by_label("Issue").select_option("accepté en partie")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "issue=ACCEPTE_PARTIELLEMENT" in page.url
    page.get_by_label("ESAT").fill("bastide")
    expect(page.get_by_text("Aucune entrée ne répond à ces critères.")).to_be_visible()
    page.get_by_label("ESAT").fill("mimosa")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.reload()
    assert lignes(page) == 1
    exiger_accessible(page)


@pytest.mark.parametrize(
    ("requete", "nombre"),
    [
        ("code=C07", 1),
        ("code=c02", 1),
        ("code=AUTHENTIFICATION", 3),
        ("operation=DeclareCertificatEmploi", 3),
        ("issue=REFUSE", 3),
        ("esat=99910083700015", 3),
        ("compte=claire.fouque@ateliers-mimosa.example", 3),
        ("issue=ACCEPTE&operation=DeclareChangementActivite&esat=mimosa", 1),
        ("depuis=2001-01-01&jusque=2001-12-31", 0),
    ],
)
def test_each_filter_works_from_the_address_alone(page: Page, requete: str, nombre: int):
    page.goto(f"/console/journal?{requete}")
    assert lignes(page) == nombre


@pytest.mark.parametrize(
    ("requete", "texte"),
    [
        ("depuis=31/12/2026", "rien n'a été cherché"),
        ("depuis=2026-12-02&jusque=2026-12-01", "le dernier jour précède le premier"),
        ("esat=aucun-esat-de-ce-nom", "Aucun ESAT"),
        ("apres=demain", "n'est pas lisible"),
        ("apres=99999999999999999.1", "n'est pas lisible"),
        ("operation=Inconnue", "rien n'a été cherché"),
    ],
)
def test_a_wrong_filter_gets_a_clear_message(page: Page, requete: str, texte: str):
    page.goto(f"/console/journal?{requete}")
    expect(page.get_by_role("alert")).to_contain_text(texte)
    exiger_accessible(page)


def test_a_person_is_found_by_exact_values_which_stay_out_of_the_address_and_of_the_log(page: Page):
    page.get_by_text("Chercher une personne").click()
    page.get_by_label("NIR").fill("1 85 05 75 000 001 47")
    page.get_by_label("Nom de naissance").fill("o brien")
    page.get_by_role("button", name="Chercher cette personne").click()
    expect(page.get_by_text("Seuls les dépôts qui nomment la personne cherchée")).to_be_visible()
    assert lignes(page) == 1
    assert "185" not in page.url
    assert "O'Brien" not in page.content()
    exiger_accessible(page)
    page.goto("/console/journal/actes?acte=PERSONNE_CHERCHEE")
    expect(page.locator("tbody tr").first).to_contain_text("par nir, nom")
    assert "18505" not in page.content()
    exiger_accessible(page)
    page.goto("/console/journal")
    page.get_by_role("button", name="Oublier cette personne").click()
    assert lignes(page) == 8


@pytest.mark.parametrize(
    ("champs", "texte"),
    [
        ({}, "un NIR, un numéro allocataire ou un nom est attendu"),
        ({"NIR": "185057500000148"}, "clé comprise et juste"),
        ({"Numéro allocataire": "1234567"}, "trois chiffres"),
    ],
)
def test_a_person_that_cannot_be_looked_for_is_told_why(page: Page, champs: dict[str, str], texte: str):
    page.get_by_text("Chercher une personne").click()
    for champ, valeur in champs.items():
        page.get_by_label(champ).fill(valeur)
    page.get_by_role("button", name="Chercher cette personne").click()
    expect(page.locator(".alert-danger").first).to_contain_text(texte)
    assert lignes(page) == 8


def test_hostile_words_are_shown_as_words(page: Page):
    page.goto("/console/journal?issue=REFUSE")
    expect(page.locator("tbody tr").first).to_contain_text(PIRATE.lower())


def test_the_whole_result_is_exported_without_formulas(page: Page):
    page.goto("/console/journal?issue=REFUSE")
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="CSV").click()
    texte = telechargement.value.path().read_text(encoding="utf-8-sig")
    titres, *rangees = list(csv.reader(io.StringIO(texte), delimiter=";"))
    assert (titres[0], len(rangees)) == ("Reçu à Paris", 3)
    assert all(rangee[7].startswith("'=") for rangee in rangees)
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="XLSX").click()
    assert telechargement.value.suggested_filename.endswith(".xlsx")
    feuille = openpyxl.load_workbook(io.BytesIO(telechargement.value.path().read_bytes())).active
    assert feuille is not None
    assert feuille.max_row == 4
    assert (feuille["H2"].data_type, feuille["H2"].value) == ("s", PIRATE.lower())
    page.goto("/console/journal/actes?acte=JOURNAL_EXPORTE")
    expect(page.locator("tbody tr").first).to_contain_text("xlsx (issue)")


def test_a_place_in_the_address_is_where_the_page_begins(page: Page):
    page.goto("/console/journal")
    premiere = page.locator("tbody tr").nth(3).inner_text()
    page.goto("/console/journal?apres=9999999999999999.1")
    assert lignes(page) == 8
    assert page.locator("tbody tr").nth(3).inner_text() == premiere
    expect(page.get_by_role("link", name="Revenir aux plus récentes")).to_be_visible()
