"""smtp: against a real server that takes, refuses, hangs up, asks for TLS and a password."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from courrier import Courrier, ouvrir_le_courrier
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.mail.smtp import IssueEnvoi, envoyer


def message(destinataire: str = "lea@esat.example") -> EmailMessage:
    """A message."""
    un = EmailMessage()
    un["From"], un["To"], un["Subject"] = "esat@caf.example", destinataire, "Bonjour"
    un.set_content("Été")
    return un


def test_a_message_taken_is_sent_as_it_is(courrier: Courrier):
    assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.ENVOYE
    (recu,) = courrier.messages
    assert recu.get_content().strip() == "Été"


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
    assert envoyer(courrier.adresse, message()).issue is issue


def test_a_connection_cut_while_the_server_had_the_message_is_uncertain(courrier: Courrier):
    courrier.au_message = ""
    assert envoyer(courrier.adresse, message()).issue is IssueEnvoi.INCERTAIN
    assert len(courrier.messages) == 1


def test_nobody_listening_is_for_now():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    envoi = envoyer(f"smtp://127.0.0.1:{port}", message())
    assert envoi.issue is IssueEnvoi.REMIS
    assert "joignable" in envoi.raison


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


@pytest.fixture
def courrier_tls(certificat: Path) -> Iterator[Courrier]:
    """A server that offers STARTTLS and asks for a password afterwards."""
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat)
    generateur = ouvrir_le_courrier("caf:secret@", tls_context=contexte, auth_required=True, authenticator=_identifier)
    yield from generateur


def _identifier(*arguments):
    return AuthResult(success=arguments[-1].password == b"secret")


def test_over_starttls_with_a_password(courrier_tls: Courrier, certificat: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat))
    assert envoyer(courrier_tls.adresse, message()).issue is IssueEnvoi.ENVOYE
    faux = courrier_tls.adresse.replace("secret", "autre")
    assert envoyer(faux, message()).issue is IssueEnvoi.REMIS, "a wrong setting gives no mail up"
    assert len(courrier_tls.messages) == 1


def test_a_certificate_of_nobody_we_know_ends_it(courrier_tls: Courrier):
    assert envoyer(courrier_tls.adresse, message()).issue is IssueEnvoi.REMIS
    assert courrier_tls.messages == []


def test_a_password_is_never_told_without_tls(courrier: Courrier):
    adresse = courrier.adresse.replace("smtp://", "smtp://caf:secret@")
    envoi = envoyer(adresse, message())
    assert envoi.issue is IssueEnvoi.REMIS
    assert "STARTTLS" in envoi.raison
    assert courrier.messages == []
