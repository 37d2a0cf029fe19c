"""People's passwords: argon2id (RFC 9106), a short memory of those just verified, their estimated entropy.

Invariants:

1. Only argon2id hashes are stored, with their parameters inside; `a_refaire` tells those made with older parameters.
2. One computation at a time per process, in a thread of its own that yields the processor to every other, and a short
   queue before it: a flood of wrong passwords gets DebitDepasseError, never the others' time (3-security.md).
3. `Memoire` keeps no password: a keyed hash under a random key of this process, bound to the account and to the
   version of its credential, for a few minutes and for a bounded number of entries.
4. Passwords are compared in Unicode form NFC, so that the same keys typed on another system give the same password.
"""

import base64
import contextlib
import hashlib
import math
import os
import secrets
import sys
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import NamedTuple, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from service.errors import DebitDepasseError


class Parametres(NamedTuple):
    """Cost of argon2id: OWASP Password Storage Cheat Sheet, 19 MiB, two passes, one lane."""

    memoire_kio: int = 19456
    passes: int = 2
    parallelisme: int = 1


_Rendu = TypeVar("_Rendu")
EN_ATTENTE_MAX = 2
"""Callers that may wait for their turn at once."""
_POLITESSE = 10
"""What is added to the nice value of the computing thread: a tenth of the weight of the threads that serve."""


_REPOS, _REPOS_MAX = 4, 0.5
"""Rest after a wrong password: so many times what the last computation took; seconds at most."""


class Hacheur:
    """argon2id, one computation at a time; meant to be one per process and shared between its threads."""

    def __init__(
        self,
        parametres: Parametres | None = None,
        en_attente_max: int = EN_ATTENTE_MAX,
        attente_max: float = 1.0,
        ceder: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        """At most `en_attente_max` callers wait at once, each at most `attente_max` seconds for its turn.

        A caller waits and is computed for inside `ceder()`: a server lets others work meanwhile.
        """
        cout = parametres or Parametres()
        self._argon2 = argon2.PasswordHasher(
            time_cost=cout.passes, memory_cost=cout.memoire_kio, parallelism=cout.parallelisme
        )
        sel, condensat = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
        couts = f"m={cout.memoire_kio},t={cout.passes},p={cout.parallelisme}"
        self._leurre = f"$argon2id$v=19${couts}${sel}${condensat}"
        self._calcul = threading.Lock()
        self._file = threading.BoundedSemaphore(1 + en_attente_max)
        self._attente_max, self._ceder = attente_max, ceder
        self._duree = self._reprise = 0.0
        self._fil = ThreadPoolExecutor(1, "argon2id", _ceder_le_pas)

    def hacher(self, mot_de_passe: str) -> str:
        """The encoded hash to store. Raises DebitDepasseError when the queue is full or too slow."""
        return self._calculer(lambda: self._argon2.hash(_octets(mot_de_passe)))

    def verifier(self, hache: str, mot_de_passe: str) -> bool:
        """Whether the password is that of the stored hash. Raises DebitDepasseError like `hacher`."""

        def comparer() -> bool:
            try:
                return self._argon2.verify(hache, _octets(mot_de_passe))
            except (VerificationError, InvalidHashError):
                return False

        return self._calculer(comparer)

    def leurre(self) -> None:
        """Spend the time of a verification, for a user that does not exist. Raises DebitDepasseError like `hacher`."""
        self.verifier(self._leurre, "leurre")

    def souffler(self) -> None:
        """After a wrong password: the next computation, whoever asks for it, begins after a rest.

        However many guess, argon2id then takes a fifth of a processor at most: even one that yields it spoils the
        caches of the others.
        """
        self._reprise = time.monotonic() + min(_REPOS * self._duree, _REPOS_MAX)

    def a_refaire(self, hache: str) -> bool:
        """Whether a stored hash has other parameters than today's: to be made anew at the next successful login."""
        return self._argon2.check_needs_rehash(hache)

    def _calculer(self, calcul: Callable[[], _Rendu]) -> _Rendu:
        """Run a computation when its turn comes, in the thread for it."""
        attente = math.ceil(self._attente_max)
        if not self._file.acquire(blocking=False):
            raise DebitDepasseError(attente)
        try:
            with self._ceder():
                if not self._calcul.acquire(timeout=self._attente_max):
                    raise DebitDepasseError(attente)
                try:
                    time.sleep(max(0.0, self._reprise - time.monotonic()))
                    debut = time.monotonic()
                    rendu = self._fil.submit(calcul).result()
                    self._duree = time.monotonic() - debut
                    return rendu
                finally:
                    self._calcul.release()
        finally:
            self._file.release()


def _ceder_le_pas() -> None:
    """Lower the priority of this thread alone: on Linux a thread has a nice value of its own."""
    if sys.platform == "linux":
        numero = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, numero, min(19, os.getpriority(os.PRIO_PROCESS, numero) + _POLITESSE))


