"""Somebody who visits the extranet of a service in this process: cookies and forms as a browser keeps them, the clock
as the test sets it, no browser to wait for."""

import html
import re
from typing import Any

from maison import Service
from werkzeug.test import Client, TestResponse

_JETON = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visite:
    """A visitor with cookies of its own; paths are those below ``/extranet``."""

    def __init__(self, service: Service, espace: str = "/extranet") -> None:
        self._service = service
        self._client = Client(service.application)
        self._depuis = {"REMOTE_ADDR": "127.0.0.1"}
        self._espace = espace

    def lire(self, chemin: str, **options: Any) -> TestResponse:
        """GET a page, redirections left to the test."""
        return self._client.get(self._espace + chemin, environ_base=self._depuis, **options)

    def envoyer(self, chemin: str, champs: dict[str, Any] | None = None, depuis: str | None = None) -> TestResponse:
        """POST a form with the token found on the page that shows it (`depuis`, the same path by default)."""
        return self.poster(chemin, {"csrf_token": self.jeton(chemin if depuis is None else depuis), **(champs or {})})

    def jeton(self, chemin: str) -> str:
        """The CSRF token of the forms of a page."""
        trouve = _JETON.search(self.lire(chemin).text)
        assert trouve is not None, chemin
        return html.unescape(trouve.group(1))

    def poster(self, chemin: str, champs: dict[str, Any]) -> TestResponse:
        """POST exactly these fields."""
        return self._client.post(self._espace + chemin, data=champs, environ_base=self._depuis)

    def cookie(self) -> str:
        """The session's cookie."""
        trouve = self._client.get_cookie(f"esat-{self._espace.strip('/')}", path=self._espace)
        assert trouve is not None
        return trouve.value

    def ailleurs(self) -> "Visite":
        """The same browser's other request: with the cookies of now, whatever comes after."""
        autre = Visite(self._service, self._espace)
        nom, racine = f"esat-{self._espace.strip('/')}", self._espace
        autre._client.set_cookie(nom, self.cookie(), path=racine)
        return autre

    def se_connecter(self, courriel: str, mot_de_passe: str) -> TestResponse:
        """Log in."""
        return self.envoyer("/connexion", {"courriel": courriel, "mot_de_passe": mot_de_passe})
