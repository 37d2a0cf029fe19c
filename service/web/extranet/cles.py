"""The clés d'intégration of the ESAT, for its référent: listed, made (shown once), revoked."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Acces
from service.errors import SaisieError
from service.usecases.administrer_cles import DUREE_ANNEES, dans_des_annees
from service.usecases.administrer_cles_d_esat import (
    creer_cle_d_esat,
    lister_cles_d_esat,
    montrer_cle_d_esat,
    revoquer_cle_d_esat,
)
from service.usecases.agents import lister_agents
from service.web.extranet.acces import du_referent
from service.web.formulaires import Formulaire, options
from service.web.gestes import l_auteur, l_etablissement, la_memoire, outils
from service.web.refus import montrer_le_refus

routes = Blueprint("cles", __name__)
_MONTREE_UNE_FOIS = "cle"
"""Key of the session's memory under which a new secret waits for the page that shows it, and leaves with it."""


def _numero(texte: object) -> int:
    """The number of a choice; one that nothing bears for what is no number."""
    chiffres = str(texte)
    return int(chiffres) if chiffres.isascii() and chiffres.isdecimal() else 0


class FormulaireDeCle(Formulaire):
    """What a clé is made from."""

    compte_id = SelectField(
        "Compte sous lequel le logiciel déclare",
        [InputRequired("Choisir un compte.")],
        coerce=_numero,
        validate_choice=False,
    )
    logiciel = StringField("Nom du logiciel", [InputRequired("Le nom du logiciel est attendu.")])
    fin = DateField("Dernier jour", [InputRequired("Un dernier jour est attendu, sous la forme JJ/MM/AAAA.")])
    envoyer = SubmitField("Créer la clé")


@routes.get("/cles")
@du_referent
def liste() -> str:
    """The clés of the ESAT."""
    return render_template("extranet/cles.html", cles=lister_cles_d_esat(outils(), l_etablissement()))


@routes.route("/cles/creer", methods=["GET", "POST"])
@du_referent
def creation() -> Response | str | tuple[str, int]:
    """Make a clé under an agent's account, or one's own."""
    jour = jour_de_paris(outils().horloge())
    formulaire = FormulaireDeCle(data={"compte_id": l_auteur().compte_id, "fin": dans_des_annees(jour, DUREE_ANNEES)})
    ouverts = [agent for agent in lister_agents(outils(), l_etablissement()) if agent.acces is Acces.OUVERT]
    formulaire.compte_id.choices = options(
        (agent.compte_id, f"{agent.prenom} {agent.nom} ({agent.courriel})") for agent in ouverts
    )
    if not formulaire.validate_on_submit():
        return render_template("extranet/cle_creer.html", formulaire=formulaire)
    try:
        creee = creer_cle_d_esat(
            outils(),
            l_auteur(),
            l_etablissement(),
            formulaire.compte_id.data,
            formulaire.logiciel.data.strip(),
            formulaire.fin.data,
        )
    except SaisieError as refus:
        montrer_le_refus(formulaire, refus)
        return render_template("extranet/cle_creer.html", formulaire=formulaire), 400
    la_memoire()[_MONTREE_UNE_FOIS] = {"numero": creee.numero, "secret": creee.secret}
    return redirect(url_for("cles.nouvelle"))


@routes.get("/cles/nouvelle")
@du_referent
def nouvelle() -> Response | str:
    """Show a new secret, once."""
    montree = la_memoire().pop(_MONTREE_UNE_FOIS, None)
    if montree is None:
        return redirect(url_for("cles.liste"))
    cle = montrer_cle_d_esat(outils(), l_etablissement(), montree["numero"])
    return render_template("extranet/cle_nouvelle.html", cle=cle, secret=montree["secret"])


@routes.route("/cles/<int:cle_id>/revoquer", methods=["GET", "POST"])
@du_referent
def revocation(cle_id: int) -> Response | str | tuple[str, int]:
    """Say what a revocation does, then do it."""
    cle = montrer_cle_d_esat(outils(), l_etablissement(), cle_id)
    formulaire = Formulaire()
    if not formulaire.validate_on_submit():
        return render_template("extranet/cle_revoquer.html", cle=cle, formulaire=formulaire)
    try:
        revoquer_cle_d_esat(outils(), l_auteur(), l_etablissement(), cle_id)
    except SaisieError as refus:
        montrer_le_refus(formulaire, refus)
        return render_template("extranet/cle_revoquer.html", cle=cle, formulaire=formulaire), 400
    flash(f"La clé de « {cle.logiciel} » est révoquée.", "success")
    return redirect(url_for("cles.liste"))
