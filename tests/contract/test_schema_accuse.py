"""The schema of the signed receipt: what a third party may check before the signature itself."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from service.contract.accuse import ecrire_accuse
from service.contract.catalogue import NS, schema_accuse
from service.domain.declaration import Anomalie, Gravite, Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur
from service.security.certificate import Algorithme, certificat_autosigne, nouvelle_cle_de_signature
from service.security.signing import Signataire, verifier

ACCUSE = Accuse(
    "D261205-7K3M9QXA",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    Operation.DECLARE_CERTIFICAT_EMPLOI,
    "12345678200010",
    datetime(2026, 12, 5, 9, 12, 44, tzinfo=UTC),
    False,
    StatutDepot.ACCEPTE_PARTIELLEMENT,
    Empreinte("SHA-256", "0" * 64),
    "2026.1",
    ServiceEmetteur("Caf du Var", "Rue Emile Ollivier", "partenariat@caf83.caf.fr", "3230"),
    2,
    1,
    1,
    (
        Resultat(1, "MAT-00001", StatutLigne.ACCEPTEE, "D261205-7K3M9QXA-0001", ()),
        Resultat(2, None, StatutLigne.REJETEE, None, (Anomalie("I02", Gravite.REJET, "salarie/nir", "Clé fausse."),)),
    ),
)


@pytest.fixture(scope="module")
def signe():
    """A receipt signed by each kind of key, with the certificate that verifies it."""

    def signer(algorithme):
        cle = nouvelle_cle_de_signature(algorithme)
        certificat = certificat_autosigne(cle, "Essai", datetime.now(UTC))
        document = Signataire(cle, certificat).signer(ecrire_accuse(ACCUSE))
        return document, certificat.public_bytes(Encoding.PEM)

    return {algorithme: signer(algorithme) for algorithme in Algorithme}


@pytest.mark.parametrize("algorithme", Algorithme)
def test_a_receipt_of_the_service_is_valid_and_verifies(signe, algorithme):
    document, pem = signe[algorithme]
    schema_accuse().assertValid(etree.fromstring(document))
    assert verifier(document, pem).tag == f"{{{NS}}}accuse"


def test_a_receipt_without_signature_is_not_valid():
    assert not schema_accuse().validate(etree.fromstring(ecrire_accuse(ACCUSE)))


DS = "http://www.w3.org/2000/09/xmldsig#"
HMAC = f"{DS}hmac-sha1"


def deux_signatures(racine):
    racine.append(etree.fromstring(etree.tostring(racine[-1])))


def signature_en_tete(racine):
    racine.insert(0, racine[-1])


def uri_vers_un_fragment(racine):
    racine.find(f".//{{{DS}}}Reference").set("URI", "#autre")


def deux_references(racine):
    reference = racine.find(f".//{{{DS}}}Reference")
    reference.addnext(etree.fromstring(etree.tostring(reference)))


def signature_hmac(racine):
    racine.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", HMAC)


def hmac_tronque(racine):
    etree.SubElement(racine.find(f".//{{{DS}}}SignatureMethod"), f"{{{DS}}}HMACOutputLength").text = "8"


def transformation_xpath(racine):
    racine.find(f".//{{{DS}}}Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")


def condense_sha1(racine):
    racine.find(f".//{{{DS}}}DigestMethod").set("Algorithm", f"{DS}sha1")


def canonique_inclusif(racine):
    methode = racine.find(f".//{{{DS}}}CanonicalizationMethod")
    methode.set("Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")


def objet_dans_la_signature(racine):
    etree.SubElement(racine[-1], f"{{{DS}}}Object")


def accuse_emballe(racine):
    racine.insert(0, etree.fromstring(ecrire_accuse(ACCUSE)))


def aucun_resultat(racine):
    for resultat in racine.findall(f"{{{NS}}}resultat"):
        racine.remove(resultat)


@pytest.mark.parametrize(
    "alterer",
    [
        deux_signatures,
        signature_en_tete,
        uri_vers_un_fragment,
        deux_references,
        signature_hmac,
        hmac_tronque,
        transformation_xpath,
        condense_sha1,
        canonique_inclusif,
        objet_dans_la_signature,
        accuse_emballe,
        aucun_resultat,
    ],
    ids=lambda alterer: alterer.__name__,
)
def test_any_other_form_of_receipt_or_signature_is_not_valid(signe, alterer):
    racine = etree.fromstring(signe[Algorithme.P256][0])
    alterer(racine)
    assert not schema_accuse().validate(racine)
