"""statements, bulk: what Core would have sent and read, sent and read by the driver."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Boolean, Column, Date, Engine, Integer, LargeBinary, MetaData, Table, bindparam, insert, select

from service.storage.bulk import BLOC, SEUIL_COPY, Bulk, en_colonnes
from service.storage.columns import Instant
from service.storage.session import Session
from service.storage.statements import Statement

VALEURS = [
    (1, date(2026, 2, 28), datetime(2026, 12, 3, 9, 30, 15, 5, tzinfo=UTC), True, b"\x00\xff"),
    (2, None, None, False, None),
    (3, date(1900, 1, 1), datetime(1900, 1, 1, tzinfo=UTC), None, b""),
]
essai = Table(
    "essai",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("jour", Date),
    Column("instant", Instant),
    Column("vrai", Boolean),
    Column("octets", LargeBinary),
)
TOUT = Statement(select(*essai.c).order_by(essai.c.id))


def colonnes(lignes: list[tuple]) -> dict[str, tuple]:
    return dict(zip(essai.c.keys(), zip(*lignes, strict=True), strict=True))


@pytest.fixture
def session(moteur: Engine):
    """A transaction on a table of every type, which it leaves undone."""
    with moteur.connect() as connexion:
        essai.create(connexion)
        connexion.commit()
    session = Session(moteur, "BEGIN", lit=False)
    yield session
    session.close()


def test_values_of_every_type_read_back_one_by_one(session: Session):
    ajouter = Statement(insert(essai).values({colonne.name: bindparam(colonne.name) for colonne in essai.c}))
    for valeurs in VALEURS:
        assert session.run(ajouter, dict(zip(essai.c.keys(), valeurs, strict=True))) == 1
    assert session.all(TOUT) == VALEURS
    assert [type(ligne[3]) for ligne in session.all(TOUT)] == [bool, bool, type(None)]


@pytest.mark.parametrize("nombre", [SEUIL_COPY - 1, SEUIL_COPY, BLOC - 1, BLOC, BLOC + 1, 3 * BLOC, 3 * BLOC + 7])
def test_values_of_every_type_read_back_in_bulk(session: Session, nombre: int):
    lignes = [(rang, *VALEURS[rang % 3][1:]) for rang in range(nombre)]
    session.bulk(Bulk(essai), colonnes(lignes))
    assert session.all(TOUT) == lignes


def test_what_all_rows_share_is_written_in_each(session: Session):
    partages = VALEURS[0][1:]
    lignes = [(rang, *partages) for rang in range(2 * BLOC + 3)]
    session.bulk(Bulk(essai), colonnes(lignes))
    assert session.all(TOUT) == lignes


def test_what_the_first_and_the_last_row_share_is_not_written_in_all(session: Session):
    lignes = [(rang, None, None, 0 < rang < BLOC, b"") for rang in range(BLOC + 1)]
    session.bulk(Bulk(essai), colonnes(lignes))
    assert session.all(TOUT) == lignes


def test_columns_not_given_or_without_a_value_are_left_out(session: Session):
    lot = Bulk(essai)
    session.bulk(lot, {"id": range(1, 4), "jour": [None, None, None], "vrai": (None, True, None)})
    assert session.all(TOUT) == [(1, None, None, None, None), (2, None, None, True, None), (3, None, None, None, None)]
    insertions: list[str] = []
    if session.seule_a_ecrire:
        session._pilote.set_trace_callback(insertions.append)
        session.bulk(lot, {"vrai": [None, False], "jour": [None, None], "id": [8, 9]})
        session._pilote.set_trace_callback(None)
        assert insertions == [
            f"INSERT INTO essai (vrai, id) VALUES ({vrai}, {id_})" for vrai, id_ in (("NULL", 8), (0, 9))
        ]


def test_rows_without_any_column_are_none(session: Session):
    session.bulk(Bulk(essai), en_colonnes([]))
    assert session.all(TOUT) == []


def test_columns_of_unequal_lengths_are_refused(session: Session):
    with pytest.raises(ValueError, match="shorter"):
        session.bulk(Bulk(essai), {"id": [1, 2], "vrai": [True]})


def test_columns_of_unequal_lengths_are_refused_in_blocks_too(session: Session):
    with pytest.raises(ValueError, match="shorter"):
        session.bulk(Bulk(essai), {"id": range(2 * BLOC), "vrai": [True, False] * (BLOC // 2)})


def test_constants_of_a_statement_are_sent_too(session: Session):
    session.bulk(Bulk(essai), colonnes(VALEURS))
    un = Statement(select(essai.c.id).where(essai.c.id > 1, essai.c.jour.is_(None)).limit(1))
    assert session.all(un) == [(2,)]
    assert session.first(Statement(select(essai.c.id).where(essai.c.id > 3))) is None


def test_the_values_given_are_left_as_they_are(session: Session):
    lire = Statement(select(essai.c.id).where(essai.c.instant == bindparam("instant")))
    valeurs = {"instant": datetime(2026, 12, 3, tzinfo=UTC)}
    session.all(lire, valeurs)
    assert valeurs == {"instant": datetime(2026, 12, 3, tzinfo=UTC)}
