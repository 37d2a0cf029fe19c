"""What spyne 2.14 leaves open, one test a point: what plain spyne does with it, then what this service does.

The first half of each test keeps its second half honest: it shows that the point is there to be closed.
"""

import gc
import logging
import threading

import pytest
from lxml import etree
from maison import AGENT, CONSULTE_SERVICE
from messages import (
    NS,
    NS_WSSE,
    SOAP_11,
    SOAP_12,
    certificat,
    declare_certificats,
    en_clair,
    enveloppe,
    operation,
    salarie,
)
from spyne import const

from service.contract.catalogue import schema

BONJOUR = "<t:name_as_read><t:name>Anne</t:name></t:name_as_read>"
INVALIDES = [
    "<t:say_hello><t:name>Anne</t:name><t:times>cent</t:times></t:say_hello>",
    "<t:name_as_read><t:secret/></t:name_as_read>",
]
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def test_the_errors_of_a_schema_belong_to_one_thread(spyne_nu):
    partage = spyne_nu.protocole.validation_schema
    vus = []

    def autre_client():
        spyne_nu.post(INVALIDES[1])
        vus.append(schema())

    spyne_nu.post(INVALIDES[0])
    fil = threading.Thread(target=autre_client)
    fil.start()
    fil.join()
    # What the first thread would now read, and tell its client, is about the message of the other one.
    assert "secret" in str(partage.error_log)
    assert "cent" not in str(partage.error_log)

    assert vus[0] is not schema()
    assert schema() is schema()


def test_an_href_is_an_attribute_not_a_reference(spyne_nu, service):
    reference = '<t:name_as_read><t:name href="#x"/></t:name_as_read>'
    ailleurs = "<t:name_as_read><t:name id=\"x\">de quelqu'un d'autre</t:name></t:name_as_read>"
    assert "attribute 'id'" in spyne_nu.post(reference, ailleurs)  # copied into the first payload

    charge = declare_certificats(certificat(salarie(nom="x")).replace("<nom>x</nom>", '<nom href="#x"/>'))
    entetes = en_clair(AGENT, service.cle) + '<h:h xmlns:h="u:h" id="x">Dupont</h:h>'
    faute = service.post(charge, entetes).faute
    assert faute.code == "SCHEMA_INVALIDE"
    assert "ni id, ni href" in faute.precisions[0]["message"]
    assert faute.precisions[0]["champ"].endswith("certificat[1]/salarie/nom")


def test_a_malformed_message_is_not_logged(spyne_nu, service, caplog, journaux):
    message = enveloppe(CONSULTE_SERVICE, en_clair(AGENT, "mot de passe secret"))[:-3]
    with caplog.at_level(logging.ERROR, logger="spyne.protocol"):
        spyne_nu.http(message)
    assert "mot de passe secret" in caplog.text

    caplog.clear()
    assert service.brut(message).faute.code == "MESSAGE_ILLISIBLE"
    assert "mot de passe secret" not in journaux()
    assert not logging.getLogger("spyne.protocol.soap.soap11.invalid").isEnabledFor(logging.CRITICAL)


MESSAGE = enveloppe(BONJOUR.replace("<t:name_as_read>", '<t:name_as_read xmlns:t="spyne.examples.hello.soap">'))
ILLISIBLES = {
    "an empty Body": (
        AttributeError,
        b'<s:Envelope xmlns:s="%s"><s:Body/></s:Envelope>' % SOAP_11.encode(),
        {},
        "vide",
    ),
    "no Body": (AttributeError, f'<s:Envelope xmlns:s="{SOAP_11}"><s:Header/></s:Envelope>'.encode(), {}, "aucun"),
    "nothing at all": (StopIteration, b"", {}, "document XML est attendu"),
    "an unknown charset": (LookupError, MESSAGE, {"CONTENT_TYPE": "text/xml; charset=klingon"}, "jeu de caractères"),
    "wrong UTF-8": (UnicodeDecodeError, MESSAGE.replace(b"Anne", b"\xff"), {}, "UTF-8"),
    "an entity": (
        etree.XMLSchemaValidateError,
        b'<!DOCTYPE a [<!ENTITY e "x">]>' + MESSAGE.replace(b"Anne", b"&e;"),
        {},
        "DOCTYPE",
    ),
}


@pytest.mark.parametrize(("exception", "message", "environ", "mot"), ILLISIBLES.values(), ids=ILLISIBLES)
def test_bytes_of_any_kind_get_a_fault(spyne_nu, service, exception, message, environ, mot):
    with pytest.raises(exception):
        spyne_nu.http(message, **environ)

    faute = service.brut(message, **environ).faute
    assert (faute.qname, faute.code) == (f"{{{SOAP_11}}}Client", "MESSAGE_ILLISIBLE")
    assert mot in faute.message


