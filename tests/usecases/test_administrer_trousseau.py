"""The service's own keys: made, rotated, told without being shown."""

import pytest
from cryptography import x509

from service.errors import ConfigurationError
from service.security import keystore
from service.usecases.administrer_trousseau import (
    ALGORITHMES,
    certificats,
    creer_trousseau,
    inventorier,
    tourner_chiffrement,
    tourner_signature,
)


def test_a_directory_is_made_once(tmp_path):
    dossier = tmp_path / "cles"

    assert len(creer_trousseau(dossier, demonstration=False)) == 5
    assert creer_trousseau(dossier, demonstration=False) == []
    assert not keystore.charger(dossier).demonstration


@pytest.mark.parametrize("demonstration", [True, False])
def test_the_inventory_tells_every_key_and_its_mark(tmp_path, demonstration):
    creer_trousseau(tmp_path / "cles", demonstration=demonstration)

    inventaire = inventorier(tmp_path / "cles")

    assert [(cle.usage, cle.algorithme, cle.courante, cle.demonstration) for cle in inventaire] == [
        ("chiffrement", "AES-256-GCM", True, demonstration),
        ("recherche", "BLAKE2b", True, demonstration),
        ("signature", "ECDSA P-256", True, demonstration),
    ]
    assert [cle.fin is None for cle in inventaire] == [True, True, False]


def test_a_rotation_keeps_the_former_keys_and_puts_the_new_ones_first(tmp_path):
    dossier = tmp_path / "cles"
    creer_trousseau(dossier, demonstration=False)
    avant = inventorier(dossier)

    chiffrement, signature = tourner_chiffrement(dossier), tourner_signature(dossier, "rsa3072")

    apres = inventorier(dossier)
    assert [(cle.identifiant, cle.courante) for cle in apres if cle.usage == "chiffrement"] == [
        (chiffrement, True),
        (avant[0].identifiant, False),
    ]
    assert [(cle.identifiant, cle.algorithme, cle.courante) for cle in apres if cle.usage == "signature"] == [
        (signature, "RSA-3072", True),
        (avant[2].identifiant, "ECDSA P-256", False),
    ]


def test_certificates_are_published_the_current_one_first(tmp_path):
    dossier = tmp_path / "cles"
    creer_trousseau(dossier, demonstration=False)
    (premier,) = x509.load_pem_x509_certificates(certificats(dossier).encode())
    tourner_signature(dossier, ALGORITHMES[0])

    nouveau, ancien = x509.load_pem_x509_certificates(certificats(dossier).encode())

    assert ancien == premier
    assert nouveau != premier


@pytest.mark.parametrize("acte", [inventorier, certificats, tourner_chiffrement])
def test_a_directory_that_was_not_made_is_refused_and_stays_so(tmp_path, acte):
    with pytest.raises(ConfigurationError):
        acte(tmp_path / "cles")

    assert not (tmp_path / "cles").exists()
