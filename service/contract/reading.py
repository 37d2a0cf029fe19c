"""From the bytes of a request to a checked SOAP envelope, through the one hardened XML parser of the house.

Invariants, enforced in this order; any bytes whatsoever give an `Enveloppe` or one of our errors:

1. The charset is that of the byte order mark, else of Content-Type, else of the XML declaration (RFC 7303, 3);
   UTF-8 and UTF-16 are read (WS-I Basic Profile 1.1, R1012), every other one is refused.
2. No document type declaration in any form (SOAP 1.1, 3), so no entity exists to be expanded, and nothing outside the
   message is ever opened.
3. Well-formed XML, no deeper than `PROFONDEUR_MAX`, with no more than `ESPACES_MAX` namespaces in scope of any element
   (libxml2 copies them one by one, comparing each with all others: 50,000 of them cost 20 s), without processing
   instructions (R1009). Comments are dropped, so that ``Du<!-- -->pont`` reads whole.
4. An Envelope of SOAP 1.1 or 1.2, at most one Header, then exactly one Body with exactly one element in it (R9981),
   and nothing after (R1011). ``id``/``href`` are never resolved, ``encodingStyle`` is not looked at.

Messages never quote what was received, nor the parser's own text, which quotes it.
"""

import codecs
import re
import threading
from collections.abc import Container, Sequence
from enum import Enum
from typing import NamedTuple, NoReturn

from lxml import etree
from lxml.etree import _Element

from service.contract.interning import compter
from service.contract.syntaxe import PROFONDEUR_MAX, SYNTAXE, TROP_PROFOND, cause
from service.errors import EnteteNonComprisError, MessageIllisibleError, Precision, VersionSoapError

ESPACES_MAX = 256
"""Namespace declarations in scope of one element; toolkits write five, the richest of them thirty."""


class VersionSoap(Enum):
    """The two versions of SOAP that are spoken."""

    SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
    SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"

    @property
    def espace(self) -> str:
        """Namespace of the envelope."""
        return self.value


class Ecartees(NamedTuple):
    """Lines set aside before the message was parsed (`plaines`)."""

    octets: bytes
    """As they stand in the message, between the first line and the end tag of the operation."""
    nombre: int
    colonnes: Sequence[Sequence[str]]
    """What they say (`ligne_plaine`)."""


AUCUNE = Ecartees(b"", 0, ())


class Enveloppe(NamedTuple):
    """A SOAP message that can be read."""

    version: VersionSoap
    entetes: list[_Element]
    """Children of Header, in order."""
    charge: _Element
    """The payload: the single child of Body."""
    octets: bytes
    """The message in UTF-8, as it was parsed."""
    ecartees: Ecartees = AUCUNE


_RACINES = {f"{{{version.espace}}}Envelope": version for version in VersionSoap}
_DESTINATAIRE = {
    VersionSoap.SOAP_1_1: f"{{{VersionSoap.SOAP_1_1.espace}}}actor",
    VersionSoap.SOAP_1_2: f"{{{VersionSoap.SOAP_1_2.espace}}}role",
}
_NOUS = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    }
)
_NON_BLANC = re.compile(r"[^ \t\r\n]")
_ENCODAGE_DECLARE = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)

# Steps are evaluated level by level, so an ordinary message costs its own few levels, not sixty-five.
_TROP_PROFOND = etree.XPath("boolean(" + "/*" * (PROFONDEUR_MAX + 1) + ")")
# The first one is enough: libxml2 takes 75 s to gather 80,000 of them, since it looks each up among the others.
_INSTRUCTION = etree.XPath("boolean(/descendant::processing-instruction()[1])")

_UTF_8 = frozenset({"utf-8", "utf8"})
_UTF_16 = {"utf-16": "", "utf16": "", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}

_par_fil = threading.local()


def analyseur() -> etree.XMLParser:
    """Return this thread's hardened parser: UTF-8 only, no network, no DTD, no entities, no huge trees, no comments."""
    analyseur_du_fil: etree.XMLParser | None = getattr(_par_fil, "analyseur", None)
    if analyseur_du_fil is None:
        analyseur_du_fil = _par_fil.analyseur = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            collect_ids=False,
        )
    return analyseur_du_fil


def lire_enveloppe(octets: bytes, charset: str | None) -> Enveloppe:
    """Read the body of a request; `charset` is the parameter of Content-Type, if it has one.

    Raises `VersionSoapError` for an Envelope of another namespace, `MessageIllisibleError` for all else.
    """
    utf8 = en_utf8(octets, charset)
    racine = _analyser(utf8)
    version = _RACINES.get(str(racine.tag))
    if version is None:
        _refuser_racine(racine)
    entetes, corps = _entetes_et_corps(racine, version)
    if len(corps) != 1:
        trouve = f"{len(corps)} éléments y ont été trouvés" if len(corps) else "il est vide"
        _refuser(f"Body doit contenir exactement un élément, {trouve}", corps)
    charge = corps[0]
    if _a_du_texte(corps.text) or _a_du_texte(charge.tail):
        _refuser("Body ne doit contenir qu'un élément, du texte y a été trouvé", corps)
    return Enveloppe(version, entetes, charge, utf8)


def lire_document(octets: bytes) -> _Element:
    """Return the root of a document that is no message, read with the same care: invariants 1 to 3.

    Raises `MessageIllisibleError`, whose precisions say why.
    """
    return _analyser(en_utf8(octets, None))


