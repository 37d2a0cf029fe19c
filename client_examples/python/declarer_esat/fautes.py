"""A SOAP fault → an error with the service's own French words, and the rows of the file that it is about."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from lxml import etree
from zeep.exceptions import Fault

from declarer_esat.erreurs import RefusDuServiceError
from service.contract.catalogue import NS
from service.contract.fichiers.constats import Constat
from service.contract.fichiers.traduction import constat_de_precision
from service.errors import Precision

_ERREUR = f"{{{NS}}}Erreur"
_CODE = re.compile(r"\[([A-Z_]+)\]\s*(.*)", re.DOTALL)
_SECONDES = re.compile(r"(\d+) s\b")
_ATTENTE_PAR_DEFAUT = 5.0


def lire_faute(faute: Fault, reponse: requests.Response | None) -> RefusDuServiceError:
    """Return the error that a fault tells; `reponse` is the HTTP answer that brought it."""
    detail = faute.detail.find(_ERREUR) if faute.detail is not None else None
    ouverture = _CODE.match(faute.message or "")
    code = ouverture[1] if ouverture else "INCIDENT"
    message = ouverture[2] if ouverture else "le service a répondu par une faute sans explication"
    if detail is None:
        return RefusDuServiceError(code, message, attente=_attente(code, message, reponse))
    code = _texte(detail, "code") or code
    message = _texte(detail, "message") or message
    if code == "MESSAGE_EXPIRE":
        message += _decalage(reponse)
    return RefusDuServiceError(
        code,
        message,
        [_precision(element) for element in detail.findall(f"{{{NS}}}precision")],
        _texte(detail, "identifiantIncident"),
        _attente(code, message, reponse),
    )


def constats_du_refus(refus: RefusDuServiceError, lignes: Sequence[int]) -> list[Constat]:
    """Return what a fault says of the rows of a file; `lignes` are those of the message, in order."""
    return [constat_de_precision(precision, lignes) for precision in refus.precisions]


def _precision(element: etree._Element) -> Precision:
    ligne = _texte(element, "ligne")
    return Precision(_texte(element, "message") or "", int(ligne) if ligne else None, _texte(element, "champ"))


def _texte(parent: etree._Element, nom: str) -> str | None:
    return parent.findtext(f"{{{NS}}}{nom}")


def _attente(code: str, message: str, reponse: requests.Response | None) -> float | None:
    """How long DEBIT_DEPASSE asks to wait: the header Retry-After, else the seconds in its words."""
    if code != "DEBIT_DEPASSE":
        return None
    entete = "" if reponse is None else reponse.headers.get("Retry-After", "")
    if entete.isdecimal():
        return float(entete)
    secondes = _SECONDES.search(message)
    return float(secondes[1]) if secondes else _ATTENTE_PAR_DEFAUT


def _decalage(reponse: requests.Response | None) -> str:
    """Tell how far the clock of this machine is from the service's, which is nearly always the cause."""
    try:
        heure = parsedate_to_datetime("" if reponse is None else reponse.headers.get("Date", ""))
    except ValueError:
        return ""
    secondes = round((datetime.now(UTC) - heure).total_seconds())
    sens = "avance" if secondes > 0 else "retarde"
    return f" L'horloge de cet ordinateur {sens} de {abs(secondes)} s sur celle du service : la mettre à l'heure."
