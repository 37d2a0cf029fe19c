"""Repères: what lines are found by, the same for ever, and told by nothing but value, subject and key."""

import hashlib
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from service.security.reperes import LETTRES, Reperes

RECHERCHE = bytes(range(0x40, 0x60))
REPERES = Reperes(RECHERCHE)
VALEURS = st.one_of(st.text(max_size=20), st.text("A ", max_size=17), st.from_regex(r"[0-9]{13,16}", fullmatch=True))


def _a_part(lettre: str, valeur: str) -> int:
    """The definition, one value at a time, by the words of the module's invariants."""
    cle = hashlib.blake2b(digest_size=32, key=RECHERCHE, person=b"reperes.aes").digest()
    if valeur.isascii() and len(valeur) <= 15 and not valeur.endswith(" "):
        bloc = valeur.encode() + b" " * (15 - len(valeur)) + lettre.encode()
    else:
        octets = valeur.encode("utf-8", "surrogatepass")
        condense = hashlib.blake2b(octets, digest_size=15, key=RECHERCHE, person=b"reperes.long").digest()
        bloc = condense + lettre.lower().encode()
    return int.from_bytes(Cipher(algorithms.AES(cle), modes.ECB()).encryptor().update(bloc)[:8], "big", signed=True)


@pytest.mark.parametrize(
    ("sujet", "valeur", "repere"),
    [
        ("nir", "1840783123456", -7547842627568973531),
        ("allocataire", "831:1234567A", 6779932584287096111),
        ("nom", "DUPONT", 297345160257431223),
        ("nom", "DUPONT-MARTIN DE LA TOUR", -2604221326960221149),
        ("nom", "ΠΑΠΑΔΟΠΟΥΛΟΣ", 3692222030615594556),
    ],
)
def test_a_repere_is_the_same_for_ever(sujet: str, valeur: str, repere: int):
    """Stored lines are found by it: the blocks of the first three were enciphered apart, by `openssl enc`."""
    assert REPERES.un(sujet, valeur) == repere
    assert REPERES.lot(sujet, [valeur]) == (repere,)


@given(st.sampled_from(sorted(LETTRES)), st.lists(st.none() | VALEURS, max_size=6))
def test_many_at_once_are_what_each_is_alone(sujet: str, valeurs: Sequence[str | None]):
    attendus = [None if valeur is None else _a_part(LETTRES[sujet], valeur) for valeur in valeurs]
    assert list(REPERES.lot(sujet, valeurs)) == attendus
    for valeur, attendu in zip(valeurs, attendus, strict=True):
        assert valeur is None or REPERES.un(sujet, valeur) == attendu


def test_values_subjects_and_keys_are_kept_apart():
    proches = ["", " ", "A", "A ", "A  ", "AN", "A" * 15, "A" * 16, "A" * 15 + " ", "a" * 15, "É", "E\u0301", "\udce9"]
    reperes = [repere for sujet in LETTRES for repere in REPERES.lot(sujet, proches)]
    etrangers = [repere for sujet in LETTRES for repere in Reperes(bytes(32)).lot(sujet, proches)]
    assert len({*reperes, *etrangers}) == 2 * 3 * len(proches)


def test_a_subject_is_one_of_three():
    with pytest.raises(KeyError):
        REPERES.un("prenom", "CAMILLE")
