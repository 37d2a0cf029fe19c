"""WS-Security: the UsernameToken of a message, read by OASIS WSS 1.1.1, its UsernameToken Profile 1.1.1 and BSP 1.1.

Invariants, in the order the code enforces them:

1. One Security header is for us (no actor or role, ``next``, ``ultimateReceiver``); those for others are left alone.
2. Nothing encrypted is in it. Under mustUnderstand, a signature is refused (we would claim to have checked it) and so
   is any further token (WSS §5: "MUST generate a fault if unable to interpret or process security tokens contained");
   without mustUnderstand both are ignored, as are unknown extensions ("receivers MAY ignore elements or extensions").
3. One UsernameToken, no duplicated child, its children in any order and made of text only.
4. PasswordText only over a confidential channel, refused before the password is read.
5. A nonce is Base64, 8 to 128 bytes once decoded; PasswordDigest has a nonce and a Created.
6. Created (in both password types) and wsu:Timestamp are within the window.

Whether the password is right, and whether the nonce is new, is for the caller: `condense_valide` and `cle_de_rejeu`.
Errors name elements, never their values.
"""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lxml import etree

from service.errors import JetonNonSupporteError, SecuriteInvalideError
from service.security.freshness import Fenetre, exiger_fraicheur, exiger_horodatage_valide, lire_instant

__all__ = [
    "NS_WSSE",
    "NS_WSU",
    "SECURITY",
    "Fenetre",
    "JetonPresente",
    "cle_de_rejeu",
    "condense_valide",
    "lire_jeton",
    "normaliser_utilisateur",
]

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
NS_WSSE = _OASIS + "wssecurity-secext-1.0.xsd"
NS_WSU = _OASIS + "wssecurity-utility-1.0.xsd"
SECURITY = f"{{{NS_WSSE}}}Security"
"""Clark name of the header block that this service understands."""
PASSWORD_TEXT = _OASIS + "username-token-profile-1.0#PasswordText"
PASSWORD_DIGEST = _OASIS + "username-token-profile-1.0#PasswordDigest"
BASE64_BINARY = _OASIS + "soap-message-security-1.0#Base64Binary"

UTILISATEUR_MAX = 254
"""Longest user code, in characters: that of an e-mail address (RFC 5321 §4.5.3.1.3 less the angle brackets)."""
MOT_DE_PASSE_MAX = 1024
"""Longest password or digest read, in characters."""
NONCE_MIN, NONCE_MAX = 8, 128

_SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_ROLES = {
    f"{{{_SOAP_11}}}actor": ("", "http://schemas.xmlsoap.org/soap/actor/next"),
    f"{{{_SOAP_12}}}role": ("", f"{_SOAP_12}/role/next", f"{_SOAP_12}/role/ultimateReceiver"),
}
_MUST_UNDERSTAND = (f"{{{_SOAP_11}}}mustUnderstand", f"{{{_SOAP_12}}}mustUnderstand")

_XENC = "{http://www.w3.org/2001/04/xmlenc#}"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_AUTRES_JETONS = frozenset(
    {
        f"{{{NS_WSSE}}}BinarySecurityToken",
        f"{{{NS_WSSE}}}SecurityTokenReference",
        "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion",
        "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion",
        "{urn:oasis:names:tc:SAML:2.0:assertion}EncryptedAssertion",
        "{urn:mpeg:mpeg21:2003:01-REL-R-NS}license",
        "{http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512}SecurityContextToken",
        "{http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512}DerivedKeyToken",
        "{http://schemas.xmlsoap.org/ws/2005/02/sc}SecurityContextToken",
        "{http://schemas.xmlsoap.org/ws/2005/02/sc}DerivedKeyToken",
    }
)
_ENFANTS = {
    f"{{{NS_WSSE}}}Username": "Username",
    f"{{{NS_WSSE}}}Password": "Password",
    f"{{{NS_WSSE}}}Nonce": "Nonce",
    f"{{{NS_WSU}}}Created": "Created",
}
_BLANCS_XML = " \t\r\n"


class JetonPresente(NamedTuple):
    """What a sender presents, read and fresh, not yet verified."""

    utilisateur: str
    """User code, normalised by `normaliser_utilisateur`."""
    mot_de_passe: str
    """The password or clé, literally; with `condense`, the Base64 text of the digest."""
    condense: bool
    """PasswordDigest rather than PasswordText."""
    nonce: bytes | None
    """Decoded."""
    created: str | None
    """Text as sent, less the white space around it."""

    def __repr__(self) -> str:
        return f"JetonPresente(condense={self.condense})"


