"""Declaring by hand: the two volets, the draft of each one as it is judged now, and its deposit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SubmitField

from service.contract.fichiers.colonnes import LIBELLES
from service.contract.recepisse import lire_accuse
from service.domain.declaration import Gravite, Salarie
from service.domain.recepisse import Accuse
from service.errors import CampagneFermeeError, ConflitIdentifiantError, SaisieError, SchemaInvalideError
from service.usecases.attendus import reste_de_l_esat
from service.usecases.brouillon import Brouillon
from service.usecases.controler_brouillon import LigneControlee, controler_brouillon
from service.usecases.declarer import declarer
from service.usecases.montrer_depots import depot_du_message
from service.web.extranet import fichiers, lignes
from service.web.extranet.brouillons import (
    CERTIFICAT,
    campagne_ouverte,
    garder,
    la_campagne,
    le_brouillon,
    le_declarant,
    lignes_en_attente,
    oublier,
)
from service.web.formulaires import Formulaire
from service.web.gestes import l_etablissement, outils

LIGNES_PAR_PAGE = 50
MONTREES = frozenset(LIBELLES) - set(Salarie._fields)
"""Columns told beside the employee in the list of lines."""
routes = Blueprint("declarer", __name__, url_prefix="/declarer")
routes.register_blueprint(lignes.routes)
routes.register_blueprint(fichiers.routes)


class FormulaireDeDepot(Formulaire):
    """What is deposited: the identifiers of the message, so that sending the form twice is one deposit."""

    identifiant = HiddenField()
    identifiant_essai = HiddenField()
    cles = HiddenField()
    essai = BooleanField("Essai : tous les contrôles et un accusé marqué ESSAI, mais rien n'est déclaré ni transmis")
    deposer = SubmitField("Déposer")


@routes.before_request
def exiger_la_campagne() -> Response | None:
    """Outside the campaign there is nothing to see of certificates but when it will open."""
    if (request.view_args or {}).get("volet") != CERTIFICAT or campagne_ouverte():
        return None
    flash("Les certificats d'emploi ne se déclarent que pendant la campagne, dont voici les dates.", "warning")
    return redirect(url_for("declarer.volets"))


@routes.get("/")
def volets() -> str:
    """What can be declared today, and why the rest cannot."""
    return render_template(
        "extranet/volets.html",
        reste=reste_de_l_esat(outils(), l_etablissement()),
        en_attente=lignes_en_attente(),
    )


@routes.get("/<any(certificat, changement):volet>/")
def brouillon(volet: str) -> str | Response:
    """The draft, each line with what is to be said of it."""
    ecrit = _reconcilier(le_brouillon(volet))
    controlees = controler_brouillon(outils(), l_etablissement(), ecrit)
    montrer = request.args.get("montrer", "")
    choisies = [ligne for ligne in controlees if _est_montree(ligne, montrer)]
    page = max(1, request.args.get("page", 1, type=int))
    debut = (page - 1) * LIGNES_PAR_PAGE
    if choisies and debut >= len(choisies):
        return redirect(url_for("declarer.brouillon", volet=volet, montrer=montrer or None))
    return render_template(
        "extranet/brouillon.html",
        brouillon=ecrit,
        montrees=MONTREES,
        libelles=LIBELLES,
        lignes=choisies[debut : debut + LIGNES_PAR_PAGE],
        bilan=_bilan(controlees),
        montrer=montrer,
        page=page,
        derniere=debut + LIGNES_PAR_PAGE >= len(choisies),
        campagne=la_campagne(),
        reste=reste_de_l_esat(outils(), l_etablissement()).reste if volet == CERTIFICAT else 0,
    )


@routes.post("/<any(certificat, changement):volet>/effacement")
def effacer(volet: str) -> Response:
    """Forget the draft."""
    oublier(volet)
    flash("Le brouillon est effacé.", "success")
    return redirect(url_for("declarer.volets"))


@routes.get("/<any(certificat, changement):volet>/depot")
def confirmation(volet: str) -> str | Response:
    """What would be deposited, what would be left."""
    ecrit = _reconcilier(le_brouillon(volet))
    controlees = controler_brouillon(outils(), l_etablissement(), ecrit)
    pretes = [ligne for ligne in controlees if not ligne.rejetee]
    if not pretes:
        flash("Aucune ligne n'est prête : il n'y a rien à déposer.", "warning")
        return redirect(url_for("declarer.brouillon", volet=volet))
    formulaire = FormulaireDeDepot(
        formdata=None,
        identifiant=ecrit.identifiant,
        identifiant_essai=ecrit.identifiant_essai,
        cles=",".join(str(ligne.saisie.cle) for ligne in pretes),
    )
    return render_template(
        "extranet/depot_a_confirmer.html",
        brouillon=ecrit,
        montrees=MONTREES,
        libelles=LIBELLES,
        formulaire=formulaire,
        pretes=pretes,
        bilan=_bilan(controlees),
        campagne=la_campagne(),
    )


@routes.post("/<any(certificat, changement):volet>/depot")
def deposer(volet: str) -> Response:
    """Deposit; a form sent again leads to the receipt of the first time."""
    formulaire = FormulaireDeDepot()
    essai = bool(formulaire.essai.data)
    identifiant = formulaire.identifiant_essai.data if essai else formulaire.identifiant.data
    connu = depot_du_message(outils(), l_etablissement(), identifiant or "")
    if connu is not None:
        return _au_recepisse(lire_accuse(connu), "Ce dépôt était déjà reçu : voici son accusé de réception.")
    ecrit = le_brouillon(volet)
    if not formulaire.validate_on_submit() or identifiant != ecrit.identifiant_de(essai=essai):
        return _refuse(volet, "Le brouillon a changé depuis l'affichage de cette page : le vérifier de nouveau.")
    try:
        accuse = lire_accuse(declarer(outils(), le_declarant(), ecrit, _cles(formulaire.cles.data), essai=essai))
    except (CampagneFermeeError, ConflitIdentifiantError, SaisieError, SchemaInvalideError) as refus:
        return _refuse(volet, f"Rien n'a été déposé. {refus.message}")
    garder(ecrit.apres_depot(_acceptees(ecrit, _cles(formulaire.cles.data), accuse), essai=essai))
    return _au_recepisse(accuse, "Essai reçu : rien n'est déclaré." if essai else "Dépôt reçu.")


def _reconcilier(ecrit: Brouillon) -> Brouillon:
    """A draft whose deposit is recorded though its answer was lost begins anew, without the lines accepted."""
    connu = depot_du_message(outils(), l_etablissement(), ecrit.identifiant)
    if connu is None:
        return ecrit
    accuse = lire_accuse(connu)
    flash(f"Ce brouillon a déjà été déposé, sous le numéro {accuse.numero_depot}.", "info")
    reconcilie = ecrit.apres_depot([ligne.cle for ligne in ecrit.lignes], essai=False)
    garder(reconcilie)
    return reconcilie


def _est_montree(ligne: LigneControlee, montrer: str) -> bool:
    if montrer == "a_corriger":
        return ligne.rejetee
    if montrer == "alertes":
        return _alertee(ligne)
    return True


def _alertee(ligne: LigneControlee) -> bool:
    return not ligne.rejetee and any(constat.gravite is Gravite.ALERTE for constat in ligne.constats)


def _bilan(controlees: list[LigneControlee]) -> dict[str, int]:
    rejetees = sum(ligne.rejetee for ligne in controlees)
    return {
        "lignes": len(controlees),
        "pretes": len(controlees) - rejetees,
        "a_corriger": rejetees,
        "alertes": sum(map(_alertee, controlees)),
    }


def _cles(texte: str | None) -> list[int]:
    return [int(cle) for cle in (texte or "").split(",") if cle.isascii() and cle.isdigit()]


def _acceptees(ecrit: Brouillon, cles: list[int], accuse: Accuse) -> list[int]:
    """The keys of the lines accepted: those deposited, in the order of the draft."""
    deposees = [ligne.cle for ligne in ecrit.lignes if ligne.cle in set(cles)]
    return [
        cle for cle, resultat in zip(deposees, accuse.resultats, strict=True) if resultat.numero_declaration is not None
    ]


def _au_recepisse(accuse: Accuse, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("depots.un", numero=accuse.numero_depot))


def _refuse(volet: str, message: str) -> Response:
    flash(message, "danger")
    return redirect(url_for("declarer.brouillon", volet=volet))
