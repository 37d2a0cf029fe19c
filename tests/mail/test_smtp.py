"""smtp: against a real server that takes, refuses, hangs up, asks for TLS and a password."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from courrier import Courrier, ouvrir_le_courrier
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.mail import smtp
from service.mail.smtp import IssueEnvoi, envoyer

# aiosmtpd does not know that a connection is over TLS from its first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def message(destinataire: str = "lea@esat.example") -> EmailMessage:
    """A message."""
    un = EmailMessage()
    un["From"], un["To"], un["Subject"] = "esat@caf.example", destinataire, "Bonjour"
    un.set_content("Été")
    return un


def test_a_message_taken_is_sent_as_it_is(courrier: Courrier):
    un = message()
    un.set_content("Été\n.\n.. et un point en tête\n")
    assert envoyer(courrier.adresse, un) == (IssueEnvoi.ENVOYE, "")
    (recu,) = courrier.messages
    assert recu.get_content().splitlines() == ["Été", ".", ".. et un point en tête"]


@pytest.mark.parametrize(
    ("reponse", "issue"),
    [("550 no such user", IssueEnvoi.REFUSE), ("450 later", IssueEnvoi.REMIS), ("421 busy", IssueEnvoi.REMIS)],
)
def test_a_refused_recipient_is_final_or_for_now_as_the_code_says(courrier: Courrier, reponse: str, issue: IssueEnvoi):
    courrier.au_destinataire = reponse
    envoi = envoyer(courrier.adresse, message())
    assert envoi.issue is issue
    assert "destinataire" in envoi.raison
    assert reponse[4:] not in envoi.raison


@pytest.mark.parametrize(("reponse", "issue"), [("554 spam", IssueEnvoi.REFUSE), ("451 later", IssueEnvoi.REMIS)])
def test_a_refused_message_is_final_or_for_now_as_the_code_says(courrier: Courrier, reponse: str, issue: IssueEnvoi):
    courrier.au_message = reponse
    envoi = envoyer(courrier.adresse, message())
    assert envoi.issue is issue
    assert "message" in envoi.raison


def test_a_refused_sender_is_a_wrong_setting_which_gives_no_mail_up(courrier: Courrier):
    courrier.a_l_expediteur = "553 not yours"
    envoi = envoyer(courrier.adresse, message())
    assert envoi.issue is IssueEnvoi.INJOIGNABLE
    assert "expéditeur" in envoi.raison


def test_a_connection_cut_while_the_server_had_the_message_is_uncertain(courrier: Courrier):
    courrier.au_message = ""
    assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.INCERTAIN
    assert len(courrier.messages) == 1


def test_a_server_that_takes_its_time_over_a_whole_message_is_waited_for(
    courrier: Courrier, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "ATTENTE_S", 0.5)
    courrier.lenteur_s = 1.0
    assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.ENVOYE


def test_a_server_that_never_answers_a_whole_message_leaves_it_uncertain(
    courrier: Courrier, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "ATTENTE_FINALE_S", 0.3)
    courrier.lenteur_s = 1.0
    assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.INCERTAIN


BIENVENUE, SUITE = b"220 ici\r\n", b"250 oui\r\n"


def serveur_qui(reponses: Sequence[bytes], puis: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that answers so, whatever is said, then does something of its own and hangs up; its address."""
    ecoute = socket.create_server(("127.0.0.1", 0))

    def servir() -> None:
        prise, _ = ecoute.accept()
        with prise, contextlib.suppress(OSError):
            for rang, reponse in enumerate(reponses):
                if rang:
                    prise.recv(4096)
                prise.sendall(reponse)
            puis(prise)

    fil = threading.Thread(target=servir)
    fil.start()
    yield f"smtp://127.0.0.1:{ecoute.getsockname()[1]}"
    fil.join()
    ecoute.close()


def attendre_la_commande(prise: socket.socket) -> None:
    """Read one command, then hang up."""
    prise.recv(4096)


@pytest.mark.parametrize("etapes", [1, 2, 3])
def test_a_connection_cut_before_the_message_is_for_now(etapes: int):
    for adresse in serveur_qui([BIENVENUE, *[SUITE] * etapes], attendre_la_commande):
        envoi = envoyer(adresse, message())
        assert envoi == (IssueEnvoi.REMIS, "la connexion s'est rompue avant la remise")


