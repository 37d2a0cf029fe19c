"""The second factor of operators: time-based one-time passwords (RFC 6238), six digits, thirty seconds, SHA-1.

SHA-1 because authenticator applications know nothing else reliably (RFC 6238 §1.2); its collisions do not matter to
HMAC. A code is taken in the step of now, the one before and the one after (§5.2); which step it was of is told, so
that none serves twice.
"""

import hmac
from datetime import datetime

import pyotp

EMETTEUR = "Caf - télédéclaration ESAT"
PAS_S = 30
_TOLERANCE = (0, -1, 1)


def nouveau_secret() -> str:
    """A new secret: 160 random bits in Base32 (RFC 4226 §4, R6)."""
    return pyotp.random_base32()


def pas_du_code(secret: str, code: str, instant: datetime) -> int | None:
    """The time step that a code is of; None when it is of none near `instant`."""
    propre = "".join(code.split())
    if not (propre.isascii() and propre.isdigit()):
        return None
    present, totp = int(instant.timestamp()) // PAS_S, pyotp.TOTP(secret)
    for ecart in _TOLERANCE:
        if hmac.compare_digest(totp.generate_otp(present + ecart), propre):
            return present + ecart
    return None


def adresse_a_scanner(secret: str, courriel: str) -> str:
    """The ``otpauth://`` address that an authenticator application scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=courriel, issuer_name=EMETTEUR)
