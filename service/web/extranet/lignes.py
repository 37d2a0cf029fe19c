"""The lines of a draft: written, corrected, taken out, or begun from an employee who is known."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.contract.fichiers.constats import Constat
from service.contract.fichiers.ecriture import textes_du_salarie
from service.domain.declaration import Gravite, Nature
from service.errors import IntrouvableError
from service.usecases.attendus import SalarieConnu, salaries_attendus, salaries_connus
from service.usecases.brouillon import Brouillon, LigneSaisie
from service.usecases.controler_brouillon import controler_brouillon
from service.web.extranet.brouillons import CERTIFICAT, CHANGEMENT, garder, la_campagne, la_ligne, le_brouillon
from service.web.extranet.saisie_ligne import FormulaireDeSalarie, formulaire_de
from service.web.gestes import l_auteur, l_etablissement, outils

routes = Blueprint("lignes", __name__)
_NATURES = {nature.element: nature for nature in Nature}
_VOLET = "/<any(certificat, changement):volet>"
_DEJA = "Cette ligne est déjà dans le brouillon, avec les mêmes valeurs : elle n'y a pas été ajoutée une seconde fois."
_TROP = "Un dépôt compte {limite} lignes au plus : déposer ce brouillon, puis en commencer un autre."


@routes.route("/certificat/lignes/nouvelle", methods=["GET", "POST"], defaults={"volet": CERTIFICAT, "nature": ""})
@routes.route("/changement/lignes/nouvelle/<nature>", methods=["GET", "POST"], defaults={"volet": CHANGEMENT})
def nouvelle(volet: str, nature: str) -> str | Response:
    """Write a line."""
    if volet != CERTIFICAT and nature not in _NATURES:
        abort(404)
    brouillon = le_brouillon(volet)
    if not _place(brouillon):
        return _complet(volet)
    vide = LigneSaisie(0, {"nature": nature} if nature else {})
    ajoute = brouillon.ajouter(vide)
    return _saisir(ajoute, ajoute.lignes[-1], nouvelle=True)


@routes.route(f"{_VOLET}/lignes/<int:cle>", methods=["GET", "POST"])
def une(volet: str, cle: int) -> str | Response:
    """Correct a line."""
    brouillon = le_brouillon(volet)
    return _saisir(brouillon, la_ligne(brouillon, cle), nouvelle=False)


@routes.post(f"{_VOLET}/lignes/<int:cle>/retrait")
def retirer(volet: str, cle: int) -> Response:
    """Take a line out."""
    brouillon = le_brouillon(volet)
    la_ligne(brouillon, cle)
    garder(brouillon.retirer([cle]))
    flash("La ligne est retirée du brouillon.", "success")
    return redirect(url_for("declarer.brouillon", volet=volet))


@routes.get(f"{_VOLET}/salaries")
def salaries(volet: str) -> str:
    """Employees who are known, to begin lines from."""
    brouillon = le_brouillon(volet)
    connus = _connus(volet)
    return render_template(
        "extranet/salaries.html",
        volet=brouillon.volet,
        connus=[connu for connu in connus if _ligne_de(brouillon, connu) is None],
        deja=sum(_ligne_de(brouillon, connu) is not None for connu in connus),
        campagne=la_campagne(),
        natures=_NATURES,
    )


@routes.post("/certificat/salaries", defaults={"volet": CERTIFICAT})
def tous(volet: str) -> Response:
    """Begin a line for every employee who is expected."""
    brouillon = le_brouillon(volet)
    manquants = [connu for connu in _connus(volet) if _ligne_de(brouillon, connu) is None]
    limite = outils().limites.lignes_par_message - len(brouillon.lignes)
    if len(manquants) > limite:
        return _complet(volet)
    garder(brouillon.ajouter(*(LigneSaisie(0, textes_du_salarie(connu.salarie)) for connu in manquants)))
    flash(f"{len(manquants)} salariés ajoutés au brouillon : compléter leurs montants.", "success")
    return redirect(url_for("declarer.brouillon", volet=volet))


@routes.post("/certificat/salaries/<declaration>", defaults={"volet": CERTIFICAT, "nature": ""})
@routes.post("/changement/salaries/<declaration>/<nature>", defaults={"volet": CHANGEMENT})
def reprendre(volet: str, declaration: str, nature: str) -> Response:
    """Begin a line for an employee, named by a declaration; go on with the one there is, for certificates."""
    if volet != CERTIFICAT and nature not in _NATURES:
        abort(404)
    connu = next((un for un in _connus(volet) if un.numero == declaration), None)
    if connu is None:
        raise IntrouvableError
    brouillon = le_brouillon(volet)
    ligne = _ligne_de(brouillon, connu)
    if ligne is None:
        if not _place(brouillon):
            return _complet(volet)
        valeurs = textes_du_salarie(connu.salarie) | ({"nature": nature} if nature else {})
        brouillon = brouillon.ajouter(LigneSaisie(0, valeurs))
        ligne = brouillon.lignes[-1]
        garder(brouillon)
    return redirect(url_for("declarer.lignes.une", volet=volet, cle=ligne.cle))


def _saisir(brouillon: Brouillon, ligne: LigneSaisie, *, nouvelle: bool) -> str | Response:
    """Show the form of a line; once sent, keep what nothing stops, or what is to be kept all the same."""
    volet = brouillon.volet.nom
    nature = _nature(ligne)
    formulaire = formulaire_de(volet, nature)
    if request.method == "GET":
        formulaire.remplir(ligne.valeurs)
        if not nouvelle and ligne.illisibles:
            formulaire.montrer(_constats(brouillon, ligne.cle))
    elif formulaire.validate():
        corrige = brouillon.corriger(ligne.cle, formulaire.valeurs())
        if nouvelle and _deja_la(corrige):
            flash(_DEJA, "warning")
            return redirect(url_for("declarer.brouillon", volet=volet))
        constats = _constats(corrige, ligne.cle)
        formulaire.montrer(constats)
        if not formulaire.errors or formulaire.quand_meme.data:
            garder(corrige)
            alertes = any(constat.gravite is Gravite.ALERTE for constat in constats)
            flash(*_enregistree(a_corriger=bool(formulaire.errors), alertes=alertes))
            return _apres(corrige, ligne.cle, formulaire)
    return render_template(
        "extranet/ligne.html",
        formulaire=formulaire,
        volet=brouillon.volet,
        nature=nature,
        nouvelle=nouvelle,
        ligne=ligne,
        campagne=la_campagne(),
        autres=len(brouillon.lignes) > 1,
    )


def _deja_la(brouillon: Brouillon) -> bool:
    """Whether the last line says what another one says: its form was sent twice."""
    *autres, derniere = brouillon.lignes
    return any(ligne.valeurs == derniere.valeurs for ligne in autres)


def _apres(brouillon: Brouillon, cle: int, formulaire: FormulaireDeSalarie) -> Response:
    """The draft, or the next line after this one that is to be corrected."""
    volet = brouillon.volet.nom
    if formulaire.suivante.data:
        controlees = controler_brouillon(outils(), l_etablissement(), brouillon)
        apres = [ligne.saisie.cle for ligne in controlees if ligne.rejetee and ligne.saisie.cle > cle]
        if apres:
            return redirect(url_for("declarer.lignes.une", volet=volet, cle=apres[0]))
    return redirect(url_for("declarer.brouillon", volet=volet))


def _constats(brouillon: Brouillon, cle: int) -> list[Constat]:
    controlees = controler_brouillon(outils(), l_etablissement(), brouillon)
    return [constat for ligne in controlees if ligne.saisie.cle == cle for constat in ligne.constats]


def _nature(ligne: LigneSaisie) -> Nature | None:
    """The nature that a line tells, in whatever case of letters a file wrote it; None for one that is none."""
    return _NATURES.get(ligne.valeurs.get("nature", "").lower())


def _enregistree(*, a_corriger: bool, alertes: bool) -> tuple[str, str]:
    if a_corriger:
        return "La ligne est gardée dans le brouillon ; elle reste à corriger avant d'être déposée.", "warning"
    if alertes:
        return "La ligne est enregistrée, avec une remarque à vérifier qui n'empêche pas de déposer.", "warning"
    return "La ligne est enregistrée dans le brouillon.", "success"


def _connus(volet: str) -> list[SalarieConnu]:
    lister = salaries_attendus if volet == CERTIFICAT else salaries_connus
    return lister(outils(), l_auteur(), l_etablissement())


def _ligne_de(brouillon: Brouillon, connu: SalarieConnu) -> LigneSaisie | None:
    """The line of an employee: that with the same NIR, or the same numéro and organisme."""
    textes = textes_du_salarie(connu.salarie)
    identites = {(nom, textes[nom]) for nom in ("nir", "numero_allocataire") if nom in textes}
    return next((ligne for ligne in brouillon.lignes if identites & ligne.valeurs.items()), None)


def _place(brouillon: Brouillon) -> bool:
    return len(brouillon.lignes) < outils().limites.lignes_par_message


def _complet(volet: str) -> Response:
    flash(_TROP.format(limite=outils().limites.lignes_par_message), "warning")
    return redirect(url_for("declarer.brouillon", volet=volet))