def exiger_compris(enveloppe: Enveloppe, compris: Container[str]) -> None:
    """Check that every header block that we must understand is one of `compris` (Clark names).

    Blocks for another actor (SOAP 1.1, 4.2.2) or role (SOAP 1.2 part 1, 2.2) are not ours. ``true`` is read as ``1`` in
    both versions. Raises `EnteteNonComprisError` with the names of all those that are not understood.
    """
    if not enveloppe.entetes:
        return
    espace = enveloppe.version.espace
    obligation, destinataire = f"{{{espace}}}mustUnderstand", _DESTINATAIRE[enveloppe.version]
    inconnus = [
        str(entete.tag)
        for entete in enveloppe.entetes
        if entete.tag not in compris
        and entete.get(obligation, "0").strip() in ("1", "true")
        and entete.get(destinataire, "").strip() in _NOUS
    ]
    if inconnus:
        raise EnteteNonComprisError(inconnus)


def en_utf8(octets: bytes, charset: str | None) -> bytes:
    """Return the document in UTF-8; the parser passes over a byte order mark."""
    if octets.startswith(codecs.BOM_UTF8):
        return octets
    if octets.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        _refuser_charset()
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcoder(octets[2:], "utf-16-le" if octets.startswith(codecs.BOM_UTF16_LE) else "utf-16-be")
    devine = "utf-16-le" if octets[1:2] == b"\0" else "utf-16-be"
    nom = (charset or "").strip(" \t\"'").lower()
    if nom:
        if nom in _UTF_16:
            return _transcoder(octets, _UTF_16[nom] or devine)
        if nom not in _UTF_8:
            _refuser_charset()
        return octets
    if octets.startswith((b"<\0", b"\0<")):
        return _transcoder(octets, devine)
    declare = _ENCODAGE_DECLARE.match(octets)
    if declare is not None and declare[1].decode("latin-1").lower() not in _UTF_8:
        _refuser_charset()
    return octets


def _transcoder(octets: bytes, codage: str) -> bytes:
    try:
        return octets.decode(codage).encode("utf-8")
    except UnicodeError:
        raise illisible("les octets ne sont pas du texte en UTF-16") from None


def _analyser(octets: bytes) -> _Element:
    """Parse UTF-8 bytes into a tree that is safe to walk."""
    if _DOCTYPE.match(octets):
        raise illisible("une déclaration DOCTYPE n'est pas admise")
    if compter(len(octets)):
        _par_fil.analyseur = None
    try:
        racine = etree.fromstring(octets, analyseur())
    except etree.XMLSyntaxError as erreur:
        raise illisible(*cause(erreur, octets)) from None
    if racine.getroottree().docinfo.internalDTD is not None:  # should the first look ever miss one
        raise illisible("une déclaration DOCTYPE n'est pas admise")
    if _TROP_PROFOND(racine):
        raise illisible(SYNTAXE[TROP_PROFOND])
    # Most messages have no question mark after the XML declaration, and fewer equal signs than declarations allowed:
    # a single byte is found in 340 KB within 10 us, where longer needles and XPath take 150 to 300.
    if octets.rfind(b"?") > octets.find(b">") and _INSTRUCTION(racine):
        raise illisible("une instruction de traitement (<?…?>) n'est pas admise")
    if octets.count(b"=") > ESPACES_MAX and _espaces_en_vigueur(racine) > ESPACES_MAX:
        raise illisible(f"plus de {ESPACES_MAX} espaces de noms sont déclarés pour un même élément")
    return racine


def _espaces_en_vigueur(racine: _Element) -> int:
    """Return how many namespace declarations any element is under, at most; counting ends above `ESPACES_MAX`."""
    en_vigueur = maximum = 0
    for evenement, _ in etree.iterwalk(racine, events=("start-ns", "end-ns")):
        en_vigueur += 1 if evenement == "start-ns" else -1
        maximum = max(maximum, en_vigueur)
        if maximum > ESPACES_MAX:
            break
    return maximum


def _entetes_et_corps(racine: _Element, version: VersionSoap) -> tuple[list[_Element], _Element]:
    """Return the header blocks and the Body of an envelope that holds Header?, Body and nothing else."""
    nom_header, nom_body = f"{{{version.espace}}}Header", f"{{{version.espace}}}Body"
    if _a_du_texte(racine.text) or any(_a_du_texte(enfant.tail) for enfant in racine):
        _refuser("Envelope ne doit contenir que Header et Body, du texte y a été trouvé", racine)
    enfants = list(racine)
    entetes = list(enfants.pop(0)) if enfants and enfants[0].tag == nom_header else []
    if not enfants:
        _refuser("Envelope doit contenir un Body, aucun n'a été trouvé", racine)
    if enfants[0].tag != nom_body:
        _refuser("Envelope doit contenir au plus un Header puis un Body, un autre élément a été trouvé", enfants[0])
    if len(enfants) > 1:
        _refuser("rien n'est admis après Body, un autre élément a été trouvé", enfants[1])
    return entetes, enfants[0]


def _refuser_racine(racine: _Element) -> NoReturn:
    if etree.QName(racine).localname == "Envelope":
        raise VersionSoapError
    _refuser("l'élément racine doit être soap:Envelope, un autre élément a été trouvé", racine)


def _refuser(detail: str, element: _Element) -> NoReturn:
    raise illisible(detail, element.sourceline)


def _refuser_charset() -> NoReturn:
    raise illisible("son jeu de caractères doit être UTF-8 ou UTF-16, un autre a été annoncé")


def illisible(detail: str, ligne: int | None = None) -> MessageIllisibleError:
    """The error of a message that cannot be read, `detail` saying why."""
    ou = "" if ligne is None else f" (ligne {ligne})"
    return MessageIllisibleError(
        f"Le message n'est pas une enveloppe SOAP lisible : {detail}{ou}.",
        (Precision(f"{detail[:1].upper()}{detail[1:]}.", ligne),),
    )


def _a_du_texte(texte: str | None) -> bool:
    return texte is not None and _NON_BLANC.search(texte) is not None
