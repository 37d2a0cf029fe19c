"""HTTP under zeep: each answer is the service's, worth another try, or from somewhere else.

A message is posted as it is, once; whether to post it again is for `reprises` to say.
"""

from typing import Any
from urllib.parse import urlsplit

import requests
import zeep
from requests.exceptions import ChunkedEncodingError, InvalidURL, RequestException, SSLError
from requests.exceptions import ConnectionError as ConnexionError

from declarer_esat.configuration import est_locale
from declarer_esat.erreurs import AdresseError, ReseauError
from service import __version__

A_RETENTER = frozenset({502, 503, 504})
"""HTTP statuses of a service, or of its proxy, that is starting or overloaded."""
_REPONSES_SOAP = frozenset({200, 400, 500})
_CONNEXION = 10
"""Seconds to wait for a connection."""
_REDIRECTIONS = range(300, 400)
_PHRASES = {
    401: "un mandataire (proxy) demande une identification",
    403: "l'accès est interdit par un équipement du réseau",
    404: "rien ne s'y trouve",
    407: "le mandataire (proxy) de sortie demande une identification",
    413: "le message est trop gros pour le service",
    415: "le service refuse ce type de contenu",
}


class TransportEsat(zeep.Transport):
    """zeep's transport, over one requests session."""

    def __init__(self, delai: int) -> None:
        self.seance = requests.Session()
        super().__init__(session=self.seance, operation_timeout=delai)  # type: ignore[no-untyped-call]
        self.seance.headers["User-Agent"] = f"declarer-esat/{__version__}"
        self.derniere: requests.Response | None = None
        """The last answer: its headers tell the service's clock, and how long to wait."""

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        """Post a message, and log nothing of it (zeep would, password included, with debugging on).

        Raises `ReseauError` or `AdresseError` for all but a SOAP answer.
        """
        reponse = self._demander("POST", address, data=message, headers=headers)
        self.derniere = reponse
        trier(reponse)
        return reponse

    def lire(self, adresse: str) -> bytes:
        """Get a page of the service. Raises `ReseauError` or `AdresseError` unless it is there."""
        reponse = self._demander("GET", adresse)
        if reponse.status_code in A_RETENTER:
            raise ReseauError(f"Le service répond HTTP {reponse.status_code} : il n'est pas disponible pour le moment.")
        if reponse.status_code != requests.codes.ok:
            raise AdresseError(f"{adresse} répond HTTP {reponse.status_code} : est-ce bien l'adresse du service ?")
        return reponse.content

    def _demander(self, verbe: str, adresse: str, **suite: Any) -> requests.Response:
        suite |= {"timeout": (_CONNEXION, self.operation_timeout), "allow_redirects": False}
        hote = urlsplit(adresse).hostname or ""
        if est_locale(hote):
            suite["proxies"] = {"no_proxy": hote}
        try:
            return self.seance.request(verbe, adresse, **suite)
        except SSLError:
            raise AdresseError(
                "La liaison chiffrée (TLS) avec le service n'a pu être établie : son certificat n'est pas reconnu, ou "
                "un équipement du réseau s'interpose. Rien n'a été envoyé."
            ) from None
        except InvalidURL:
            raise AdresseError(f"{adresse} n'est pas une adresse.") from None
        except (ConnexionError, ChunkedEncodingError, TimeoutError) as erreur:
            raise ReseauError(f"Le service {adresse} n'est pas joignable ({_cause(erreur)}).") from None
        except RequestException as erreur:
            raise ReseauError(f"Le service {adresse} n'a pas répondu ({_cause(erreur)}).") from None


def trier(reponse: requests.Response) -> None:
    """Let a SOAP answer through. Raises `ReseauError` for an unavailable service, `AdresseError` for anything else."""
    statut = reponse.status_code
    if statut in A_RETENTER:
        raise ReseauError(f"Le service répond HTTP {statut} : il n'est pas disponible pour le moment.")
    if statut in _REDIRECTIONS:
        raise AdresseError(f"L'adresse renvoie vers une autre (HTTP {statut}) : donner celle du service.")
    media = reponse.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if statut not in _REPONSES_SOAP or media not in ("text/xml", "application/soap+xml"):
        cause = _PHRASES.get(statut, "ce n'est pas une réponse SOAP")
        raise AdresseError(f"{reponse.url} répond HTTP {statut} : {cause}. Est-ce bien l'adresse du service ?")


def _cause(erreur: Exception) -> str:
    texte = f"{type(erreur).__name__} {erreur}".lower()
    for indice, phrase in (
        ("name or service not known", "nom de machine inconnu"),
        ("name resolution", "nom de machine inconnu"),
        ("getaddrinfo", "nom de machine inconnu"),
        ("refused", "connexion refusée"),
        ("timeout", "délai dépassé"),
        ("timed out", "délai dépassé"),
        ("unreachable", "réseau injoignable"),
    ):
        if indice in texte:
            return phrase
    return "connexion interrompue"
