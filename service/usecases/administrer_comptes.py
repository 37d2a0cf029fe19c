"""The accounts of ESATs' people: opened, suspended, ended; passwords assigned, locks lifted.

Invariants: a password that somebody else assigned is provisional, for 72 hours (3-security, « Accounts »); a lot of
accounts is opened whole or not at all; an account that ends loses its rights and its clés d'intégration at once.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from service.domain.actes import Acte, Canal
from service.domain.habilitation import EtatCompte, Role
from service.domain.mot_de_passe import PROVISOIRE
from service.errors import Precision, SaisieError
from service.security.passwords import mot_de_passe_provisoire
from service.security.wsse import normaliser_utilisateur
from service.storage.comptes import CompteEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_esats import exiger_esat
from service.usecases.administrer_habilitations import habiliter_compte, refus_d_habiliter
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.prevenir import de_l_etat_du_compte, du_compte_ouvert, du_mot_de_passe_provisoire
from service.usecases.saisie import exiger, texte_refuse
from service.usecases.verifier_mot_de_passe import cle_de_tentative

NOM_MAX = 80
COURRIEL_MAX = 100
"""Characters of a user code that the log of submissions keeps."""
_COURRIEL = re.compile(r"[^@\s\"'<>()\[\],;:\\]+@[^@\s.\"'<>()\[\],;:\\]+(\.[^@\s.\"'<>()\[\],;:\\]+)+")


class HabilitationDemandee(NamedTuple):
    """A right to give with a new account."""

    siret: str
    role: Role
    ligne: int | None = None
    """Row of the file that asks for it, to tell problems by."""


class NouveauCompte(NamedTuple):
    """An account to open, with its rights."""

    courriel: str
    nom: str
    prenom: str
    habilitations: Sequence[HabilitationDemandee]
    ligne: int | None = None


class MotDePasseAttribue(NamedTuple):
    """A provisional password: the only time that it is seen."""

    courriel: str
    mot_de_passe: str
    valable_jusque: datetime

    def __repr__(self) -> str:
        """Without the password: records end up in tracebacks."""
        return "MotDePasseAttribue(…)"


def creer_compte(
    dependencies: Dependencies, nouveau: NouveauCompte, auteur: Auteur = AU_CLAVIER, *, prevenir: bool = True
) -> MotDePasseAttribue:
    """Open an account. Raises SaisieError, all problems at once."""
    return creer_comptes(dependencies, [nouveau], auteur, prevenir=prevenir)[0]


def creer_comptes(
    dependencies: Dependencies,
    nouveaux: Sequence[NouveauCompte],
    auteur: Auteur = AU_CLAVIER,
    *,
    prevenir: bool = True,
) -> list[MotDePasseAttribue]:
    """Open accounts, all of them or none, and return their provisional passwords in order.

    Each person gets theirs by mail, unless told otherwise. Raises SaisieError with the problems of every one.
    """
    with dependencies.unites.lecture() as unite:  # before the passwords' hashes, which take their time
        exiger(_problemes(dependencies, unite, nouveaux))
    provisoires = [mot_de_passe_provisoire() for _ in nouveaux]
    haches = [dependencies.hacheur.hacher(provisoire) for provisoire in provisoires]
    maintenant = dependencies.horloge()
    fin = maintenant + PROVISOIRE
    attribues = []
    with dependencies.unites.ecriture() as unite:
        exiger(_problemes(dependencies, unite, nouveaux))
        for nouveau, provisoire, hache in zip(nouveaux, provisoires, haches, strict=True):
            courriel = normaliser_utilisateur(nouveau.courriel)
            compte_id = unite.comptes.creer(
                courriel, nouveau.nom, nouveau.prenom, EtatCompte.ACTIF.value, hache, True, fin, maintenant
            )
            assert compte_id is not None  # looked for in this very transaction
            consigner(unite, auteur, Acte.COMPTE_CREE, maintenant, objet=courriel)
            for demandee in nouveau.habilitations:
                habiliter_compte(unite, auteur, compte_id, courriel, demandee.siret, demandee.role, maintenant)
            attribues.append(MotDePasseAttribue(courriel, provisoire, fin))
            if prevenir:
                _prevenir_de_l_ouverture(dependencies, unite, nouveau, attribues[-1])
        unite.commit()
    return attribues


def attribuer_mot_de_passe(
    dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER
) -> MotDePasseAttribue:
    """Give an active account a new provisional password, also by mail, which lifts its lock. Raises SaisieError."""
    provisoire = mot_de_passe_provisoire()
    hache = dependencies.hacheur.hacher(provisoire)
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat != EtatCompte.ACTIF:
            raise SaisieError(f"Ce compte est {EtatCompte(compte.etat).libelle.lower()} : le réactiver d'abord.")
        attribue = _attribuer(dependencies, unite, compte, provisoire, hache)
        consigner(unite, auteur, Acte.MOT_DE_PASSE_ATTRIBUE, dependencies.horloge(), objet=compte.courriel)
        unite.commit()
    return attribue


def suspendre_compte(dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Close an active account for a time: neither its password nor its clés open anything. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat != EtatCompte.ACTIF:
            raise SaisieError(f"Ce compte est déjà {EtatCompte(compte.etat).libelle.lower()}.")
        unite.comptes.changer_etat(compte.id, EtatCompte.SUSPENDU.value)
        _dire_l_etat(dependencies, unite, auteur, Acte.COMPTE_SUSPENDU, compte.courriel)
        unite.commit()


def retirer_compte(dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER) -> None:
    """End the access of somebody who leaves: account, rights and clés d'intégration. Raises SaisieError."""
    maintenant = dependencies.horloge()
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat == EtatCompte.RETIRE:
            raise SaisieError("Ce compte est déjà retiré.")
        unite.comptes.changer_etat(compte.id, EtatCompte.RETIRE.value)
        for cle in unite.cles.lister(compte.id):
            unite.cles.revoquer(cle.id, maintenant)
        for droit in unite.habilitations.de_compte(compte.id):
            unite.habilitations.retirer(compte.id, droit.esat_id)
        _dire_l_etat(dependencies, unite, auteur, Acte.COMPTE_RETIRE, compte.courriel)
        unite.commit()


