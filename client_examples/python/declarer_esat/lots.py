"""Lines → messages that the service takes: no more lines, no more bytes than it says."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import uuid4

from service.contract.fichiers.conversion import Declaration, LigneLue

LIGNES_MAX = 1000
"""Lines of a message, at most (contract)."""
OCTETS_MAX = 4 * 1024 * 1024
"""Bytes of a message, at most, unless the service says otherwise."""
_ENVELOPPE = 4096
"""Bytes of the envelope and its security header around a payload, at most."""

Ecrire = Callable[[str, Sequence[Declaration]], bytes]
"""Makes a payload from an identifier and lines."""


class Limites(NamedTuple):
    """What the service takes in one message."""

    lignes: int = LIGNES_MAX
    octets: int = OCTETS_MAX


class Lot(NamedTuple):
    """One message."""

    identifiant: str
    """Its identifiantMessage, a UUID."""
    lignes: tuple[int, ...]
    """Rows of the file, in the order of the message."""
    charge: bytes
    """Its payload, canonical: what is stored, sent, and digested."""


def decouper(lignes: Sequence[LigneLue], limites: Limites, ecrire: Ecrire) -> list[Lot]:
    """Share lines among as few messages as the limits allow, in order."""
    taille = max(1, limites.lignes)
    return [
        lot for debut in range(0, len(lignes), taille) for lot in _lots(lignes[debut : debut + taille], limites, ecrire)
    ]


def _lots(lignes: Sequence[LigneLue], limites: Limites, ecrire: Ecrire) -> Iterator[Lot]:
    identifiant = str(uuid4())
    charge = ecrire(identifiant, [ligne.declaration for ligne in lignes])
    if len(charge) + _ENVELOPPE > limites.octets and len(lignes) > 1:
        milieu = len(lignes) // 2
        yield from _lots(lignes[:milieu], limites, ecrire)
        yield from _lots(lignes[milieu:], limites, ecrire)
    else:
        yield Lot(identifiant, tuple(ligne.numero for ligne in lignes), charge)
