"""A deposit examined by operators: lines, receipt, history; its raw message behind a reason; every look logged."""

from collections.abc import Callable

import pytest
from messages import certificat, declare_certificats, en_clair, enveloppe, salarie
from navigateur import exiger_accessible, tenir_dans_la_page
from operateurs import ouvert_par
from playwright.sync_api import Page, expect
from serveur import Serveur

PIRATE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def numero(demonstration: Serveur) -> str:
    """The number of a deposit: an accepted line of a person with a hostile name, and a rejected one."""
    esat = demonstration.demo["esats"][0]
    compte = esat["comptes"][0]
    charge = declare_certificats(
        certificat(salarie(nom=PIRATE, prenom="Zoé"), reference="=1+1"),
        certificat(nombreMois="13"),
        siret=esat["siret"],
        annee=demonstration.demo["annee"],
    )
    reponse = demonstration.poster(enveloppe(charge, en_clair(compte["courriel"], compte["cle_integration"])))
    return reponse.text.split("<numeroDepot>")[1].split("<")[0]


def test_lines_receipt_and_history_are_shown_and_the_look_is_logged(
    demonstration: Serveur, ouvrir: Callable[..., Page], numero: str
):
    page = ouvert_par(ouvrir, demonstration)
    page.goto("/console/journal")
    page.get_by_role("link", name=numero).click()
    expect(page.get_by_role("heading", name=f"Dépôt {numero}")).to_be_visible()
    expect(page.get_by_text(PIRATE).first).to_be_visible()
    expect(page.get_by_text("C02").first).to_be_visible()
    exiger_accessible(page)
    tenir_dans_la_page(page)
    expect(page.get_by_role("button", name="Lire le message d'origine")).to_have_count(0)
    for nom, debut in (("PDF à imprimer", b"%PDF-"), ("Accusé signé (XML)", b"<accuse")):
        with page.expect_download() as telechargement:
            page.get_by_role("link", name=nom).click()
        assert debut in telechargement.value.path().read_bytes()[:200]
    page.reload()
    histoire = page.get_by_role("region", name="Histoire", exact=True)
    expect(histoire).to_contain_text("DeclareCertificatEmploi : accepté en partie")
    expect(histoire).to_contain_text("dépôt consulté")
    page.goto(f"/console/journal/actes?numero={numero}")
    expect(page.locator("tbody tr").first).to_contain_text("nadia.roux@caf.example")


def test_a_raw_message_asks_for_a_reason_which_is_logged_before_it_is_shown(
    demonstration: Serveur, ouvrir: Callable[..., Page], numero: str
):
    page = ouvert_par(ouvrir, demonstration, "GESTION")
    page.goto(f"/console/depots/{numero}")
    page.get_by_role("button", name="Lire le message d'origine").click()
    expect(page.get_by_role("alert")).to_contain_text("Un motif est attendu.")
    page.get_by_label("Motif de la consultation").fill("court")
    page.get_by_role("button", name="Lire le message d'origine").click()
    expect(page.get_by_role("alert")).to_contain_text("un motif de 10 à 300 caractères")
    exiger_accessible(page)
    page.get_by_label("Motif de la consultation").fill("Réclamation n° 12 du référent")
    page.get_by_role("button", name="Lire le message d'origine").click()
    expect(page.get_by_label("Message reçu")).to_contain_text("<DeclareCertificatEmploi")
    exiger_accessible(page)
    page.goto("/console/journal/actes?acte=BRUT_CONSULTE")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr").first).to_contain_text("Réclamation n° 12 du référent")


@pytest.mark.parametrize("chemin", ["depots/D000000-AAAAAAAA", "depots/x/accuse.pdf", "depots/x/accuse.xml"])
def test_a_deposit_that_does_not_exist_is_a_page_not_found(
    demonstration: Serveur, ouvrir: Callable[..., Page], chemin: str
):
    page = ouvert_par(ouvrir, demonstration)
    reponse = page.goto(f"/console/{chemin}")
    assert reponse is not None
    assert reponse.status == 404
    exiger_accessible(page)


def test_reading_a_raw_message_is_not_for_every_role(demonstration: Serveur, ouvrir: Callable[..., Page], numero: str):
    page = ouvert_par(ouvrir, demonstration)
    page.goto(f"/console/depots/{numero}")
    jeton = page.locator("input[name=csrf_token]").first.get_attribute("value")
    reponse = page.request.post(
        f"/console/depots/{numero}/message", form={"csrf_token": jeton or "", "motif": "une simple curiosité"}
    )
    assert reponse.status == 403
