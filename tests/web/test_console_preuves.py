"""The console's files for the back office, and the seals of the log: made, answered, verified, altered by hand."""

import sqlite3
import time
from collections.abc import Callable, Iterator

import pytest
from echanges import reponse, sort
from messages import certificat, declare_certificats, en_clair, enveloppe, salarie
from navigateur import exiger_accessible
from operateurs import ouvert_par
from playwright.sync_api import Page, expect
from serveur import Serveur, serveur


@pytest.fixture(scope="module")
def scellee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """A demonstration sealed every second, with a deposit of today."""
    with serveur(tmp_path_factory.mktemp("preuves") / "donnees", ESAT_SCELLEMENT="1") as en_marche:
        esat = en_marche.demo["esats"][0]
        compte = esat["comptes"][0]
        connu = esat["salaries"][0]
        charge = declare_certificats(
            certificat(salarie(connu["nir"], nom=connu["nom"])), siret=esat["siret"], annee=en_marche.demo["annee"]
        )
        en_marche.poster(enveloppe(charge, en_clair(compte["courriel"], compte["cle_integration"])))
        yield en_marche


def test_what_is_to_be_passed_on_leaves_and_its_answer_comes_in_whole(scellee: Serveur, ouvrir: Callable[..., Page]):
    lecteur = ouvert_par(ouvrir, scellee)
    lecteur.goto("/console/transmissions")
    exiger_accessible(lecteur)
    expect(lecteur.get_by_role("button", name="Transmettre maintenant")).to_have_count(0)
    page = ouvert_par(ouvrir, scellee, "ADMINISTRATION")
    page.goto("/console/transmissions")
    page.get_by_role("button", name="Transmettre maintenant").click()
    expect(page.get_by_text("fichier").first).to_be_visible()
    expect(page.get_by_text("Rien n'attend.")).to_be_visible()
    exiger_accessible(page)
    page.get_by_role("link", name="831-000001").click()
    expect(page.get_by_role("heading", name="Transmission 831-000001")).to_be_visible()
    exiger_accessible(page)
    declarations = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    page.goto("/console/transmissions")
    champ = page.get_by_label("Fichier de réponse (XML)")
    champ.set_input_files({"name": "r.xml", "mimeType": "application/xml", "buffer": b"<autre/>"})
    page.get_by_role("button", name="Intégrer la réponse").click()
    expect(page.get_by_role("alert")).to_be_visible()
    exiger_accessible(page)
    octets = reponse("831", 1, *(sort(numero) for numero in declarations))
    champ.set_input_files({"name": "r.xml", "mimeType": "application/xml", "buffer": octets})
    page.get_by_role("button", name="Intégrer la réponse").click()
    expect(page.get_by_text("La réponse est intégrée")).to_be_visible()
    page.get_by_role("link", name="831-000001").click()
    expect(page.locator("tbody tr").first).to_contain_text("ntégrée")


def test_the_log_is_sealed_verified_and_found_out_when_altered_by_hand(scellee: Serveur, ouvrir: Callable[..., Page]):
    time.sleep(3)
    page = ouvert_par(ouvrir, scellee)
    page.goto("/console/sceaux")
    exiger_accessible(page)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("rien n'a été altéré")).to_be_visible()
    exiger_accessible(page)
    with sqlite3.connect(scellee.donnees / "teledeclaration.sqlite", timeout=20) as base:
        base.execute("UPDATE journal SET adresse = '192.0.2.66' WHERE id = (SELECT max(journal_id) FROM feuille)")
    base.close()
    page.goto("/console/sceaux")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("rupture")
    exiger_accessible(page)
