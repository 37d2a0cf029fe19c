"""certificate: keys of the two kinds, certificates that outlive the receipts and serve for nothing else."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from service.security.certificate import (
    Algorithme,
    certificat_autosigne,
    nouvelle_cle_de_signature,
    numero_de_serie,
    par_numero_de_serie,
)

MAINTENANT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def cle():
    return nouvelle_cle_de_signature(Algorithme.P256)


@pytest.fixture
def certificat(cle):
    return certificat_autosigne(cle, "Télédéclaration ESAT", MAINTENANT)


def test_keys_are_of_the_kind_asked_for(cle, paires):
    assert isinstance(cle, ec.EllipticCurvePrivateKey)
    assert isinstance(cle.curve, ec.SECP256R1)
    autre = paires[Algorithme.RSA3072].cle
    assert isinstance(autre, rsa.RSAPrivateKey)
    assert (autre.key_size, autre.public_key().public_numbers().e) == (3072, 65537)


def test_no_two_keys_nor_serial_numbers_are_the_same(cle, certificat):
    assert nouvelle_cle_de_signature(Algorithme.P256).public_key() != cle.public_key()
    assert certificat_autosigne(cle, "x", MAINTENANT).serial_number != certificat.serial_number


def test_it_is_valid_now_and_for_ten_years(certificat):
    assert certificat.not_valid_before_utc == MAINTENANT - timedelta(minutes=5)
    assert certificat.not_valid_after_utc >= MAINTENANT.replace(year=2036)


def test_it_names_the_service_and_is_signed_by_its_own_key(cle, certificat):
    assert certificat.subject.rfc4514_string() == "CN=Télédéclaration ESAT"
    assert certificat.public_key() == cle.public_key()
    certificat.verify_directly_issued_by(certificat)


def test_an_organisation_can_be_named(cle):
    assert certificat_autosigne(cle, "x", MAINTENANT, "ORG").subject.rfc4514_string() == "CN=x,O=ORG"


def test_its_only_use_is_to_sign(certificat):
    usage = certificat.extensions.get_extension_for_class(x509.KeyUsage)
    refuses = [
        usage.value.content_commitment,
        usage.value.key_encipherment,
        usage.value.data_encipherment,
        usage.value.key_agreement,
        usage.value.key_cert_sign,
        usage.value.crl_sign,
    ]
    assert usage.critical
    assert usage.value.digital_signature
    assert not any(refuses)
    assert not certificat.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_serial_number_is_told_as_openssl_tells_it(certificat):
    texte = numero_de_serie(certificat)
    assert int(texte, 16) == certificat.serial_number
    assert texte == texte.upper()
    assert len(texte) % 2 == 0
    pem = certificat.public_bytes(Encoding.PEM)
    dit = subprocess.run(["openssl", "x509", "-noout", "-serial"], input=pem, capture_output=True, check=True).stdout
    assert dit.decode().strip() == f"serial={texte}"


def test_certificates_are_found_by_their_serial_numbers(cle, certificat):
    autre = certificat_autosigne(cle, "autre", MAINTENANT)
    trouves = par_numero_de_serie(certificat.public_bytes(Encoding.PEM) + autre.public_bytes(Encoding.PEM))
    assert trouves == {numero_de_serie(certificat): certificat, numero_de_serie(autre): autre}
