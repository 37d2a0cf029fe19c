"""The table of faults of the contract (2-contract, « Faults »), written here anew, and what every fault must be."""

import re
from typing import NamedTuple

from maison import Reponse
from messages import NS_WSSE, SOAP_11, SOAP_12


class Attendue(NamedTuple):
    """A fault as the contract has it: the codes of SOAP 1.1 and 1.2 (local name, or ``wsse:`` name), status in 1.2."""

    soap11: str
    soap12: str
    statut12: int


CLIENT = Attendue("Client", "Sender", 400)
CONTRAT = {
    "MESSAGE_ILLISIBLE": CLIENT,
    "VERSION_SOAP": Attendue("VersionMismatch", "VersionMismatch", 500),
    "ENTETE_NON_COMPRIS": Attendue("MustUnderstand", "MustUnderstand", 500),
    "OPERATION_INCONNUE": CLIENT,
    "SCHEMA_INVALIDE": CLIENT,
    "SECURITE_INVALIDE": Attendue("wsse:InvalidSecurity", "Sender", 400),
    "JETON_NON_SUPPORTE": Attendue("wsse:UnsupportedSecurityToken", "Sender", 400),
    "AUTHENTIFICATION": Attendue("wsse:FailedAuthentication", "Sender", 400),
    "MESSAGE_EXPIRE": Attendue("wsse:MessageExpired", "Sender", 400),
    "REJEU": Attendue("wsse:InvalidSecurity", "Sender", 400),
    "MOT_DE_PASSE_A_CHANGER": CLIENT,
    "MOT_DE_PASSE_REFUSE": CLIENT,
    "HABILITATION": CLIENT,
    "CAMPAGNE_FERMEE": CLIENT,
    "CONFLIT_IDENTIFIANT": CLIENT,
    "INTROUVABLE": CLIENT,
    "DEBIT_DEPASSE": CLIENT,
    "INCIDENT": Attendue("Server", "Receiver", 500),
}
# What an English library, a traceback or a path would leave in a message.
_INDISCRETIONS = re.compile(
    r"Traceback|Error\b|\berror\b|\bexpected\b|\bis not\b|\binvalid\b|\bunexpected\b|lxml|libxml|spyne|psycopg|sqlite"
    r"|\.py\b|site-packages|/service/|/tests/|/tmp/|0x[0-9a-f]{6}"
)


def exiger_faute(reponse: Reponse, code: str, *secrets: str) -> None:
    """Check that an answer is the fault of that code, in every respect, and quotes none of `secrets`."""
    faute = reponse.faute
    assert faute is not None, f"{code} expected, got {reponse.octets[:300]!r}"
    assert faute.code == code, faute.texte
    attendue = CONTRAT[code]
    if reponse.soap == SOAP_11:
        assert reponse.statut == 500
        assert faute.qname == _clark(attendue.soap11, SOAP_11)
    else:
        assert reponse.statut == attendue.statut12
        assert faute.qname == _clark(attendue.soap12, SOAP_12)
        sous_code = _clark(attendue.soap11, SOAP_12) if attendue.soap11.startswith("wsse:") else None
        assert faute.sous_qname == sous_code
    assert faute.incident
    assert faute.incident == reponse.entetes["X-Request-Id"]
    assert faute.message in faute.texte
    textes = [faute.texte, *(precision["message"] for precision in faute.precisions)]
    assert not any(_INDISCRETIONS.search(texte) for texte in textes), textes
    texte = reponse.octets.decode()
    assert [secret for secret in secrets if secret in texte] == []


def _clark(nom: str, soap: str) -> str:
    return f"{{{NS_WSSE}}}{nom[5:]}" if nom.startswith("wsse:") else f"{{{soap}}}{nom}"
