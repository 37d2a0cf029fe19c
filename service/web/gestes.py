"""What every view asks of the request: who acts, from where, with which tools."""

import re
from typing import Any

from flask import current_app, g, request

from service.domain.actes import Canal
from service.usecases.connecter_operateur import Operateur
from service.usecases.consigner import Auteur
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Etablissement
from service.usecases.seances import Visiteur
from service.web.site import ADRESSE, REQUETE, le_site

_NON_IMPRIMABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_AGENT_MAX = 200


def outils() -> Dependencies:
    """Return the tools of the use cases."""
    return le_site().dependencies


def le_visiteur() -> Visiteur:
    """Return who is logged in to the extranet; every view that is not `ouverte` has one."""
    visiteur: Visiteur = g.visiteur
    return visiteur


def l_etablissement() -> Etablissement:
    """Return the ESAT worked for; every view of the extranet has one unless marked `sans_etablissement`."""
    etablissement: Etablissement = g.etablissement
    return etablissement


def la_memoire() -> dict[str, Any]:
    """Return what the session remembers, to be read and changed; it is kept at the end of the request."""
    donnees: dict[str, Any] = g.donnees
    return donnees


def la_suite(defaut: str) -> str:
    """Return the page that the parameter `suite` names, if it is one of this space, never another site's address."""
    chemin = request.args.get("suite", "")
    if chemin.startswith("/") and not chemin.startswith(("//", "/\\")) and chemin.isprintable():
        return request.script_root + chemin
    return defaut


def l_auteur() -> Auteur:
    """Return who acts, for the log: an account of an ESAT on the extranet, an operator on the console."""
    visiteur: Visiteur | None = g.get("visiteur")
    operateur: Operateur | None = g.get("operateur")
    connu = None if visiteur is None else visiteur.expediteur.courriel
    return Auteur(
        Canal(current_app.config["ESPACE"]),
        utilisateur=connu if operateur is None else operateur.courriel,
        compte_id=None if visiteur is None else visiteur.expediteur.compte_id,
        adresse=str(request.environ.get(ADRESSE, "")),
        agent=_NON_IMPRIMABLE.sub("?", str(request.user_agent)[:_AGENT_MAX]),
        requete=str(request.environ.get(REQUETE, "")),
    )
