"""The cursor of ListeDepots: what was written is read, nothing else is."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.contract.curseur import ecrire_curseur, lire_curseur

INSTANT = datetime(2026, 12, 5, 9, 12, 0, 125000, UTC)
NUMERO = "D261205-7K3M9QXA"


def en_base64(clair):
    return base64.urlsafe_b64encode(clair.encode()).decode().rstrip("=")


@pytest.mark.parametrize("microseconde", [0, 125000, 1])
def test_a_cursor_gives_back_the_place_it_was_written_for(microseconde):
    instant = INSTANT.replace(microsecond=microseconde)
    assert lire_curseur(ecrire_curseur(instant, NUMERO)) == (instant, NUMERO)


def test_a_cursor_is_one_word_of_at_most_200_characters():
    assert ecrire_curseur(INSTANT, NUMERO).replace("-", "").replace("_", "").isalnum()
    assert len(ecrire_curseur(INSTANT, NUMERO)) <= 200


def test_the_same_instant_in_another_zone_is_the_same_cursor():
    paris = INSTANT.astimezone(timezone(timedelta(hours=1)))
    assert ecrire_curseur(paris, NUMERO) == ecrire_curseur(INSTANT, NUMERO)


AUTRES = {
    "nothing": "",
    "a number of deposit": NUMERO,
    "not Base64": "%%%",
    "Base64 of one character too many": ecrire_curseur(INSTANT, NUMERO) + "A",
    "letters beyond ASCII": "é" * 20,
    "Base64 of bytes that are no text": base64.urlsafe_b64encode(b"\xff" * 30).decode(),
    "no number": en_base64("2026-12-05T09:12:00+00:00"),
    "no date": en_base64(f"/{NUMERO}"),
    "a date that does not exist": en_base64(f"2026-02-30T09:12:00+00:00/{NUMERO}"),
    "a naive date": en_base64(f"2026-12-05T09:12:00/{NUMERO}"),
    "a date before the calendar, once in UTC": en_base64(f"0001-01-01T00:00:00+14:00/{NUMERO}"),
    "a number that the database cannot hold": en_base64("2026-12-05T09:12:00+00:00/D261205-7K3M9QX\0"),
    "a longer number": en_base64(f"2026-12-05T09:12:00+00:00/{NUMERO}-0001"),
}


@pytest.mark.parametrize("texte", AUTRES.values(), ids=AUTRES)
def test_what_is_no_cursor_is_refused(texte):
    with pytest.raises(ValueError, match=r"pas un curseur|day is out of range"):
        lire_curseur(texte)
