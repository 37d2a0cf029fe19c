"""The list of deposits, one of them, its receipts: in a browser, and address by address."""

import io
import re
from collections.abc import Callable

import pytest
from extranet import compte, se_connecter
from lxml import etree
from maison import AGENT, MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import certificat, declare_certificats, declare_changements, nouveau_nir, salarie
from navigateur import ECRAN, TELEPHONE, exiger_accessible, tenir_dans_la_page
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from serveur import Serveur
from visite import Visite

from service.contract.catalogue import schema_accuse
from service.security.signing import verifier
from service.usecases.montrer_depots import DEPOTS_PAR_PAGE, LIGNES_PAR_PAGE

__all__ = ["dossier_de_cles", "service"]


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_the_list_is_narrowed_and_the_address_keeps_it(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    page = ouvrir(demonstration.adresse, ecran)
    agent = compte(demonstration.demo)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    page.get_by_role("link", name="Mes dépôts").click()
    lignes = page.locator("main tbody tr")
    expect(lignes).to_have_count(2)
    exiger_accessible(page)
    tenir_dans_la_page(page)
    page.get_by_label("Objet").select_option("Déclaration de changements d'activité")
    page.get_by_role("button", name="Filtrer").click()
    expect(lignes).to_have_count(1)
    assert "operation=DeclareChangementActivite" in page.url
    page.reload()
    expect(lignes).to_have_count(1)
    page.get_by_label("Reçus depuis le").fill("2026-03-01")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_text("Aucun dépôt ne répond à ces critères.")).to_be_visible()
    exiger_accessible(page)
    page.get_by_label("Jusqu'au").fill("2026-02-01")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Le dernier jour précède le premier.")
    exiger_accessible(page)
    tenir_dans_la_page(page)
    page.get_by_role("link", name="Tout montrer").click()
    expect(lignes).to_have_count(2)


@pytest.mark.parametrize("ecran", [ECRAN, TELEPHONE], ids=["ecran", "telephone"])
def test_a_long_deposit_is_read_part_by_part(
    demonstration: Serveur, ouvrir: Callable[..., Page], ecran: dict[str, int]
):
    page = ouvrir(demonstration.adresse, ecran)
    agent = compte(demonstration.demo)
    se_connecter(page, agent["courriel"], agent["mot_de_passe"])
    page.goto("/extranet/depots/?operation=DeclareCertificatEmploi")
    page.locator("main tbody a").click()
    titre = page.get_by_role("heading", name=re.compile(f"^Lignes 1 à {LIGNES_PAR_PAGE} sur "))
    nombre = titre.inner_text().split()[-1]
    exiger_accessible(page)
    tenir_dans_la_page(page)
    page.get_by_role("link", name="Lignes suivantes").click()
    expect(page.get_by_role("heading", name=f"Lignes {LIGNES_PAR_PAGE + 1} à {nombre} sur {nombre}")).to_be_visible()
    expect(page.get_by_role("link", name="Premières lignes")).to_be_visible()
    exiger_accessible(page)


@pytest.fixture
def visite(service: Service) -> Visite:
    """An agent who just logged in."""
    visite = Visite(service)
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    return visite


def numeros(texte: str) -> list[str]:
    return re.findall(r'href="/extranet/depots/(D[0-9A-Z-]+)"', texte)


def test_pages_of_the_list_follow_each_other_with_their_filters(service: Service, visite: Visite):
    deposes = []
    for rang in range(DEPOTS_PAR_PAGE + 2):
        service.horloge.avancer(seconds=1)
        deposes.append(service.post(declare_changements(essai=rang % 9 == 0)).texte("accuse/numeroDepot"))
    premiere = visite.lire("/depots/?operation=DeclareChangementActivite")
    assert numeros(premiere.text) == deposes[:1:-1]
    (suite,) = re.findall(r'href="/extranet(/depots/\?[^"]*apres=[^"]*)"', premiere.text)
    assert "operation=DeclareChangementActivite" in suite
    seconde = visite.lire(suite.replace("&amp;", "&"))
    assert numeros(seconde.text) == deposes[1::-1]
    assert "Plus anciens" not in seconde.text
    assert "Les plus récents" in seconde.text
    assert len(numeros(visite.lire("/depots/?essai=oui").text)) == 3


@pytest.mark.parametrize(
    "demande", ["apres=n-importe-quoi", "apres=", "operation=Rien", "statut=X", "depuis=hier", "essai=peut-etre"]
)
def test_a_forged_address_is_a_page_like_another(service: Service, visite: Visite, demande: str):
    service.post(declare_certificats())
    reponse = visite.lire(f"/depots/?{demande}")
    assert reponse.status_code == 200
    if demande.startswith("apres"):
        assert len(numeros(reponse.text)) == 1
    else:
        assert "La saisie est à corriger" in reponse.text


def test_the_receipt_is_the_signed_one_and_verifies(service: Service, visite: Visite):
    reponse = service.post(declare_certificats(certificat(salarie(nom="Lefèvre"))))
    numero = reponse.texte("accuse/numeroDepot")
    telecharge = visite.lire(f"/depots/{numero}/accuse.xml")
    assert telecharge.headers["Content-Disposition"] == f"attachment; filename=accuse-{numero}.xml"
    assert telecharge.headers["Content-Type"] == "application/xml"
    assert telecharge.headers["Cache-Control"] == "no-store"
    schema_accuse().assertValid(etree.fromstring(telecharge.data))
    verifier(telecharge.data, service.maison.cles.certificats_pem)


def test_the_paper_says_the_same_and_names_nobody(service: Service, visite: Visite):
    nir = nouveau_nir()
    ligne = certificat(salarie(nir, nom="Introuvable"), reference="MAT-7", nombreMois="13")
    numero = service.post(declare_certificats(ligne, certificat())).texte("accuse/numeroDepot")
    telecharge = visite.lire(f"/depots/{numero}/accuse.pdf")
    assert telecharge.headers["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(telecharge.data))
    texte = " ".join(page.extract_text() for page in pdf.pages)
    for attendu in (numero, "MAT-7", "C02", "Rejetée", "Acceptée", "Caf du Var", "3230"):
        assert attendu in texte
    assert "Introuvable" not in texte
    assert nir not in texte
    assert pdf.trailer["/Root"]["/Lang"].startswith("fr")


def test_a_look_at_a_deposit_is_in_the_log_and_a_list_is_not(service: Service, visite: Visite):
    numero = service.post(declare_certificats()).texte("accuse/numeroDepot")
    avant = len(service.journal())
    visite.lire("/depots/")
    assert len(service.journal()) == avant
    visite.lire(f"/depots/{numero}")
    assert (service.journal()[0].acte, service.journal()[0].numero_depot) == ("DEPOT_CONSULTE", numero)


def test_lines_beyond_the_last_are_not_found(service: Service, visite: Visite):
    numero = service.post(declare_certificats()).texte("accuse/numeroDepot")
    assert visite.lire(f"/depots/{numero}?ligne=2").status_code == 404
    assert visite.lire(f"/depots/{numero}?ligne=x").status_code == 200
    assert visite.lire(f"/depots/{numero}?ligne=-5").status_code == 200


def test_names_and_references_are_text_and_never_markup(service: Service, visite: Visite):
    piege = "<script>alert(1)</script>"
    numero = service.post(declare_certificats(certificat(salarie(nom=piege), reference="<b>r</b>"))).texte(
        "accuse/numeroDepot"
    )
    texte = visite.lire(f"/depots/{numero}").text
    assert "<script" not in texte
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in texte
    assert "&lt;b&gt;r&lt;/b&gt;" in texte