class Memoire:
    """Credentials verified a short while ago. Safe to share between threads, useless to any other process."""

    def __init__(self, duree: float = 300.0, taille: int = 4096, horloge: Callable[[], float] = time.monotonic) -> None:
        """Entries live `duree` seconds; beyond `taille` of them the oldest goes."""
        self._cle = secrets.token_bytes(32)
        self._duree, self._taille, self._horloge = duree, taille, horloge
        self._echeances: OrderedDict[bytes, float] = OrderedDict()
        self._verrou = threading.Lock()

    def connait(self, compte: int | str, version: int, mot_de_passe: str) -> bool:
        """Whether this password of this version of the account's credential was verified a short while ago."""
        condensat = self._condensat(compte, version, mot_de_passe)
        with self._verrou:
            echeance = self._echeances.get(condensat)
            if echeance is not None and echeance <= self._horloge():
                del self._echeances[condensat]
                echeance = None
        return echeance is not None

    def retenir(self, compte: int | str, version: int, mot_de_passe: str) -> None:
        """Remember a password that argon2id has just verified. A repeated call does not lengthen its life."""
        condensat = self._condensat(compte, version, mot_de_passe)
        maintenant = self._horloge()
        with self._verrou:
            if self._echeances.get(condensat, maintenant) <= maintenant:
                self._echeances.pop(condensat, None)
                self._echeances[condensat] = maintenant + self._duree
            while len(self._echeances) > self._taille:
                self._echeances.popitem(last=False)

    def oublier(self) -> None:
        """Forget everything."""
        with self._verrou:
            self._echeances.clear()

    def __len__(self) -> int:
        return len(self._echeances)

    def _condensat(self, compte: int | str, version: int, mot_de_passe: str) -> bytes:
        condensat = hashlib.blake2b(key=self._cle, digest_size=32)
        for partie in (str(compte).encode(), str(version).encode(), _octets(mot_de_passe)):
            condensat.update(len(partie).to_bytes(4, "big") + partie)
        return condensat.digest()


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_GROUPES, _PAR_GROUPE = 4, 4

_ZXCVBN_MAX = 48
_MOTS_MAX = 20
_SYMBOLES_LEET = "!$%(+<@[{|"  # what zxcvbn reads as letters, digits aside
_SYMBOLES_LEET_MAX = 4
_ZXCVBN = threading.Lock()  # it puts the user's words in a module-level dictionary


def mot_de_passe_provisoire() -> str:
    """A provisional password, easy to read out and type: 16 characters in four groups, 80 random bits."""
    groupes = ("".join(secrets.choice(_ALPHABET) for _ in range(_PAR_GROUPE)) for _ in range(_GROUPES))
    return "-".join(groupes)


def entropie_bits(mot_de_passe: str, mots: Iterable[str] = ()) -> float:
    """Estimated strength in bits: log2 of the guesses that zxcvbn expects an attacker to need.

    `mots` are what an attacker would try first (name, e-mail, name of the ESAT), in any letter case. Only the first 48
    characters count, and at most 20 words: a long password may be worth more than the answer, which always comes
    within a fraction of a second.
    """
    if not mot_de_passe:
        return 0.0  # zxcvbn has no answer to it
    connus = [mot[:_ZXCVBN_MAX] for mot, _ in zip(mots, range(_MOTS_MAX), strict=False) if mot]
    with _ZXCVBN:
        estimation = zxcvbn(_sans_exces_de_leet(mot_de_passe[:_ZXCVBN_MAX]), user_inputs=connus)
        zxcvbn("-", user_inputs=[])  # so that these words do not stay in its dictionary
    return math.log2(estimation["guesses"])


def _sans_exces_de_leet(mot_de_passe: str) -> str:
    """The password with all but four distinct symbols of l33t writing made ``~``.

    zxcvbn tries every combination of readings (``|`` as i or l, ``@`` and ``4`` as a…): 72 well chosen characters keep
    it busy for four seconds, 48 with four such symbols for 0.3 s.
    """
    gardes = list(dict.fromkeys(c for c in mot_de_passe if c in _SYMBOLES_LEET))[:_SYMBOLES_LEET_MAX]
    return "".join("~" if c in _SYMBOLES_LEET and c not in gardes else c for c in mot_de_passe)


def _octets(mot_de_passe: str) -> bytes:
    return unicodedata.normalize("NFC", mot_de_passe).encode("utf-8", "surrogatepass")