def reactiver_compte(
    dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER
) -> MotDePasseAttribue | None:
    """Open a suspended account again as it was, a retired one with a new password and no right yet.

    Returns the provisional password of an account that was retired. Raises SaisieError.
    """
    provisoire = mot_de_passe_provisoire()
    hache = dependencies.hacheur.hacher(provisoire)
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat == EtatCompte.ACTIF:
            raise SaisieError("Ce compte est déjà actif.")
        attribue = None
        if compte.etat == EtatCompte.RETIRE:
            attribue = _attribuer(dependencies, unite, compte, provisoire, hache)
        unite.comptes.changer_etat(compte.id, EtatCompte.ACTIF.value)
        _dire_l_etat(dependencies, unite, auteur, Acte.COMPTE_REACTIVE, compte.courriel)
        unite.commit()
    return attribue


def debloquer_compte(dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Forget the failed attempts of an account, and the delay they brought. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        unite.tentatives.effacer([cle_de_tentative("compte", compte.courriel)])
        consigner(unite, auteur, Acte.BLOCAGE_LEVE, dependencies.horloge(), objet=compte.courriel)
        unite.commit()


def debloquer_adresse(dependencies: Dependencies, adresse: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Forget the failed attempts that came from a network address."""
    with dependencies.unites.ecriture() as unite:
        unite.tentatives.effacer([cle_de_tentative("adresse", adresse)])
        consigner(unite, auteur, Acte.BLOCAGE_LEVE, dependencies.horloge(), objet=adresse)
        unite.commit()


def _attribuer(
    dependencies: Dependencies, unite: UnitOfWork, compte: CompteEnregistre, provisoire: str, hache: str
) -> MotDePasseAttribue:
    maintenant = dependencies.horloge()
    fin = maintenant + PROVISOIRE
    if not unite.comptes.changer_mot_de_passe(
        compte.id, compte.version, hache, provisoire=True, expire_le=fin, maintenant=maintenant
    ):
        raise SaisieError("Ce compte vient d'être modifié par quelqu'un d'autre : recommencer.")
    unite.tentatives.effacer([cle_de_tentative("compte", compte.courriel)])
    du_mot_de_passe_provisoire(dependencies, unite, compte.courriel, provisoire, fin)
    return MotDePasseAttribue(compte.courriel, provisoire, fin)


def _prevenir_de_l_ouverture(
    dependencies: Dependencies, unite: UnitOfWork, nouveau: NouveauCompte, attribue: MotDePasseAttribue
) -> None:
    esats = [exiger_esat(unite, demandee.siret) for demandee in nouveau.habilitations]
    noms = [f"{esat.raison_sociale} (SIRET {esat.siret})" for esat in esats]
    prenom_nom = (nouveau.prenom, nouveau.nom)
    du_compte_ouvert(
        dependencies, unite, attribue.courriel, prenom_nom, attribue.mot_de_passe, attribue.valable_jusque, noms
    )


_LETTRES = {
    Acte.COMPTE_SUSPENDU: "compte_suspendu",
    Acte.COMPTE_REACTIVE: "compte_reactive",
    Acte.COMPTE_RETIRE: "compte_retire",
}


def _dire_l_etat(dependencies: Dependencies, unite: UnitOfWork, auteur: Auteur, acte: Acte, courriel: str) -> None:
    """Log a change of state, and tell it to whom it concerns."""
    maintenant = dependencies.horloge()
    consigner(unite, auteur, acte, maintenant, objet=courriel)
    par = auteur.utilisateur if auteur.canal is Canal.EXTRANET else None
    de_l_etat_du_compte(dependencies, unite, _LETTRES[acte], courriel, maintenant, par)


def _problemes(dependencies: Dependencies, unite: UnitOfWork, nouveaux: Sequence[NouveauCompte]) -> list[Precision]:
    """Everything that forbids to open these accounts together."""
    referents = Counter(
        demandee.siret
        for nouveau in nouveaux
        for demandee in {une.siret: une for une in nouveau.habilitations}.values()
        if demandee.role is Role.REFERENT
    )
    vus: set[str] = set()
    problemes: list[Precision] = []
    for nouveau in nouveaux:
        courriel = normaliser_utilisateur(nouveau.courriel)
        trouves = _problemes_d_identite(unite, nouveau, courriel)
        if courriel in vus:
            trouves.append(Precision("cette adresse est donnée deux fois.", champ="courriel"))
        vus.add(courriel)
        problemes += [probleme._replace(ligne=nouveau.ligne) for probleme in trouves]
        problemes += _problemes_de_droits(dependencies, unite, nouveau, referents)
    return problemes


def courriel_refuse(courriel: str) -> list[str]:
    """Return what is wrong with a user code."""
    if len(courriel) <= COURRIEL_MAX and _COURRIEL.fullmatch(courriel) is not None:
        return []
    return [f"une adresse électronique est attendue, de {COURRIEL_MAX} caractères au plus."]


def _problemes_d_identite(unite: UnitOfWork, nouveau: NouveauCompte, courriel: str) -> list[Precision]:
    problemes = texte_refuse("nom", nouveau.nom, NOM_MAX) + texte_refuse("prenom", nouveau.prenom, NOM_MAX)
    if refus := courriel_refuse(courriel):
        problemes += [Precision(attendu, champ="courriel") for attendu in refus]
    elif unite.comptes.lister(courriel=courriel):
        problemes.append(Precision("un compte a déjà cette adresse : l'habiliter au besoin.", champ="courriel"))
    if not nouveau.habilitations:
        problemes.append(Precision("un ESAT au moins est attendu.", champ="siret"))
    return problemes


def _problemes_de_droits(
    dependencies: Dependencies, unite: UnitOfWork, nouveau: NouveauCompte, referents: Counter[str]
) -> list[Precision]:
    problemes: list[Precision] = []
    vus: set[str] = set()
    for siret, role, ligne in nouveau.habilitations:
        refus = refus_d_habiliter(dependencies, unite, siret, role)
        if siret in vus:
            refus = "cet ESAT est donné deux fois pour ce compte."
        elif refus is None and role is Role.REFERENT and referents[siret] > 1:
            refus = "un seul référent est attendu pour cet ESAT, plusieurs sont demandés."
        vus.add(siret)
        if refus is not None:
            problemes.append(Precision(refus, ligne or nouveau.ligne, "siret"))
    return problemes
