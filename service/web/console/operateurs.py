"""The operators, by those who administer them."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from service.domain.operateurs import Permission, RoleOperateur
from service.errors import IntrouvableError, SaisieError
from service.usecases.administrer_operateurs import (
    changer_role,
    creer_operateur,
    lister_operateurs,
    reactiver_operateur,
    reinitialiser_operateur,
    suspendre_operateur,
)
from service.usecases.ouvrir_comptes import MotDePasseAttribue
from service.web.console.acces import permise
from service.web.formulaires import Formulaire, options
from service.web.gestes import l_auteur, outils

routes = Blueprint("operateurs", __name__, url_prefix="/operateurs")
_ATTENDU = "Une valeur est attendue."
_ACTES: dict[str, tuple[Callable[..., object], str]] = {
    "suspendre": (suspendre_operateur, "suspendu"),
    "reactiver": (reactiver_operateur, "réactivé"),
}
_ROLES = [(role.value, role.libelle) for role in RoleOperateur]


class FormulaireDOperateur(Formulaire):
    """An operator to be."""

    courriel = EmailField("Adresse électronique", [InputRequired(_ATTENDU)])
    nom = StringField("Nom", [InputRequired(_ATTENDU), Length(max=80)])
    prenom = StringField("Prénom", [InputRequired(_ATTENDU), Length(max=80)])
    role = SelectField(
        "Rôle", [InputRequired(_ATTENDU)], choices=options((role.value, role.libelle) for role in RoleOperateur)
    )
    ouvrir = SubmitField("Ouvrir le compte")


@routes.route("", methods=["GET", "POST"])
@permise(Permission.GERER_OPERATEURS)
def page() -> str | tuple[str, int]:
    """Every operator, and a form for a new one; a new password is shown this once."""
    formulaire = FormulaireDOperateur()
    if not formulaire.validate_on_submit():
        return _page(formulaire), 400 if request.method == "POST" else 200
    champs = (formulaire.courriel.data, formulaire.nom.data, formulaire.prenom.data)
    try:
        attribue = creer_operateur(outils(), *champs, RoleOperateur(formulaire.role.data), l_auteur())
    except SaisieError as refus:
        for point in refus.precisions:
            formulaire[point.champ or "courriel"].errors = [point.message]
        return _page(formulaire), 400
    return _page(FormulaireDOperateur(formdata=None), attribue)


@routes.post("/<acte>")
@permise(Permission.GERER_OPERATEURS)
def changer(acte: str) -> Response | str:
    """Suspend, open again, give another role, or set password and second factor anew."""
    courriel = request.form.get("courriel", "")
    try:
        if acte == "reinitialiser":
            return _page(FormulaireDOperateur(formdata=None), reinitialiser_operateur(outils(), courriel, l_auteur()))
        if acte == "role" and request.form.get("role") in list(RoleOperateur):
            changer_role(outils(), courriel, RoleOperateur(request.form["role"]), l_auteur())
            fait = f"en {RoleOperateur(request.form['role']).libelle}"
        elif acte in _ACTES:
            faire, fait = _ACTES[acte]
            faire(outils(), courriel, l_auteur())
        else:
            raise IntrouvableError
    except SaisieError as refus:
        flash(refus.message, "danger")
    else:
        flash(f"{courriel} : {fait}.", "success")
    return redirect(url_for("operateurs.page"))


def _page(formulaire: FormulaireDOperateur, attribue: MotDePasseAttribue | None = None) -> str:
    return render_template(
        "console/operateurs.html",
        formulaire=formulaire,
        operateurs=lister_operateurs(outils()),
        roles=list(RoleOperateur),
        attribue=attribue,
    )
