"""The log, searched: what was sent, and on a second tab what was done; the whole result as a file.

Filters stand in the address, so that a search can be kept and sent; those on a person never do: they come by POST and
stay in the session, encrypted, and each use of them is logged, without the value.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, SubmitField
from wtforms.validators import Length, Optional

from service.domain.actes import Acte
from service.domain.declaration import Operation
from service.domain.operateurs import Permission
from service.errors import IntrouvableError, SaisieError, TropLongError
from service.storage.columns import EPOQUE, MICROSECONDE
from service.storage.recherche import Place
from service.usecases.consigner import consigner
from service.usecases.consulter_journal import (
    COMPTE_MAX,
    DUREE_MAX_S,
    Personne,
    Preparee,
    Recherche,
    chercher_une_personne,
    compter,
    lire_entree,
    lire_page,
    parcourir,
    preparer,
)
from service.usecases.reception import Issue
from service.web.console.acces import permise
from service.web.console.exports import en_csv, en_xlsx
from service.web.formulaires import Formulaire, options
from service.web.gestes import l_auteur, la_memoire, outils

routes = Blueprint("journal", __name__, url_prefix="/journal")
TAILLE = 50
_ID_MAX = 2**63 - 1
_PERSONNE = "personne"
"""Key under which the session remembers a person looked for."""
_TOUT = ("", "(toutes)")
_OPERATIONS = options([_TOUT, *((une.value, une.value) for une in Operation)])
_ISSUES = options([_TOUT, *((une.value, une.libelle) for une in Issue if une is not Issue.FAIT)])
_ISSUES = [une for une in Issue if une is not Issue.FAIT]
_FILTRES = ("depuis", "jusque", "esat", "compte", "operation", "issue", "code", "numero", "identifiant", "acte")


class FormulaireDeRecherche(Formulaire):
    """The filters of the address; all of them are optional."""

    class Meta(Formulaire.Meta):
        """A search changes nothing: its address needs no token."""

        csrf = False

    depuis = DateField("Du", [Optional()])
    jusque = DateField("Au", [Optional()])
    esat = StringField("ESAT", [Length(max=100)], render_kw={"placeholder": "Nom ou SIRET"})
    compte = StringField("Compte", [Length(max=100)], render_kw={"placeholder": "Adresse électronique"})
    operation = SelectField(
        "Opération", choices=options([_TOUT, *((une.value, une.value) for une in Operation)]), default=""
    )
    issue = SelectField(
        "Issue",
        choices=options([_TOUT, *((une.value, une.libelle) for une in Issue if une is not Issue.FAIT)]),
        default="",
    )
    code = StringField("Faute ou règle", [Length(max=30)], render_kw={"placeholder": "REJEU, C09…"})
    numero = StringField("Dépôt ou déclaration", [Length(max=30)], render_kw={"placeholder": "D261204-…"})
    identifiant = StringField("identifiantMessage", [Length(max=40)])
    acte = SelectField("Acte", choices=options([("", "(tous)"), *((un.value, un.libelle) for un in Acte)]), default="")


class FormulaireDePersonne(Formulaire):
    """Who is looked for; exact values."""

    nir = StringField("NIR", [Length(max=30)], render_kw={"autocomplete": "off"})
    numero_allocataire = StringField("Numéro allocataire", [Length(max=10)], render_kw={"autocomplete": "off"})
    organisme = StringField("Organisme", [Length(max=3)], render_kw={"autocomplete": "off"})
    nom = StringField("Nom de naissance", [Length(max=80)], render_kw={"autocomplete": "off"})
    chercher = SubmitField("Chercher cette personne")


@routes.get("")
@permise(Permission.CONSULTER)
def page() -> str | tuple[str, int]:
    """One page of messages."""
    return _page("console/journal.html", actes=False)


@routes.get("/actes")
@permise(Permission.CONSULTER)
def actes() -> str | tuple[str, int]:
    """One page of acts: who did what, looks at personal data included."""
    return _page("console/actes.html", actes=True)


@routes.get("/entree/<int:entree_id>")
@permise(Permission.CONSULTER)
def entree(entree_id: int) -> str:
    """All that the log holds of one message or act."""
    if entree_id > _ID_MAX:
        raise IntrouvableError
    return render_template("console/entree.html", une=lire_entree(outils(), entree_id))


@routes.post("/personne")
@permise(Permission.CONSULTER)
def personne() -> Response:
    """Remember who is looked for, log that somebody is, and show the log so filtered."""
    formulaire = FormulaireDePersonne()
    if formulaire.validate():
        valeurs = {nom: (formulaire[nom].data or "").strip() or None for nom in Personne._fields}
        try:
            chercher_une_personne(outils(), l_auteur(), Personne(**valeurs))
        except SaisieError as refus:
            _dire(refus)
        else:
            la_memoire()[_PERSONNE] = valeurs
    return redirect(url_for("journal.page", **_filtres_de_l_adresse()))


@routes.post("/personne/oublier")
@permise(Permission.CONSULTER)
def oublier() -> Response:
    """Look for everybody again."""
    la_memoire().pop(_PERSONNE, None)
    return redirect(url_for("journal.page", **_filtres_de_l_adresse()))


@routes.get("/export.<any(csv, xlsx):forme>")
@permise(Permission.EXPORTER)
def export(forme: str) -> Response | str | tuple[str, int]:
    """All the messages found, as a file."""
    return _export(forme, actes=False)


@routes.get("/actes/export.<any(csv, xlsx):forme>")
@permise(Permission.EXPORTER)
def export_des_actes(forme: str) -> Response | str | tuple[str, int]:
    """All the acts found, as a file."""
    return _export(forme, actes=True)


def _export(forme: str, *, actes: bool) -> Response | str | tuple[str, int]:
    """The whole result as a file, streamed; logged, by the names of its filters."""
    formulaire = FormulaireDeRecherche(request.args)
    if not formulaire.validate():
        return _page("console/actes.html" if actes else "console/journal.html", actes=actes)
    deps, personne_ = outils(), None if actes else _la_personne()
    preparee = preparer(deps, _recherche(formulaire), personne_, actes=actes)
    filtres = sorted(_filtres_de_l_adresse()) + ([_PERSONNE] if personne_ else [])
    objet = f"{'actes' if actes else 'messages'}, {forme} ({', '.join(filtres) or 'aucun filtre'})"
    with deps.unites.ecriture() as unite:
        consigner(unite, l_auteur(), Acte.JOURNAL_EXPORTE, deps.horloge(), objet=objet)
        unite.commit()
    nom = f"{'actes' if actes else 'journal'}-{deps.horloge():%Y%m%d-%H%M}"
    return (en_csv if forme == "csv" else en_xlsx)(parcourir(deps, preparee), nom, actes=actes)


def _page(gabarit: str, *, actes: bool) -> str | tuple[str, int]:
    formulaire = FormulaireDeRecherche(request.args)
    faits: dict[str, Any] = {
        "formulaire": formulaire,
        "personne": None if actes else la_memoire().get(_PERSONNE),
        "formulaire_personne": FormulaireDePersonne(formdata=None),
        "page": None,
        "filtres": _filtres_de_l_adresse(),
    }
    try:
        apres = _lire_la_place(request.args.get("apres", ""))
        if not formulaire.validate():
            raise SaisieError("Des filtres sont à corriger : rien n'a été cherché.")
        preparee = preparer(outils(), _recherche(formulaire), None if actes else _la_personne(), actes=actes)
        depart = time.monotonic()
        lue = lire_page(outils(), preparee, apres, TAILLE)
    except (SaisieError, TropLongError) as refus:
        details = [f"{point.champ} : {point.message}" if point.champ else point.message for point in refus.precisions]
        return render_template(gabarit, refus=refus.message, details=details, **faits), 400
    nombre = None
    if not (apres or lue.arretee):
        nombre = _nombre(preparee, DUREE_MAX_S - (time.monotonic() - depart))
    return render_template(gabarit, **faits | {"page": lue, "suite": _ecrire_la_place(lue.suite), "nombre": nombre})


def _filtres_de_l_adresse() -> dict[str, Any]:
    """The filters as they stand in the address, to be kept by links and forms."""
    return {nom: valeur for nom, valeur in request.args.items() if valeur and nom in _FILTRES}


def _nombre(preparee: Preparee, secondes: float) -> str:
    nombre = compter(outils(), preparee, secondes)
    if nombre is None:
        return "nombre inconnu : le compter demanderait trop de temps"
    if nombre > COMPTE_MAX:
        return "plus de 10\u202f000 entrées"
    return f"{nombre:,} entrée{'s' if nombre > 1 else ''}".replace(",", "\u202f")


def _recherche(formulaire: FormulaireDeRecherche) -> Recherche:
    def texte(nom: str) -> str | None:
        return (formulaire[nom].data or "").strip() or None

    return Recherche(
        depuis=formulaire.depuis.data,
        jusque=formulaire.jusque.data,
        esat=texte("esat"),
        compte=texte("compte"),
        issue=Issue(formulaire.issue.data) if formulaire.issue.data else None,
        operation=Operation(formulaire.operation.data) if formulaire.operation.data else None,
        code=texte("code"),
        numero=texte("numero"),
        identifiant=texte("identifiant"),
        acte=Acte(formulaire.acte.data) if formulaire.acte.data else None,
    )


def _la_personne() -> Personne | None:
    valeurs: Mapping[str, str | None] | None = la_memoire().get(_PERSONNE)
    return None if valeurs is None else Personne(**valeurs)


def _dire(refus: SaisieError) -> None:
    for message in [f"{point.champ} : {point.message}" for point in refus.precisions] or [refus.message]:
        flash(message, "danger")


def _ecrire_la_place(place: Place | None) -> str | None:
    """A place in the address: microseconds since 1970, and the entry."""
    return None if place is None else f"{(place[0] - EPOQUE) // MICROSECONDE}.{place[1]}"


def _lire_la_place(texte: str) -> Place | None:
    if not texte:
        return None
    instant, _, entree = texte.partition(".")
    if not (instant.isdecimal() and entree.isdecimal() and len(instant) < 17 and len(entree) < 19):
        raise SaisieError("La suite demandée n'est pas lisible : revenir à la première page.")
    return _instant(int(instant)), int(entree)


def _instant(microsecondes: int) -> datetime:
    return EPOQUE + timedelta(microseconds=microsecondes)
