"""What the pages are made with, and the keys under which ``door`` tells what it knows of a request."""

from typing import NamedTuple

from flask import current_app

from service.usecases.dependencies import Dependencies

CHIFFRE = "esat.chiffre"
"""Key of the WSGI environment: TLS, or the demonstration's loopback, keeps what is sent from others."""
ADRESSE = "esat.adresse"
"""Key of the WSGI environment: the sender's address, seen through trusted proxies."""
REQUETE = "esat.requete"
"""Key of the WSGI environment: the request's identifier."""


class Site(NamedTuple):
    """What the pages are made with."""

    dependencies: Dependencies
    adresse_publique: str
    """Base address told to others, without a slash at its end."""
    octets_max: int
    """Largest body of a form, a file included."""

    @property
    def cookies_surs(self) -> bool:
        """Whether cookies need TLS: always, except on the demonstration's plain address."""
        return self.dependencies.environnement != "demonstration" or self.adresse_publique.startswith("https:")


def le_site() -> Site:
    """Return what the pages are made with, inside a request."""
    site: Site = current_app.extensions["site"]
    return site
