"""Seals of the log: the exact bytes that are hashed and signed, so that anybody can compute them again.

Invariants:

1. What is hashed is JSON in canonical form (RFC 8785: UTF-8, keys in order, no space; our integers are below 2^53):
   instants as ``2026-12-04T09:30:00.000000Z``, bytes in hexadecimal, columns without a value left out. A column that
   the log gets later must therefore be null in older entries.
2. A leaf covers a random salt, the entry, and the id of the entry sealed before it (`precedente`, 0 for the first):
   ids may have gaps, so only this tells that a whole row was taken out or slipped in, and where. Without its salt a
   leaf says nothing of the entry, which is what lets an entry be erased.
3. A seal covers every field but its signature, and the hash of the seal before it. `purge` is among them: whoever can
   write in the database but cannot sign cannot pass a removal off as an erasure that was due.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from service.domain import merkle

FORMAT = "urn:caf:teleprocedure-esat:sceau:1"
"""Names what is signed: no receipt, no other document begins like it."""
ORIGINE = bytes(32)
"""`precedent` of the first seal."""
TAILLE_SEL = 16
"""Bytes of a salt: 128 random bits, which nobody goes through to guess an entry."""

_ENTIERS = ("numero", "premier", "dernier", "nombre", "purge")
_PAS_UN_SCEAU = "not the line of a seal"
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Sceau(NamedTuple):
    """A seal: the columns of its table, in order."""

    numero: int
    """From 1, without gaps."""
    premier: int
    """Id of the first entry sealed."""
    dernier: int
    nombre: int
    """Entries sealed."""
    racine: bytes
    """Merkle root over their leaves, in order of ids."""
    precedent: bytes
    """SHA-256 of the seal before."""
    scelle_le: datetime
    purge: int
    """Entries up to this id may have been erased, their retention being over; 0 for none."""
    cle: str
    """Serial number of the certificate, in hexadecimal."""
    signature: bytes = b""


def faits_de_l_entree(entree: Mapping[str, Any], precedente: int) -> dict[str, Any]:
    """What a leaf says of an entry, as JSON values: its columns that have one, and the id sealed before it."""
    return {nom: _json(valeur) for nom, valeur in entree.items() if valeur is not None} | {"precedente": precedente}


def feuille_de_l_entree(sel: bytes, entree: Mapping[str, Any], precedente: int) -> bytes:
    """The leaf of an entry: SHA-256 of 0x00, the salt and the entry's bytes."""
    return merkle.feuille(sel + octets(faits_de_l_entree(entree, precedente)))


def octets(faits: Mapping[str, Any]) -> bytes:
    """The canonical bytes of JSON values."""
    return _JSON.encode(faits).encode()


def faits_du_sceau(sceau: Sceau) -> dict[str, Any]:
    """What a seal says, as JSON values, its signature left out."""
    faits = {nom: _json(valeur) for nom, valeur in sceau._asdict().items() if nom != "signature"}
    return faits | {"format": FORMAT}


def octets_du_sceau(sceau: Sceau) -> bytes:
    """What is signed of a seal."""
    return octets(faits_du_sceau(sceau))


def empreinte_du_sceau(sceau: Sceau | None) -> bytes:
    """`precedent` of the seal that follows this one."""
    return ORIGINE if sceau is None else hashlib.sha256(octets_du_sceau(sceau)).digest()


def tete_du_sceau(sceau: Sceau) -> str:
    """The line that tells a seal outside the database."""
    signature = base64.b64encode(sceau.signature).decode()
    return _JSON.encode({"sceau": faits_du_sceau(sceau), "signature": signature})


def lire_tete(ligne: str) -> Sceau:
    """The seal that a line tells. Raises ValueError unless the line is, letter for letter, that of a seal."""
    try:
        lue = json.loads(ligne)
        faits = dict(lue["sceau"])
        for nom in ("racine", "precedent"):
            faits[nom] = bytes.fromhex(faits[nom])
        faits["scelle_le"] = datetime.fromisoformat(faits["scelle_le"])
        del faits["format"]
        sceau = Sceau(**faits, signature=base64.b64decode(lue["signature"], validate=True))
        fidele = all(type(faits[nom]) is int for nom in _ENTIERS) and tete_du_sceau(sceau) == ligne
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise ValueError(_PAS_UN_SCEAU) from None
    if not fidele:
        raise ValueError(_PAS_UN_SCEAU)
    return sceau


def _json(valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return f"{valeur.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(valeur, bytes | memoryview):
        return valeur.hex()
    return valeur
