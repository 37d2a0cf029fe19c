"""A campaign followed: who has declared, how far, by day against last year, which rules speak; reminders."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as ReponseWerkzeug

from service.domain.operateurs import Permission
from service.usecases.rappeler import envoyer_rappels, prevoir_rappels
from service.usecases.suivre_campagne import Avancement, annee_en_cours, suivre_campagne
from service.web.console.acces import permise
from service.web.console.courbe import dessiner
from service.web.gestes import l_auteur, outils

routes = Blueprint("campagne", __name__, url_prefix="/campagne")


@routes.get("")
@permise(Permission.CONSULTER)
def en_cours() -> ReponseWerkzeug:
    """The campaign that is open, or the next one."""
    return redirect(url_for("campagne.page", annee=annee_en_cours(outils())))


@routes.get("/<int:annee>")
@permise(Permission.CONSULTER)
def page(annee: int) -> str:
    """Everything about one campaign; fit for paper."""
    suivi = suivre_campagne(outils(), annee)
    voulu = request.args.get("avancement", "")
    esats = [esat for esat in suivi.esats if not voulu or esat.avancement == voulu]
    return render_template("console/campagne.html", suivi=suivi, esats=esats, avancements=list(Avancement), voulu=voulu)


@routes.get("/<int:annee>/courbe.svg")
@permise(Permission.CONSULTER)
def courbe(annee: int) -> Response:
    """Certificates received by day, against last year, with the last day in time."""
    return Response(dessiner(suivre_campagne(outils(), annee)), mimetype="image/svg+xml")


@routes.get("/<int:annee>/rappels")
@permise(Permission.RAPPELER)
def rappels(annee: int) -> str:
    """The reminders that may be sent, each with its letter."""
    return render_template(
        "console/rappels.html", annee=annee, rappels=prevoir_rappels(outils(), annee), formulaire=FlaskForm()
    )


@routes.post("/<int:annee>/rappels")
@permise(Permission.RAPPELER)
def rappeler(annee: int) -> ReponseWerkzeug:
    """Write the reminders that were ticked into the outbox."""
    faits = envoyer_rappels(outils(), l_auteur(), annee, request.form.getlist("siret"))
    if faits:
        flash(f"{len(faits)} rappel{'s' if len(faits) > 1 else ''} en route.", "success")
    else:
        flash("Aucun rappel n'est parti : cocher un établissement qui n'en a pas encore reçu.", "warning")
    return redirect(url_for("campagne.rappels", annee=annee))
