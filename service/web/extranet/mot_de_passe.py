"""One's own password: changed when one likes, or before anything else when it is provisional or expired; forgotten."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as ReponseWerkzeug
from wtforms import EmailField, SubmitField
from wtforms.validators import InputRequired

from service.errors import AuthentificationError, MotDePasseRefuseError
from service.usecases.connecter import renouveler
from service.usecases.secours import demander_un_secours
from service.web.base import entrer, ouverte
from service.web.extranet.acces import meme_provisoire, sans_etablissement
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, la_suite, le_visiteur, outils
from service.web.mots_de_passe import FormulaireDeMotDePasse, examiner, regles

routes = Blueprint("mot_de_passe", __name__)
_ENVOYE = (
    "Si cette adresse est celle d'un compte ouvert, un mot de passe provisoire vient de lui être envoyé. Il ne sert "
    "qu'une fois, dans les 72 heures ; jusque-là, l'ancien reste valable."
)


class FormulaireDeMiseAJour(FormulaireDeMotDePasse):
    """The same, for whoever is not logged in."""

    courriel = EmailField(
        "Adresse électronique",
        [InputRequired("Votre adresse électronique est attendue.")],
        render_kw={"autocomplete": "username"},
    )


class FormulaireDOubli(Formulaire):
    """What the page of a forgotten password asks."""

    courriel = EmailField(
        "Adresse électronique",
        [InputRequired("Votre adresse électronique est attendue.")],
        render_kw={"autocomplete": "username"},
    )
    envoyer = SubmitField("Recevoir un mot de passe provisoire")


@routes.route("/mot-de-passe", methods=["GET", "POST"])
@ouverte
@meme_provisoire
def renouvellement() -> ReponseWerkzeug | str | tuple[str, int]:
    """Change one's password, logged in or not; the page is the only one that a password to be changed opens."""
    visiteur = g.get("visiteur")
    formulaire = FormulaireDeMiseAJour() if visiteur is None else FormulaireDeMotDePasse()
    if not formulaire.validate_on_submit():
        return _page(formulaire)
    courriel = formulaire.courriel.data if visiteur is None else visiteur.expediteur.courriel
    donnees = {} if visiteur is None else g.donnees
    try:
        jeton = renouveler(outils(), l_auteur(), courriel, formulaire.ancien.data, formulaire.nouveau.data, donnees)
    except AuthentificationError as refus:
        formulaire.ancien.errors = [refus.message if visiteur is None else "Ce n'est pas votre mot de passe actuel."]
        return _page(formulaire), 401
    except MotDePasseRefuseError as refus:
        formulaire.refuser(refus)
        return _page(formulaire), 400
    entrer(jeton)
    flash("Votre mot de passe est changé. Toute autre session ouverte avec l'ancien a pris fin.", "success")
    return redirect(la_suite(url_for("connexion.accueil")))


@routes.post("/mot-de-passe/examen")
@sans_etablissement
@meme_provisoire
def examen() -> Response:
    """What the script asks while the new password is typed."""
    return examiner(le_visiteur().expediteur.courriel)


@routes.route("/mot-de-passe/oublie", methods=["GET", "POST"])
@ouverte
@meme_provisoire
def oubli() -> ReponseWerkzeug | str:
    """Ask for a provisional password by mail; the answer is the same for any address."""
    formulaire = FormulaireDOubli()
    if not formulaire.validate_on_submit():
        return render_template("extranet/mot_de_passe_oublie.html", formulaire=formulaire)
    demander_un_secours(outils(), l_auteur(), formulaire.courriel.data)
    flash(_ENVOYE, "info")
    return redirect(url_for("connexion.entree"))


def _page(formulaire: FormulaireDeMotDePasse) -> str:
    return render_template("extranet/mot_de_passe.html", formulaire=formulaire, regles=regles())
