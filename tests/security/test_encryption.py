"""encryption: what is encrypted reads back under the same context only, whatever key made it."""

import threading

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ConfigurationError, TeledeclarationError
from service.security.encryption import Coffre

CLE_1, CLE_2, RECHERCHE = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
COFFRE = Coffre({"2025": CLE_1, "2026": CLE_2}, "2026", RECHERCHE)


@given(st.binary(max_size=300), st.binary(max_size=20))
def test_what_is_encrypted_is_decrypted_under_the_same_context(clair, contexte):
    chiffre = COFFRE.chiffrer(clair, contexte)
    assert COFFRE.dechiffrer(chiffre, contexte) == clair
    assert len(chiffre) == 1 + 1 + 4 + 12 + len(clair) + 16


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_a_batch_is_encrypted_like_its_values_one_by_one(clairs):
    chiffres = COFFRE.chiffrer_lot(clairs, b"ligne")
    assert [COFFRE.dechiffrer(chiffre, b"ligne") for chiffre in chiffres] == clairs
    assert len(set(chiffres)) == len(clairs)


def test_the_layout_is_version_key_nonce_and_aes_256_gcm():
    chiffre = COFFRE.chiffrer(b"clair", b"contexte")
    assert chiffre[:6] == b"\x01\x042026"
    assert AESGCM(CLE_2).decrypt(chiffre[6:18], chiffre[18:], b"\x01\x042026contexte") == b"clair"


def test_the_same_value_never_gives_the_same_ciphertext():
    assert len({COFFRE.chiffrer(b"x") for _ in range(100)} | set(COFFRE.chiffrer_lot([b"x"] * 100))) == 200


def test_after_a_rotation_older_ciphertexts_still_read():
    ancien = Coffre({"2025": CLE_1}, "2025", RECHERCHE).chiffrer(b"clair", b"c")
    assert COFFRE.dechiffrer(ancien, b"c") == b"clair"
    assert COFFRE.cle_de(ancien) == "2025"
    assert COFFRE.cle_de(COFFRE.chiffrer(b"clair")) == COFFRE.courante == "2026"


def test_a_key_that_is_missing_is_named():
    ancien = Coffre({"2024": CLE_1}, "2024", RECHERCHE).chiffrer(b"clair")
    with pytest.raises(ConfigurationError, match="« 2024 » n'est pas dans le dossier"):
        COFFRE.dechiffrer(ancien)


CHIFFRE = COFFRE.chiffrer(b"clair", b"c")
FORME, ALTEREE = "n'a pas la forme attendue", "a été altérée"
ALTERES = {
    "empty": (b"", FORME),
    "one byte": (b"\x01", FORME),
    "another version": (b"\x02" + CHIFFRE[1:], FORME),
    "identifier without length": (b"\x01\x00" + CHIFFRE[2:], FORME),
    "identifier too long": (b"\x01\x21" + b"a" * 200, FORME),
    "identifier not ASCII": (b"\x01\x01\xe9" + CHIFFRE[6:], FORME),
    "cut in the nonce": (CHIFFRE[:10], FORME),
    "cut in the tag": (CHIFFRE[:33], FORME),
    "nothing but nonce and tag": (CHIFFRE[:34], ALTEREE),
    "last byte changed": (CHIFFRE[:-1] + bytes((CHIFFRE[-1] ^ 1,)), ALTEREE),
    "nonce changed": (CHIFFRE[:7] + bytes((CHIFFRE[7] ^ 1,)) + CHIFFRE[8:], ALTEREE),
    "key changed": (CHIFFRE[:2] + b"2025" + CHIFFRE[6:], ALTEREE),
    "one byte less": (CHIFFRE[:-1], ALTEREE),
}


@pytest.mark.parametrize(("chiffre", "extrait"), ALTERES.values(), ids=ALTERES.keys())
def test_an_altered_ciphertext_is_refused(chiffre, extrait):
    with pytest.raises(TeledeclarationError, match=extrait) as refus:
        COFFRE.dechiffrer(chiffre, b"c")
    assert not isinstance(refus.value, ConfigurationError)


