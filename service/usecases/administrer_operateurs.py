"""The accounts of operators: opened, suspended, given another role, a new password or a new second factor.

Invariants: a password that somebody else assigned is provisional, for 72 hours; every change ends the operator's
sessions; there is always an active operator of the role ADMINISTRATION left, once there was one.
"""

from datetime import datetime
from typing import NamedTuple

from service.domain.actes import Acte
from service.domain.habilitation import EtatCompte
from service.domain.mot_de_passe import PROVISOIRE
from service.domain.operateurs import RoleOperateur
from service.errors import Precision, SaisieError
from service.security.passwords import mot_de_passe_provisoire
from service.security.wsse import normaliser_utilisateur
from service.storage.operateurs import OperateurEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.ouvrir_comptes import NOM_MAX, MotDePasseAttribue, courriel_refuse
from service.usecases.saisie import exiger, texte_refuse
from service.usecases.verifier_mot_de_passe import cle_de_tentative

SUJET = "operateur"
"""Kind of user code under which attempts are counted."""


class OperateurListe(NamedTuple):
    """An operator as others see him."""

    courriel: str
    nom: str
    prenom: str
    role: RoleOperateur
    etat: EtatCompte
    provisoire: bool
    second_facteur: bool
    derniere_connexion: datetime | None


def lister_operateurs(dependencies: Dependencies) -> list[OperateurListe]:
    """Return the operators by e-mail."""
    with dependencies.unites.lecture() as unite:
        return [
            OperateurListe(
                un.courriel,
                un.nom,
                un.prenom,
                RoleOperateur(un.role),
                EtatCompte(un.etat),
                un.provisoire,
                un.totp_chiffre is not None,
                un.derniere_connexion,
            )
            for un in unite.operateurs.lister()
        ]


def creer_operateur(
    dependencies: Dependencies,
    courriel: str,
    nom: str,
    prenom: str,
    role: RoleOperateur,
    auteur: Auteur = AU_CLAVIER,
) -> MotDePasseAttribue:
    """Open an operator's account with a provisional password. Raises SaisieError, all problems at once."""
    code = normaliser_utilisateur(courriel)
    problemes = texte_refuse("nom", nom, NOM_MAX) + texte_refuse("prenom", prenom, NOM_MAX)
    problemes += [Precision(refus, champ="courriel") for refus in courriel_refuse(code)]
    exiger(problemes)
    provisoire, maintenant = mot_de_passe_provisoire(), dependencies.horloge()
    hache, fin = dependencies.hacheur.hacher(provisoire), maintenant + PROVISOIRE
    with dependencies.unites.ecriture() as unite:
        if unite.operateurs.creer(code, nom, prenom, role.value, hache, fin, maintenant) is None:
            raise SaisieError(precisions=[Precision("un opérateur a déjà cette adresse.", champ="courriel")])
        consigner(unite, auteur, Acte.OPERATEUR_CREE, maintenant, objet=f"{code} : {role.libelle}")
        unite.commit()
    return MotDePasseAttribue(code, provisoire, fin)


def changer_role(dependencies: Dependencies, courriel: str, role: RoleOperateur, auteur: Auteur = AU_CLAVIER) -> None:
    """Give an operator another role. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        un = exiger_operateur(unite, courriel)
        _garder_un_administrateur(unite, un, role is RoleOperateur.ADMINISTRATION)
        unite.operateurs.changer(un.id, un.etat, role.value)
        _consigner(dependencies, unite, auteur, un, f"rôle {role.libelle}")
        unite.commit()


def suspendre_operateur(dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Close an operator's account for a time. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        un = exiger_operateur(unite, courriel)
        if un.etat != EtatCompte.ACTIF:
            raise SaisieError("Cet opérateur est déjà suspendu.")
        _garder_un_administrateur(unite, un, False)
        unite.operateurs.changer(un.id, EtatCompte.SUSPENDU.value, un.role)
        _consigner(dependencies, unite, auteur, un, "suspendu")
        unite.commit()


def reactiver_operateur(dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER) -> None:
    """Open a suspended operator's account again. Raises SaisieError."""
    with dependencies.unites.ecriture() as unite:
        un = exiger_operateur(unite, courriel)
        if un.etat == EtatCompte.ACTIF:
            raise SaisieError("Cet opérateur est déjà actif.")
        unite.operateurs.changer(un.id, EtatCompte.ACTIF.value, un.role)
        _consigner(dependencies, unite, auteur, un, "réactivé")
        unite.commit()


def reinitialiser_operateur(
    dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER
) -> MotDePasseAttribue:
    """Give an operator a new provisional password and take the second factor away. Raises SaisieError.

    For whoever lost the telephone or forgot the password: both are set up anew at the next login.
    """
    provisoire, maintenant = mot_de_passe_provisoire(), dependencies.horloge()
    hache, fin = dependencies.hacheur.hacher(provisoire), maintenant + PROVISOIRE
    with dependencies.unites.ecriture() as unite:
        un = exiger_operateur(unite, courriel)
        if not unite.operateurs.changer_mot_de_passe(
            un.id, un.version, hache, provisoire=True, expire_le=fin, maintenant=maintenant
        ):
            raise SaisieError("Cet opérateur vient d'être modifié par quelqu'un d'autre : recommencer.")
        unite.operateurs.poser_totp(un.id, None, None)
        unite.tentatives.effacer([cle_de_tentative(SUJET, un.courriel)])
        _consigner(dependencies, unite, auteur, un, "mot de passe et second facteur réinitialisés")
        unite.commit()
    return MotDePasseAttribue(un.courriel, provisoire, fin)


def exiger_operateur(unite: UnitOfWork, courriel: str) -> OperateurEnregistre:
    """Return the operator of a user code, in any letter case. Raises SaisieError when there is none."""
    un = unite.operateurs.par_courriel(normaliser_utilisateur(courriel))
    if un is None:
        raise SaisieError("Aucun opérateur n'a cette adresse électronique.")
    return un


def _garder_un_administrateur(unite: UnitOfWork, un: OperateurEnregistre, le_reste: bool) -> None:
    """Refuse what would leave nobody to administer the others."""
    if le_reste or un.role != RoleOperateur.ADMINISTRATION:
        return
    autres = [
        autre
        for autre in unite.operateurs.lister()
        if autre.id != un.id and autre.role == RoleOperateur.ADMINISTRATION and autre.etat == EtatCompte.ACTIF
    ]
    if not autres:
        raise SaisieError("C'est le dernier administrateur actif : en nommer un autre d'abord.")


def _consigner(
    dependencies: Dependencies, unite: UnitOfWork, auteur: Auteur, un: OperateurEnregistre, fait: str
) -> None:
    consigner(unite, auteur, Acte.OPERATEUR_CHANGE, dependencies.horloge(), objet=f"{un.courriel} : {fait}")
