"""The extranet's application: its groups of pages, and the visitor of each request."""

from flask import Flask, Response, g, request, session
from werkzeug.wrappers import Response as ReponseWerkzeug

from service.usecases.prevenir import AVERTISSEMENT
from service.usecases.seances import Espace, continuer_seance, reprendre_visite
from service.web.base import JETON, faire_entrer, nouvelle_application
from service.web.extranet import (
    acces,
    agents,
    cles,
    compte,
    connexion,
    declarer,
    depots,
    etablissement,
    mot_de_passe,
    reste,
)
from service.web.gestes import outils
from service.web.site import Site


def creer_extranet(site: Site) -> Flask:
    """Return the WSGI application of the extranet, to be mounted at ``/extranet``."""
    application = nouvelle_application(Espace.EXTRANET, site)
    for groupe in (connexion, mot_de_passe, etablissement, compte, declarer, reste, depots, agents, cles):
        application.register_blueprint(groupe.routes)
    application.context_processor(_contexte)
    application.before_request(_reconnaitre)
    application.after_request(_garder)
    return application


def _contexte() -> dict[str, bool]:
    """What the frame of every page tells of the visitor's password."""
    visiteur, maintenant = g.get("visiteur"), outils().horloge()
    expiration = None if visiteur is None else visiteur.expediteur.expiration
    return {
        "expire": expiration is not None and expiration <= maintenant,
        "expire_bientot": expiration is not None and maintenant < expiration <= maintenant + AVERTISSEMENT,
    }


def _reconnaitre() -> ReponseWerkzeug | None:
    """Find the visitor; without one, closed views lead to the login page."""
    if request.endpoint == "static":
        return None
    jeton = session.get(JETON)
    g.visiteur = reprendre_visite(outils(), jeton) if jeton else None
    if g.visiteur is not None:
        g.donnees = dict(g.visiteur.seance.donnees)
        return acces.admettre()
    return faire_entrer()


def _garder(reponse: Response) -> Response:
    visiteur = g.get("visiteur")
    if visiteur is not None and session.get(JETON):
        continuer_seance(outils(), visiteur.seance, g.donnees)
    return reponse
