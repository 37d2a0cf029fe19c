"""Login, logout, and the page that opens after it."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import InputRequired

from service.errors import AuthentificationError
from service.usecases.attendus import reste_de_l_esat
from service.usecases.connecter import connecter, deconnecter
from service.web.base import JETON, entrer, ouverte
from service.web.extranet.acces import meme_provisoire, sans_etablissement
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, l_etablissement, la_suite, outils

routes = Blueprint("connexion", __name__)


class FormulaireDeConnexion(Formulaire):
    """What the login page asks."""

    courriel = EmailField(
        "Adresse électronique",
        [InputRequired("Votre adresse électronique est attendue.")],
        render_kw={"autocomplete": "username"},
    )
    mot_de_passe = PasswordField(
        "Mot de passe",
        [InputRequired("Votre mot de passe est attendu.")],
        render_kw={"autocomplete": "current-password"},
    )
    envoyer = SubmitField("Se connecter")


@routes.route("/connexion", methods=["GET", "POST"])
@ouverte
def entree() -> Response | str | tuple[str, int]:
    """Log in, then go on to the page that was asked for."""
    if request.method == "GET" and g.get("visiteur") is not None:
        return redirect(la_suite(url_for("connexion.accueil")))
    formulaire = FormulaireDeConnexion()
    if not formulaire.validate_on_submit():
        return render_template("extranet/connexion.html", formulaire=formulaire)
    try:
        jeton = connecter(outils(), l_auteur(), formulaire.courriel.data, formulaire.mot_de_passe.data)
    except AuthentificationError as refus:
        formulaire.mot_de_passe.errors = [refus.message]
        return render_template("extranet/connexion.html", formulaire=formulaire), 401
    entrer(jeton)
    return redirect(la_suite(url_for("connexion.accueil")))


@routes.post("/deconnexion")
@sans_etablissement
@meme_provisoire
def sortie() -> Response:
    """Log out."""
    deconnecter(outils(), l_auteur(), session[JETON])
    session.clear()
    flash("Vous êtes déconnecté.", "success")
    return redirect(url_for("connexion.entree"))


@routes.get("/")
def accueil() -> str:
    """The first page after login."""
    return render_template("extranet/accueil.html", reste=reste_de_l_esat(outils(), l_etablissement()))
