"""Repères: what a line is found by, keyed hashes of 64 bits, a thousand of them in one call of AES.

The repère of a value is the first half of one block that AES-256 (FIPS 197) makes of it: without the key nobody can
tell it from a random number. BLAKE2b, a value at a time, cost nine times as much (1.1 ms for a thousand employees, 0.13
so). Two of an ESAT's first ten thousand employees have the same one with a probability of 3e-12.

Invariants:

1. Two values of one subject, or of two, never give the same block: a block is the value in ASCII, filled up with spaces
   to 15 characters, and the subject's capital. A longer value, one that ends with a space or one with other
   characters is condensed to 15 bytes first (BLAKE2b with a key, RFC 7693), and its block ends with the small letter.
2. The keys are made of the search key, which is never rotated: lines are found by what it made.
"""

import struct
from collections.abc import Sequence
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

LETTRES = {"nir": "N", "allocataire": "A", "nom": "M"}
"""The subjects: NIR, organisme and numéro allocataire, normalised name."""
_PLACE = 15
"""Characters of a block that are the value's."""
_FIN = "\0"
"""What stands between values when they are looked at together; XML has no such character."""


class Reperes:
    """Makes them; safe to share between threads."""

    def __init__(self, recherche: bytes) -> None:
        """`recherche` is the search key, 32 bytes."""
        cle = blake2b(digest_size=32, key=recherche, person=b"reperes.aes").digest()
        # One block a value, never a message of several: what makes ECB unfit for texts is what equal search asks for.
        self._aes = Cipher(algorithms.AES(cle), modes.ECB())  # noqa: S305
        self._condense = blake2b(digest_size=_PLACE, key=recherche, person=b"reperes.long")

    def un(self, sujet: str, valeur: str) -> int:
        """The repère of a value already normalised, a signed integer of 64 bits; `sujet` is one of `LETTRES`."""
        return self._tous(LETTRES[sujet], (valeur,))[0]

    def lot(self, sujet: str, valeurs: Sequence[str | None]) -> Sequence[int | None]:
        """Those of many values of one subject, in order; None stays None."""
        if None not in valeurs:
            return self._tous(LETTRES[sujet], valeurs)  # type: ignore[arg-type]
        presents = iter(self._tous(LETTRES[sujet], [valeur for valeur in valeurs if valeur is not None]))
        return [None if valeur is None else next(presents) for valeur in valeurs]

    def _tous(self, lettre: str, valeurs: Sequence[str]) -> Sequence[int]:
        if _tiennent(valeurs):
            blocs = (f"%-{_PLACE}s{lettre}" * len(valeurs) % tuple(valeurs)).encode("ascii")
        else:
            blocs = b"".join([self._bloc(lettre, valeur) for valeur in valeurs])
        return struct.unpack(">" + "q8x" * len(valeurs), self._aes.encryptor().update(blocs))

    def _bloc(self, lettre: str, valeur: str) -> bytes:
        if _tiennent((valeur,)):
            return f"{valeur:<{_PLACE}}{lettre}".encode("ascii")
        condense = self._condense.copy()
        condense.update(valeur.encode("utf-8", "surrogatepass"))
        return condense.digest() + lettre.lower().encode("ascii")


def _tiennent(valeurs: Sequence[str]) -> bool:
    """Whether all of them are blocks as they are."""
    ensemble = _FIN.join((*valeurs, ""))
    return ensemble.isascii() and f" {_FIN}" not in ensemble and max(map(len, valeurs), default=0) <= _PLACE