def test_a_content_length_that_is_no_number_is_done_without(spyne_nu, service):
    with pytest.raises(ValueError, match="invalid literal"):
        spyne_nu.post(BONJOUR, CONTENT_LENGTH="abc")

    assert service.post(CONSULTE_SERVICE, CONTENT_LENGTH="abc").statut == 200


def test_several_children_of_body_are_refused(spyne_nu, service):
    assert "Anne" in spyne_nu.post(BONJOUR, BONJOUR.replace("Anne", "Bob"))

    faute = service.post(CONSULTE_SERVICE + CONSULTE_SERVICE).faute
    assert faute.code == "MESSAGE_ILLISIBLE"
    assert "2 éléments" in faute.message


INCOMPRIS = '<h:Sequence xmlns:h="urn:h" s:mustUnderstand="{}"/>'


@pytest.mark.parametrize("valeur", ["1", "true", " 1 "])
def test_a_header_that_must_be_understood_and_is_not_is_refused(spyne_nu, service, valeur):
    entete = INCOMPRIS.format(valeur)
    assert "Anne" in spyne_nu.post(BONJOUR, entetes=f"<s:Header>{entete}</s:Header>")

    for soap in (SOAP_11, SOAP_12):
        faute = service.post(CONSULTE_SERVICE, en_clair(AGENT, service.cle) + entete, soap).faute
        assert (faute.qname, faute.code) == (f"{{{soap}}}MustUnderstand", "ENTETE_NON_COMPRIS")


@pytest.mark.parametrize("valeur", ["0", "false", "", "peut-être"])
def test_other_headers_are_let_be(service, valeur):
    entetes = en_clair(AGENT, service.cle) + INCOMPRIS.format(valeur) + "<sans-espace/>"
    assert service.post(CONSULTE_SERVICE, entetes).statut == 200


DESTINATAIRES = {
    # what an attribute says of whom the header is for → whether that is us
    (SOAP_11, 's:actor=""'): True,
    (SOAP_11, 's:actor="http://schemas.xmlsoap.org/soap/actor/next"'): True,
    (SOAP_11, 's:actor="urn:passerelle"'): False,
    (SOAP_12, f's:role="{SOAP_12}/role/next"'): True,
    (SOAP_12, f's:role="{SOAP_12}/role/ultimateReceiver"'): True,
    (SOAP_12, f's:role="{SOAP_12}/role/none"'): False,
    (SOAP_12, 's:role="urn:passerelle"'): False,
}


@pytest.mark.parametrize(("soap", "attribut"), DESTINATAIRES)
def test_a_mandatory_header_for_somebody_else_is_not_ours_to_understand(service, soap, attribut):
    entete = f'<h:h xmlns:h="urn:h" s:mustUnderstand="1" {attribut}/>'
    reponse = service.post(CONSULTE_SERVICE, en_clair(AGENT, service.cle) + entete, soap)
    if DESTINATAIRES[soap, attribut]:
        assert reponse.faute.code == "ENTETE_NON_COMPRIS"
    else:
        assert reponse.statut == 200


ACTIONS = {
    "quoted": {"HTTP_SOAPACTION": f'"{NS}/ListeAnomalies"'},
    "unquoted": {"HTTP_SOAPACTION": f"{NS}/ListeAnomalies"},
    "in single quotes, with blanks": {"HTTP_SOAPACTION": f" ' {NS}/ListeAnomalies ' "},
    "of SOAP 1.2": {"CONTENT_TYPE": f'application/soap+xml; charset=utf-8; action="{NS}/ListeAnomalies"'},
    "of SOAP 1.2, capitals and blanks": {"CONTENT_TYPE": f"text/xml ; ACTION = {NS}/ListeAnomalies ; charset=utf-8"},
    "of SOAP 1.2 behind an empty SOAPAction": {
        "CONTENT_TYPE": f'text/xml; action="{NS}/ListeAnomalies"',
        "HTTP_SOAPACTION": '""',
    },
}


@pytest.mark.parametrize("environ", ACTIONS.values(), ids=ACTIONS)
def test_the_action_of_another_operation_is_refused(spyne_nu, service, environ):
    assert "Anne" in spyne_nu.post(BONJOUR, HTTP_SOAPACTION='"say_hello"')

    entetes = en_clair(AGENT, service.cle)
    faute = service.brut(enveloppe(CONSULTE_SERVICE, entetes), **environ).faute
    assert faute.code == "OPERATION_INCONNUE"
    assert "ListeAnomalies" in faute.message
    assert service.brut(enveloppe(operation("ListeAnomalies"), entetes), **environ).statut == 200


