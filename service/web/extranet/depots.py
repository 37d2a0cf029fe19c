"""What the ESAT has deposited: the list, one deposit with its lines, its receipt as signed and on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from wtforms import DateField, Form, SelectField, StringField
from wtforms.validators import Optional

from service.contract.curseur import ecrire_curseur, lire_curseur
from service.contract.recepisse import lire_accuse
from service.domain.declaration import Operation, StatutDepot
from service.editique.recepisse import imprimer_recepisse
from service.errors import SaisieError
from service.usecases.demandes import Position
from service.usecases.montrer_depots import RechercheDepots, chercher_depots, lire_recepisse, montrer_depot
from service.web.extranet import declarations
from service.web.formulaires import options
from service.web.gestes import l_auteur, l_etablissement, le_visiteur, outils
from service.web.site import le_site

routes = Blueprint("depots", __name__, url_prefix="/depots")
routes.register_blueprint(declarations.routes)
_OBJETS = options([("", "Tous"), *((une.value, une.libelle) for une in Operation if une.depot)])
_STATUTS = options([("", "Tous"), *((un.value, un.libelle) for un in StatutDepot)])
_ESSAIS = options([("", "Avec les essais"), ("non", "Sans"), ("oui", "Seulement")])


class Filtres(Form):  # type: ignore[misc]
    """What the list may be narrowed to; kept in the address."""

    class Meta(Form.Meta):  # type: ignore[misc]
        """The language of WTForms."""

        locales = ("fr",)

    depuis = DateField("Reçus depuis le", [Optional()], render_kw={"autocomplete": "off"})
    jusque = DateField("Jusqu'au", [Optional()], render_kw={"autocomplete": "off"})
    operation = SelectField("Objet", choices=_OBJETS, default="")
    statut = SelectField("Résultat", choices=_STATUTS, default="")
    essai = SelectField("Essais", choices=_ESSAIS, default="")
    texte = StringField("Numéro ou référence", render_kw={"autocomplete": "off", "maxlength": 60})

    def recherche(self) -> RechercheDepots:
        """Return what is looked for."""
        essai: str = self.essai.data or ""
        return RechercheDepots(
            self.depuis.data,
            self.jusque.data,
            Operation(self.operation.data) if self.operation.data else None,
            StatutDepot(self.statut.data) if self.statut.data else None,
            {"oui": True, "non": False}.get(essai),
            self.texte.data or None,
        )


@routes.get("/")
def liste() -> str:
    """The deposits, newest first."""
    filtres = Filtres(request.args)
    page = None
    if filtres.validate():
        try:
            page = chercher_depots(outils(), l_etablissement(), filtres.recherche(), _place())
        except SaisieError:
            filtres.jusque.errors = ["Le dernier jour précède le premier."]
    suite = None if page is None or page.suite is None else ecrire_curseur(*page.suite)
    return render_template("extranet/depots.html", filtres=filtres, page=page, demande=_demande(filtres), suite=suite)


@routes.get("/<numero>")
def un(numero: str) -> str:
    """One deposit."""
    premiere = max(1, request.args.get("ligne", 1, type=int))
    montre = montrer_depot(outils(), l_auteur(), l_etablissement(), numero, premiere)
    if not montre.lignes:
        abort(404)
    return render_template("extranet/depot.html", montre=montre, remplacable=declarations.est_remplacable)


@routes.get("/<numero>/accuse.xml")
def accuse_signe(numero: str) -> Response:
    """The signed receipt, the very bytes."""
    return _telecharger(lire_recepisse(outils(), l_etablissement(), numero), "application/xml", f"accuse-{numero}.xml")


@routes.get("/<numero>/accuse.pdf")
def accuse_imprimable(numero: str) -> Response:
    """The receipt on paper."""
    etablissement = l_etablissement()
    accuse = lire_accuse(lire_recepisse(outils(), etablissement, numero))
    nom = le_visiteur().raisons_sociales[etablissement.siret]
    return _telecharger(
        imprimer_recepisse(accuse, nom, le_site().adresse_publique), "application/pdf", f"accuse-{numero}.pdf"
    )


def _place() -> Position | None:
    """Where the page before ended; a cursor that is none leads to the first page."""
    try:
        return Position(*lire_curseur(request.args.get("apres", "")))
    except ValueError:
        return None


def _demande(filtres: Filtres) -> Mapping[str, Any]:
    """The filters as parameters of an address, those that ask something."""
    donnees = {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in filtres.data.items()}
    return {nom: valeur for nom, valeur in donnees.items() if valeur}


def _telecharger(octets: bytes, media: str, nom: str) -> Response:
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = media
    reponse.headers["Content-Disposition"] = f"attachment; filename={nom}"
    return reponse
