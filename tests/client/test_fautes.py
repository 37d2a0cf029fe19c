"""A fault as the service writes it, read back: code, words, rows."""

import pytest
import requests
from declarer_esat.fautes import constats_du_refus, lire_faute
from lxml import etree
from zeep.exceptions import Fault

from service.contract.reading import VersionSoap
from service.errors import (
    DebitDepasseError,
    HabilitationError,
    IncidentError,
    MessageExpireError,
    MessageRefuseError,
    Precision,
    SchemaInvalideError,
)
from service.soap.faults import ecrire_fault

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"


def faute(erreur: MessageRefuseError) -> Fault:
    """The very fault that the service would send, as zeep gives it."""
    element = etree.fromstring(ecrire_fault(erreur, VersionSoap.SOAP_1_1, "abcd")).find(f"{SOAP}Body/{SOAP}Fault")
    return Fault(element.findtext("faultstring"), element.findtext("faultcode"), None, element.find("detail"))


def reponse(**entetes: str) -> requests.Response:
    vide = requests.Response()
    vide.headers.update({nom.replace("_", "-"): valeur for nom, valeur in entetes.items()})
    return vide


def test_the_words_of_the_service_are_kept():
    refus = lire_faute(faute(HabilitationError()), None)
    assert (refus.code, refus.message, refus.incident) == ("HABILITATION", HabilitationError.message, "abcd")


def test_precisions_are_about_rows_and_columns_of_the_file():
    erreur = SchemaInvalideError(
        precisions=[
            Precision("attendu : 15 caractères", 12, "DeclareCertificatEmploi/certificat[2]/salarie/nir"),
            Precision("il manque l'élément obligatoire nombreMois", 13, "DeclareCertificatEmploi/certificat[1]"),
            Precision("attendu : 14 chiffres", 3, "DeclareCertificatEmploi/entete/siret"),
            Precision("un de trop", 3, "DeclareCertificatEmploi/certificat[9]/salarie/nir"),
        ]
    )
    constats = constats_du_refus(lire_faute(faute(erreur), None), [5, 8])
    assert [(constat.ligne, constat.colonne) for constat in constats] == [
        (8, "nir"),
        (5, None),
        (None, None),
        (None, "nir"),
    ]
    assert constats[1].message == "il manque l'élément obligatoire nombre_mois"


@pytest.mark.parametrize(
    ("entetes", "secondes"), [({"Retry_After": "7"}, 7.0), ({}, 3.0), ({"Retry_After": "Wed, 21 Oct 2026"}, 3.0)]
)
def test_the_wait_is_that_of_the_header_else_that_of_the_words(entetes, secondes):
    assert lire_faute(faute(DebitDepasseError(3)), reponse(**entetes)).attente == secondes


def test_only_too_many_requests_have_a_wait():
    assert lire_faute(faute(IncidentError("abcd")), reponse(Retry_After="7")).attente is None


def test_an_expired_token_tells_how_wrong_the_clock_is():
    refus = lire_faute(faute(MessageExpireError()), reponse(Date="Mon, 23 Nov 2026 09:00:00 GMT"))
    assert "L'horloge de cet ordinateur" in refus.message
    assert "horloge" not in lire_faute(faute(MessageExpireError()), reponse()).message


def test_a_fault_without_detail_has_its_code_in_its_words():
    refus = lire_faute(Fault("[INTROUVABLE] Aucun dépôt."), None)
    assert (refus.code, refus.message) == ("INTROUVABLE", "Aucun dépôt.")


def test_a_fault_of_another_maker_is_an_incident():
    assert lire_faute(Fault("Internal Error"), None).code == "INCIDENT"
