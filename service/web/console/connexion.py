"""Login and logout of operators, and the two things to set before anything opens: second factor and password."""

import io

import segno
from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as ReponseWerkzeug
from wtforms import EmailField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired

from service.errors import AuthentificationError, MotDePasseRefuseError
from service.security.second_facteur import adresse_a_scanner, nouveau_secret
from service.usecases.connecter_operateur import (
    changer_mot_de_passe_operateur,
    connecter_operateur,
    deconnecter_operateur,
    poser_second_facteur,
)
from service.web.base import JETON, entrer, ouverte
from service.web.console.acces import a_tous, l_operateur
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, la_memoire, la_suite, outils
from service.web.mots_de_passe import FormulaireDeMotDePasse, examiner, regles

routes = Blueprint("connexion", __name__)
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 7}
_EN_COURS = "totp"
"""Key under which the session remembers a second factor being set up."""


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
    code = StringField("Code de votre application d'authentification", render_kw=_CODE)
    envoyer = SubmitField("Se connecter")


class FormulaireDeSecondFacteur(Formulaire):
    """The first code of a second factor."""

    code = StringField("Code affiché par l'application", [InputRequired("Un code est attendu.")], render_kw=_CODE)
    envoyer = SubmitField("Enregistrer")


@routes.route("/connexion", methods=["GET", "POST"])
@ouverte
def entree() -> ReponseWerkzeug | str | tuple[str, int]:
    """Log in, then go on to the page that was asked for."""
    if request.method == "GET" and g.get("operateur") is not None:
        return redirect(la_suite(url_for("journal.page")))
    formulaire = FormulaireDeConnexion()
    if not formulaire.validate_on_submit():
        return render_template("console/connexion.html", formulaire=formulaire)
    champs = (formulaire.courriel.data, formulaire.mot_de_passe.data, formulaire.code.data or "")
    try:
        jeton = connecter_operateur(outils(), l_auteur(), *champs)
    except AuthentificationError as refus:
        formulaire.mot_de_passe.errors = [refus.message]
        return render_template("console/connexion.html", formulaire=formulaire), 401
    entrer(jeton)
    return redirect(la_suite(url_for("journal.page")))


@routes.post("/deconnexion")
@a_tous
def sortie() -> ReponseWerkzeug:
    """Log out."""
    deconnecter_operateur(outils(), l_auteur(), session[JETON])
    session.clear()
    flash("Vous êtes déconnecté.", "success")
    return redirect(url_for("connexion.entree"))


@routes.route("/second-facteur", methods=["GET", "POST"])
@a_tous
def second_facteur() -> ReponseWerkzeug | str | tuple[str, int]:
    """Set the second factor up: once, by whoever has none; another one needs an administrator."""
    operateur = l_operateur()
    if operateur.second_facteur:
        return redirect(url_for("journal.page"))
    secret = la_memoire().setdefault(_EN_COURS, nouveau_secret())
    formulaire = FormulaireDeSecondFacteur()
    page = {"formulaire": formulaire, "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}
    if not formulaire.validate_on_submit():
        return render_template("console/second_facteur.html", **page)
    try:
        jeton = poser_second_facteur(outils(), l_auteur(), operateur, secret, formulaire.code.data)
    except AuthentificationError as refus:
        formulaire.code.errors = [refus.message]
        return render_template("console/second_facteur.html", **page), 401
    entrer(jeton)
    flash("Le second facteur est enregistré : son code vous sera demandé à chaque connexion.", "success")
    return redirect(url_for("journal.page"))


@routes.get("/second-facteur.svg")
@a_tous
def image() -> Response:
    """The address to scan, as an image of its own: the page holds nothing inline."""
    secret = la_memoire().get(_EN_COURS)
    if secret is None or l_operateur().second_facteur:
        return Response(status=404)
    code = segno.make(adresse_a_scanner(secret, l_operateur().courriel), error="m")
    dessin = io.BytesIO()
    code.save(dessin, kind="svg", scale=5, border=2, light="#fff")
    return Response(dessin.getvalue(), mimetype="image/svg+xml")


@routes.route("/mot-de-passe", methods=["GET", "POST"])
@a_tous
def mot_de_passe() -> ReponseWerkzeug | str | tuple[str, int]:
    """Change one's password."""
    formulaire = FormulaireDeMotDePasse()
    if not formulaire.validate_on_submit():
        return _page(formulaire)
    mots = (formulaire.ancien.data, formulaire.nouveau.data)
    try:
        jeton = changer_mot_de_passe_operateur(outils(), l_auteur(), l_operateur(), *mots)
    except AuthentificationError as refus:
        formulaire.ancien.errors = [refus.message]
        return _page(formulaire), 401
    except MotDePasseRefuseError as refus:
        formulaire.refuser(refus)
        return _page(formulaire), 400
    entrer(jeton)
    flash("Votre mot de passe est changé.", "success")
    return redirect(url_for("journal.page"))


@routes.post("/mot-de-passe/examen")
@a_tous
def examen() -> Response:
    """What the script asks while the new password is typed."""
    return examiner(l_operateur().courriel)


@routes.get("/")
@a_tous
def accueil() -> ReponseWerkzeug:
    """The log is what operators come for."""
    return redirect(url_for("journal.page"), 302 if request.method == "GET" else 303)


def _page(formulaire: FormulaireDeMotDePasse) -> str:
    return render_template("console/mot_de_passe.html", formulaire=formulaire, regles=regles())
