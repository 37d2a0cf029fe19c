"""The seals of the log, and the verdict on what they hold since a day."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request

from service.domain.campagne import jour_de_paris
from service.domain.operateurs import Permission
from service.usecases.verifier_journal import Verification, portee_depuis, verifier_journal
from service.web.console.acces import permise
from service.web.gestes import outils

routes = Blueprint("sceaux", __name__, url_prefix="/sceaux")
DERNIERS = 20
JOURS = 7
"""How far back a verification asked from the page goes at most; the command line verifies the whole log."""


@routes.get("")
@permise(Permission.CONSULTER)
def page() -> str:
    """The last seals."""
    return _page(None)


@routes.post("/verification")
@permise(Permission.CONSULTER)
def verifier() -> str:
    """Verify the log since some days ago."""
    jours = min(max(request.form.get("jours", 1, type=int), 1), JOURS)
    depuis = jour_de_paris(outils().horloge()) - timedelta(days=jours - 1)
    return _page(verifier_journal(outils(), portee_depuis(outils(), depuis)), depuis)


def _page(verdict: Verification | None, depuis: date | None = None) -> str:
    with outils().unites.lecture() as unite:
        sceaux = unite.sceaux.derniers(DERNIERS)
    return render_template("console/sceaux.html", sceaux=sceaux, verdict=verdict, depuis=depuis, jours=JOURS)
