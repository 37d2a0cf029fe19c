"""Drafts of a session: one a volet and an ESAT, deposited once, closed with the campaign, gone with the session."""

import io
import re

import pytest
from maison import AGENT, MOT_DE_PASSE, Service, dossier_de_cles, service
from messages import AUTRE_SIRET, SIRET, certificat, declare_certificats, nouveau_nir, salarie
from visite import Visite

__all__ = ["dossier_de_cles", "service"]
NOUVELLE = "/declarer/certificat/lignes/nouvelle"
BROUILLON = "/declarer/certificat/"
DEPOT = "/declarer/certificat/depot"
DEUX = "deux@esat.example"


def ligne(nir: str | None = None, **autres: str) -> dict[str, str]:
    """The fields of a certificate without anomaly."""
    champs = {"nir": nir or nouveau_nir(), "nom": "Lefèvre", "prenom": "Camille", "date_naissance": "14/05/1985"}
    return champs | {"nombre_mois": "12", "montant_net": "812,40", "montant_aide_poste": "640,10"} | autres


def champs_du_depot(visite: Visite) -> dict[str, str]:
    """The hidden fields of the page that asks for confirmation."""
    texte = visite.lire(DEPOT).text
    noms = ("csrf_token", "identifiant", "identifiant_essai", "cles")
    valeurs = {nom: re.search(rf'name="{nom}"[^>]*value="([^"]*)"', texte) for nom in noms}
    return {nom: trouve[1] for nom, trouve in valeurs.items() if trouve is not None}


@pytest.fixture
def visite(service: Service) -> Visite:
    """An agent who just logged in."""
    visite = Visite(service)
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    return visite


def test_a_draft_is_deposited_with_what_its_page_showed(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne(reference="r1"))
    visite.envoyer(NOUVELLE, ligne(nombre_mois="13", quand_meme="oui"))
    reponse = visite.poster(DEPOT, champs_du_depot(visite))
    assert reponse.status_code == 302
    assert service.sql("SELECT rang, reference, statut FROM ligne") == [(1, "r1", "RECUE")]
    assert "Brouillon\u00a0: 1 ligne" in visite.lire(BROUILLON).text


@pytest.mark.parametrize("autres", [{}, {"nombre_mois": "13", "quand_meme": "oui"}], ids=["right", "kept all the same"])
def test_a_line_whose_form_is_sent_twice_is_there_once(visite: Visite, autres: dict[str, str]):
    champs = ligne(**autres)
    for _ in range(2):
        visite.envoyer(NOUVELLE, champs)
    texte = visite.lire(BROUILLON).text
    assert "Brouillon\u00a0: 1 ligne" in texte
    assert "avec les mêmes valeurs" in texte
    visite.envoyer(NOUVELLE, ligne(**autres))
    assert "Brouillon\u00a0: 2 lignes" in visite.lire(BROUILLON).text