@pytest.mark.parametrize("action", [None, "", '""', "ConsulteService", "urn:autre", f'"{NS}/ConsulteService"', "é"])
def test_an_absent_empty_or_foreign_action_is_let_be(service, action):
    assert service.post(CONSULTE_SERVICE, HTTP_SOAPACTION=action).statut == 200


def test_json_is_no_soap_message(spyne_nu, service):
    assert "Anne" in spyne_nu.post(BONJOUR, CONTENT_TYPE="application/json")

    reponse = service.http(enveloppe(CONSULTE_SERVICE, en_clair(AGENT, service.cle)), CONTENT_TYPE="application/json")
    assert reponse.statut == 415


def test_xsi_nil_false_is_not_null(spyne_nu, service):
    assert "None" in spyne_nu.post(BONJOUR.replace("<t:name>", f'<t:name {XSI} xsi:nil="false">'))

    charge = declare_certificats(certificat(salarie(nom="Dupont")).replace("<nom>", f'<nom {XSI} xsi:nil="false">'))
    faute = service.post(charge).faute
    assert faute.code == "SCHEMA_INVALIDE"
    assert "xsi:nil" in faute.precisions[0]["message"]


def test_the_codes_of_security_faults_are_names_of_wsse(spyne_nu, service):
    assert "<faultcode>soap11env:wsse:FailedAuthentication</faultcode>" in spyne_nu.post("<t:refuse/>")

    entetes = en_clair(AGENT, "faux mot de passe")
    faute = service.post(CONSULTE_SERVICE, entetes).faute
    assert faute.qname == f"{{{NS_WSSE}}}FailedAuthentication"
    faute = service.post(CONSULTE_SERVICE, entetes, SOAP_12).faute
    assert (faute.qname, faute.sous_qname) == (f"{{{SOAP_12}}}Sender", f"{{{NS_WSSE}}}FailedAuthentication")


def test_errors_of_the_schema_are_told_in_soap_12_too(spyne_nu_12, service):
    with pytest.raises(TypeError):
        spyne_nu_12.post(INVALIDES[1])

    reponse = service.post(operation("ConsulteService", "<x/>"), soap=SOAP_12)
    assert (reponse.statut, reponse.faute.code) == (400, "SCHEMA_INVALIDE")


def test_the_wsdl_never_follows_the_host_header(spyne_nu, service):
    demande = {"REQUEST_METHOD": "GET", "QUERY_STRING": "wsdl", "HTTP_HOST": "pirate.example"}
    assert "http://pirate.example" in spyne_nu.http(b"", **demande)[1]

    for suite in ("wsdl", "wsdl=soap12", "wsdl=politique"):
        wsdl = service.http(**(demande | {"QUERY_STRING": suite})).octets
        assert b"pirate" not in wsdl
        assert b'location="http://127.0.0.1:8083/ws/v1"' in wsdl


def test_a_fault_of_soap_12_has_the_status_that_goes_with_it(spyne_nu_12, service):
    statut, _ = spyne_nu_12.http(b"<x")
    assert statut.startswith("500")

    def statut_de(corps):
        return service.brut(corps, CONTENT_TYPE="application/soap+xml").statut

    assert statut_de(b"<x") == 400
    assert statut_de(enveloppe(CONSULTE_SERVICE, soap=SOAP_12)) == 400
    assert statut_de(enveloppe(CONSULTE_SERVICE, INCOMPRIS.format(1), soap=SOAP_12)) == 500


def test_every_error_of_the_schema_is_told(spyne_nu, service):
    reponse = spyne_nu.post("<t:say_hello><t:times>cent</t:times><t:name/><t:secret/></t:say_hello>")
    assert "secret" not in reponse

    charge = declare_certificats(certificat(nombreMois="douze"), certificat(montantNet="mille"), annee="cette année")
    assert [precision["champ"] for precision in service.post(charge).faute.precisions] == [
        "DeclareCertificatEmploi/annee",
        "DeclareCertificatEmploi/certificat[1]/nombreMois",
        "DeclareCertificatEmploi/certificat[2]/montantNet",
    ]


def collectes_completes(appel):
    """How many times Python's memory was searched through and through during a call."""
    vues = []

    def noter(phase, infos):
        if phase == "start" and infos["generation"] == 2:
            vues.append(infos)

    gc.callbacks.append(noter)
    gc.disable()
    try:
        appel()
    finally:
        gc.enable()
        gc.callbacks.remove(noter)
    return len(vues)


def test_no_message_waits_for_a_garbage_collection(spyne_nu, service, monkeypatch):
    monkeypatch.setattr(const, "MIN_GC_INTERVAL", 0)  # spyne's own value, one second, would make this test wait
    assert collectes_completes(lambda: service.post(CONSULTE_SERVICE)) == 0
    assert collectes_completes(lambda: spyne_nu.post(BONJOUR)) == 1
