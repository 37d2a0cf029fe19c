"""« Mon compte »: what the service knows of whoever is logged in, and what that opens."""

from datetime import datetime

from flask import Blueprint, render_template

from service.usecases.connecter import PRECEDENTE
from service.usecases.consulter_compte import consulter_compte
from service.web.extranet.acces import sans_etablissement
from service.web.gestes import la_memoire, le_visiteur, outils

routes = Blueprint("compte", __name__)


@routes.get("/compte")
@sans_etablissement
def mon_compte() -> str:
    """Show the account."""
    precedente = la_memoire().get(PRECEDENTE)
    return render_template(
        "extranet/compte.html",
        fiche=consulter_compte(outils(), le_visiteur().expediteur.courriel),
        precedente=None if precedente is None else datetime.fromisoformat(precedente),
    )
