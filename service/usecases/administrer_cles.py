"""The clés d'intégration: secrets of payroll systems, each named after its software, shown once, revocable at once.

Stored encrypted (PasswordDigest needs the secret back) and by the SHA-256 that finds it (3-security, « Accounts »).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.campagne import jour_de_paris
from service.domain.habilitation import EtatCompte
from service.errors import Precision, SaisieError
from service.security.tokens import empreinte_cle, nouvelle_cle
from service.storage.cles import CleEnregistree
from service.storage.comptes import CompteEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import exiger_esat
from service.usecases.comptes import cle_en_cours, exiger_compte
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.identifier import CONTEXTE_CLE
from service.usecases.prevenir import de_la_cle_creee, de_la_cle_revoquee
from service.usecases.saisie import exiger, texte_refuse

LOGICIEL_MAX = 80
DUREE_ANNEES = 2
"""Years that a clé lives unless another last day is asked."""


class EtatCle(StrEnum):
    """Whether a clé opens anything."""

    EN_COURS = "EN_COURS"
    ECHUE = "ECHUE"
    REVOQUEE = "REVOQUEE"

    @property
    def libelle(self) -> str:
        """French label."""
        return {"EN_COURS": "en cours", "ECHUE": "échue", "REVOQUEE": "révoquée"}[self.value]


class CleCreee(NamedTuple):
    """A new clé: the only time that its secret is seen."""

    numero: int
    secret: str
    fin_le: date

    def __repr__(self) -> str:
        """Without the secret: records end up in tracebacks."""
        return f"CleCreee({self.numero})"


class CleListee(NamedTuple):
    """A clé as its owner sees it."""

    numero: int
    courriel: str
    logiciel: str
    etat: EtatCle
    cree_le: datetime
    fin_le: date | None
    revoquee_le: datetime | None


def creer_cle(
    dependencies: Dependencies,
    courriel: str,
    logiciel: str,
    fin_le: date | None = None,
    auteur: Auteur = AU_CLAVIER,
    *,
    siret: str | None = None,
    prevenir: bool = True,
) -> CleCreee:
    """Make a clé for an active account, until `fin_le` included, two years from now without it.

    With `siret` it opens that ESAT only. Raises SaisieError.
    """
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        esat = None if siret is None else _esat_du_compte(unite, compte, siret)
        creee = enregistrer_cle(dependencies, unite, compte, logiciel, fin_le, auteur, esat=esat, prevenir=prevenir)
        unite.commit()
    return creee


def enregistrer_cle(
    dependencies: Dependencies,
    unite: UnitOfWork,
    compte: CompteEnregistre,
    logiciel: str,
    fin_le: date | None,
    auteur: Auteur,
    *,
    esat: tuple[int, str] | None = None,
    prevenir: bool = True,
) -> CleCreee:
    """Make a clé of an account in a running unit of work, log it, tell the account's owner. Raises SaisieError.

    `esat`: id and SIRET of the only ESAT that it is to open; all those of the account without it.
    """
    maintenant = dependencies.horloge()
    jour = jour_de_paris(maintenant)
    fin = fin_le or dans_des_annees(jour, DUREE_ANNEES)
    problemes = texte_refuse("logiciel", logiciel, LOGICIEL_MAX)
    if fin < jour:
        problemes.append(Precision("un dernier jour à venir est attendu.", champ="fin"))
    exiger(problemes)
    if compte.etat != EtatCompte.ACTIF:
        raise SaisieError(f"Ce compte n'est pas actif ({EtatCompte(compte.etat).libelle.lower()}).")
    secret = nouvelle_cle()
    chiffre = dependencies.coffre.chiffrer(secret.encode(), CONTEXTE_CLE)
    esat_id, siret = (None, None) if esat is None else esat
    numero = unite.cles.creer(compte.id, logiciel, chiffre, empreinte_cle(secret), maintenant, fin, esat_id)
    objet = objet_de_cle(compte.courriel, numero)
    consigner(unite, auteur, Acte.CLE_CREEE, maintenant, objet=objet, siret=siret, esat_id=esat_id)
    if prevenir:
        de_la_cle_creee(
            dependencies, unite, compte.courriel, logiciel, fin, maintenant, auteur.connu_de(compte.courriel)
        )
    return CleCreee(numero, secret, fin)


def lister_cles(dependencies: Dependencies, courriel: str | None = None) -> list[CleListee]:
    """Return the clés of an account, or of all of them, revoked ones included. Raises SaisieError."""
    jour = jour_de_paris(dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        comptes = unite.comptes.lister() if courriel is None else [exiger_compte(unite, courriel)]
        return [_listee(compte, cle, jour) for compte in comptes for cle in unite.cles.lister(compte.id)]


def revoquer_cle(dependencies: Dependencies, courriel: str, numero: int, auteur: Auteur = AU_CLAVIER) -> None:
    """End a clé of an account at once. Raises SaisieError when the account has no such clé, or it ended before."""
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        siennes = {cle.id: cle.nom for cle in unite.cles.lister(compte.id)}
        if numero not in siennes or not unite.cles.revoquer(numero, maintenant):
            raise SaisieError(f"Ce compte n'a pas de clé d'intégration numéro {numero} qui ne soit pas révoquée.")
        consigner(unite, auteur, Acte.CLE_REVOQUEE, maintenant, objet=objet_de_cle(compte.courriel, numero))
        nom, par = siennes[numero], auteur.connu_de(compte.courriel)
        de_la_cle_revoquee(dependencies, unite, compte.courriel, nom, maintenant, par)
        unite.commit()


def objet_de_cle(courriel: str, numero: int) -> str:
    """Return how the log names a clé: by its account and its number."""
    return f"{courriel} n° {numero}"


def dans_des_annees(jour: date, annees: int) -> date:
    """Return the day that many years later; 28 February stands for 29 February where there is none."""
    try:
        return jour.replace(year=jour.year + annees)
    except ValueError:
        return jour.replace(year=jour.year + annees, day=28)


def _esat_du_compte(unite: UnitOfWork, compte: CompteEnregistre, siret: str) -> tuple[int, str]:
    """Id and SIRET of an ESAT that the account may act for."""
    esat = exiger_esat(unite, siret)
    if not any(droit.esat_id == esat.id for droit in unite.habilitations.de_compte(compte.id)):
        raise SaisieError("Ce compte n'est pas habilité pour cet ESAT.")
    return esat.id, esat.siret


def etat_de_cle(cle: CleEnregistree, jour: date) -> EtatCle:
    """Return whether a clé opens anything on that day of Paris."""
    if cle.revoquee_le is not None:
        return EtatCle.REVOQUEE
    return EtatCle.EN_COURS if cle_en_cours(cle, jour) else EtatCle.ECHUE


def _listee(compte: CompteEnregistre, cle: CleEnregistree, jour: date) -> CleListee:
    etat = etat_de_cle(cle, jour)
    return CleListee(cle.id, compte.courriel, cle.nom, etat, cle.cree_le, cle.fin_le, cle.revoquee_le)
