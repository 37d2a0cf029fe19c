"""What the service tells of its contract: WSDL variants and schemas as files, derived from the hand-written ones.

==============  =======================================================================================================
``?wsdl``       one file, schemas inlined, SOAP 1.1 only: what every toolkit imports. It has no trace of SOAP 1.2, not
                even a prefix: with two ports, or with ``xmlns:soap12``, gSOAP, node-soap, PHP and suds post the wrong
                envelope to the wrong port
``?wsdl=soap12``     the same, with a second port
``?wsdl=politique``  SOAP 1.1 with WS-SecurityPolicy 1.2, for the stacks that read it: CXF, Metro, WCF
``?xsd=NAME``        the schemas as files, which refer to one another in the same manner
==============  =======================================================================================================

Each answer is derived once and kept. The address is told by the caller, from the settings, never from a request.
"""

import copy
from functools import cache

from lxml import etree
from lxml.etree import _Element

from service.contract.catalogue import NS_WSDL, NS_XSD, WSDL, arbre, dossier, noms_des_schemas, schema_complet

VARIANTES = ("", "soap12", "politique")
"""The values that ``?wsdl`` may have."""

NS_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
NS_SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
NS_WSP = "http://www.w3.org/ns/ws-policy"
NS_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
NS_SP = "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"

_NOM_POLITIQUE = "JetonUtilisateur"
_DEBUT_POLITIQUE = (
    f'<wsp:Policy xmlns:wsp="{NS_WSP}" xmlns:wsu="{NS_WSU}" xmlns:sp="{NS_SP}" wsu:Id="{_NOM_POLITIQUE}">'
)
_JETON = f"""<sp:UsernameToken sp:IncludeToken="{NS_SP}/IncludeToken/AlwaysToRecipient">
        <wsp:Policy>%s<sp:WssUsernameToken10/></wsp:Policy>
      </sp:UsernameToken>"""

# Neither IncludeTimestamp, for which WCF would then wait in the answer, nor HashPassword: TLS protects the password.
# A token under a TransportBinding is signed by the transport (WS-SecurityPolicy 1.2, 8.2), the one form WCF imports.
_POLITIQUE_HTTPS = f"""{_DEBUT_POLITIQUE}
    <sp:TransportBinding><wsp:Policy>
      <sp:TransportToken><wsp:Policy><sp:HttpsToken><wsp:Policy/></sp:HttpsToken></wsp:Policy></sp:TransportToken>
      <sp:AlgorithmSuite><wsp:Policy><sp:Basic256/></wsp:Policy></sp:AlgorithmSuite>
      <sp:Layout><wsp:Policy><sp:Lax/></wsp:Policy></sp:Layout>
    </wsp:Policy></sp:TransportBinding>
    <sp:SignedSupportingTokens><wsp:Policy>
      {_JETON % ""}
    </wsp:Policy></sp:SignedSupportingTokens>
  </wsp:Policy>"""

# Without TLS the password must not be read on the way: only its digest is asked for.
_POLITIQUE_HTTP = f"""{_DEBUT_POLITIQUE}
    <sp:SupportingTokens><wsp:Policy>
      {_JETON % "<sp:HashPassword/>"}
    </wsp:Policy></sp:SupportingTokens>
  </wsp:Policy>"""


@cache
def wsdl(variante: str, adresse: str) -> bytes:
    """Return the WSDL in one of `VARIANTES`; `adresse` is the public address of the service's ``/ws/v1``.

    Raises `ValueError` for another variant.
    """
    if variante not in VARIANTES:
        raise ValueError(f"Variante inconnue : {', '.join(filter(None, VARIANTES))} ou rien sont attendus.")
    definitions = arbre(dossier("wsdl") / WSDL)
    _inliner_les_schemas(definitions)
    _element(definitions, f"{{{NS_SOAP}}}address").set("location", adresse)
    if variante == "soap12":
        definitions = _avec_soap12(definitions)
    elif variante == "politique":
        _ajouter_la_politique(definitions, _POLITIQUE_HTTPS if adresse.startswith("https:") else _POLITIQUE_HTTP)
    return _ecrire(definitions)


def xsd(nom: str, adresse: str = "") -> bytes | None:
    """Return a schema by its file name, with or without ``.xsd``; None where there is none of that name.

    It refers to the others as ``?xsd=NAME``, relative to its own address, or to `adresse` where that is given.
    """
    fichier = nom if nom.endswith(".xsd") else f"{nom}.xsd"
    return _xsd(fichier, adresse) if fichier in noms_des_schemas() else None


@cache
def _xsd(fichier: str, adresse: str) -> bytes:
    racine = arbre(dossier("schemas") / fichier)
    for renvoi in racine.iterchildren(f"{{{NS_XSD}}}include", f"{{{NS_XSD}}}import"):
        renvoi.set("schemaLocation", f"{adresse}?xsd={renvoi.attrib['schemaLocation']}")
    return _ecrire(racine)


def _inliner_les_schemas(definitions: _Element) -> None:
    types = _element(definitions, f"{{{NS_WSDL}}}types")
    types[:] = [schema_complet()]
    # The prefixes of the definitions serve the schema too: one declaration of each in the file.
    etree.cleanup_namespaces(definitions, keep_ns_prefixes=["tns", "xs"])


def _avec_soap12(definitions: _Element) -> _Element:
    """Return the definitions with a second binding and port, copies of the first in the namespace of SOAP 1.2."""
    racine = etree.Element(definitions.tag, dict(definitions.attrib), nsmap={**definitions.nsmap, "soap12": NS_SOAP12})
    racine.text = definitions.text
    racine.extend(list(definitions))
    liaison = _element(racine, f"{{{NS_WSDL}}}binding")
    port = _element(racine, f"{{{NS_WSDL}}}port")
    liaison_12, port_12 = _double_soap12(liaison, "SOAP 1.2 sur HTTP."), _double_soap12(port, "Port SOAP 1.2.")
    port_12.set("binding", "tns:Soap12")
    liaison.addnext(liaison_12)
    port.tail = "\n    "
    port.addnext(port_12)
    port_12.tail = "\n  "
    etree.cleanup_namespaces(racine, keep_ns_prefixes=["tns", "xs"])
    return racine


def _double_soap12(original: _Element, texte: str) -> _Element:
    """Return a copy of a binding or port, named Soap12, its extensions in the namespace of SOAP 1.2."""
    double = copy.deepcopy(original)
    double.set("name", "Soap12")
    for extension in double.iter(f"{{{NS_SOAP}}}*"):
        extension.tag = f"{{{NS_SOAP12}}}{etree.QName(extension).localname}"
    _element(double, f"{{{NS_WSDL}}}documentation").text = texte
    return double


def _ajouter_la_politique(definitions: _Element, politique: str) -> None:
    """Put the policy at the head of the definitions and refer to it from the binding."""
    definitions.insert(1, etree.fromstring(politique))
    definitions[1].tail = "\n\n  "
    liaison = _element(definitions, f"{{{NS_WSDL}}}binding")
    renvoi = etree.Element(f"{{{NS_WSP}}}PolicyReference", {"URI": f"#{_NOM_POLITIQUE}"}, nsmap={"wsp": NS_WSP})
    renvoi.tail = "\n    "
    liaison.insert(1, renvoi)


def _element(racine: _Element, nom: str) -> _Element:
    element = next(racine.iter(nom), None)
    if element is None:
        raise ValueError(f"Le fichier {WSDL} n'a pas l'élément {etree.QName(nom).localname}.")
    return element


def _ecrire(racine: _Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(racine, encoding="UTF-8") + b"\n"
