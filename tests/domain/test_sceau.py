"""Seals of the log: the bytes that are hashed and signed, and nothing that could pass for them."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.domain.sceau import (
    ORIGINE,
    Sceau,
    empreinte_du_sceau,
    faits_de_l_entree,
    feuille_de_l_entree,
    lire_tete,
    octets,
    octets_du_sceau,
    tete_du_sceau,
)

SCEAU = Sceau(
    numero=7,
    premier=40,
    dernier=44,
    nombre=4,
    racine=b"\x01" * 32,
    precedent=b"\x02" * 32,
    scelle_le=datetime(2026, 12, 4, 9, 30, 0, 123456, tzinfo=UTC),
    purge=12,
    cle="4E7C",
    signature=b"\x30\x00signe",
)
OCTETS = (
    '{"cle":"4E7C","dernier":44,"format":"urn:caf:teleprocedure-esat:sceau:1","nombre":4,"numero":7,'
    f'"precedent":"{"02" * 32}","premier":40,"purge":12,"racine":"{"01" * 32}",'
    '"scelle_le":"2026-12-04T09:30:00.123456Z"}'
).encode()
ENTREE = {
    "id": 42,
    "instant": datetime(2026, 12, 4, 10, 30, tzinfo=timezone(timedelta(hours=1))),
    "agent": 'Paie «été» \u0001\u2028"\\',
    "siret": None,
    "accuse_hache": b"\xab\xcd",
}


def test_the_bytes_of_an_entry_are_canonical_json():
    """RFC 8785: keys in order, no space, UTF-8, the shortest escapes; what is null is left out."""
    attendu = (
        '{"accuse_hache":"abcd","agent":"Paie «été» \\u0001\u2028\\"\\\\","id":42,'
        '"instant":"2026-12-04T09:30:00.000000Z","precedente":41}'
    )
    assert octets(faits_de_l_entree(ENTREE, 41)) == attendu.encode()


def test_a_leaf_is_the_hash_of_a_zero_byte_the_salt_and_the_entry():
    sel = bytes(range(16))
    attendu = hashlib.sha256(b"\x00" + sel + octets(faits_de_l_entree(ENTREE, 41))).digest()
    assert feuille_de_l_entree(sel, ENTREE, 41) == attendu


@pytest.mark.parametrize(
    "change",
    [{"id": 43}, {"agent": None}, {"agent": ""}, {"siret": ""}, {"instant": datetime(2026, 12, 4, 9, 31, tzinfo=UTC)}],
    ids=str,
)
def test_a_leaf_changes_with_whatever_the_entry_says(change):
    sel = bytes(16)
    assert feuille_de_l_entree(sel, ENTREE | change, 41) != feuille_de_l_entree(sel, ENTREE, 41)


def test_a_leaf_changes_with_its_salt_and_with_the_entry_before():
    sel = bytes(16)
    leaves = {
        feuille_de_l_entree(sel, ENTREE, 41),
        feuille_de_l_entree(sel, ENTREE, 40),
        feuille_de_l_entree(b"\x01" * 16, ENTREE, 41),
    }
    assert len(leaves) == 3


def test_a_column_that_the_log_gets_later_leaves_older_leaves_as_they_are():
    assert feuille_de_l_entree(bytes(16), ENTREE | {"nouvelle": None}, 41) == feuille_de_l_entree(bytes(16), ENTREE, 41)


def test_the_bytes_of_a_seal_are_everything_but_its_signature():
    assert octets_du_sceau(SCEAU) == OCTETS
    assert octets_du_sceau(SCEAU._replace(signature=b"")) == OCTETS


@pytest.mark.parametrize("champ", [nom for nom in Sceau._fields if nom != "signature"])
def test_every_field_of_a_seal_is_signed(champ):
    autre = {int: 99, bytes: b"\xff" * 32, str: "FF", datetime: SCEAU.scelle_le + timedelta(microseconds=1)}
    change = SCEAU._replace(**{champ: autre[type(getattr(SCEAU, champ))]})
    assert octets_du_sceau(change) != OCTETS


def test_a_seal_follows_the_hash_of_the_one_before():
    assert empreinte_du_sceau(SCEAU) == hashlib.sha256(OCTETS).digest()
    assert empreinte_du_sceau(None) == ORIGINE == bytes(32)


def test_the_head_of_a_seal_is_one_line_that_reads_back():
    tete = tete_du_sceau(SCEAU)
    assert "\n" not in tete
    assert json.loads(tete)["sceau"] == json.loads(OCTETS)
    assert lire_tete(tete) == SCEAU


ILLISIBLES = {
    "nothing": "",
    "no JSON": "sceau 7",
    "another JSON": '{"sceau":7}',
    "a list": "[]",
    "deep": "[" * 100_000,
    "a field missing": tete_du_sceau(SCEAU).replace('"purge":12,', ""),
    "a field more": tete_du_sceau(SCEAU).replace('"purge":12', '"purge":12,"quoi":1'),
    "a number as text": tete_du_sceau(SCEAU).replace('"numero":7', '"numero":"7"'),
    "a truth for a number": tete_du_sceau(SCEAU).replace('"numero":7', '"numero":true'),
    "a fraction": tete_du_sceau(SCEAU).replace('"numero":7', '"numero":7.0'),
    "a space": tete_du_sceau(SCEAU).replace('"numero":7', '"numero": 7'),
    "upper-case hexadecimal": tete_du_sceau(SCEAU).replace("01" * 32, "0A" * 32),
    "no hexadecimal": tete_du_sceau(SCEAU).replace("01" * 32, "xy" * 32),
    "no Base64": tete_du_sceau(SCEAU).replace('"signature":"', '"signature":"*'),
    "another format": tete_du_sceau(SCEAU).replace("sceau:1", "sceau:2"),
    "a local instant": tete_du_sceau(SCEAU).replace(".123456Z", ""),
    "an instant without a calendar": tete_du_sceau(SCEAU).replace("2026-12-04T", "2026-13-04T"),
}


@pytest.mark.parametrize("ligne", ILLISIBLES.values(), ids=ILLISIBLES.keys())
def test_a_line_that_is_not_letter_for_letter_that_of_a_seal_is_refused(ligne):
    with pytest.raises(ValueError, match="not the line of a seal"):
        lire_tete(ligne)
