"""Lines shared among messages."""

from declarer_esat.lots import Limites, decouper

from service.contract.fichiers.conversion import LigneLue


def lignes(combien):
    return [LigneLue(rang + 2, f"ligne {rang}") for rang in range(combien)]


def ecrire(identifiant, declarations):
    return f"{identifiant}:{'|'.join(declarations)}".encode()


def test_messages_hold_no_more_lines_than_the_service_takes():
    lots = decouper(lignes(7), Limites(3), ecrire)
    assert [lot.lignes for lot in lots] == [(2, 3, 4), (5, 6, 7), (8,)]


def test_messages_hold_no_more_bytes_than_the_service_takes():
    lots = decouper(lignes(8), Limites(1000, 4096 + 90), ecrire)
    assert [ligne for lot in lots for ligne in lot.lignes] == list(range(2, 10))
    assert all(len(lot.charge) <= 90 for lot in lots)
    assert len(lots) == 2


def test_a_line_too_long_alone_is_left_to_the_service_to_refuse():
    assert len(decouper(lignes(1), Limites(1000, 10), ecrire)) == 1


def test_each_message_has_an_identifier_of_its_own_in_its_payload():
    lots = decouper(lignes(4), Limites(1), ecrire)
    assert len({lot.identifiant for lot in lots}) == 4
    assert all(lot.charge.startswith(lot.identifiant.encode()) for lot in lots)


def test_no_line_makes_no_message():
    assert decouper([], Limites(), ecrire) == []
