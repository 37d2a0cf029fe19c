"""How the service is doing."""

from flask import Blueprint, render_template

from service import __version__
from service.contract.catalogue import NS
from service.domain.operateurs import Permission
from service.domain.regles import VERSION_REGLES
from service.usecases.consulter import VERSION_CONTRAT
from service.usecases.observer import SEUIL_MS, observer
from service.web.console.acces import permise
from service.web.gestes import outils

routes = Blueprint("etat", __name__, url_prefix="/etat")


@routes.get("")
@permise(Permission.CONSULTER)
def page() -> str:
    """Health, versions, traffic of the last day, the outbox."""
    versions = {
        "Service": __version__,
        "Contrat": f"{VERSION_CONTRAT} ({NS})",
        "Règles": VERSION_REGLES,
        "Environnement": outils().environnement,
    }
    return render_template("console/etat.html", sante=observer(outils()), versions=versions, seuil=SEUIL_MS)
