"""From an error to a page: what was expected, what to do; never a stack trace, never somebody else's data.

Somebody else's deposit, agent, receipt or key, and an address that does not exist, get the same 404; the first ones
also leave an entry in the log.
"""

import logging
import traceback

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from service.domain.actes import Acte
from service.errors import (
    DebitDepasseError,
    HabilitationError,
    IncidentError,
    IndisponibleError,
    IntrouvableError,
    SaisieError,
    TeledeclarationError,
)
from service.usecases.consigner import consigner
from service.web.gestes import l_auteur, outils

_logger = logging.getLogger("service.web")
_TITRES = {
    400: "Demande incomprise",
    404: "Page introuvable",
    405: "Demande incomprise",
    413: "Fichier trop volumineux",
}
_TEXTES = {
    400: "La demande n'a pas été comprise. Reprendre depuis la page précédente.",
    404: "Rien ne se trouve à cette adresse, ou vous n'y avez pas accès.",
    405: "Cette page ne se demande pas de cette façon. Reprendre depuis l'accueil.",
    413: "Le fichier ou le formulaire envoyé dépasse la taille admise. Le répartir en plusieurs envois.",
}


def installer(application: Flask) -> None:
    """Answer every error of the application with a page."""
    application.register_error_handler(CSRFError, _formulaire_perime)
    application.register_error_handler(HTTPException, _http)
    application.register_error_handler(IntrouvableError, _a_d_autres)
    application.register_error_handler(HabilitationError, _a_d_autres)
    application.register_error_handler(SaisieError, _saisie)
    application.register_error_handler(DebitDepasseError, _trop)
    application.register_error_handler(IndisponibleError, _indisponible)
    application.register_error_handler(Exception, _incident)


def page(statut: int, titre: str, texte: str) -> Response:
    """Return the page of an error."""
    return make_response(render_template("gabarits/erreur.html", titre=titre, texte=texte), statut)


def _http(erreur: HTTPException) -> Response:
    statut = erreur.code or 500
    if erreur.response is not None or statut < 400:
        return make_response(erreur.get_response())
    reponse = page(statut, _TITRES.get(statut, "Demande refusée"), _TEXTES.get(statut, _TEXTES[400]))
    for nom, valeur in erreur.get_headers():
        if nom == "Allow":
            reponse.headers[nom] = valeur
    return reponse


def _formulaire_perime(_erreur: CSRFError) -> Response:
    return page(
        400,
        "Formulaire périmé",
        "Ce formulaire a été affiché il y a trop longtemps, ou dans une autre session : rien n'a été enregistré. "
        "Revenir à la page précédente, la recharger, et recommencer.",
    )


def _a_d_autres(erreur: TeledeclarationError) -> Response:
    dependencies = outils()
    with dependencies.unites.ecriture() as unite:
        instant = dependencies.horloge()
        consigner(unite, l_auteur(), Acte.ACCES_REFUSE, instant, objet=request.path[:200], refuse=erreur.code)
        unite.commit()
    return page(404, _TITRES[404], _TEXTES[404])


def _saisie(erreur: SaisieError) -> Response:
    details = " ".join(precision.message for precision in erreur.precisions)
    return page(400, "Saisie refusée", f"{erreur.message} {details}")


def _trop(erreur: DebitDepasseError) -> Response:
    reponse = page(429, "Trop de demandes", f"Le service est très sollicité. Réessayer dans {erreur.attente} s.")
    reponse.headers["Retry-After"] = str(erreur.attente)
    return reponse


def _indisponible(_erreur: IndisponibleError) -> Response:
    return page(
        503, "Service indisponible", "Le service est momentanément indisponible : rien n'a été enregistré. Réessayer."
    )


def _incident(erreur: Exception) -> Response:
    requete = l_auteur().requete
    lieux = " < ".join(f"{lieu.filename}:{lieu.lineno}" for lieu in traceback.extract_tb(erreur.__traceback__)[::-1])
    _logger.error("incident", extra={"requete": requete, "erreur": type(erreur).__name__, "lieux": lieux})
    return page(500, "Incident technique", IncidentError(requete).message)
