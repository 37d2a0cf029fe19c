"""Login of operators: password, then one-time code; the same answer whichever is wrong.

Invariants, in the order the code enforces them: the limits of attempts are those of accounts, counted apart; a code
serves once (the time step is used up with the login); whoever has no second factor yet, or a password that another
assigned or that expired, gets a session that opens nothing but the pages where they are set.
"""

from datetime import datetime, timedelta
from typing import NamedTuple, NoReturn

from service.domain.actes import Acte, Canal
from service.domain.habilitation import EtatCompte
from service.domain.operateurs import RoleOperateur
from service.errors import AuthentificationError
from service.security.second_facteur import pas_du_code
from service.security.wsse import normaliser_utilisateur
from service.storage.operateurs import OperateurEnregistre
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_operateurs import SUJET
from service.usecases.connecter import Presentation
from service.usecases.consigner import Auteur, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.nouveau_mot_de_passe import exiger_un_bon_mot_de_passe
from service.usecases.seances import Espace, Seance, fermer_seance, ouvrir_seance, reprendre_seance
from service.usecases.verifier_mot_de_passe import compter_un_echec, oublier_les_echecs, verifier_hache

CONTEXTE_TOTP = b"operateur.totp_chiffre"
"""Context under which second factors are encrypted."""
DUREE = timedelta(days=180)
"""How long an operator's password lives."""
_REFUS = "Adresse électronique, mot de passe ou code non reconnu."


class Operateur(NamedTuple):
    """An operator who is logged in."""

    seance: Seance
    id: int
    courriel: str
    nom: str
    prenom: str
    role: RoleOperateur
    a_changer: bool
    """The password is provisional or expired."""
    second_facteur: bool
    """One is set up."""

    @property
    def complet(self) -> bool:
        """Whether more than the pages of password and second factor opens."""
        return self.second_facteur and not self.a_changer


def connecter_operateur(dependencies: Dependencies, auteur: Auteur, courriel: str, mot_de_passe: str, code: str) -> str:
    """Open a session of the console; return its token.

    Raises AuthentificationError, whatever the reason, or DebitDepasseError when argon2id's queue is full.
    """
    utilisateur = normaliser_utilisateur(courriel)
    presentation = Presentation(utilisateur, auteur.adresse, dependencies.horloge())
    with dependencies.unites.lecture() as unite:
        operateur = unite.operateurs.par_courriel(utilisateur)
    hache = None if operateur is None else operateur.mot_de_passe
    reconnu = verifier_hache(dependencies, presentation, SUJET, hache, mot_de_passe, lambda _unite: None)
    if not reconnu or operateur is None or not _ouvert(operateur, presentation.instant):
        _refuser(dependencies, auteur, presentation)
    jeton = _entrer(dependencies, auteur, operateur, code, presentation)
    if jeton is None:
        # A wrong code is an attempt like a wrong password: who knows the password must not guess the code.
        compter_un_echec(dependencies, presentation, SUJET)
        _refuser(dependencies, auteur, presentation)
    return jeton


def reprendre_operateur(dependencies: Dependencies, jeton: str) -> Operateur | None:
    """Return who uses the console with that token; None when the session, or the operator's access, ended."""
    seance = reprendre_seance(dependencies, Espace.CONSOLE, jeton)
    if seance is None or seance.ligne.operateur is None:
        return None
    with dependencies.unites.lecture() as unite:
        un = unite.operateurs.par_courriel(seance.ligne.operateur)
    maintenant = dependencies.horloge()
    if un is None or un.version != seance.ligne.version or not _ouvert(un, maintenant):
        return None
    return Operateur(
        seance,
        un.id,
        un.courriel,
        un.nom,
        un.prenom,
        RoleOperateur(un.role),
        un.provisoire or un.expire_le is None or un.expire_le <= maintenant,
        un.totp_chiffre is not None,
    )


def poser_second_facteur(
    dependencies: Dependencies, auteur: Auteur, operateur: Operateur, secret: str, code: str
) -> str:
    """Set the second factor up, proved by a first code; return the token of the session that goes on.

    Raises AuthentificationError when the code is not one of that secret's now.
    """
    maintenant = dependencies.horloge()
    pas = pas_du_code(secret, code, maintenant)
    if pas is None:
        raise AuthentificationError("Ce code n'est pas celui du moment : vérifier l'heure du téléphone, réessayer.")
    chiffre = dependencies.coffre.chiffrer(secret.encode(), CONTEXTE_TOTP)
    with dependencies.unites.ecriture() as unite:
        unite.operateurs.poser_totp(operateur.id, chiffre, pas)
        consigner(unite, auteur, Acte.SECOND_FACTEUR_POSE, maintenant, objet=operateur.courriel)
        jeton = _continuer(dependencies, unite, operateur)
        unite.commit()
    return jeton


