"""Lines to be looked at: accepted, with an ALERTE, until an operator notes what was found."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from service.domain.operateurs import Permission
from service.errors import SaisieError
from service.usecases.verifier_alertes import NOTE_MAX, compter_alertes, lister_alertes, marquer_vue
from service.web.console.acces import l_operateur, permise
from service.web.gestes import l_auteur, outils

routes = Blueprint("alertes", __name__, url_prefix="/a-verifier")


@routes.get("")
@permise(Permission.CONSULTER)
def page() -> str:
    """One page of lines, those to be looked at or those that were."""
    vues = request.args.get("vues") == "oui"
    lue = lister_alertes(outils(), vues=vues, apres=_place(request.args.get("apres", "")))
    return render_template(
        "console/alertes.html",
        page=lue,
        vues=vues,
        a_voir=compter_alertes(outils()),
        note_max=NOTE_MAX,
        formulaire=FlaskForm(),
        suite=None if lue.suite is None else f"{lue.suite[0]}.{lue.suite[1]}",
    )


@routes.post("/<int:depot_id>/<int:rang>")
@permise(Permission.VERIFIER_ALERTES)
def vue(depot_id: int, rang: int) -> Response:
    """Mark a line as looked at."""
    try:
        marquer_vue(outils(), l_auteur(), l_operateur().id, depot_id, rang, request.form.get("note", ""))
    except SaisieError as refus:
        raisons = [point.message for point in refus.precisions] or [refus.message]
        flash(f"Rien n'a été enregistré : {' '.join(raisons)}", "danger")
    else:
        flash("La ligne est marquée comme vue.", "success")
    return redirect(url_for("alertes.page"))


def _place(texte: str) -> tuple[int, int] | None:
    """A place in the address; what is none of ours is the beginning."""
    depot_id, _, rang = texte.partition(".")
    if not (depot_id.isdecimal() and rang.isdecimal() and len(depot_id) < 10 and len(rang) < 6):
        return None
    return int(depot_id), int(rang)
