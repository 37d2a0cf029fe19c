"""Clés d'intégration: the secret of a payroll system, 256 random bits (3-security.md, « Accounts »).

Invariants: a clé begins with ``cle_`` and nothing else does (the password policy refuses that beginning to people), so
the text alone tells which of the two a sender presented. Random keys of 256 bits need no slow hash: one SHA-256 finds
them (NIST SP 800-63B §5.1.2.2: only look-up secrets of less than 112 bits need a salted, slow one).
"""

import hashlib
import secrets

PREFIXE = "cle_"
"""What every clé d'intégration begins with, and no person's password."""


def nouvelle_cle() -> str:
    """A new clé: ``cle_`` and 256 random bits in URL-safe Base64 without padding (RFC 4648 §5), 47 characters."""
    return PREFIXE + secrets.token_urlsafe(32)


def est_une_cle(texte: str) -> bool:
    """Whether a presented secret is to be compared with clés only, well formed or not."""
    return texte.startswith(PREFIXE)


def empreinte_cle(cle: str) -> bytes:
    """SHA-256 of a clé, 32 bytes: what a clé is found by."""
    return hashlib.sha256(cle.encode("utf-8", "surrogatepass")).digest()
