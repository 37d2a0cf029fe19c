"""Who is expected in the campaign and not yet declared, and how far the ESAT is."""

from flask import Blueprint, render_template

from service.usecases.attendus import reste_de_l_esat, salaries_attendus
from service.web.gestes import l_auteur, l_etablissement, outils

routes = Blueprint("reste", __name__)


@routes.get("/reste-a-declarer")
def liste() -> str:
    """The employees still expected, a button to declare each one."""
    return render_template(
        "extranet/reste.html",
        reste=reste_de_l_esat(outils(), l_etablissement()),
        salaries=salaries_attendus(outils(), l_auteur(), l_etablissement()),
    )
