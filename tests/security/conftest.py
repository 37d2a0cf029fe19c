"""Signers of both kinds and the public verifiers that receipts must satisfy."""

import importlib.util
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import signxml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from service.security.certificate import Algorithme, certificat_autosigne, nouvelle_cle_de_signature
from service.security.signing import Signataire

# The xmlsec package and lxml each bring a libxml2: apart, they cannot disturb one another.
XMLSEC = """
import sys, xmlsec
from lxml import etree
racine = etree.parse(sys.argv[1]).getroot()
contexte = xmlsec.SignatureContext()
contexte.key = xmlsec.Key.from_file(sys.argv[2], xmlsec.KeyFormat.CERT_PEM)
try:
    contexte.verify(xmlsec.tree.find_node(racine, xmlsec.Node.SIGNATURE))
except xmlsec.Error:
    sys.exit(1)
"""


class Paire:
    """A private key, its certificate, and who signs with them."""

    def __init__(self, algorithme):
        self.cle = nouvelle_cle_de_signature(algorithme)
        self.certificat = certificat_autosigne(self.cle, "Essai", datetime.now(UTC))
        self.pem = self.certificat.public_bytes(Encoding.PEM)
        self.signataire = Signataire(self.cle, self.certificat)

    def valeur(self, info):
        """The value that XML Signature 1.1 §6.4.3 wants for a P-256 key: r ‖ s."""
        r, s = decode_dss_signature(self.cle.sign(info, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture(scope="session")
def paires():
    """One pair a kind of key; RSA ones are slow to make."""
    return {algorithme: Paire(algorithme) for algorithme in Algorithme}


@pytest.fixture
def verdicts(tmp_path):
    """What each public verifier says of a document and a certificate: signxml, and libxmlsec by its command or package.

    The command and the package are the same library: one of them is enough.
    """

    def juger(document, certificat):
        fichier, pem = tmp_path / "accuse.xml", tmp_path / "certificat.pem"
        fichier.write_bytes(document)
        pem.write_bytes(certificat.public_bytes(Encoding.PEM))
        commandes = {}
        if importlib.util.find_spec("xmlsec"):
            commandes["xmlsec"] = [sys.executable, "-c", XMLSEC, fichier, pem]
        if xmlsec1 := shutil.which("xmlsec1"):
            commandes["xmlsec1 --trusted-pem"] = [xmlsec1, "--verify", "--trusted-pem", pem, fichier]
            commandes["xmlsec1 --pubkey-cert-pem"] = [xmlsec1, "--verify", "--pubkey-cert-pem", pem, fichier]
        assert commandes, "the public verifier libxmlsec is needed: Debian's xmlsec1, or the package xmlsec"
        dires = {
            nom: subprocess.run(commande, capture_output=True, check=False).returncode == 0
            for nom, commande in commandes.items()
        }
        try:
            signxml.XMLVerifier().verify(document, x509_cert=certificat)
            dires["signxml"] = True
        except signxml.exceptions.SignXMLException:
            dires["signxml"] = False
        return dires

    return juger


@pytest.fixture
def disque_plein():
    """A context in which the system refuses every byte written to a file, as a full disk does."""

    @contextmanager
    def remplir():
        limites = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limites[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limites)

    return remplir