def changer_mot_de_passe_operateur(
    dependencies: Dependencies, auteur: Auteur, operateur: Operateur, ancien: str, nouveau: str
) -> str:
    """Change an operator's own password; return the token of the session that goes on.

    Raises AuthentificationError when the present one is wrong, MotDePasseRefuseError with every reason.
    """
    maintenant = dependencies.horloge()
    with dependencies.unites.lecture() as unite:
        un = unite.operateurs.par_courriel(operateur.courriel)
        anciens = unite.operateurs.anciens_mots_de_passe(operateur.id, dependencies.politique.historique - 1)
    if un is None or un.mot_de_passe is None:
        raise AuthentificationError
    presentation = Presentation(un.courriel, auteur.adresse, maintenant)
    if not verifier_hache(dependencies, presentation, SUJET, un.mot_de_passe, ancien, lambda _unite: None):
        raise AuthentificationError("Ce n'est pas votre mot de passe actuel.")
    exiger_un_bon_mot_de_passe(dependencies, un.courriel, [un.mot_de_passe, *anciens], nouveau)
    hache = dependencies.hacheur.hacher(nouveau)
    with dependencies.unites.ecriture() as unite:
        if not unite.operateurs.changer_mot_de_passe(
            un.id, un.version, hache, provisoire=False, expire_le=maintenant + DUREE, maintenant=maintenant
        ):
            raise AuthentificationError("Votre compte vient d'être modifié par quelqu'un d'autre : recommencer.")
        consigner(unite, auteur, Acte.MOT_DE_PASSE_CHANGE, maintenant, objet=un.courriel)
        jeton = _continuer(dependencies, unite, operateur)
        unite.commit()
    return jeton


def deconnecter_operateur(dependencies: Dependencies, auteur: Auteur, jeton: str) -> None:
    """End a session of the console."""
    with dependencies.unites.ecriture() as unite:
        fermer_seance(unite, jeton)
        consigner(unite, auteur, Acte.DECONNEXION, dependencies.horloge())
        unite.commit()


def _ouvert(operateur: OperateurEnregistre, instant: datetime) -> bool:
    """Whether the account opens anything: active, and its provisional password not past its time."""
    perime = operateur.provisoire and (operateur.expire_le is None or operateur.expire_le <= instant)
    return operateur.etat == EtatCompte.ACTIF and not perime


def _entrer(
    dependencies: Dependencies, auteur: Auteur, operateur: OperateurEnregistre, code: str, presentation: Presentation
) -> str | None:
    """The token of a new session; None unless the code, where one is set up, is right and unused."""
    instant = presentation.instant
    with dependencies.unites.ecriture() as unite:
        if operateur.totp_chiffre is not None:
            secret = dependencies.coffre.dechiffrer(operateur.totp_chiffre, CONTEXTE_TOTP).decode()
            pas = pas_du_code(secret, code, instant)
            if pas is None or not unite.operateurs.consommer_pas(operateur.id, pas):
                return None
        oublier_les_echecs(unite, presentation, SUJET)
        unite.operateurs.noter_connexion(operateur.id, instant)
        jeton = ouvrir_seance(dependencies, unite, Espace.CONSOLE, operateur.version, operateur_id=operateur.id)
        consigner(unite, auteur._replace(utilisateur=operateur.courriel), Acte.CONNEXION, instant)
        unite.commit()
    return jeton


def _continuer(dependencies: Dependencies, unite: UnitOfWork, operateur: Operateur) -> str:
    """A session of the operator's new version, in place of the one that just ended with the old version."""
    un = unite.operateurs.par_courriel(operateur.courriel)
    assert un is not None
    unite.sessions_web.fermer(operateur.seance.ligne.cle)
    return ouvrir_seance(dependencies, unite, Espace.CONSOLE, un.version, operateur_id=un.id)


def _refuser(dependencies: Dependencies, auteur: Auteur, presentation: Presentation) -> NoReturn:
    if dependencies.refus_anonymes.compter(auteur.adresse, presentation.instant):
        with dependencies.unites.ecriture() as unite:
            anonyme = Auteur(Canal.CONSOLE, presentation.utilisateur[:100], None, *auteur[3:])
            code = AuthentificationError.code
            consigner(unite, anonyme, Acte.CONNEXION_REFUSEE, presentation.instant, refuse=code)
            unite.commit()
    raise AuthentificationError(_REFUS)
