"""The WSGI front: what is HTTP's affair ends here, what is SOAP's goes on with a `Reception`.

====================================  ================================================================================
``POST /ws/v1``                        a message: size, media type, charset, then ``soap``
``GET /ws/v1?wsdl[=soap12|politique]``  the contract, with the address from the settings, never from Host
``GET /ws/v1?xsd=<name>``              its schemas as files
``GET /certificats``                   certificates that receipts are verified with, PEM, the current one first
``GET /sante``                         for probes: 200 while the database answers, 503 otherwise
``GET /metrics``                       for Prometheus, from the addresses of ESAT_METRIQUES only
``/extranet/…``                        pages, an application of ``web`` for each space; ``/`` leads to the extranet
====================================  ================================================================================
"""

import ipaddress
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from service import __version__
from service.contract import publication
from service.errors import RequeteHttpError, TeledeclarationError
from service.soap.protocol import CHARSET, IDENTIFIE, RECEPTION, incident
from service.usecases.dependencies import Dependencies
from service.usecases.entretenir import verifier_la_base
from service.usecases.journaliser import journaliser_refus
from service.usecases.reception import Reception
from service.web.metriques import MEDIA, metriques
from service.web.site import ADRESSE, CHIFFRE, REQUETE

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

CHEMIN_DU_SERVICE = "/ws/v1"
_LECTURES = ("GET", "HEAD")
_MEDIAS = ("text/xml", "application/soap+xml")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';\s]+)""", re.IGNORECASE)
_TEXTE = "text/plain; charset=utf-8"
_XML = "text/xml; charset=utf-8"
_AGENT_MAX = 200
_NON_IMPRIMABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGUEUR_MAX = 2**31 - 1