def test_the_same_form_again_leads_to_the_same_receipt(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    champs = champs_du_depot(visite)
    premiere, seconde = (visite.poster(DEPOT, champs) for _ in range(2))
    assert premiere.headers["Location"] == seconde.headers["Location"]
    assert service.compter("depot") == 1


def test_a_trial_sent_twice_is_one_trial_and_the_draft_stays(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    champs = champs_du_depot(visite) | {"essai": "y"}
    premiere, seconde = (visite.poster(DEPOT, champs) for _ in range(2))
    assert premiere.headers["Location"] == seconde.headers["Location"]
    assert service.sql("SELECT essai FROM depot") in ([(1,)], [(True,)])
    visite.poster(DEPOT, champs_du_depot(visite))
    assert service.compter("depot") == 2


def test_a_draft_that_changed_meanwhile_is_verified_again(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    champs = champs_du_depot(visite)
    visite.envoyer(f"{BROUILLON}lignes/1/retrait", depuis=BROUILLON)
    assert visite.poster(DEPOT, champs).headers["Location"].endswith(BROUILLON)
    assert "Le brouillon a changé" in visite.lire(BROUILLON).text
    assert service.compter("depot") == 0


@pytest.mark.parametrize("faux", [{"identifiant": "rien"}, {"cles": ""}, {"cles": "7"}, {"cles": "x,²,-1"}])
def test_forged_fields_deposit_nothing(service: Service, visite: Visite, faux: dict[str, str]):
    visite.envoyer(NOUVELLE, ligne())
    assert visite.poster(DEPOT, champs_du_depot(visite) | faux).headers["Location"].endswith(BROUILLON)
    assert service.compter("depot") == 0


def test_a_deposit_whose_answer_was_lost_is_recognised(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    avant = service.sql("SELECT cle, donnees FROM session_web")
    visite.poster(DEPOT, champs_du_depot(visite))
    cle, donnees = avant[0]
    service.sql(f"UPDATE session_web SET donnees = x'{bytes(donnees).hex()}' WHERE cle = x'{bytes(cle).hex()}'")
    page = visite.lire(BROUILLON).text
    assert "Ce brouillon a déjà été déposé, sous le numéro D" in page
    assert "Le brouillon est vide." in page
    assert service.compter("depot") == 1


def test_each_esat_has_its_own_drafts(service: Service):
    service.esat(AUTRE_SIRET)
    service.compte(DEUX, SIRET, AUTRE_SIRET)
    visite = Visite(service)
    visite.se_connecter(DEUX, MOT_DE_PASSE)
    visite.envoyer("/etablissement", {"siret": SIRET})
    visite.envoyer(NOUVELLE, ligne())
    visite.envoyer("/etablissement", {"siret": AUTRE_SIRET})
    assert "Le brouillon est vide." in visite.lire(BROUILLON).text
    visite.envoyer("/etablissement", {"siret": SIRET})
    assert "Brouillon\u00a0: 1 ligne" in visite.lire(BROUILLON).text


def test_drafts_end_with_the_session(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    visite.envoyer("/deconnexion", depuis="/")
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    assert "Le brouillon est vide." in visite.lire(BROUILLON).text


def test_drafts_are_encrypted_where_they_are_kept(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne(nom="Reconnaissable"))
    ((donnees,),) = service.sql("SELECT donnees FROM session_web")
    assert b"Reconnaissable" not in bytes(donnees)


@pytest.mark.parametrize("chemin", [BROUILLON, NOUVELLE, DEPOT, "/declarer/certificat/fichier"])
def test_outside_the_campaign_certificates_are_hidden_with_the_reason(service: Service, visite: Visite, chemin: str):
    service.horloge.avancer(days=90)
    visite.se_connecter(AGENT, MOT_DE_PASSE)
    assert visite.lire(chemin).headers["Location"] == "/extranet/declarer/"
    page = visite.lire("/declarer/").text
    assert "Les certificats d&#39;emploi ne se déclarent que pendant la campagne" in page
    assert "1er\u00a0décembre 2027 au 29\u00a0février 2028" in page
    assert 'href="/extranet/declarer/certificat/"' not in page
    assert visite.lire("/declarer/changement/").status_code == 200


def test_a_draft_begun_before_the_campaign_closed_is_not_deposited(service: Service, visite: Visite):
    visite.envoyer(NOUVELLE, ligne())
    champs = champs_du_depot(visite)
    service.sql("INSERT INTO campagne VALUES (2026, '2026-12-01', '2026-12-02', '2026-12-03', 'DEUX')")
    assert visite.poster(DEPOT, champs).headers["Location"] == "/extranet/declarer/"
    assert service.compter("depot") == 0


@pytest.mark.parametrize(
    ("elements", "attendu"),
    [("DEUX", "exactement deux"), ("AU_MOINS_DEUX", "au moins deux"), ("TROIS", "<strong>les trois</strong>")],
)
def test_the_amounts_that_the_campaign_asks_for_are_explained(
    service: Service, visite: Visite, elements: str, attendu: str
):
    service.ouvrir_campagne(2026, elements)
    assert attendu in visite.lire(BROUILLON).text
    assert attendu in visite.lire(NOUVELLE).text


def test_a_certificate_declared_by_a_payroll_system_meets_c06_here(service: Service, visite: Visite):
    nir = nouveau_nir()
    declaration = service.post(declare_certificats(certificat(salarie(nir)))).numeros[0]
    reponse = visite.envoyer(NOUVELLE, ligne(nir))
    assert reponse.status_code == 200
    assert str(declaration) in reponse.text
    visite.envoyer(NOUVELLE, ligne(nir, remplace=str(declaration)))
    visite.poster(DEPOT, champs_du_depot(visite))
    assert service.sql("SELECT statut FROM ligne ORDER BY depot_id") == [("REMPLACEE",), ("RECUE",)]


def test_a_thousand_lines_are_all_a_draft_takes(service: Service, visite: Visite):
    entete = "nir;nom;prenom;date_naissance;nombre_mois;montant_net;montant_aide_poste\n"
    rangees = "".join(f"{nouveau_nir()};Li;Bo;14/05/1985;12;812,40;640,10\n" for _ in range(1000))
    fichier = {"fichier": (io.BytesIO((entete + rangees).encode()), "paie.csv"), "mode": "ajouter"}
    assert visite.envoyer("/declarer/certificat/fichier", fichier).status_code == 302
    assert visite.lire(NOUVELLE).status_code == 302
    assert "1000 lignes au plus" in visite.lire(BROUILLON).text
    assert visite.poster(DEPOT, champs_du_depot(visite)).status_code == 302
    assert service.sql("SELECT nombre_acceptees FROM depot") == [(1000,)]
    assert [entree.canal for entree in service.journal() if entree.operation] == ["EXTRANET"]
