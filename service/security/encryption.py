"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) with named keys, and keyed hashes to recognise values by.

Invariants, in the order the code enforces them:

1. Every key has 32 bytes and an identifier of 1 to 32 ASCII characters; the current one encrypts, all of them decrypt.
2. A ciphertext names its key: version (1 byte) ‖ length of the identifier (1) ‖ identifier ‖ nonce (12) ‖ text and tag.
3. Nonces are random: below 2³² encryptions a key (SP 800-38D §8.3), that is 30,000 messages of 1,000 lines each day for
   more than a year.
4. The header and `contexte` are authenticated: a ciphertext moved to another row or column does not decrypt.
5. Keyed hashes are BLAKE2b with a key of their own, the search key (RFC 7693); the `person` parameter of BLAKE2 (§2.8
   of its specification) keeps subjects apart. That key is never rotated: lines are found by what is made of it
   (`reperes`).
"""

import os
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.errors import ConfigurationError, Precision, TeledeclarationError
from service.security.reperes import Reperes

VERSION = 1
TAILLE_CLE = 32
TAILLE_HACHAGE = 16
_NONCE = 12
_ETIQUETTE = 16
_ID_MAX = 32
_AVANT_ID = 2  # version and length of the identifier
_SUJET_MAX = 16  # bytes of BLAKE2b's `person`


class Coffre:
    """Encrypts with the current key, decrypts with any known one, hashes for search. Safe to share between threads."""

    def __init__(self, cles: Mapping[str, bytes], courante: str, recherche: bytes) -> None:
        """Keys by identifier, the identifier of the one that encrypts, and the search key (32 bytes each).

        Raises ConfigurationError for a key of another size, a bad identifier, or a `courante` that is not in `cles`.
        """
        problemes = _problemes(cles, courante, recherche)
        if problemes:
            raise ConfigurationError("Les clés de chiffrement sont inutilisables.", problemes)
        self._aes = {identifiant: AESGCM(cle) for identifiant, cle in cles.items()}
        self._prefixe = bytes((VERSION, len(courante))) + courante.encode("ascii")
        self._courante = self._aes[courante]
        self._recherche = recherche
        self._modeles: dict[str, blake2b] = {}
        self.courante = courante
        self.reperes = Reperes(recherche)

    def chiffrer(self, clair: bytes, contexte: bytes = b"") -> bytes:
        """Encrypt one value; `contexte` (its table, column or owner) must be given again to decrypt it."""
        nonce = os.urandom(_NONCE)
        return self._prefixe + nonce + self._courante.encrypt(nonce, clair, self._prefixe + contexte)

    def chiffrer_lot(self, clairs: Sequence[bytes], contexte: bytes = b"") -> list[bytes]:
        """Encrypt many values of one context, in order, asking the system for random bytes once."""
        encrypt, prefixe, donnees = self._courante.encrypt, self._prefixe, self._prefixe + contexte
        alea = os.urandom(_NONCE * len(clairs))
        nonces = [alea[debut : debut + _NONCE] for debut in range(0, len(alea), _NONCE)]
        return [prefixe + nonce + encrypt(nonce, clair, donnees) for nonce, clair in zip(nonces, clairs, strict=True)]

    def dechiffrer(self, chiffre: bytes, contexte: bytes = b"") -> bytes:
        """Decrypt what `chiffrer` or `chiffrer_lot` made under the same context.

        Raises ConfigurationError when its key is not among ours (the message names the key's identifier), and
        TeledeclarationError when it is no ciphertext of ours, was altered, or belongs to another context.
        """
        identifiant, fin = _lire_prefixe(chiffre)
        aes = self._aes.get(identifiant)
        if aes is None:
            raise ConfigurationError(
                f"La clé de chiffrement « {identifiant} » n'est pas dans le dossier des clés : "
                "les données qu'elle protège ne peuvent pas être lues."
            )
        nonce = chiffre[fin : fin + _NONCE]
        try:
            return aes.decrypt(nonce, chiffre[fin + _NONCE :], chiffre[:fin] + contexte)
        except InvalidTag:
            raise TeledeclarationError(
                "Une donnée chiffrée a été altérée, ou n'est pas à la place pour laquelle elle a été chiffrée."
            ) from None

    def cle_de(self, chiffre: bytes) -> str:
        """Identifier of the key that a ciphertext was made with: tells what a rotation still has to encrypt anew."""
        return _lire_prefixe(chiffre)[0]

    def hachage(self, sujet: str, valeur: str) -> bytes:
        """Keyed hash, 16 bytes, of a value already normalised.

        `sujet` names what the value is: at most 16 bytes, else ValueError.
        """
        hache = self._modele(sujet).copy()
        hache.update(valeur.encode("utf-8", "surrogatepass"))
        return hache.digest()

    def _modele(self, sujet: str) -> blake2b:
        modele = self._modeles.get(sujet)
        if modele is None:
            modele = blake2b(digest_size=TAILLE_HACHAGE, key=self._recherche, person=_personne(sujet))
            self._modeles[sujet] = modele
        return modele


def _personne(sujet: str) -> bytes:
    personne = sujet.encode()
    if not 0 < len(personne) <= _SUJET_MAX:
        raise ValueError("sujet: 1 to 16 bytes expected")
    return personne


def _problemes(cles: Mapping[str, bytes], courante: str, recherche: bytes) -> list[Precision]:
    problemes = [
        Precision(f"Clé de chiffrement « {identifiant} » : {TAILLE_CLE} octets attendus, {len(cle)} trouvés.")
        for identifiant, cle in cles.items()
        if len(cle) != TAILLE_CLE
    ]
    problemes += [
        Precision(f"Identifiant de clé « {identifiant} » : 1 à {_ID_MAX} caractères ASCII attendus.")
        for identifiant in cles
        if not (0 < len(identifiant) <= _ID_MAX and identifiant.isascii())
    ]
    if courante not in cles:
        problemes.append(Precision(f"La clé de chiffrement courante « {courante} » manque."))
    if len(recherche) != TAILLE_CLE:
        problemes.append(Precision(f"Clé de recherche : {TAILLE_CLE} octets attendus, {len(recherche)} trouvés."))
    return problemes


def _lire_prefixe(chiffre: bytes) -> tuple[str, int]:
    """The key identifier of a ciphertext and where its nonce begins."""
    if len(chiffre) > _AVANT_ID and chiffre[0] == VERSION:
        fin = _AVANT_ID + chiffre[1]
        identifiant = chiffre[_AVANT_ID:fin]
        if 0 < chiffre[1] <= _ID_MAX and len(chiffre) >= fin + _NONCE + _ETIQUETTE and identifiant.isascii():
            return identifiant.decode("ascii"), fin
    raise TeledeclarationError("Une donnée chiffrée n'a pas la forme attendue.")
