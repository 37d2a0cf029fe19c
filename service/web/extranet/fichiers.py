"""Declaring from a file: the very CSV and XLSX that the vendors' reference client reads, into a draft.

What is no table, or has a wrong header, is refused whole, with what to do. Every row of the others enters the draft,
the unreadable ones too, with what is wrong at its line.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as ReponseWerkzeug
from wtforms import BooleanField, FileField, RadioField, SubmitField

from service.contract.fichiers.constats import Constat
from service.contract.fichiers.modele import modele_csv, modele_xlsx
from service.errors import SaisieError
from service.usecases.attendus import reste_de_l_esat, salaries_attendus
from service.usecases.brouillon import VOLETS, Brouillon
from service.usecases.importer_fichier import Import, importer_fichier
from service.web.extranet.brouillons import CERTIFICAT, garder, le_brouillon
from service.web.formulaires import Formulaire, options
from service.web.gestes import l_auteur, l_etablissement, outils
from service.web.site import le_site

routes = Blueprint("fichiers", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_VOLET = "/<any(certificat, changement):volet>"
_OCTETS_PAR_MO = 1024 * 1024


class FormulaireDeFichier(Formulaire):
    """A file, and what to do with what the draft holds already."""

    fichier = FileField("Fichier", render_kw={"accept": ".csv,.xlsx,.txt"})
    mode = RadioField(
        "Lignes déjà dans le brouillon",
        choices=options(
            [
                ("ajouter", "Les garder, et ajouter celles du fichier"),
                ("remplacer", "Les remplacer par celles du fichier"),
            ]
        ),
        default="ajouter",
    )
    ignorer = BooleanField("Laisser de côté les colonnes que le modèle ne connaît pas")
    envoyer = SubmitField("Importer le fichier")


@routes.route(f"{_VOLET}/fichier", methods=["GET", "POST"])
def importer(volet: str) -> str | ReponseWerkzeug:
    """Take the rows of a file into the draft."""
    brouillon = le_brouillon(volet)
    formulaire = FormulaireDeFichier()
    constats: Sequence[Constat] = ()
    if formulaire.validate_on_submit():
        fait = _importer(brouillon, formulaire)
        if fait is not None and not fait.constats:
            garder(fait.brouillon)
            flash(_resume(fait), "warning" if fait.illisibles or fait.remarque else "success")
            return redirect(url_for("declarer.brouillon", volet=volet))
        constats = () if fait is None else fait.constats
    return render_template(
        "extranet/fichier.html",
        formulaire=formulaire,
        volet=brouillon.volet,
        constats=constats,
        deja=len(brouillon.lignes),
        limite=outils().limites.lignes_par_message,
        taille=le_site().octets_max // _OCTETS_PAR_MO,
        reste=reste_de_l_esat(outils(), l_etablissement()).reste if volet == CERTIFICAT else 0,
    )


@routes.get(f"{_VOLET}/modele.<any(csv, xlsx):suffixe>")
def modele(volet: str, suffixe: str) -> Response:
    """An empty file to fill in."""
    return _fichier(volet, suffixe, (), "modele")


@routes.get("/certificat/attendus.<any(csv, xlsx):suffixe>")
def attendus(suffixe: str) -> Response:
    """A file to complete, with the employees who are expected."""
    connus = salaries_attendus(outils(), l_auteur(), l_etablissement())
    return _fichier(CERTIFICAT, suffixe, [connu.salarie._asdict() for connu in connus], "a-completer")


def _importer(brouillon: Brouillon, formulaire: FormulaireDeFichier) -> Import | None:
    """Read the file of a form; None, and the reason at its field, for one that holds no table."""
    depose = formulaire.fichier.data
    if not depose:
        formulaire.fichier.errors = ["Choisir un fichier CSV ou XLSX."]
        return None
    if formulaire.mode.data == "remplacer":
        brouillon = brouillon.retirer([ligne.cle for ligne in brouillon.lignes])
    limite = outils().limites.lignes_par_message
    try:
        fait = importer_fichier(brouillon, depose.read(), limite, ignorer=bool(formulaire.ignorer.data))
    except SaisieError as refus:
        formulaire.fichier.errors = [refus.message]
        return None
    if fait.constats:
        formulaire.fichier.errors = ["Les titres des colonnes sont à corriger : rien n'a été repris."]
    return fait


def _resume(fait: Import) -> str:
    texte = f"{fait.nombre} lignes reprises du fichier, lu comme {fait.nature}."
    if fait.illisibles:
        texte += f" {fait.illisibles} ne se lisent pas : elles sont à corriger."
    return f"{texte} Attention : {fait.remarque}." if fait.remarque else texte


def _fichier(volet: str, suffixe: str, lignes: Sequence[Mapping[str, Any]], nom: str) -> Response:
    composer, media = (modele_xlsx, _XLSX) if suffixe == "xlsx" else (modele_csv, "text/csv; charset=utf-8")
    reponse = make_response(composer(VOLETS[volet], lignes))
    reponse.headers["Content-Type"] = media
    reponse.headers["Content-Disposition"] = f"attachment; filename={volet}-{nom}.{suffixe}"
    return reponse