class Door:
    """The WSGI application."""

    def __init__(
        self,
        dependencies: Dependencies,
        soap: Wsgi,
        adresse_publique: str,
        certificats_pem: bytes,
        mandataires: Sequence[str],
        espaces: Mapping[str, Wsgi],
        metriques: Sequence[str] = (),
    ) -> None:
        """`espaces`: the applications of pages, by the first segment of their paths; `metriques`: who may read them."""
        self._dependencies = dependencies
        self._soap = soap
        self._adresse = adresse_publique + CHEMIN_DU_SERVICE
        self._certificats = certificats_pem
        self._mandataires = tuple(ipaddress.ip_network(mandataire) for mandataire in mandataires)
        self._pages: dict[str, Callable[[Environ], tuple[str, str, bytes]]] = {
            CHEMIN_DU_SERVICE: self._contrat,
            "/certificats": lambda _environ: ("200 OK", "application/x-pem-file", self._certificats),
            "/sante": self._sante,
            "/metrics": self._metriques,
        }
        self._lecteurs = tuple(ipaddress.ip_network(lecteur) for lecteur in metriques)
        self._espaces = espaces

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request; nothing but an answer ever leaves, whatever happens."""
        requete = secrets.token_hex(8)

        def start(statut: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers += [("X-Request-Id", requete), ("X-Content-Type-Options", "nosniff")]
            return start_response(statut, headers, exc_info) if exc_info else start_response(statut, headers)

        try:
            if environ.get("PATH_INFO") == CHEMIN_DU_SERVICE and environ["REQUEST_METHOD"] not in _LECTURES:
                return self._message(environ, start, requete)
            nom = str(environ.get("PATH_INFO", "")).removeprefix("/").partition("/")[0]
            if nom in self._espaces:
                return self._entrer(nom, environ, start, requete)
            return self._page(environ, start)
        except RequeteHttpError as refus:
            return _repondre(start, refus.statut, _TEXTE, f"{refus.message}\n".encode(), environ)
        except Exception as erreur:
            corps = f"{incident(erreur, requete).message}\n".encode()
            return _repondre(start, "500 Internal Server Error", _TEXTE, corps, environ)

    def _message(self, environ: Environ, start: StartResponse, requete: str) -> Iterable[bytes]:
        reception = self._recevoir(environ, requete)
        try:
            if environ["REQUEST_METHOD"] != "POST":
                raise _verbe_refuse()
            environ[CHARSET] = _charset(environ)
            reception.octets = _lire_le_corps(environ, self._dependencies.limites.octets_par_message)
            reception.taille = len(reception.octets)
        except RequeteHttpError as refus:
            journaliser_refus(self._dependencies, reception, refus)
            self._mesurer(reception)
            raise
        environ[RECEPTION] = reception
        reponse = self._soap(environ, start)
        self._mesurer(reception)
        if noter := environ.get(IDENTIFIE):
            noter(reception.expediteur is not None)
        return reponse

    def _mesurer(self, reception: Reception) -> None:
        operation = "" if reception.operation is None else reception.operation.value
        self._dependencies.mesures.compter(operation, reception.issue.value, reception.code or "", reception.duree_us)

    def _entrer(self, nom: str, environ: Environ, start: StartResponse, requete: str) -> Iterable[bytes]:
        """Hand a request to the pages of a space, with what is known of where it comes from."""
        adresse, chiffre = self._origine(environ)
        environ |= {ADRESSE: adresse, CHIFFRE: chiffre or self._demonstration(adresse), REQUETE: requete}
        environ |= {"SCRIPT_NAME": f"/{nom}", "PATH_INFO": environ["PATH_INFO"].removeprefix(f"/{nom}") or "/"}
        return self._espaces[nom](environ, start)

    def _demonstration(self, adresse: str) -> bool:
        """Whether it is the demonstration asked from its own machine, where passwords cross no network."""
        return self._dependencies.environnement == "demonstration" and _est_locale(adresse)

    def _recevoir(self, environ: Environ, requete: str) -> Reception:
        adresse, chiffre = self._origine(environ)
        return Reception(
            instant=self._dependencies.horloge(),
            adresse=adresse,
            agent=_NON_IMPRIMABLE.sub("?", str(environ.get("HTTP_USER_AGENT", ""))[:_AGENT_MAX]),
            taille=_longueur_annoncee(environ) or 0,
            requete=requete,
            confidentiel=chiffre or self._demonstration(adresse),
        )

    def _origine(self, environ: Environ) -> tuple[str, bool]:
        """The sender's address and whether TLS protected it: X-Forwarded-* are believed from trusted proxies only."""
        ip = _adresse_ip(str(environ.get("REMOTE_ADDR", "")))
        chiffre = environ.get("wsgi.url_scheme") == "https"
        if not self._est_mandataire(ip):
            return _ecrire_adresse(ip), chiffre
        chiffre = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).strip().lower() == "https" or chiffre
        for saut in reversed(str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")):
            precedente = _adresse_ip(saut.strip())
            if precedente is None:
                break  # what no proxy writes tells nothing
            ip = precedente
            if not self._est_mandataire(ip):
                break
        return _ecrire_adresse(ip), chiffre

    def est_mandataire(self, adresse: str) -> bool:
        """Whether a trusted proxy connects from that address."""
        return self._est_mandataire(_adresse_ip(adresse))

    def _est_mandataire(self, ip: Ip | None) -> bool:
        return ip is not None and any(ip in reseau for reseau in self._mandataires)

    def _page(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        chemin = environ.get("PATH_INFO", "")
        if chemin == "/" and self._espaces and environ["REQUEST_METHOD"] in _LECTURES:
            start("302 Found", [("Location", f"/{next(iter(self._espaces))}/"), ("Content-Length", "0")])
            return []
        page = self._pages.get(chemin)
        if page is None:
            raise RequeteHttpError("404 Not Found", f"Rien à cette adresse ; le service est à {self._adresse}.")
        if environ["REQUEST_METHOD"] not in _LECTURES:
            raise _verbe_refuse()
        statut, media, corps = page(environ)
        return _repondre(start, statut, media, corps, environ)

    def _contrat(self, environ: Environ) -> tuple[str, str, bytes]:
        demande = {
            nom.lower(): valeurs[0]
            for nom, valeurs in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).items()
        }
        if "wsdl" in demande:
            variante = demande["wsdl"].lower()
            if variante not in ("", "soap12", "politique"):
                raise RequeteHttpError("404 Not Found", "Variantes du WSDL : ?wsdl, ?wsdl=soap12, ?wsdl=politique.")
            return "200 OK", _XML, publication.wsdl(variante, self._adresse)
        if "xsd" in demande:
            schema = publication.xsd(demande["xsd"])
            if schema is None:
                raise RequeteHttpError(
                    "404 Not Found", "Aucun schéma de ce nom ; ceux du contrat sont nommés dans le WSDL."
                )
            return "200 OK", _XML, schema
        raise RequeteHttpError(
            "405 Method Not Allowed", f"Les messages SOAP s'envoient par POST ; le contrat est à {self._adresse}?wsdl."
        )

    def _metriques(self, environ: Environ) -> tuple[str, str, bytes]:
        """Seen as if it were not there from any other address."""
        ip = _adresse_ip(self._origine(environ)[0])
        if ip is None or not any(ip in lecteur for lecteur in self._lecteurs):
            raise RequeteHttpError("404 Not Found", f"Rien à cette adresse ; le service est à {self._adresse}.")
        return "200 OK", MEDIA, metriques(self._dependencies)

    def _sante(self, _environ: Environ) -> tuple[str, str, bytes]:
        try:
            verifier_la_base(self._dependencies)
            statut, etat = "200 OK", "ok"
        except TeledeclarationError:
            statut, etat = "503 Service Unavailable", "base de données injoignable"
        corps = {"etat": etat, "version": __version__, "environnement": self._dependencies.environnement}
        return statut, "application/json; charset=utf-8", json.dumps(corps, ensure_ascii=False).encode() + b"\n"


def _repondre(start: StartResponse, statut: str, media: str, corps: bytes, environ: Environ) -> Iterable[bytes]:
    headers = [("Content-Type", media), ("Content-Length", str(len(corps))), ("Cache-Control", "no-cache")]
    if statut.startswith("405"):
        headers.append(("Allow", "GET, HEAD, POST" if environ.get("PATH_INFO") == CHEMIN_DU_SERVICE else "GET, HEAD"))
    start(statut, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [corps]


def _verbe_refuse() -> RequeteHttpError:
    return RequeteHttpError("405 Method Not Allowed", "Seuls GET, et POST pour les messages SOAP, sont admis ici.")


def _charset(environ: Environ) -> str | None:
    """The charset that Content-Type declares; refuses media types and content codings that are not ours."""
    declare = _charset_du_type(str(environ.get("CONTENT_TYPE", "")))
    if str(environ.get("HTTP_CONTENT_ENCODING", "identity")).strip().lower() not in ("", "identity"):
        raise RequeteHttpError(
            "415 Unsupported Media Type", "Content-Encoding n'est pas pris en charge : envoyer sans."
        )
    return declare


@lru_cache(maxsize=256)
def _charset_du_type(content_type: str) -> str | None:
    if content_type.partition(";")[0].strip().lower() not in _MEDIAS:
        raise RequeteHttpError(
            "415 Unsupported Media Type",
            "Type de contenu non pris en charge : text/xml (SOAP 1.1) ou application/soap+xml (SOAP 1.2) est attendu.",
        )
    declare = _CHARSET.search(content_type)
    return declare.group(1) if declare else None


def _lire_le_corps(environ: Environ, octets_max: int) -> bytes:
    annoncee = _longueur_annoncee(environ)
    if annoncee is None or annoncee <= octets_max:
        octets: bytes = environ["wsgi.input"].read(octets_max + 1 if annoncee is None else annoncee)
        if len(octets) <= octets_max:
            return octets
    raise RequeteHttpError(
        "413 Content Too Large",
        f"Message trop long : {octets_max} octets au plus. Répartir les salariés en plusieurs messages.",
    )


def _longueur_annoncee(environ: Environ) -> int | None:
    """The length that Content-Length announces, as far as an integer of the log goes; None where it is no number."""
    longueur = str(environ.get("CONTENT_LENGTH", "")).strip()
    if not (longueur.isascii() and longueur.isdecimal()):
        return None
    significatifs = longueur.lstrip("0")
    return min(int(significatifs or "0"), _LONGUEUR_MAX) if len(significatifs) <= 10 else _LONGUEUR_MAX


@lru_cache(maxsize=4096)
def _adresse_ip(adresse: str) -> Ip | None:
    """The address, that of IPv4 where IPv6 wraps one, without the zone (the name of a network card); else None."""
    try:
        ip = ipaddress.ip_address(adresse.partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


@lru_cache(maxsize=4096)
def _ecrire_adresse(ip: Ip | None) -> str:
    """The address as the log and the counts know it; empty where there is none (a Unix socket)."""
    return "" if ip is None else str(ip)


def _est_locale(adresse: str) -> bool:
    ip = _adresse_ip(adresse)
    return ip is not None and ip.is_loopback
