"""The accounts of ESATs' people: suspended, opened again, ended; passwords assigned, locks lifted.

Invariants: a password that somebody else assigned is provisional, for 72 hours (3-security, « Accounts »); an account
that ends loses its rights and its clés d'intégration at once.
"""

from service.domain.actes import Acte
from service.domain.habilitation import EtatCompte
from service.domain.mot_de_passe import PROVISOIRE
from service.errors import SaisieError
from service.security.passwords import mot_de_passe_provisoire
from service.storage.comptes import CompteEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.comptes import exiger_compte
from service.usecases.consigner import AU_CLAVIER, Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.ouvrir_comptes import MotDePasseAttribue
from service.usecases.prevenir import de_l_etat_du_compte, du_compte_rouvert, du_mot_de_passe_provisoire
from service.usecases.verifier_mot_de_passe import cle_de_tentative


def attribuer_mot_de_passe(
    dependencies: Dependencies, courriel: str, auteur: Auteur = AU_CLAVIER, *, prevenir: bool = True
) -> MotDePasseAttribue:
    """Give an active account a new provisional password, which lifts its lock.

    The person gets it by mail, unless told otherwise. Raises SaisieError.
    """
    provisoire = mot_de_passe_provisoire()
    hache = dependencies.hacheur.hacher(provisoire)
    with dependencies.unites.ecriture() as unite:
        compte = exiger_compte(unite, courriel)
        if compte.etat != EtatCompte.ACTIF:
            raise SaisieError(f"Ce compte est {EtatCompte(compte.etat).libelle.lower()} : le réactiver d'abord.")
        attribue = _attribuer(dependencies, unite, compte, provisoire, hache)
        if prevenir:
            du_mot_de_passe_provisoire(dependencies, unite, *attribue)
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
            du_compte_rouvert(dependencies, unite, *attribue)
            consigner(unite, auteur, Acte.COMPTE_REACTIVE, dependencies.horloge(), objet=compte.courriel)
        else:
            _dire_l_etat(dependencies, unite, auteur, Acte.COMPTE_REACTIVE, compte.courriel)
        unite.comptes.changer_etat(compte.id, EtatCompte.ACTIF.value)
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
    return MotDePasseAttribue(compte.courriel, provisoire, fin)


_LETTRES = {
    Acte.COMPTE_SUSPENDU: "compte_suspendu",
    Acte.COMPTE_REACTIVE: "compte_reactive",
    Acte.COMPTE_RETIRE: "compte_retire",
}


def _dire_l_etat(dependencies: Dependencies, unite: UnitOfWork, auteur: Auteur, acte: Acte, courriel: str) -> None:
    """Log a change of state, and tell it to whom it concerns."""
    maintenant = dependencies.horloge()
    consigner(unite, auteur, acte, maintenant, objet=courriel)
    de_l_etat_du_compte(dependencies, unite, _LETTRES[acte], courriel, maintenant, auteur.connu_de(courriel))
