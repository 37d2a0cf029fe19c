"""A person's password against argon2id, with limited attempts.

Failures are counted by submitted user code, existing or not, and by address; beyond the limit the answer comes at once,
no hash is computed, and the limit ends by itself (3-security, « Accounts »).
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from service.security.limits import Etat, est_bloque, etat_apres_echec
from service.storage.comptes import CompteAuth
from service.storage.tentatives import Tentative
from service.storage.unit_of_work import UnitOfWork
from service.usecases.dependencies import Dependencies


class Presentee(Protocol):
    """What presents a password, a message or a login page: the submitted user code, the address, the instant."""

    @property
    def utilisateur(self) -> str | None:
        """User code as submitted, existing or not."""

    @property
    def adresse(self) -> str:
        """Network address it came from."""

    @property
    def instant(self) -> datetime:
        """When."""


def verifier_mot_de_passe(
    dependencies: Dependencies, presentee: Presentee, compte: CompteAuth | None, mot_de_passe: str
) -> bool:
    """Whether this is the account's password; an unknown account (None) costs the same time.

    A success forgets the failures of the user code and notes the login, a failure is counted. Raises DebitDepasseError
    when argon2id's queue is full.
    """

    def noter(unite: UnitOfWork) -> None:
        assert compte is not None
        oublier_les_echecs(unite, presentee, "compte")
        unite.comptes.noter_connexion(compte.id, presentee.instant)

    hache = None if compte is None else compte.mot_de_passe
    return verifier_hache(dependencies, presentee, "compte", hache, mot_de_passe, noter)


def verifier_hache(
    dependencies: Dependencies,
    presentee: Presentee,
    sujet: str,
    hache: str | None,
    mot_de_passe: str,
    noter: Callable[[UnitOfWork], None],
) -> bool:
    """Whether a password has this hash, under the limits of attempts of its user code (of a kind `sujet`) and address.

    Without a hash it costs the same time. A failure is counted; `noter` is called in the transaction of a success.
    """
    cles = cle_de_tentative(sujet, presentee.utilisateur or ""), cle_de_tentative("adresse", presentee.adresse)
    with dependencies.unites.lecture() as unite:
        if _bloque(unite, cles, presentee.instant):
            return False
    if hache is None:
        dependencies.hacheur.leurre()
    elif dependencies.hacheur.verifier(hache, mot_de_passe):
        with dependencies.unites.ecriture(groupee=True) as unite:
            # Guesses sent all at once pass the first look together: the failures of some close the door to the others.
            if _bloque(unite, cles, presentee.instant):
                return False
            noter(unite)
            unite.commit()
        return True
    dependencies.hacheur.souffler()
    compter_un_echec(dependencies, presentee, sujet)
    return False


def oublier_les_echecs(unite: UnitOfWork, presentee: Presentee, sujet: str) -> None:
    """Forget the failed attempts of a user code that just proved itself; those of the address stay."""
    unite.tentatives.effacer([cle_de_tentative(sujet, presentee.utilisateur or "")])


def compter_un_echec(dependencies: Dependencies, presentee: Presentee, sujet: str) -> None:
    """Count a failed attempt of the user code and of the address."""
    cles = cle_de_tentative(sujet, presentee.utilisateur or ""), cle_de_tentative("adresse", presentee.adresse)
    _compter_un_echec(dependencies, presentee, cles)


def cle_de_tentative(sujet: str, valeur: str) -> str:
    """Key under which attempts are counted; hashed, since people type their password into the wrong field."""
    return f"{sujet}:{hashlib.sha256(valeur.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _bloque(unite: UnitOfWork, cles: tuple[str, str], instant: datetime) -> bool:
    """Whether the user code or the address is beyond its limit."""
    etats = unite.tentatives.lire(cles)
    return any(est_bloque(_etat(etats, cle), instant) for cle in cles)


def _compter_un_echec(dependencies: Dependencies, reception: Presentee, cles: tuple[str, str]) -> None:
    maintenant, seuils = reception.instant, dependencies.seuils
    with dependencies.unites.ecriture(groupee=True) as unite:
        unite.tentatives.reserver(cles)
        etats = unite.tentatives.lire(cles)
        suites = [
            etat_apres_echec(_etat(etats, cle), seuil, maintenant, seuils)
            for cle, seuil in zip(cles, (seuils.compte, seuils.adresse), strict=True)
        ]
        unite.tentatives.ecrire(
            [
                Tentative(cle, suite.echecs, maintenant, suite.bloque_jusqua)
                for cle, suite in zip(cles, suites, strict=True)
            ]
        )
        unite.commit()


def _etat(etats: Mapping[str, Tentative], cle: str) -> Etat:
    trouve = etats.get(cle)
    return Etat() if trouve is None else Etat(trouve.nombre, trouve.derniere, trouve.bloquee_jusque)
