"""Which pages of the extranet a visitor may open: the state of the password, the ESAT worked for, the role there.

Invariants, in the order the code enforces them: a provisional or expired password opens its own change only; a page
about an ESAT needs one, chosen when the account serves several, whose convention runs; pages of the référent do not
exist for anyone else (404, and an entry in the log).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as ReponseWerkzeug

from service.domain.campagne import jour_de_paris
from service.domain.habilitation import Role
from service.errors import HabilitationError
from service.usecases.reception import Etablissement
from service.usecases.seances import Visiteur
from service.web import erreurs
from service.web.gestes import la_memoire, le_visiteur, outils

ETABLISSEMENT = "etablissement"
"""Key of the session's memory under which the SIRET worked for stands."""
F = TypeVar("F", bound=Callable[..., Any])


def sans_etablissement(vue: F) -> F:
    """Mark a view that is about no ESAT in particular."""
    vue.__dict__["sans_etablissement"] = True
    return vue


def meme_provisoire(vue: F) -> F:
    """Mark a view that a password to be changed opens too."""
    vue.__dict__["meme_provisoire"] = True
    return vue


def du_referent(vue: F) -> F:
    """Mark a view that is there for the référent of the ESAT only."""
    vue.__dict__["du_referent"] = True
    return vue


def a_la_marque(marque: str) -> bool:
    """Whether the view of this request has that mark."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), marque, False) is True


def etablissements_ouverts(visiteur: Visiteur) -> dict[str, Etablissement]:
    """Return the ESATs, by SIRET, that the visitor may work for today: a right, and a convention that runs."""
    jour = jour_de_paris(outils().horloge())
    etablissements = visiteur.expediteur.etablissements
    return {siret: un for siret, un in sorted(etablissements.items()) if un.convention.en_cours(jour)}


def admettre() -> ReponseWerkzeug | None:
    """Note the ESAT worked for; lead elsewhere, or refuse, whoever may not open the page asked for."""
    visiteur = le_visiteur()
    ouverts = etablissements_ouverts(visiteur)
    g.etablissements = ouverts
    g.etablissement = _choisi(ouverts)
    if request.endpoint is None:
        return None
    if visiteur.expediteur.a_changer and not a_la_marque("meme_provisoire"):
        return redirect(url_for("mot_de_passe.renouvellement", suite=_page_demandee()))
    if a_la_marque("sans_etablissement") or a_la_marque("ouverte"):
        return None
    if not ouverts:
        return _aucun()
    if g.etablissement is None:
        return redirect(url_for("etablissement.choix", suite=_page_demandee()))
    if a_la_marque("du_referent") and g.etablissement.role is not Role.REFERENT:
        raise HabilitationError
    return None


def _page_demandee() -> str | None:
    """Where to go on to afterwards; a form is not sent again."""
    return request.path if request.method == "GET" else None


def _choisi(ouverts: dict[str, Etablissement]) -> Etablissement | None:
    """The ESAT chosen before; at first, the only one. One that closed since is never replaced unseen by another."""
    memoire = la_memoire()
    if ETABLISSEMENT not in memoire and len(ouverts) == 1:
        memoire[ETABLISSEMENT] = next(iter(ouverts))
    return ouverts.get(memoire.get(ETABLISSEMENT, ""))


def _aucun() -> Response:
    return erreurs.page(
        403,
        "Aucun établissement",
        "Votre compte n'est habilité pour aucun établissement dont la convention avec la Caf est en cours. "
        "S'adresser au référent de l'établissement, ou à l'assistance.",
    )
