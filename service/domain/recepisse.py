"""The *accusé de réception* of a deposit: its facts and its numbers.

CRPA R112-11-1: it carries the date of reception, the service in charge, and that service's address, e-mail and
telephone. Everything here is fixed at reception and never changes afterwards.
"""

from datetime import datetime
from typing import NamedTuple

from service.domain.campagne import jour_de_paris
from service.domain.declaration import Operation, Resultat, StatutDepot

_BASE32_DE_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without I, L, O and U: a number can be dictated on the telephone."""

_OCTETS_ALEATOIRES = 5
"""Eight characters of five bits are exactly five bytes."""

_RANGS = tuple(f"-{rang:04d}" for rang in range(1, 10_000))
"""The ends of numbers of declarations: all that four digits can tell, ten times what a deposit may hold."""


class ServiceEmetteur(NamedTuple):
    """The service in charge, as the law wants it named (CRPA R112-11-1)."""

    designation: str
    adresse: str
    courriel: str
    telephone: str


class Empreinte(NamedTuple):
    """Digest of the payload as received, so that the sender can recompute it."""

    algorithme: str
    """``SHA-256``."""
    valeur: str
    """Hexadecimal digits of the digest of the exclusive C14N of the payload element."""


class Accuse(NamedTuple):
    """The receipt of one deposit, in the order of the contract's `accuse`."""

    numero_depot: str
    identifiant_message: str
    operation: Operation
    siret: str
    date_reception: datetime
    """Aware, UTC."""
    essai: bool
    statut: StatutDepot
    empreinte: Empreinte
    version_regles: str
    service: ServiceEmetteur
    nombre_recues: int
    nombre_acceptees: int
    nombre_rejetees: int
    resultats: tuple[Resultat, ...]


def statut_du_depot(nombre_acceptees: int, nombre_rejetees: int) -> StatutDepot:
    """Return the status of a deposit from the numbers of its lines accepted and rejected."""
    if not nombre_acceptees:
        return StatutDepot.REJETE
    return StatutDepot.ACCEPTE_PARTIELLEMENT if nombre_rejetees else StatutDepot.ACCEPTE


def numero_depot(instant_utc: datetime, alea: bytes) -> str:
    """Return the number of a deposit: ``D``, the day in Paris as yyMMdd, and 40 random bits in Crockford's base 32.

    `alea` must hold at least five bytes, of which the first five serve. Raises `ValueError` for fewer, or for a naive
    datetime.
    """
    if len(alea) < _OCTETS_ALEATOIRES:
        raise ValueError("Un numéro de dépôt demande au moins cinq octets aléatoires.")
    bits = int.from_bytes(alea[:_OCTETS_ALEATOIRES], "big")
    caracteres = [_BASE32_DE_CROCKFORD[bits >> decalage & 31] for decalage in range(35, -1, -5)]
    return f"D{jour_de_paris(instant_utc):%y%m%d}-{''.join(caracteres)}"


def numeros_declarations(numero_depot: str, nombre: int) -> list[str]:
    """Return the numbers of the declarations of a deposit's lines, in order: its own, and the 1-based rank of each."""
    return [numero_depot + rang for rang in _RANGS[:nombre]]
