"""Merkle trees (RFC 6962, section 2.1, SHA-256): leaves, roots, audit paths and what a path leads to. Pure functions.

Leaves and inner nodes are hashed behind different first bytes, so that no node passes for a leaf. A tree is built
level by level: a last node without a neighbour rises as it is, which gives the tree that the RFC splits at the
largest power of two.
"""

import hashlib
from collections.abc import Sequence

_FEUILLE, _NOEUD = b"\x00", b"\x01"


def feuille(donnees: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(_FEUILLE + donnees).digest()


def racine(feuilles: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves in order; of no leaf, the hash of nothing."""
    niveau = list(feuilles)
    while len(niveau) > 1:
        niveau = _monter(niveau)
    return niveau[0] if niveau else hashlib.sha256().digest()


def chemin(feuilles: Sequence[bytes], position: int) -> list[bytes]:
    """The audit path of the leaf at `position` (from 0): the neighbours met on the way up, lowest first."""
    niveau, voisins = list(feuilles), []
    while len(niveau) > 1:
        if position ^ 1 < len(niveau):
            voisins.append(niveau[position ^ 1])
        niveau, position = _monter(niveau), position >> 1
    return voisins


def racine_par_le_chemin(hache: bytes, position: int, nombre: int, voisins: Sequence[bytes]) -> bytes:
    """The root that a leaf at `position` of `nombre` and its audit path lead to.

    Raises ValueError for a position outside the tree or a path of another length: nothing may be left to the prover.
    """
    if not 0 <= position < nombre:
        raise ValueError("position outside the tree")
    reste = list(voisins)
    while nombre > 1:
        if position ^ 1 < nombre:
            if not reste:
                raise ValueError("audit path too short")
            voisin = reste.pop(0)
            hache = _noeud(voisin, hache) if position & 1 else _noeud(hache, voisin)
        position, nombre = position >> 1, (nombre + 1) >> 1
    if reste:
        raise ValueError("audit path too long")
    return hache


def _noeud(gauche: bytes, droite: bytes) -> bytes:
    return hashlib.sha256(_NOEUD + gauche + droite).digest()


def _monter(niveau: list[bytes]) -> list[bytes]:
    seul = niveau[len(niveau) & ~1 :]
    return [_noeud(gauche, droite) for gauche, droite in zip(niveau[::2], niveau[1::2], strict=False)] + seul
