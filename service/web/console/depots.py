"""One deposit, as an operator examines it: lines, receipt, history; the raw message behind a reason."""

from flask import Blueprint, Response, abort, make_response, render_template, request
from wtforms import SubmitField, TextAreaField
from wtforms.validators import InputRequired

from service.contract.recepisse import lire_accuse
from service.domain.operateurs import Permission
from service.editique.recepisse import imprimer_recepisse
from service.errors import SaisieError
from service.usecases.examiner_depot import MOTIF_MAX, examiner_depot, lire_message_brut, lire_recepisse_examine
from service.web.console.acces import permise
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, outils
from service.web.site import le_site

routes = Blueprint("depots", __name__, url_prefix="/depots")


class FormulaireDeMotif(Formulaire):
    """Why a raw message is read."""

    motif = TextAreaField(
        "Motif de la consultation",
        [InputRequired("Un motif est attendu.")],
        render_kw={"rows": 2, "maxlength": MOTIF_MAX},
    )
    lire = SubmitField("Lire le message d'origine")


@routes.get("/<numero>")
@permise(Permission.CONSULTER)
def un(numero: str) -> str:
    """One deposit; the look is logged."""
    return _page(numero, FormulaireDeMotif(formdata=None))


@routes.get("/<numero>/accuse.xml")
@permise(Permission.CONSULTER)
def accuse_signe(numero: str) -> Response:
    """The signed receipt, the very bytes."""
    octets, _ = lire_recepisse_examine(outils(), numero)
    return _telecharger(octets, "application/xml", f"accuse-{numero}.xml")


@routes.get("/<numero>/accuse.pdf")
@permise(Permission.CONSULTER)
def accuse_imprimable(numero: str) -> Response:
    """The receipt on paper."""
    octets, nom = lire_recepisse_examine(outils(), numero)
    pdf = imprimer_recepisse(lire_accuse(octets), nom, le_site().adresse_publique)
    return _telecharger(pdf, "application/pdf", f"accuse-{numero}.pdf")


@routes.post("/<numero>/message")
@permise(Permission.LIRE_BRUT)
def message(numero: str) -> str | tuple[str, int]:
    """The message as received, once its reading is logged with the reason."""
    formulaire = FormulaireDeMotif()
    if not formulaire.validate():
        return _page(numero, formulaire), 400
    try:
        octets = lire_message_brut(outils(), l_auteur(), numero, formulaire.motif.data)
    except SaisieError as refus:
        formulaire.motif.errors = [point.message for point in refus.precisions]
        return _page(numero, formulaire), 400
    texte = None if octets is None else octets.decode("utf-8", "replace")
    return render_template("console/message.html", numero=numero, texte=texte)


def _page(numero: str, formulaire: FormulaireDeMotif) -> str:
    examine = examiner_depot(outils(), l_auteur(), numero, max(1, request.args.get("ligne", 1, type=int)))
    if not examine.montre.lignes:
        abort(404)
    return render_template("console/depot.html", examine=examine, montre=examine.montre, formulaire=formulaire)


def _telecharger(octets: bytes, media: str, nom: str) -> Response:
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = media
    reponse.headers["Content-Disposition"] = f"attachment; filename={nom}"
    return reponse
