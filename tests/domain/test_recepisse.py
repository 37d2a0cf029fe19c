"""Numbers and status of a deposit."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.declaration import StatutDepot
from service.domain.recepisse import Accuse, numero_depot, numeros_declarations, statut_du_depot

MIDI = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "alea", "numero"),
    [
        (MIDI, b"\x00" * 5, "D261205-00000000"),
        (MIDI, b"\xff" * 5, "D261205-ZZZZZZZZ"),
        (MIDI, bytes.fromhex("0123456789"), "D261205-04HMASW9"),
        (MIDI, bytes.fromhex("012345678900ff"), "D261205-04HMASW9"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), b"\x00" * 5, "D270101-00000000"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), b"\x00" * 5, "D261231-00000000"),
    ],
)
def test_a_deposit_is_numbered_by_the_day_in_paris_and_forty_random_bits(
    instant: datetime, alea: bytes, numero: str
) -> None:
    assert numero_depot(instant, alea) == numero


@settings(deadline=None, database=None)
@given(st.binary(min_size=5, max_size=5))
def test_the_random_part_keeps_every_bit_in_letters_nobody_confuses(alea: bytes) -> None:
    caracteres = numero_depot(MIDI, alea).removeprefix("D261205-")

    assert len(caracteres) == 8
    assert not set(caracteres) & set("ILOU")
    assert int(caracteres.translate(str.maketrans("JKMNPQRSTVWXYZ", "IJKLMNOPQRSTUV")), 32) == int.from_bytes(alea)


def test_too_few_random_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="cinq octets"):
        numero_depot(MIDI, b"\x00" * 4)


@pytest.mark.parametrize(("rang", "fin"), [(1, "-0001"), (999, "-0999"), (1000, "-1000")])
def test_a_declaration_is_numbered_by_its_rank(rang: int, fin: str) -> None:
    assert numeros_declarations("D261205-04HMASW9", rang)[-1] == f"D261205-04HMASW9{fin}"


@pytest.mark.parametrize(
    ("acceptees", "rejetees", "statut"),
    [
        (3, 0, StatutDepot.ACCEPTE),
        (2, 1, StatutDepot.ACCEPTE_PARTIELLEMENT),
        (0, 3, StatutDepot.REJETE),
        (0, 0, StatutDepot.REJETE),
    ],
)
def test_status_of_a_deposit_follows_its_lines(acceptees: int, rejetees: int, statut: StatutDepot) -> None:
    assert statut_du_depot(acceptees, rejetees) is statut


def test_a_receipt_has_the_fields_of_the_contract_in_its_order() -> None:
    assert Accuse._fields == (
        "numero_depot",
        "identifiant_message",
        "operation",
        "siret",
        "date_reception",
        "essai",
        "statut",
        "empreinte",
        "version_regles",
        "service",
        "nombre_recues",
        "nombre_acceptees",
        "nombre_rejetees",
        "resultats",
    )
