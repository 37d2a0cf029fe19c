"""What one service alone may hold."""

import socket
from functools import partial

import pytest

from service.errors import IndisponibleError
from service.server import supervisor
from service.server.supervisor import port_reserve


@pytest.fixture
def adresse() -> tuple[str, int]:
    """One that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()


def test_of_two_services_that_start_at_once_one_finds_the_port_taken(adresse):
    """Both have looked, and neither has taken the port yet: they shared it from then on."""
    with socket.socket(socket.AF_UNIX) as une, socket.socket(socket.AF_UNIX) as autre:
        supervisor._prendre(une, adresse)
        with pytest.raises(OSError, match="Address already in use"):
            supervisor._prendre(autre, adresse)


def test_a_port_that_was_given_back_is_taken_again(adresse, monkeypatch):
    monkeypatch.setattr(supervisor, "PATIENCE", 0.2)
    for _ in range(2):
        with port_reserve(adresse) as prise:
            assert prise == adresse
            with (
                pytest.raises(IndisponibleError, match=f"127.0.0.1:{adresse[1]} est déjà prise"),
                port_reserve(adresse),
            ):
                pass


def test_who_waits_for_a_port_gets_it_when_it_is_left(adresse):
    with socket.create_server(adresse) as prise:
        garde = socket.socket(socket.AF_UNIX)
        with garde, pytest.raises(OSError, match="Address already in use"):
            supervisor._prendre(garde, adresse)
        with socket.socket(socket.AF_UNIX) as garde:
            essai = partial(supervisor._prendre, garde, adresse)
            with pytest.raises(OSError, match="Address already in use"):
                essai()
            prise.close()
            essai()
