"""The SOAP envelope around an answer, in the version of the request."""

from service.contract.reading import VersionSoap

CONTENT_TYPES = {
    VersionSoap.SOAP_1_1: "text/xml; charset=utf-8",
    VersionSoap.SOAP_1_2: "application/soap+xml; charset=utf-8",
}


def envelopper(version: VersionSoap, corps: bytes, entete: bytes = b"") -> bytes:
    """Return the envelope whose Body holds `corps` and whose Header, if any, holds `entete` (UTF-8 XML)."""
    header = b"<soap:Header>%b</soap:Header>" % entete if entete else b""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="%b">%b<soap:Body>%b</soap:Body>'
        b"</soap:Envelope>" % (version.espace.encode(), header, corps)
    )