def normaliser_utilisateur(texte: str) -> str:
    """The form under which user codes are stored, compared and counted: trimmed, NFC, caseless."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", texte.strip()).casefold())


def lire_jeton(
    entetes: Sequence[etree._Element], maintenant: datetime, confidentiel: bool, fenetre: Fenetre
) -> JetonPresente:
    """The token of a message whose SOAP header blocks are `entetes`.

    `maintenant` is aware, in UTC; `confidentiel` tells that nobody could read the message on its way.
    Raises SecuriteInvalideError, JetonNonSupporteError or MessageExpireError.
    """
    securite = _entete_pour_nous(entetes)
    jeton, horodatages = _enfants_de_securite(securite)
    champs = _champs(jeton)
    utilisateur = _utilisateur(champs["Username"])
    condense = _est_condense(champs["Password"])
    if not condense and not confidentiel:
        raise SecuriteInvalideError(
            "Un mot de passe en clair (PasswordText) n'est accepté que sur une connexion https. "
            "Employer https, ou une clé d'intégration avec PasswordDigest."
        )
    mot_de_passe = _mot_de_passe(champs["Password"])
    nonce = _nonce(champs.get("Nonce"))
    created = _texte(champs["Created"], "Created").strip(_BLANCS_XML) if "Created" in champs else None
    if condense and (nonce is None or created is None):
        manque = "Nonce" if nonce is None else "Created"
        raise SecuriteInvalideError(
            f"PasswordDigest demande Nonce et Created : wsse:UsernameToken n'a pas de {manque}."
        )
    if created is not None:
        exiger_fraicheur("wsse:UsernameToken/wsu:Created", lire_instant(created, "wsu:Created"), maintenant, fenetre)
    for horodatage in horodatages:
        exiger_horodatage_valide(horodatage, maintenant, fenetre)
    return JetonPresente(utilisateur, mot_de_passe, condense, nonce, created)


def cle_de_rejeu(jeton: JetonPresente) -> bytes | None:
    """What makes a token unique: SHA-256 over user code, nonce and Created, 32 bytes; None without a nonce.

    Each part is preceded by its length, else bytes could move from one to the next. The user code is the normalised
    one: the digest does not cover it, so a replay in other letter case would otherwise pass for new.
    """
    if jeton.nonce is None:
        return None
    condensat = hashlib.sha256()
    for partie in (jeton.utilisateur.encode(), jeton.nonce, (jeton.created or "").encode()):
        condensat.update(len(partie).to_bytes(4, "big") + partie)
    return condensat.digest()


def condense_valide(jeton: JetonPresente, secret: str) -> bool:
    """Whether the digest is Base64(SHA-1(nonce ‖ created ‖ secret)) (UsernameToken Profile 1.1.1 §3.1).

    Compared in constant time. Always false for a PasswordText. Nonce and Created cannot trade bytes: Created was read
    as a date whose year has exactly four digits.
    """
    if not jeton.condense or jeton.nonce is None or jeton.created is None:
        return False
    presente = _base64(jeton.mot_de_passe)
    message = jeton.nonce + jeton.created.encode() + secret.encode("utf-8", "surrogatepass")
    attendu = hashlib.sha1(message).digest()  # noqa: S324 - the profile knows no other; the secret has 256 random bits
    return presente is not None and hmac.compare_digest(presente, attendu)


def _entete_pour_nous(entetes: Sequence[etree._Element]) -> etree._Element:
    notres = [entete for entete in entetes if entete.tag == SECURITY and _pour_nous(entete)]
    if not notres:
        raise SecuriteInvalideError("Le message n'a pas d'en-tête wsse:Security destiné à ce service.")
    if len(notres) > 1:
        raise SecuriteInvalideError("Le message a plusieurs en-têtes wsse:Security destinés à ce service.")
    return notres[0]


def _pour_nous(entete: etree._Element) -> bool:
    return all(entete.get(nom, "").strip() in acceptes for nom, acceptes in _ROLES.items())


def _enfants_de_securite(securite: etree._Element) -> tuple[etree._Element, list[etree._Element]]:
    """The only UsernameToken and the Timestamp, if any; other children refused or ignored (invariant 2)."""
    obligatoire = any(securite.get(nom, "").strip() in ("1", "true") for nom in _MUST_UNDERSTAND)
    jetons, horodatages, autres = [], [], False
    for enfant in securite.iterchildren("*"):
        nom = str(enfant.tag)
        if nom == f"{{{NS_WSSE}}}UsernameToken":
            jetons.append(enfant)
        elif nom == f"{{{NS_WSU}}}Timestamp":
            horodatages.append(enfant)
        elif nom.startswith(_XENC):
            raise SecuriteInvalideError("wsse:Security contient un élément chiffré : ce service n'en lit pas.")
        elif nom == _SIGNATURE and obligatoire:
            raise SecuriteInvalideError(
                "wsse:Security est marqué mustUnderstand et contient une signature (ds:Signature), "
                "que ce service ne vérifie pas."
            )
        elif nom in _AUTRES_JETONS:
            autres = True
    if autres and (obligatoire or not jetons):
        raise JetonNonSupporteError()
    if len(jetons) != 1:
        raise SecuriteInvalideError(f"wsse:Security doit contenir un wsse:UsernameToken : {len(jetons)} trouvé(s).")
    if len(horodatages) > 1:
        raise SecuriteInvalideError("wsse:Security contient plusieurs wsu:Timestamp.")
    return jetons[0], horodatages


def _champs(jeton: etree._Element) -> dict[str, etree._Element]:
    champs: dict[str, etree._Element] = {}
    for enfant in jeton.iterchildren("*"):
        nom = _ENFANTS.get(str(enfant.tag))
        if nom is None:
            continue
        if nom in champs:
            raise SecuriteInvalideError(f"wsse:UsernameToken contient plusieurs {nom}.")
        champs[nom] = enfant
    for nom in ("Username", "Password"):
        if nom not in champs:
            raise SecuriteInvalideError(f"wsse:UsernameToken n'a pas de wsse:{nom}.")
    return champs


def _texte(element: etree._Element, nom: str) -> str:
    """The text of an element that has nothing but text: a comment inside would hide what follows it."""
    if len(element):
        raise SecuriteInvalideError(f"{nom} ne doit contenir que du texte, ni élément ni commentaire.")
    return element.text or ""


def _utilisateur(element: etree._Element) -> str:
    utilisateur = normaliser_utilisateur(_texte(element, "wsse:Username"))
    if not utilisateur:
        raise SecuriteInvalideError("wsse:Username est vide.")
    if len(utilisateur) > UTILISATEUR_MAX:
        raise SecuriteInvalideError(f"wsse:Username dépasse {UTILISATEUR_MAX} caractères.")
    return utilisateur


def _est_condense(element: etree._Element) -> bool:
    """Whether the password is a digest; without Type it is a PasswordText (profile 1.1.1 §3.1)."""
    type_ = element.get("Type", PASSWORD_TEXT).strip()
    if type_ not in (PASSWORD_TEXT, PASSWORD_DIGEST):
        raise JetonNonSupporteError(
            "Le type de wsse:Password n'est pas pris en charge : #PasswordText ou #PasswordDigest "
            "du profil UsernameToken 1.0 est attendu."
        )
    return type_ == PASSWORD_DIGEST


def _mot_de_passe(element: etree._Element) -> str:
    mot_de_passe = _texte(element, "wsse:Password")
    if not mot_de_passe:
        raise SecuriteInvalideError("wsse:Password est vide.")
    if len(mot_de_passe) > MOT_DE_PASSE_MAX:
        raise SecuriteInvalideError(f"wsse:Password dépasse {MOT_DE_PASSE_MAX} caractères.")
    return mot_de_passe


def _nonce(element: etree._Element | None) -> bytes | None:
    if element is None:
        return None
    if element.get("EncodingType", BASE64_BINARY).strip() != BASE64_BINARY:
        raise SecuriteInvalideError("L'EncodingType de wsse:Nonce doit être #Base64Binary, ou absent.")
    nonce = _base64(_texte(element, "wsse:Nonce"))
    if nonce is None:
        raise SecuriteInvalideError("wsse:Nonce n'est pas du Base64.")
    if not NONCE_MIN <= len(nonce) <= NONCE_MAX:
        raise SecuriteInvalideError(f"wsse:Nonce doit faire de {NONCE_MIN} à {NONCE_MAX} octets une fois décodé.")
    return nonce


def _base64(texte: str) -> bytes | None:
    """Decoded xs:base64Binary, in which white space may stand; None when it is none."""
    try:
        return base64.b64decode("".join(texte.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
