"""One declaration of a deposit: cancelled, or replaced by another."""

from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SubmitField, TextAreaField
from wtforms.validators import UUID, InputRequired, Length

from service.contract.fichiers.ecriture import textes_du_salarie
from service.contract.fichiers.tableau import en_texte
from service.contract.recepisse import lire_accuse
from service.domain.declaration import Nature, StatutLigne
from service.errors import ConflitIdentifiantError, SchemaInvalideError
from service.usecases.brouillon import LigneSaisie
from service.usecases.declarer import annuler
from service.usecases.montrer_depots import LigneMontree, montrer_ligne
from service.web.extranet.brouillons import (
    CERTIFICAT,
    CHANGEMENT,
    campagne_ouverte,
    garder,
    la_campagne,
    le_brouillon,
    le_declarant,
)
from service.web.formulaires import Formulaire
from service.web.gestes import l_auteur, l_etablissement, outils

MOTIF_MAX = 250
routes = Blueprint("declarations", __name__)


class FormulaireDAnnulation(Formulaire):
    """Why; the identifier of the message makes the form good for one deposit only."""

    motif = TextAreaField(
        "Motif de l'annulation",
        [InputRequired("Le motif est attendu."), Length(max=MOTIF_MAX, message=f"{MOTIF_MAX} caractères au plus.")],
        render_kw={"rows": 3, "maxlength": MOTIF_MAX},
    )
    identifiant = HiddenField(validators=[UUID("Recharger la page avant d'annuler.")])
    envoyer = SubmitField("Annuler la déclaration")


@routes.route("/declarations/<declaration>/annulation", methods=["GET", "POST"])
def annulation(declaration: str) -> str | Response:
    """Cancel a declaration."""
    ligne = montrer_ligne(outils(), l_auteur(), l_etablissement(), declaration)
    formulaire = FormulaireDAnnulation()
    if formulaire.identifiant.data is None:
        formulaire.identifiant.data = str(uuid4())
    if formulaire.validate_on_submit():
        try:
            return _annuler(declaration, formulaire)
        except (ConflitIdentifiantError, SchemaInvalideError) as refus:
            formulaire.motif.errors = [f"Rien n'a été annulé. {refus.message}"]
    return render_template("extranet/annulation.html", ligne=ligne, formulaire=formulaire, declaration=declaration)


@routes.post("/declarations/<declaration>/remplacement")
def remplacement(declaration: str) -> Response:
    """Begin, in the draft, the line that replaces a declaration."""
    ligne = montrer_ligne(outils(), l_auteur(), l_etablissement(), declaration)
    volet = CERTIFICAT if ligne.declaration.annee is not None else CHANGEMENT
    if not est_remplacable(ligne) or ligne.salarie is None:
        abort(404)
    brouillon = le_brouillon(volet)
    commencee = next((une for une in brouillon.lignes if une.valeurs.get("remplace") == declaration), None)
    if commencee is None:
        brouillon = brouillon.ajouter(LigneSaisie(0, _valeurs(ligne) | {"remplace": declaration}))
        commencee = brouillon.lignes[-1]
        garder(brouillon)
    return redirect(url_for("declarer.lignes.une", volet=volet, cle=commencee.cle))


def _annuler(declaration: str, formulaire: FormulaireDAnnulation) -> Response:
    identifiant, motif = formulaire.identifiant.data.lower(), " ".join(formulaire.motif.data.split())
    accuse = lire_accuse(annuler(outils(), le_declarant(), identifiant, [declaration], motif))
    if accuse.resultats[0].statut is StatutLigne.ACCEPTEE:
        flash("La déclaration est annulée.", "success")
    else:
        flash("La déclaration n'a pas été annulée : l'accusé dit pourquoi.", "danger")
    return redirect(url_for("depots.un", numero=accuse.numero_depot))


def est_remplacable(ligne: LigneMontree) -> bool:
    """Whether a line can be replaced today: active, and for a certificate while its campaign is open."""
    annee = ligne.declaration.annee
    return ligne.active and (annee is None or (campagne_ouverte() and la_campagne().annee == annee))


def _valeurs(ligne: LigneMontree) -> dict[str, str]:
    """The texts of a line as it was declared."""
    declaree = ligne.declaration
    assert ligne.salarie is not None
    textes = textes_du_salarie(ligne.salarie) | {nom: en_texte(valeur) for nom, valeur in ligne.nombres.items()}
    autres = {
        "reference": declaree.reference,
        "nombre_mois": None if declaree.nombre_mois is None else str(declaree.nombre_mois),
        "nature": None if declaree.annee is not None else Nature(declaree.nature).element,
        "date_effet": None if declaree.date_effet is None else en_texte(declaree.date_effet),
        "motif": declaree.motif,
    }
    return textes | {nom: texte for nom, texte in autres.items() if texte is not None}
