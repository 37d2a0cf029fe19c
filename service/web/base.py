"""One Flask application a space of the pages, and what holds for all of its views.

Invariants: every view needs a session unless marked `ouverte`; every form carries a CSRF token bound to the session;
cookies are Secure (except on the demonstration's loopback), HttpOnly, SameSite=Lax and sent to their space only; no
page is kept by a cache; nothing inline runs (Content-Security-Policy Level 3).
The signed cookie holds the session's token, the CSRF secret and messages to show, never personal data. Only what opens
or closes a session, or has a message to show, writes it: answers of one browser come in any order, and one to a request
of the session before must not bring that one back.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as ReponseWerkzeug

from service.domain.campagne import jour_de_paris
from service.usecases.seances import DUREE_MAX, Espace
from service.web import erreurs, filtres
from service.web.site import CHIFFRE, Site, le_site

JETON = "jeton"
"""Key of the signed cookie under which the session's token stands."""
_ENTREE = "connexion.entree"
_POLITIQUE = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ENTETES = {
    "Content-Security-Policy": _POLITIQUE,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATIQUE_S = 3600
F = TypeVar("F", bound=Callable[..., Any])


def nouvelle_application(espace: Espace, site: Site) -> Flask:
    """Return the application of a space, with everything but its views."""
    nom = espace.value.lower()
    application = Flask(f"service.web.{nom}", static_folder="../static", template_folder="../templates")
    coffre = site.dependencies.coffre
    application.config.update(
        ESPACE=espace.value,
        APPLICATION_ROOT=f"/{nom}",
        SECRET_KEY=coffre.hachage("cookie", espace.value) + coffre.hachage("cookie.suite", espace.value),
        SESSION_COOKIE_NAME=f"esat-{nom}",
        SESSION_COOKIE_PATH=f"/{nom}",
        SESSION_COOKIE_SECURE=site.cookies_surs,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=DUREE_MAX + timedelta(minutes=1),
        SEND_FILE_MAX_AGE_DEFAULT=_STATIQUE_S,
        MAX_CONTENT_LENGTH=site.octets_max,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    application.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    application.extensions["site"] = site
    CSRFProtect(application)
    filtres.installer(application)
    erreurs.installer(application)
    application.context_processor(_contexte)
    application.before_request(_exiger_un_canal_sur)
    application.after_request(_proteger)
    return application


def ouverte(vue: F) -> F:
    """Mark a view that needs no session."""
    vue.__dict__["ouverte"] = True
    return vue


def est_ouverte() -> bool:
    """Whether the view of this request needs no session: style sheets, and those marked so."""
    vue = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint == "static" or vue is None or getattr(vue, "ouverte", False)


def entrer(jeton: str) -> None:
    """Put a new session in the cookie; whatever the one before held is gone."""
    session.clear()
    session[JETON] = jeton


def faire_entrer() -> ReponseWerkzeug | None:
    """Without a session, closed views lead to the login page, which tells one that ended (`terminee`)."""
    if est_ouverte():
        return None
    return redirect(url_for(_ENTREE, suite=request.path if request.method == "GET" else None))


def _contexte() -> dict[str, Any]:
    """What every template may use."""
    site = le_site()
    return {
        "emetteur": site.dependencies.emetteur,
        "environnement": site.dependencies.environnement,
        "aujourdhui": jour_de_paris(site.dependencies.horloge()),
        "visiteur": g.get("visiteur"),
        "etablissement": g.get("etablissement"),
        "etablissements": g.get("etablissements", {}),
        "terminee": _terminee(),
    }


def _terminee() -> bool:
    """Whether this is the login page, opened with a session that ended."""
    return request.method == "GET" and request.endpoint == _ENTREE and JETON in session


def _exiger_un_canal_sur() -> ReponseWerkzeug | None:
    """Nothing is read over a plain connection: a page is asked for again over TLS, a form is refused."""
    if request.environ.get(CHIFFRE, False):
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(le_site().adresse_publique + request.environ.get("SCRIPT_NAME", "") + request.full_path)
    return erreurs.page(403, "Connexion non protégée", "Les formulaires ne sont reçus qu'en https.")


def _proteger(reponse: Response) -> Response:
    """Headers of every answer; pages are not kept, style sheets are."""
    reponse.headers.update(_ENTETES)
    if request.endpoint != "static":
        reponse.headers["Cache-Control"] = "no-store"
    return reponse
