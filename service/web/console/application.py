"""The console's application: its groups of pages, the operator of each request, and what the role opens."""

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as ReponseWerkzeug

from service.domain.actes import Acte
from service.domain.operateurs import Permission
from service.usecases.connecter_operateur import Operateur, reprendre_operateur
from service.usecases.consigner import consigner
from service.usecases.seances import Espace, continuer_seance
from service.web import erreurs
from service.web.base import JETON, est_ouverte, faire_entrer, nouvelle_application
from service.web.console import (
    alertes,
    campagne,
    connexion,
    depots,
    esats,
    etat,
    journal,
    operateurs,
    sceaux,
    transmissions,
)
from service.web.console.acces import peut
from service.web.gestes import l_auteur, outils
from service.web.site import Site

_GROUPES = (connexion, journal, depots, campagne, alertes, esats, transmissions, sceaux, etat, operateurs)


def creer_console(site: Site) -> Flask:
    """Return the WSGI application of the console, to be mounted at ``/console``."""
    application = nouvelle_application(Espace.CONSOLE, site)
    for groupe in _GROUPES:
        application.register_blueprint(groupe.routes)
    application.context_processor(lambda: {"operateur": g.get("operateur"), "peut": peut})
    application.before_request(_reconnaitre)
    application.after_request(_garder)
    return application


def _reconnaitre() -> ReponseWerkzeug | None:
    """Find the operator; without one, closed views lead to the login page; with one, the role decides."""
    if request.endpoint == "static":
        return None
    jeton = session.get(JETON)
    g.operateur = reprendre_operateur(outils(), jeton) if jeton else None
    if g.operateur is not None:
        g.donnees = dict(g.operateur.seance.donnees)
        return _laisser_passer(g.operateur)
    return faire_entrer()


def _laisser_passer(operateur: Operateur) -> ReponseWerkzeug | None:
    vue = current_app.view_functions.get(request.endpoint or "")
    if est_ouverte() or getattr(vue, "a_tous", False):
        return None
    if not operateur.second_facteur:
        return redirect(url_for("connexion.second_facteur"))
    if operateur.a_changer:
        return redirect(url_for("connexion.mot_de_passe"))
    permission: Permission | None = getattr(vue, "permission", None)
    if permission is not None and operateur.role.peut(permission):
        return None
    return _refuser(operateur, permission)


def _refuser(operateur: Operateur, permission: Permission | None) -> Response:
    """A clear page, and an entry of the log."""
    with outils().unites.ecriture() as unite:
        instant = outils().horloge()
        consigner(unite, l_auteur(), Acte.ACCES_REFUSE, instant, objet=request.path[:200], refuse="PERMISSION")
        unite.commit()
    quoi = f" pour {permission.libelle}" if permission else ""
    texte = (
        f"Votre rôle, {operateur.role.libelle}, ne suffit pas{quoi}. Un administrateur de la console peut en changer."
    )
    return erreurs.page(403, "Accès réservé", texte)


def _garder(reponse: Response) -> Response:
    operateur = g.get("operateur")
    if operateur is not None and session.get(JETON):
        continuer_seance(outils(), operateur.seance, g.donnees)
    return reponse
