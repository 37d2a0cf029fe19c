"""The provisional password that a person asks for who forgot theirs.

Invariants: the answer, and about the time it takes, are the same whether the address is known; at most three an hour
for an address, known or not, and a bound for the network address they come from; the account's own password works on
until the provisional one is used, else anyone could close anybody's account; of that one a keyed hash is kept, for
80 random bits over 72 hours need no slow one (NIST SP 800-63B, 5.1.2.2).
"""

import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from service.domain.actes import Acte
from service.domain.mot_de_passe import PROVISOIRE
from service.errors import AuthentificationError, DebitDepasseError
from service.security.passwords import mot_de_passe_provisoire
from service.security.wsse import normaliser_utilisateur
from service.storage.comptes import CompteAuth
from service.storage.tentatives import Tentative
from service.usecases.comptes import est_ouvert
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import du_secours
from service.usecases.verifier_mot_de_passe import cle_de_tentative

FENETRE = timedelta(hours=1)
PAR_FENETRE = {"oubli": 3, "oubli-adresse": 30}
"""Requests in a window for one e-mail address, and from one network address: a whole association may stand behind."""
_UTILISATEUR_MAX = 100


def demander_un_secours(dependencies: Dependencies, auteur: Auteur, courriel: str) -> None:
    """Send a provisional password to an account that is open; nothing tells the caller whether there is one."""
    utilisateur, instant = normaliser_utilisateur(courriel), dependencies.horloge()
    connu = auteur._replace(utilisateur=utilisateur[:_UTILISATEUR_MAX])
    if not _compter(dependencies, utilisateur, auteur.adresse, instant):
        _consigner_le_refus(dependencies, connu, instant, DebitDepasseError.code)
        return
    secours = mot_de_passe_provisoire()
    with dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(utilisateur)
    ouvert = compte is not None and est_ouvert(compte)
    with dependencies.unites.ecriture() as unite:
        # The same work for an unknown address, which then leaves no trace but an entry of the log.
        compte_id, destinataire = (compte.id, compte.courriel) if ouvert and compte is not None else (0, utilisateur)
        unite.comptes.poser_un_secours(compte_id, _hache(dependencies, secours), instant + PROVISOIRE)
        du_secours(dependencies, unite, destinataire, secours, instant + PROVISOIRE)
        if ouvert:
            consigner(unite, connu._replace(compte_id=compte_id), Acte.MOT_DE_PASSE_OUBLIE, instant)
            unite.commit()
    if not ouvert:
        _consigner_le_refus(dependencies, connu, instant, AuthentificationError.code)


def adopter_le_secours(
    dependencies: Dependencies, compte: CompteAuth | None, mot_de_passe: str, instant: datetime
) -> CompteAuth | None:
    """Make the provisional password that was mailed the account's own when it is the one presented.

    It is then one to be changed, as any provisional password; whoever reads the account's mail is its owner, so that
    the delays that failed attempts brought end. Returns the account as it now is.
    """
    if compte is None or compte.secours is None or compte.secours_expire_le is None or not est_ouvert(compte):
        return compte
    if compte.secours_expire_le <= instant or not hmac.compare_digest(
        compte.secours, _hache(dependencies, mot_de_passe)
    ):
        return compte
    hache = dependencies.hacheur.hacher(mot_de_passe)
    with dependencies.unites.ecriture() as unite:
        unite.comptes.changer_mot_de_passe(
            compte.id, compte.version, hache, provisoire=True, expire_le=compte.secours_expire_le, maintenant=instant
        )
        unite.tentatives.effacer([cle_de_tentative("compte", compte.courriel)])
        unite.commit()
    with dependencies.unites.lecture() as unite:
        return unite.comptes.pour_authentification(compte.courriel)


def _hache(dependencies: Dependencies, secours: str) -> bytes:
    return dependencies.coffre.hachage("secours", unicodedata.normalize("NFC", secours))


def _compter(dependencies: Dependencies, utilisateur: str, adresse: str, instant: datetime) -> bool:
    """Count a request unless it is beyond a limit; whether it may go on."""
    cles = {cle_de_tentative(sujet, de): sujet for sujet, de in zip(PAR_FENETRE, (utilisateur, adresse), strict=True)}
    with dependencies.unites.ecriture() as unite:
        unite.tentatives.reserver(list(cles))
        etats = unite.tentatives.lire(list(cles))
        if any(_au_dela(etats, cle, instant) for cle in cles):
            return False
        unite.tentatives.ecrire([_suivante(etats, cle, sujet, instant) for cle, sujet in cles.items()])
        unite.commit()
    return True


def _au_dela(etats: Mapping[str, Tentative], cle: str, instant: datetime) -> bool:
    etat = etats.get(cle)
    return etat is not None and etat.bloquee_jusque is not None and instant < etat.bloquee_jusque


def _suivante(etats: Mapping[str, Tentative], cle: str, sujet: str, instant: datetime) -> Tentative:
    """The count with one request more; the last one that is allowed closes the door for a window."""
    etat = etats.get(cle)
    nombre = 1 if etat is None or instant - etat.derniere >= FENETRE else etat.nombre + 1
    return Tentative(cle, nombre, instant, instant + FENETRE if nombre >= PAR_FENETRE[sujet] else None)


def _consigner_le_refus(dependencies: Dependencies, auteur: Auteur, instant: datetime, code: str) -> None:
    """Beyond 60 a minute from one address they are counted, not entered one by one."""
    if not dependencies.refus_anonymes.compter(auteur.adresse, instant):
        return
    with dependencies.unites.ecriture() as unite:
        consigner(unite, auteur, Acte.MOT_DE_PASSE_OUBLIE, instant, refuse=code)
        unite.commit()
