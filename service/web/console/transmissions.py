"""The files for the back office: which left, what each passed on, what was answered; both can be done from here."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import SubmitField

from service.domain.operateurs import Permission
from service.errors import IntrouvableError, SaisieError
from service.usecases.integrer import integrer
from service.usecases.suivre_transmissions import compter_a_transmettre, lister_transmissions, montrer_transmission
from service.usecases.transmettre import transmettre
from service.web.console.acces import permise
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, outils

routes = Blueprint("transmissions", __name__, url_prefix="/transmissions")


class FormulaireDeReponse(Formulaire):
    """The back office's answer."""

    fichier = FileField("Fichier de réponse (XML)", [FileRequired("Un fichier est attendu.")])
    integrer = SubmitField("Intégrer la réponse")


@routes.get("")
@permise(Permission.CONSULTER)
def page() -> str:
    """The files, newest first."""
    return _page(FormulaireDeReponse(formdata=None))


@routes.get("/<organisme>/<int:numero>")
@permise(Permission.CONSULTER)
def une(organisme: str, numero: int) -> str:
    """One file with its movements."""
    try:
        montree = montrer_transmission(outils(), organisme, numero, max(0, request.args.get("apres", 0, type=int)))
    except SaisieError:
        raise IntrouvableError from None
    return render_template("console/transmission.html", montree=montree)


@routes.post("")
@permise(Permission.TRANSMETTRE)
def faire() -> Response:
    """Pass on what is not passed on yet."""
    fichiers = transmettre(outils(), l_auteur())
    if fichiers:
        s = "s" if len(fichiers) > 1 else ""
        flash(f"{len(fichiers)} fichier{s} écrit{s}.", "success")
    else:
        flash("Rien n'était à transmettre.", "info")
    return redirect(url_for("transmissions.page"))


@routes.post("/reponse")
@permise(Permission.TRANSMETTRE)
def reponse() -> Response | tuple[str, int]:
    """Take the back office's answer in, whole or not at all."""
    formulaire = FormulaireDeReponse()
    if not formulaire.validate():
        return _page(formulaire), 400
    try:
        integrer(outils(), l_auteur(), formulaire.fichier.data.read())
    except SaisieError as refus:
        lieux = [f"ligne {point.ligne} : " if point.ligne else "" for point in refus.precisions]
        details = [lieu + point.message for lieu, point in zip(lieux, refus.precisions, strict=True)]
        formulaire.fichier.errors = [refus.message, *details]
        return _page(formulaire), 400
    flash("La réponse est intégrée : les déclarations ont changé d'état.", "success")
    return redirect(url_for("transmissions.page"))


def _page(formulaire: FormulaireDeReponse) -> str:
    avant = request.args.get("avant", type=int)
    return render_template(
        "console/transmissions.html",
        page=lister_transmissions(outils(), avant=avant),
        attente=compter_a_transmettre(outils()),
        formulaire=formulaire,
    )