@pytest.mark.parametrize("identifiant", ["a", "a" * 32])
def test_the_shortest_and_the_longest_identifier_serve(identifiant):
    coffre = Coffre({identifiant: CLE_1}, identifiant, RECHERCHE)
    chiffre = coffre.chiffrer(b"clair")
    assert coffre.cle_de(chiffre) == identifiant
    assert coffre.dechiffrer(chiffre) == b"clair"


def test_without_context_it_is_empty():
    for chiffre in (COFFRE.chiffrer(b"clair"), *COFFRE.chiffrer_lot([b"clair"])):
        assert COFFRE.dechiffrer(chiffre, b"") == b"clair"
    assert COFFRE.dechiffrer(COFFRE.chiffrer(b"clair", b"")) == b"clair"


def test_a_ciphertext_moved_to_another_place_is_refused():
    with pytest.raises(TeledeclarationError, match="à la place"):
        COFFRE.dechiffrer(CHIFFRE, b"d")


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_in_our_words(octets):
    with pytest.raises(TeledeclarationError):
        COFFRE.dechiffrer(octets)


INUTILISABLES = {
    "no key": ({}, "2026", RECHERCHE, 1),
    "current key missing": ({"2025": CLE_1}, "2026", RECHERCHE, 1),
    "key too short": ({"2026": CLE_1[:16]}, "2026", RECHERCHE, 1),
    "search key too short": ({"2026": CLE_1}, "2026", b"", 1),
    "empty identifier": ({"": CLE_1}, "", RECHERCHE, 1),
    "identifier too long": ({"a" * 33: CLE_1}, "a" * 33, RECHERCHE, 1),
    "identifier not ASCII": ({"clé": CLE_1}, "clé", RECHERCHE, 1),
    "everything at once": ({"clé": b""}, "2026", b"", 4),
}


@pytest.mark.parametrize(("cles", "courante", "recherche", "nombre"), INUTILISABLES.values(), ids=INUTILISABLES.keys())
def test_unusable_keys_are_refused_all_problems_at_once(cles, courante, recherche, nombre):
    with pytest.raises(ConfigurationError) as refus:
        Coffre(cles, courante, recherche)
    assert len(refus.value.precisions) == nombre


def test_a_hash_depends_on_the_value_the_subject_and_the_key_only():
    autre = Coffre({"2025": CLE_1}, "2025", RECHERCHE)
    etrangere = Coffre({"2025": CLE_1}, "2025", CLE_2)
    hache = COFFRE.hachage("nir", "1840783123456")
    assert len(hache) == 16
    assert hache == autre.hachage("nir", "1840783123456")
    autres = (
        COFFRE.hachage("nir", "1840783123457"),
        COFFRE.hachage("allocataire", "1840783123456"),
        etrangere.hachage("nir", "1840783123456"),
    )
    assert hache not in autres


def test_a_hash_is_the_same_for_ever():
    # BLAKE2b-128, key 40…5f, personal string "nir", computed apart: RFC 7693 §3 and the parameter block of BLAKE2 §2.8.
    assert COFFRE.hachage("nir", "1840783123456").hex() == "4a9224495784df641f8fd36b924e9e69"


@pytest.mark.parametrize("sujet", ["", "a" * 17, "é" * 9])
def test_a_subject_has_1_to_16_bytes(sujet):
    with pytest.raises(ValueError, match="1 to 16 bytes"):
        COFFRE.hachage(sujet, "x")


@pytest.mark.parametrize("sujet", ["a", "a" * 16])
def test_any_text_is_hashed_under_the_shortest_and_the_longest_subject(sujet):
    assert len({COFFRE.hachage(sujet, texte) for texte in ("", "é", "e\u0301", "\udce9")}) == 4


def test_threads_share_it():
    resultats = []

    def travailler(numero):
        clairs = [f"{numero}-{i}".encode() for i in range(200)]
        resultats.append([COFFRE.dechiffrer(COFFRE.chiffrer(clair)) for clair in clairs] == clairs)

    fils = [threading.Thread(target=travailler, args=(numero,)) for numero in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert resultats == [True] * 4
