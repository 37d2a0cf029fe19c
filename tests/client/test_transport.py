"""HTTP answers: the service's, worth another try, or from somewhere else."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from declarer_esat.erreurs import AdresseError, ReseauError
from declarer_esat.transport import TransportEsat


@contextmanager
def repondant(statut=200, media="text/xml; charset=utf-8", corps=b"<a/>", attente=0.0, longueur=None, **entetes):
    """A server that always gives the same answer; yields its address and what it was asked."""
    demandes = []
    fin = threading.Event()

    class Reponse(BaseHTTPRequestHandler):
        def do_POST(self):
            demandes.append((self.command, self.path, dict(self.headers)))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fin.wait(attente)
            self.send_response(statut)
            for nom, valeur in {"Content-Type": media, **entetes}.items():
                self.send_header(nom, valeur)
            self.send_header("Content-Length", str(len(corps) if longueur is None else longueur))
            self.end_headers()
            self.wfile.write(corps)
            self.close_connection = True

        do_GET = do_POST

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Reponse) as serveur:
        serveur.daemon_threads = True
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serveur.server_port}", demandes
        fin.set()
        serveur.shutdown()


def poster(adresse, delai=5):
    return TransportEsat(delai).post(adresse, b"<m/>", {"Content-Type": "text/xml"})


@pytest.mark.parametrize("statut", [200, 400, 500])
def test_a_soap_answer_passes(statut):
    with repondant(statut) as (adresse, demandes):
        assert poster(adresse).content == b"<a/>"
        assert demandes[0][2]["User-Agent"].startswith("declarer-esat/")


@pytest.mark.parametrize("statut", [502, 503, 504])
def test_an_unavailable_service_may_be_tried_again(statut):
    with repondant(statut, "text/html") as (adresse, _), pytest.raises(ReseauError, match=str(statut)):
        poster(adresse)


@pytest.mark.parametrize(
    ("statut", "media", "mot"),
    [
        (200, "text/html", "SOAP"),
        (404, "text/plain", "rien ne s'y trouve"),
        (407, "text/html", "mandataire"),
        (413, "text/plain", "trop gros"),
        (500, "text/plain", "SOAP"),
        (301, "text/html", "renvoie"),
    ],
)
def test_another_answer_is_not_tried_again(statut, media, mot):
    with (
        repondant(statut, media, Location="http://127.0.0.1:9/") as (adresse, _),
        pytest.raises(AdresseError, match=mot),
    ):
        poster(adresse)


def test_a_redirection_is_never_followed_with_personal_data():
    with repondant() as (ailleurs, demandes), repondant(307, "text/html", Location=ailleurs) as (adresse, _):
        with pytest.raises(AdresseError):
            poster(adresse)
        assert demandes == []


def test_a_service_that_does_not_answer_in_time_may_be_tried_again():
    with repondant(attente=10) as (adresse, _), pytest.raises(ReseauError, match="délai dépassé"):
        poster(adresse, delai=1)


def test_an_answer_cut_short_may_be_tried_again():
    with repondant(longueur=1000) as (adresse, _), pytest.raises(ReseauError):
        poster(adresse)


def test_nobody_there_may_be_tried_again():
    with socket.socket() as occupe:
        occupe.bind(("127.0.0.1", 0))
        with pytest.raises(ReseauError, match="connexion refusée"):
            poster(f"http://127.0.0.1:{occupe.getsockname()[1]}")


def test_a_machine_that_does_not_exist_is_named_so():
    with pytest.raises(ReseauError, match="n'est pas joignable"):
        poster("http://machine.invalid/")


def test_a_connection_that_is_not_the_tls_it_should_be_is_not_tried_again():
    with repondant() as (adresse, _), pytest.raises(AdresseError, match="TLS"):
        poster(adresse.replace("http:", "https:"))


def test_a_proxy_of_the_network_does_not_stand_before_this_very_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with repondant() as (adresse, _):
        assert poster(adresse).content == b"<a/>"


def test_passwords_do_not_reach_the_logs(caplog):
    caplog.set_level("DEBUG")
    with repondant() as (adresse, _):
        TransportEsat(5).post(adresse, b"<m>cle_secrete</m>", {"Content-Type": "text/xml"})
    assert "cle_secrete" not in caplog.text


def test_a_page_is_read_only_when_it_is_there():
    with repondant(corps=b"pem") as (adresse, demandes):
        assert TransportEsat(5).lire(f"{adresse}/certificats") == b"pem"
        assert demandes[0][:2] == ("GET", "/certificats")
    with repondant(404) as (adresse, _), pytest.raises(AdresseError, match="404"):
        TransportEsat(5).lire(adresse)
    with repondant(503) as (adresse, _), pytest.raises(ReseauError):
        TransportEsat(5).lire(adresse)
