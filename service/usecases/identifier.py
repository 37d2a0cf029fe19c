"""Who sends: from a presented token to an identified sender.

Invariants, in the order the code enforces them (3-security.md):

1. A clé d'intégration, and a password verified a short while ago, are looked at first: never slowed, never locked.
2. Beyond the limit of attempts the answer comes at once, and no hash is computed.
3. Unknown user, wrong password, locked and suspended get one answer, in comparable time.
4. The replay key is looked at once the token is authenticated; it is used up with the act.
"""

import hmac
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Convention, Role
from service.errors import AuthentificationError, HabilitationError, RejeuError
from service.security.tokens import empreinte_cle, est_une_cle
from service.security.wsse import JetonPresente, cle_de_rejeu, condense_valide
from service.storage.comptes import CleVivante, CompteAuth, EsatHabilite
from service.usecases.comptes import est_ouvert
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Etablissement, Expediteur, Reception
from service.usecases.secours import adopter_le_secours
from service.usecases.verifier_mot_de_passe import verifier_mot_de_passe

CONTEXTE_CLE = b"cle_integration"
"""Context under which the secrets of clés are encrypted."""
_PARIS = ZoneInfo("Europe/Paris")
USAGE_NOTE = timedelta(hours=1)
"""The last use of a clé is noted to the hour: no write a message for it."""
_JAMAIS = datetime.min.replace(tzinfo=UTC)
_SANS_FIN = datetime(9999, 12, 31, tzinfo=UTC)


def identifier(dependencies: Dependencies, reception: Reception, jeton: JetonPresente) -> Expediteur:
    """Return the sender, also noted in `reception` with its replay key.

    Raises AuthentificationError, RejeuError, or DebitDepasseError when it, or argon2id's queue, is at its limit.
    """
    reception.utilisateur = jeton.utilisateur
    rejeu = cle_de_rejeu(jeton)
    with dependencies.unites.lecture(une_requete=True) as unite:
        compte, deja_vu = unite.comptes.presente(jeton.utilisateur, rejeu)
    if jeton.condense or est_une_cle(jeton.mot_de_passe):
        expediteur = _par_cle(dependencies, reception.instant, compte, jeton)
    else:
        expediteur = _par_mot_de_passe(dependencies, reception, compte, jeton)
    if deja_vu:
        raise RejeuError
    reception.expediteur, reception.rejeu = expediteur, rejeu
    dependencies.debit.compter(expediteur.compte_id)
    return expediteur


def autoriser(expediteur: Expediteur, siret: str, instant: datetime) -> Etablissement:
    """Return the ESAT that the sender acts for; raises HabilitationError without right or running convention."""
    etablissement = expediteur.etablissements.get(siret)
    if etablissement is None or not etablissement.convention.en_cours(jour_de_paris(instant)):
        raise HabilitationError
    return etablissement


def _par_cle(
    dependencies: Dependencies, maintenant: datetime, compte: CompteAuth | None, jeton: JetonPresente
) -> Expediteur:
    if compte is not None and est_ouvert(compte):
        for cle in compte.cles:
            fin = _fin(cle)
            if maintenant < fin and _cle_presentee(dependencies, cle, jeton):
                return _expediteur(compte, maintenant, cle=cle, expiration=fin, a_changer=False)
    raise AuthentificationError


def _cle_presentee(dependencies: Dependencies, cle: CleVivante, jeton: JetonPresente) -> bool:
    if jeton.condense:
        return condense_valide(jeton, dependencies.coffre.dechiffrer(cle.secret_chiffre, CONTEXTE_CLE).decode())
    return hmac.compare_digest(cle.empreinte, empreinte_cle(jeton.mot_de_passe))


def _par_mot_de_passe(
    dependencies: Dependencies, reception: Reception, compte: CompteAuth | None, jeton: JetonPresente
) -> Expediteur:
    memoire = dependencies.memoire
    connu = compte is not None and memoire.connait(compte.id, compte.version, jeton.mot_de_passe)
    if not connu:
        compte = adopter_le_secours(dependencies, compte, jeton.mot_de_passe, reception.instant)
        if not verifier_mot_de_passe(dependencies, reception, compte, jeton.mot_de_passe):
            raise AuthentificationError
    assert compte is not None
    expediteur = expediteur_par_mot_de_passe(compte, reception.instant)
    if expediteur is None:
        raise AuthentificationError
    memoire.retenir(compte.id, compte.version, jeton.mot_de_passe)
    return expediteur


def expediteur_par_mot_de_passe(compte: CompteAuth, instant: datetime) -> Expediteur | None:
    """Return whom an account's right password makes; None unless it is active, or its provisional password expired."""
    if compte.expire_le is None or not est_ouvert(compte):
        return None
    expire = compte.expire_le <= instant
    if compte.provisoire and expire:
        return None
    return _expediteur(compte, instant, cle=None, expiration=compte.expire_le, a_changer=compte.provisoire or expire)


def _fin(cle: CleVivante) -> datetime:
    """The instant at which a clé ends: midnight in Paris after its last day."""
    if cle.fin_le is None:
        return _SANS_FIN
    return datetime.combine(cle.fin_le + timedelta(days=1), time.min, _PARIS).astimezone(UTC)


def _expediteur(
    compte: CompteAuth, instant: datetime, *, cle: CleVivante | None, expiration: datetime, a_changer: bool
) -> Expediteur:
    """The sender; a clé made for one ESAT opens that one only."""
    seul = None if cle is None else cle.esat_id
    return Expediteur(
        compte.id,
        compte.courriel,
        {esat.siret: _etablissement(esat) for esat in compte.esats if seul is None or esat.id == seul},
        None if cle is None else cle.id,
        cle is not None and (cle.derniere_utilisation or _JAMAIS) < instant - USAGE_NOTE,
        expiration,
        a_changer,
    )


@lru_cache(maxsize=4096)
def _etablissement(esat: EsatHabilite) -> Etablissement:
    convention = Convention(esat.convention, esat.signee_le, esat.fin_le, esat.organisme, esat.duree_mot_de_passe)
    return Etablissement(esat.id, esat.siret, Role(esat.role), convention)
