"""Receipts made for the tests by the service's own signer, and forged ones."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from service.contract.accuse import ecrire_accuse
from service.domain.declaration import Anomalie, Gravite, Operation, Resultat, StatutDepot, StatutLigne
from service.domain.recepisse import Accuse, Empreinte, ServiceEmetteur
from service.security.certificate import Algorithme, certificat_autosigne, nouvelle_cle_de_signature
from service.security.signing import Signataire

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
IDENTIFIANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
RECEPTION = datetime(2026, 12, 5, 9, 12, 44, 125000, UTC)


class Emetteur:
    """A service that signs: a key and its certificate."""

    def __init__(
        self, algorithme: Algorithme = Algorithme.P256, debut: datetime = RECEPTION - timedelta(days=1)
    ) -> None:
        cle = nouvelle_cle_de_signature(algorithme)
        certificat = certificat_autosigne(cle, "Essai", debut)
        self.cle = cle
        self.pem = certificat.public_bytes(Encoding.PEM)
        self.signataire = Signataire(cle, certificat)

    def accuse(self, **autres) -> bytes:
        """A signed receipt of two lines, the second rejected."""
        return self.signataire.signer(ecrire_accuse(accuse(**autres)))


def accuse(**autres) -> Accuse:
    """The facts of a receipt."""
    rejet = Anomalie("C02", Gravite.REJET, "nombreMois", "nombreMois : un nombre entier de mois est attendu.")
    facts = Accuse(
        "D261205-7K3M9QXA",
        IDENTIFIANT,
        Operation.DECLARE_CERTIFICAT_EMPLOI,
        "99910083700015",
        RECEPTION,
        False,
        StatutDepot.ACCEPTE_PARTIELLEMENT,
        Empreinte("SHA-256", hashlib.sha256(b"<charge/>").hexdigest()),
        "2026.1",
        ServiceEmetteur("Caf d'essai", "1 rue de l'Essai", "essai@example.fr", "3230"),
        2,
        1,
        1,
        (
            Resultat(1, "M1", StatutLigne.ACCEPTEE, "D261205-7K3M9QXA-0001", ()),
            Resultat(2, None, StatutLigne.REJETEE, None, (rejet,)),
        ),
    )
    return facts._replace(**autres)


def sans_signature(document: bytes) -> bytes:
    """The receipt, its signature taken away."""
    return re.sub(rb"<ds:Signature .*</ds:Signature>", b"", document)


def en_hmac(document: bytes, cle: bytes, bits: int | None) -> bytes:
    """The receipt signed again with an HMAC of a key that anyone knows, cut to `bits`."""
    racine = etree.fromstring(document)
    info = racine.find(f".//{{{DS}}}SignedInfo")
    methode = info.find(f"{{{DS}}}SignatureMethod")
    methode.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    if bits is not None:
        etree.SubElement(methode, f"{{{DS}}}HMACOutputLength").text = str(bits)
    valeur = hmac.new(cle, etree.tostring(info, method="c14n", exclusive=True), hashlib.sha256).digest()
    valeur = valeur if bits is None else valeur[: bits // 8]
    racine.find(f".//{{{DS}}}SignatureValue").text = base64.b64encode(valeur).decode()
    return etree.tostring(racine)


def enveloppee_ailleurs(document: bytes) -> bytes:
    """A forged receipt that carries the true one, whole and still verifying, somewhere inside itself."""
    vrai = etree.fromstring(document)
    faux = etree.fromstring(document.replace(b"99910083700015", b"99920083500018"))
    faux.find("{*}service").append(vrai)
    return etree.tostring(faux)
