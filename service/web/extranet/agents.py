"""The agents of the ESAT, for its référent: listed, invited, suspended, given back, ended; his role handed over.

What changes somebody's access is shown beforehand on a page that says what it does and what it leaves as it is.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField, StringField, SubmitField
from wtforms.validators import InputRequired

from service.errors import SaisieError
from service.usecases.administrer_agents import (
    finir_la_mission,
    reactiver_agent,
    suspendre_agent,
    transmettre_le_role,
)
from service.usecases.agents import lister_agents, montrer_agent
from service.usecases.consigner import Auteur
from service.usecases.dependencies import Dependencies
from service.usecases.inviter import Invitation, inviter
from service.usecases.reception import Etablissement
from service.web.extranet.acces import du_referent
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, l_etablissement, outils
from service.web.refus import montrer_le_refus

routes = Blueprint("agents", __name__)
_SANS_AIDE = {"render_kw": {"autocomplete": "off"}}
"""It is somebody else's name: the browser must not offer one's own."""


class FormulaireDInvitation(Formulaire):
    """Whom to invite."""

    courriel = EmailField(
        "Adresse électronique", [InputRequired("Son adresse électronique est attendue.")], **_SANS_AIDE
    )
    prenom = StringField("Prénom", [InputRequired("Son prénom est attendu.")], **_SANS_AIDE)
    nom = StringField("Nom", [InputRequired("Son nom est attendu.")], **_SANS_AIDE)
    envoyer = SubmitField("Inviter")


class Geste(NamedTuple):
    """What a référent may do to an agent, and how the page that asks for a confirmation tells it."""

    titre: str
    bouton: str
    fait: str
    acte: Callable[[Dependencies, Auteur, Etablissement, int], None]
    effets: Sequence[str]
    grave: bool = True


GESTES = {
    "suspendre": Geste(
        "Suspendre l'accès",
        "Suspendre l'accès",
        "l'accès est suspendu.",
        suspendre_agent,
        (
            "La personne ne peut plus rien consulter ni déclarer pour l'établissement, dès sa prochaine demande.",
            "Les logiciels qui déclarent sous son nom pour l'établissement sont refusés aussi.",
            "Ses clés d'intégration ne sont pas révoquées : elles reprennent si vous réactivez l'accès.",
        ),
    ),
    "reactiver": Geste(
        "Réactiver l'accès",
        "Réactiver l'accès",
        "l'accès est réactivé.",
        reactiver_agent,
        ("La personne retrouve son accès à l'établissement, avec son mot de passe et ses clés d'avant.",),
        grave=False,
    ),
    "fin-de-mission": Geste(
        "Mettre fin à la mission",
        "Mettre fin à la mission",
        "la mission a pris fin.",
        finir_la_mission,
        (
            "La personne perd son droit sur l'établissement, dès sa prochaine demande.",
            "Les clés d'intégration de l'établissement sous son compte sont révoquées, définitivement.",
            "Son compte est fermé, à moins qu'il ne serve un autre établissement.",
            "Ce qu'elle a déclaré reste déclaré. Vous pourrez l'inviter de nouveau.",
        ),
    ),
    "referent": Geste(
        "Transmettre le rôle de référent",
        "Transmettre le rôle",
        "le rôle de référent est transmis. Vous êtes désormais agent habilité.",
        transmettre_le_role,
        (
            "La personne devient le référent unique de l'établissement, à l'instant.",
            "Vous restez agent habilité, mais ne pourrez plus gérer ni les agents ni les clés d'intégration.",
            "Seul le nouveau référent, ou la Caf, pourra vous rendre le rôle.",
        ),
    ),
}
"""By the last segment of the address."""


@routes.get("/agents")
@du_referent
def liste() -> str:
    """The agents of the ESAT."""
    return render_template("extranet/agents.html", agents=lister_agents(outils(), l_etablissement()))


@routes.route("/agents/inviter", methods=["GET", "POST"])
@du_referent
def invitation() -> Response | str | tuple[str, int]:
    """Invite an agent."""
    formulaire = FormulaireDInvitation()
    if not formulaire.validate_on_submit():
        return render_template("extranet/invitation.html", formulaire=formulaire)
    demande = Invitation(formulaire.courriel.data.strip(), formulaire.prenom.data.strip(), formulaire.nom.data.strip())
    try:
        inviter(outils(), l_auteur(), l_etablissement(), demande)
    except SaisieError as refus:
        montrer_le_refus(formulaire, refus)
        return render_template("extranet/invitation.html", formulaire=formulaire), 400
    flash(f"L'invitation est envoyée à {demande.courriel}.", "success")
    return redirect(url_for("agents.liste"))


@routes.get("/agents/<int:compte_id>")
@du_referent
def fiche(compte_id: int) -> str:
    """One agent, and what can be done."""
    return render_template("extranet/agent.html", agent=montrer_agent(outils(), l_etablissement(), compte_id))


@routes.route("/agents/<int:compte_id>/<geste>", methods=["GET", "POST"])
@du_referent
def confirmation(compte_id: int, geste: str) -> Response | str | tuple[str, int]:
    """Say what a gesture does, then do it."""
    if geste not in GESTES:
        abort(404)
    agent, voulu, formulaire = montrer_agent(outils(), l_etablissement(), compte_id), GESTES[geste], Formulaire()
    page = {"agent": agent, "geste": voulu, "formulaire": formulaire}
    if not formulaire.validate_on_submit():
        return render_template("extranet/confirmation.html", **page)
    try:
        voulu.acte(outils(), l_auteur(), l_etablissement(), compte_id)
    except SaisieError as refus:
        montrer_le_refus(formulaire, refus)
        return render_template("extranet/confirmation.html", **page), 400
    flash(f"{agent.prenom} {agent.nom} : {voulu.fait}", "success")
    return redirect(url_for("connexion.accueil" if geste == "referent" else "agents.liste"))