def test_a_connection_cut_in_the_middle_of_the_message_is_for_now():
    """Without its end no server delivers a message (RFC 5321, 4.1.1.4)."""
    un = message()
    un.set_content("x" * 8_000_000)

    def couper(prise: socket.socket) -> None:
        prise.recv(4096)  # DATA
        prise.sendall(b"354 oui\r\n")
        prise.recv(4096)
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, at once

    for adresse in serveur_qui([BIENVENUE, *[SUITE] * 3], couper):
        assert envoyer(adresse, un).issue is IssueEnvoi.REMIS


def test_a_server_that_answers_a_byte_now_and_then_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp, "ATTENTE_S", 1.0)
    coupee = threading.Event()

    def distiller(prise: socket.socket) -> None:
        for _ in range(100):
            prise.sendall(b"2")
            if coupee.wait(0.1):
                return

    for adresse in serveur_qui([], distiller):
        debut = time.monotonic()
        assert envoyer(adresse, message()).issue is IssueEnvoi.INJOIGNABLE
        assert time.monotonic() - debut < 5
        coupee.set()


def test_nobody_listening_is_for_now():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    envoi = envoyer(f"smtp://127.0.0.1:{port}", message())
    assert envoi == (IssueEnvoi.INJOIGNABLE, "le serveur de courriel n'est pas joignable")


def test_a_server_that_takes_nobody_now_is_for_now():
    for adresse in serveur_qui([b"421 plus tard\r\n"], lambda _: None):
        envoi = envoyer(adresse, message())
        assert envoi.issue is IssueEnvoi.INJOIGNABLE
        assert "421" in envoi.raison


@pytest.fixture
def certificat(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    maintenant = datetime.datetime.now(datetime.UTC)
    fait = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(1)
        .not_valid_before(maintenant - datetime.timedelta(hours=1))
        .not_valid_after(maintenant + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(cle, hashes.SHA256())
    )
    fichier = tmp_path / "smtp.pem"
    prive = cle.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fichier.write_bytes(prive + fait.public_bytes(serialization.Encoding.PEM))
    return fichier


def _identifier(*arguments):
    return AuthResult(success=arguments[-1].password == b"secret", handled=False)


def _contexte(certificat: Path) -> ssl.SSLContext:
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat)
    return contexte


@pytest.fixture(params=["smtp", "smtps"])
def courrier_tls(certificat: Path, request: pytest.FixtureRequest) -> Iterator[Courrier]:
    """A server that asks for a password, once TLS is there: by STARTTLS, or from the first byte."""
    contexte = _contexte(certificat)
    tls: dict[str, Any] = {"tls_context": contexte}
    if request.param == "smtps":
        tls = {"ssl_context": contexte, "auth_require_tls": False}
    yield from ouvrir_le_courrier("caf:secret@", auth_required=True, authenticator=_identifier, **tls)


def test_over_tls_with_a_password(courrier_tls: Courrier, certificat: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    assert envoyer(courrier_tls.adresse, message()) == (IssueEnvoi.ENVOYE, "")
    faux = envoyer(courrier_tls.adresse.replace("secret", "autre"), message())
    assert faux.issue is IssueEnvoi.INJOIGNABLE, "a wrong setting gives no mail up"
    assert "535" in faux.raison
    assert len(courrier_tls.messages) == 1


def test_a_certificate_of_nobody_we_know_ends_it(courrier_tls: Courrier):
    envoi = envoyer(courrier_tls.adresse, message())
    assert envoi == (IssueEnvoi.INJOIGNABLE, "le certificat du serveur de courriel n'est pas reconnu")
    assert courrier_tls.messages == []


def test_a_certificate_of_another_name_ends_it(
    courrier_tls: Courrier, certificat: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    envoi = envoyer(courrier_tls.adresse.replace("127.0.0.1", "localhost"), message())
    assert "certificat" in envoi.raison
    assert courrier_tls.messages == []


def test_starttls_that_is_offered_is_taken_without_a_password_too(certificat: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    for courrier in ouvrir_le_courrier(tls_context=_contexte(certificat), require_starttls=True):
        assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.ENVOYE


def test_a_password_is_never_told_without_tls(courrier: Courrier):
    adresse = courrier.adresse.replace("smtp://", "smtp://caf:secret@")
    envoi = envoyer(adresse, message())
    assert envoi.issue is IssueEnvoi.INJOIGNABLE
    assert "STARTTLS" in envoi.raison
    assert courrier.messages == []
