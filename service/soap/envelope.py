"""The SOAP envelope around an answer, in the version of the request."""

from service.contract.reading import VersionSoap

# In capitals: soap4r, on Debian 12's REXML, takes utf-8 for an encoding other than the UTF-8 of the declaration, and
# loses the start of the answer.
CONTENT_TYPES = {
    VersionSoap.SOAP_1_1: "text/xml; charset=UTF-8",
    VersionSoap.SOAP_1_2: "application/soap+xml; charset=UTF-8",
}


def envelopper(version: VersionSoap, corps: bytes, entete: bytes = b"") -> bytes:
    """Return the envelope whose Body holds `corps` and whose Header, if any, holds `entete` (UTF-8 XML)."""
    header = b"<soap:Header>%b</soap:Header>" % entete if entete else b""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="%b">%b<soap:Body>%b</soap:Body>'
        b"</soap:Envelope>" % (version.espace.encode(), header, corps)
    )
