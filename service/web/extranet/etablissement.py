"""The ESAT that somebody who serves several works for."""

from flask import Blueprint, flash, g, redirect, render_template, session, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SubmitField
from wtforms.validators import InputRequired

from service.errors import HabilitationError
from service.web.extranet.acces import ETABLISSEMENT, sans_etablissement
from service.web.formulaires import Formulaire, options
from service.web.gestes import la_memoire, la_suite, le_visiteur

routes = Blueprint("etablissement", __name__)


class FormulaireDeChoix(Formulaire):
    """What the page asks."""

    siret = RadioField("Établissement", [InputRequired("Choisir un établissement.")], validate_choice=False)
    envoyer = SubmitField("Continuer")


@routes.route("/etablissement", methods=["GET", "POST"])
@sans_etablissement
def choix() -> Response | str | tuple[str, int]:
    """Choose the ESAT to work for."""
    formulaire = FormulaireDeChoix(data={"siret": g.etablissement.siret if g.etablissement else None})
    noms = le_visiteur().raisons_sociales
    formulaire.siret.choices = options((siret, noms[siret]) for siret in g.etablissements)
    if not formulaire.validate_on_submit():
        return render_template("extranet/etablissement.html", formulaire=formulaire)
    siret = formulaire.siret.data
    if siret not in g.etablissements:
        raise HabilitationError
    if g.etablissement is None or siret != g.etablissement.siret:
        la_memoire()[ETABLISSEMENT] = siret
        # Forms of the ESAT left behind may still be open in another window: their token dies with it.
        session.pop("csrf_token", None)
        flash(f"Vous travaillez pour {noms[siret]}.", "success")
    return redirect(la_suite(url_for("connexion.accueil")))
