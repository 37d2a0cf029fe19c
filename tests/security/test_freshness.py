"""freshness: every way of writing an instant is read, nothing else is, and the window has exact ends."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.errors import MessageExpireError, SecuriteInvalideError
from service.security.freshness import Fenetre, exiger_fraicheur, exiger_horodatage_valide, lire_instant

MAINTENANT = datetime(2026, 12, 1, 8, 30, 0, tzinfo=UTC)
NS_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

LUS = {
    "2026-12-01T08:30:00Z": MAINTENANT,
    "2026-12-01T08:30:00": MAINTENANT,
    " 2026-12-01T08:30:00Z\n": MAINTENANT,
    "2026-12-01T08:30:00+00:00": MAINTENANT,
    "2026-12-01T08:30:00-00:00": MAINTENANT,
    "2026-12-01T09:30:00+01:00": MAINTENANT,
    "2026-12-01T03:00:00-05:30": MAINTENANT,
    "2026-12-01T22:30:00+14:00": MAINTENANT,
    "2026-12-01T08:30:00.5Z": MAINTENANT.replace(microsecond=500000),
    "2026-12-01T08:30:00.123": MAINTENANT.replace(microsecond=123000),
    "2026-12-01T08:30:00.123456789Z": MAINTENANT.replace(microsecond=123456),
    "2026-12-01T09:30:00.000000000000000001+01:00": MAINTENANT,
    "2026-11-30T24:00:00Z": datetime(2026, 12, 1, tzinfo=UTC),
    "2028-02-29T00:00:00Z": datetime(2028, 2, 29, tzinfo=UTC),
}


@pytest.mark.parametrize(("texte", "attendu"), LUS.items())
def test_an_instant_is_read_however_it_is_written(texte, attendu):
    instant = lire_instant(texte, "Created")
    assert instant == attendu
    assert instant.utcoffset() == timedelta()


ILLISIBLES = [
    "",
    "hier",
    "2026-12-01",
    "2026-12-01 08:30:00Z",
    "2026-12-01T08:30Z",
    "2026-12-01t08:30:00z",
    "20261201T083000Z",
    "1764577800",
    "2026-13-01T08:30:00Z",
    "2026-02-29T08:30:00Z",
    "2026-12-01T25:00:00Z",
    "2026-12-01T24:00:01Z",
    "2026-12-01T24:00:00.000001Z",
    "2026-12-01T08:60:00Z",
    "2026-12-01T08:30:60Z",
    "2026-12-01T08:30:00.Z",
    "2026-12-01T08:30:00+0100",
    "2026-12-01T08:30:00+14:01",
    "2026-12-01T08:30:00+01:60",
    "2026-12-01T08:30:00UTC",
    "12026-12-01T08:30:00Z",
    "-2026-12-01T08:30:00Z",
    "0000-12-01T08:30:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T24:00:00Z",
    "٢٠٢٦-12-01T08:30:00Z",
    "2026-12-01T08:30:00Z2026-12-01T08:30:00Z",
]


@pytest.mark.parametrize("texte", ILLISIBLES)
def test_anything_else_is_refused_by_the_name_of_its_element(texte):
    with pytest.raises(SecuriteInvalideError, match=r"^wsu:Created n'est pas une date"):
        lire_instant(texte, "wsu:Created")


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?"))
def test_any_text_gives_an_instant_or_our_refusal(texte):
    with suppress(SecuriteInvalideError):
        assert lire_instant(texte, "Created").tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_python_writes_is_read_back(instant):
    assert lire_instant(instant.isoformat(), "Created") == instant


DANS_LA_FENETRE = {"now": 0, "300 s ago": -300, "60 s ahead": 60}
HORS_FENETRE = {"just over 300 s ago": -300.000001, "just over 60 s ahead": 60.000001, "a day ago": -86400}


@pytest.mark.parametrize("ecart", DANS_LA_FENETRE.values(), ids=DANS_LA_FENETRE.keys())
def test_both_ends_of_the_window_are_in_it(ecart):
    exiger_fraicheur("Created", MAINTENANT + timedelta(seconds=ecart), MAINTENANT, Fenetre())


@pytest.mark.parametrize("ecart", HORS_FENETRE.values(), ids=HORS_FENETRE.keys())
def test_beyond_the_ends_the_message_has_expired(ecart):
    with pytest.raises(MessageExpireError, match=r"est 2026-12-01T08:30:00Z\."):
        exiger_fraicheur("Created", MAINTENANT + timedelta(seconds=ecart), MAINTENANT, Fenetre())


def horodatage(contenu):
    return etree.fromstring(f'<u:Timestamp xmlns:u="{NS_WSU}">{contenu}</u:Timestamp>')


def test_a_timestamp_without_expires_is_checked_by_its_created():
    exiger_horodatage_valide(horodatage("<u:Created>2026-12-01T08:25:00Z</u:Created>"), MAINTENANT, Fenetre())
    with pytest.raises(MessageExpireError, match="Created est trop ancien"):
        exiger_horodatage_valide(horodatage("<u:Created>2026-12-01T08:24:59Z</u:Created>"), MAINTENANT, Fenetre())


def test_a_timestamp_lasts_until_just_before_its_expires():
    valable = horodatage("<u:Expires>2026-12-01T08:30:00.001Z</u:Expires>")
    exiger_horodatage_valide(valable, MAINTENANT, Fenetre())
    with pytest.raises(MessageExpireError, match="Expires est passé"):
        exiger_horodatage_valide(valable, MAINTENANT + timedelta(milliseconds=1), Fenetre())


HORODATAGES_INVALIDES = {
    "two Created": "<u:Created>2026-12-01T08:30:00Z</u:Created>" * 2,
    "two Expires": "<u:Expires>2026-12-01T08:31:00Z</u:Expires>" * 2,
    "Created unreadable": "<u:Created>demain</u:Created>",
    "Expires empty": "<u:Expires/>",
    "comment in Expires": "<u:Expires>2026-12-01T08:31:00Z<!-- 2027 --></u:Expires>",
}


@pytest.mark.parametrize("contenu", HORODATAGES_INVALIDES.values(), ids=HORODATAGES_INVALIDES.keys())
def test_a_malformed_timestamp_is_refused(contenu):
    with pytest.raises(SecuriteInvalideError, match="wsu:Timestamp"):
        exiger_horodatage_valide(horodatage(contenu), MAINTENANT, Fenetre())
