"""columns: values mean and sort the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, insert, select

from service.storage.columns import EPOQUE, Instant, instant, microsecondes

INSTANTS = [
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    EPOQUE,
    datetime(2026, 12, 3, 9, 30, 15, 1, tzinfo=UTC),
    datetime(2026, 12, 3, 9, 30, 15, 123456, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
]


@pytest.mark.parametrize("valeur", INSTANTS)
def test_microseconds_and_instants_are_two_ways_to_write_the_same(valeur: datetime):
    assert instant(microsecondes(valeur)) == valeur


def test_an_instant_in_another_zone_is_the_same_instant():
    paris = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert instant(microsecondes(paris)) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def test_a_naive_datetime_is_refused():
    with pytest.raises(TypeError):
        microsecondes(datetime(2026, 7, 1))  # noqa: DTZ001


@pytest.fixture
def essai(moteur: Engine) -> Table:
    """A table of instants."""
    table = Table("essai", MetaData(), Column("quand", Instant))
    with moteur.connect() as connexion:
        table.create(connexion)
        connexion.commit()
    return table


def test_instants_read_back_in_utc_and_sort_in_time(moteur: Engine, essai: Table):
    with moteur.connect() as connexion:
        connexion.execute(insert(essai), [{"quand": valeur} for valeur in reversed(INSTANTS)])
        lus = connexion.execute(select(essai.c.quand).order_by(essai.c.quand)).scalars().all()
        connexion.commit()
    assert lus == INSTANTS
    assert {lu.utcoffset() for lu in lus} == {timedelta(0)}


def test_no_instant_is_none(moteur: Engine, essai: Table):
    with moteur.connect() as connexion:
        connexion.execute(insert(essai), [{"quand": None}])
        assert connexion.execute(select(essai.c.quand)).scalars().all() == [None]
        connexion.commit()


def test_neither_database_takes_a_naive_datetime(moteur: Engine, essai: Table):
    with moteur.connect() as connexion, pytest.raises(Exception, match="offset-naive"):
        connexion.execute(insert(essai), [{"quand": datetime(2026, 7, 1)}])  # noqa: DTZ001
