"""Conventions and ESATs: found, opened, created, ended; their accounts, and what they sent."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, EmailField, IntegerField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from service.domain.habilitation import Role
from service.domain.identifiants import nom_normalise
from service.domain.operateurs import Permission
from service.errors import IntrouvableError, SaisieError
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.administrer_conventions import creer_convention, lister_conventions, terminer_convention
from service.usecases.administrer_esats import creer_esat, lister_esats, montrer_esat
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte
from service.web.console.acces import permise
from service.web.formulaires import Formulaire, options
from service.web.gestes import l_auteur, outils

routes = Blueprint("esats", __name__, url_prefix="/esats")
_ATTENDU = "Une valeur est attendue."
_ACTES: dict[str, tuple[Callable[..., object], str]] = {
    "suspendre": (suspendre_compte, "suspendu"),
    "reactiver": (reactiver_compte, "réactivé"),
    "retirer": (retirer_compte, "retiré"),
    "mot-de-passe": (attribuer_mot_de_passe, "muni d'un mot de passe provisoire, envoyé par courriel"),
}


class FormulaireDeConvention(Formulaire):
    """A convention to record."""

    numero = StringField("Numéro", [InputRequired(_ATTENDU), Length(max=40)])
    signee_le = DateField("Signée le", [InputRequired(_ATTENDU)])
    fin_le = DateField("Dernier jour", [Optional()])
    organisme = StringField("Organisme (trois chiffres)", [Length(max=3)])
    duree_mot_de_passe = IntegerField(
        "Durée des mots de passe, en jours", [InputRequired(_ATTENDU), NumberRange(1, 730)], default=180
    )
    enregistrer = SubmitField("Enregistrer la convention")


class FormulaireDEsat(Formulaire):
    """An ESAT to record under a convention."""

    convention = SelectField("Convention", [InputRequired(_ATTENDU)])
    siret = StringField("SIRET", [InputRequired(_ATTENDU), Length(max=20)])
    raison_sociale = StringField("Raison sociale", [InputRequired(_ATTENDU), Length(max=200)])
    finess = StringField("FINESS", [Length(max=12)])
    adresse = StringField("Adresse", [Length(max=400)])
    enregistrer = SubmitField("Enregistrer l'ESAT")


class FormulaireDeCompte(Formulaire):
    """A person of an ESAT who gets an account."""

    courriel = EmailField("Adresse électronique", [InputRequired(_ATTENDU)])
    nom = StringField("Nom", [InputRequired(_ATTENDU), Length(max=80)])
    prenom = StringField("Prénom", [InputRequired(_ATTENDU), Length(max=80)])
    role = SelectField("Rôle", [InputRequired(_ATTENDU)], choices=options((role.value, role.libelle) for role in Role))
    ouvrir = SubmitField("Ouvrir le compte")


@routes.get("")
@permise(Permission.CONSULTER)
def liste() -> str:
    """ESATs by SIRET, found by a part of their name or number."""
    cherche = request.args.get("texte", "").strip()
    esats = [
        (esat, en_cours)
        for esat, en_cours in lister_esats(outils())
        if nom_normalise(cherche) in nom_normalise(esat.raison_sociale) or "".join(cherche.split()) in esat.siret
    ]
    return render_template("console/esats.html", esats=esats, cherche=cherche)


@routes.route("/nouveau", methods=["GET", "POST"])
@permise(Permission.GERER_ESATS)
def nouveau() -> Response | str | tuple[str, int]:
    """Record an ESAT."""
    formulaire = FormulaireDEsat()
    formulaire.convention.choices = options((une.numero, une.numero) for une, _, _ in lister_conventions(outils()))
    if not formulaire.validate_on_submit():
        return render_template("console/esat_nouveau.html", formulaire=formulaire)
    champs = (formulaire.siret.data, formulaire.raison_sociale.data, formulaire.convention.data)
    facultatifs = (formulaire.finess.data or None, formulaire.adresse.data or "")
    try:
        siret = creer_esat(outils(), *champs, *facultatifs, l_auteur())
    except SaisieError as refus:
        return _refuser(formulaire, refus, "console/esat_nouveau.html", {"nom": "raison_sociale"})
    flash("L'ESAT est enregistré.", "success")
    return redirect(url_for("esats.fiche", siret=siret))


@routes.get("/<siret>")
@permise(Permission.CONSULTER)
def fiche(siret: str) -> str:
    """One ESAT: its convention, its people."""
    return _fiche(siret, FormulaireDeCompte())


@routes.post("/<siret>/comptes")
@permise(Permission.GERER_ESATS)
def ouvrir(siret: str) -> Response | str | tuple[str, int]:
    """Open an account for a person of the ESAT."""
    formulaire = FormulaireDeCompte()
    if not formulaire.validate():
        return _fiche(siret, formulaire), 400
    droits = (HabilitationDemandee(siret, Role(formulaire.role.data)),)
    demande = NouveauCompte(formulaire.courriel.data, formulaire.nom.data, formulaire.prenom.data, droits)
    try:
        creer_compte(outils(), demande, l_auteur())
    except SaisieError as refus:
        _reporter(formulaire, refus, {"siret": "role"})
        return _fiche(siret, formulaire), 400
    flash(f"Le compte {formulaire.courriel.data} est ouvert : son mot de passe provisoire lui est envoyé.", "success")
    return redirect(url_for("esats.fiche", siret=siret))


@routes.post("/<siret>/comptes/<acte>")
@permise(Permission.GERER_ESATS)
def changer(siret: str, acte: str) -> Response:
    """Suspend, open again, end, or give a provisional password to an account."""
    if acte not in _ACTES:
        raise IntrouvableError
    faire, fait = _ACTES[acte]
    courriel = request.form.get("courriel", "")
    try:
        faire(outils(), courriel, auteur=l_auteur())
    except SaisieError as refus:
        flash(refus.message, "danger")
    else:
        flash(f"Le compte {courriel} est {fait}.", "success")
    return redirect(url_for("esats.fiche", siret=siret))


@routes.route("/conventions", methods=["GET", "POST"])
@permise(Permission.GERER_ESATS)
def conventions() -> Response | str | tuple[str, int]:
    """Every convention, and a form for a new one."""
    formulaire = FormulaireDeConvention()
    if not formulaire.validate_on_submit():
        return _conventions(formulaire), 400 if request.method == "POST" else 200
    champs = (formulaire.numero.data, formulaire.signee_le.data, formulaire.fin_le.data)
    suite = (formulaire.organisme.data or None, formulaire.duree_mot_de_passe.data)
    try:
        creer_convention(outils(), *champs, *suite, l_auteur())
    except SaisieError as refus:
        _reporter(formulaire, refus, {"fin-le": "fin_le", "duree-mot-de-passe": "duree_mot_de_passe"})
        return _conventions(formulaire), 400
    flash(f"La convention {formulaire.numero.data} est enregistrée.", "success")
    return redirect(url_for("esats.conventions"))


@routes.post("/conventions/fin")
@permise(Permission.GERER_ESATS)
def terminer() -> Response:
    """Set the last day of a convention."""
    numero, texte = request.form.get("numero", ""), request.form.get("fin_le", "")
    try:
        fin = terminer_convention(outils(), numero, date.fromisoformat(texte), l_auteur())
    except ValueError:
        flash("Un dernier jour est attendu, tel que 31/12/2026 : rien n'a été changé.", "danger")
    except SaisieError as refus:
        flash(refus.message, "danger")
    else:
        flash(
            f"La convention {numero} prend fin le {fin:%d/%m/%Y} : ses ESAT ne pourront plus déclarer ensuite.",
            "success",
        )
    return redirect(url_for("esats.conventions"))


def _fiche(siret: str, formulaire: FormulaireDeCompte) -> str:
    try:
        fiche_ = montrer_esat(outils(), siret)
    except SaisieError:
        raise IntrouvableError from None
    return render_template("console/esat.html", fiche=fiche_, formulaire=formulaire)


def _conventions(formulaire: FormulaireDeConvention) -> str:
    return render_template("console/conventions.html", formulaire=formulaire, conventions=lister_conventions(outils()))


def _refuser(formulaire: Formulaire, refus: SaisieError, gabarit: str, noms: dict[str, str]) -> tuple[str, int]:
    _reporter(formulaire, refus, noms)
    return render_template(gabarit, formulaire=formulaire), 400


def _reporter(formulaire: Formulaire, refus: SaisieError, noms: dict[str, str]) -> None:
    """Show each point of a refusal at its field, the others above the form."""
    for point in refus.precisions:
        nom = noms.get(point.champ or "", point.champ or "")
        if nom in formulaire:
            champ = formulaire[nom]
            champ.errors = [*champ.errors, point.message[0].upper() + point.message[1:]]
        else:
            formulaire.form_errors.append(point.message)
    if not refus.precisions:
        formulaire.form_errors.append(refus.message)
