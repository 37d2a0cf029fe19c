"""tokens: clés d'intégration are random, recognisable and found by their SHA-256."""

import base64
import hashlib

import pytest

from service.security.tokens import empreinte_cle, est_une_cle, nouvelle_cle


def test_a_cle_is_256_random_bits_behind_its_prefix():
    cles = {nouvelle_cle() for _ in range(100)}
    assert len(cles) == 100
    for cle in cles:
        assert cle.startswith("cle_")
        assert len(base64.urlsafe_b64decode(cle.removeprefix("cle_") + "=")) == 32


def test_what_begins_like_a_cle_is_compared_with_cles_only():
    assert est_une_cle(nouvelle_cle())
    assert est_une_cle("cle_trop courte")


@pytest.mark.parametrize("texte", ["", "cle", "Cle_x", " cle_x", "un mot de passe cle_"])
def test_anything_else_is_a_password(texte):
    assert not est_une_cle(texte)


def test_the_fingerprint_is_the_sha_256_of_the_text():
    assert empreinte_cle("cle_abc") == hashlib.sha256(b"cle_abc").digest()


def test_a_text_that_no_encoding_holds_has_a_fingerprint_too():
    assert empreinte_cle("cle_\udce9") != empreinte_cle("cle_é")
