"""The lines of a deposit on their way to storage: repères to find an employee by, one ciphertext of who it is.

Prepared before the transaction opens: encryption must not lengthen the time that other writers wait.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import NamedTuple

from service.domain.controles import identites
from service.domain.declaration import Salarie
from service.domain.identifiants import nom_normalise
from service.security.encryption import Coffre
from service.usecases.demandes import DemandeDepot

CONTEXTE_SALARIE = b"ligne.donnees"
"""Context under which the employee of a line is encrypted."""
ColonnesDeReperes = tuple[Sequence[int | None], Sequence[int | None], Sequence[int | None]]
"""Repères of employees' NIR, organisme and numéro allocataire, and name, in columns."""
_SEPARATEUR = "\x1f"  # a control character that XML 1.0 cannot carry


class SalariesPrepares(NamedTuple):
    """What is stored of the employees: two identities and the name as repères, everything as one ciphertext.

    Columns, named as those of the table; all empty for a cancellation, which names nobody.
    """

    nir_repere: Sequence[int | None]
    allocataire_repere: Sequence[int | None]
    nom_repere: Sequence[int | None]
    donnees: Sequence[bytes]


def preparer(coffre: Coffre, demande: DemandeDepot, organisme: str | None) -> SalariesPrepares:
    """Return what to store of each line's employee, in order."""
    salaries = [ligne.salarie for ligne in demande.lignes if not isinstance(ligne, str)]
    donnees = coffre.chiffrer_lot([_ecrire_salarie(salarie) for salarie in salaries], CONTEXTE_SALARIE)
    return SalariesPrepares(*_reperer(coffre, salaries, repeat(organisme, len(salaries))), donnees)


def reperer(coffre: Coffre, donnees: Sequence[bytes], organismes: Sequence[str | None]) -> ColonnesDeReperes:
    """Return by what employees are found of whom the ciphertexts are stored; `organismes`: those of their ESATs."""
    return _reperer(coffre, dechiffrer_salaries(coffre, donnees), organismes)


def dechiffrer_salaries(coffre: Coffre, donnees: Sequence[bytes]) -> list[Salarie]:
    """Return the employees behind stored ciphertexts, in order."""
    return [_lire_salarie(coffre.dechiffrer(chiffre, CONTEXTE_SALARIE)) for chiffre in donnees]


def _reperer(coffre: Coffre, salaries: Sequence[Salarie], organismes: Iterable[str | None]) -> ColonnesDeReperes:
    identifies = list(map(identites, salaries, organismes))
    return (
        coffre.reperes.lot("nir", [nir for nir, _ in identifies]),
        coffre.reperes.lot("allocataire", [allocataire for _, allocataire in identifies]),
        coffre.reperes.lot("nom", [nom_normalise(salarie.nom) for salarie in salaries]),
    )


def _ecrire_salarie(salarie: Salarie) -> bytes:
    nir, numero, organisme, nom, nom_usage, prenom, naissance = salarie
    return _SEPARATEUR.join(
        (nir or "", numero or "", organisme or "", nom, nom_usage or "", prenom, naissance.isoformat())
    ).encode()


def _lire_salarie(clair: bytes) -> Salarie:
    nir, numero, organisme, nom, nom_usage, prenom, naissance = clair.decode().split(_SEPARATEUR)
    return Salarie(
        nir or None, numero or None, organisme or None, nom, nom_usage or None, prenom, date.fromisoformat(naissance)
    )
