"""What is published: one file any toolkit imports, its variants, and the rules of WS-I Basic Profile 1.1."""

import io
from urllib.parse import urljoin

import pytest
import xmlschema
import zeep
from lxml import etree

from service.contract.catalogue import NS, noms_des_schemas
from service.contract.modele import modele
from service.contract.publication import NS_SOAP, NS_SOAP12, NS_SP, NS_WSP, NS_WSU, VARIANTES, wsdl, xsd

WSDL, XS = "{http://schemas.xmlsoap.org/wsdl/}", "{http://www.w3.org/2001/XMLSchema}"
SOAP, SOAP12, WSP, SP = f"{{{NS_SOAP}}}", f"{{{NS_SOAP12}}}", f"{{{NS_WSP}}}", f"{{{NS_SP}}}"
ADRESSE = "https://esat.example/ws/v1"
ADRESSES = (ADRESSE, "http://127.0.0.1:8083/ws/v1")
PUBLIES = [(variante, adresse) for variante in VARIANTES for adresse in ADRESSES]
OPERATIONS = modele().operations


@pytest.fixture(params=PUBLIES, ids=lambda publie: f"{publie[0] or 'wsdl'}-{publie[1].split(':')[0]}")
def definitions(request):
    """Each document that may be asked for."""
    return etree.fromstring(wsdl(*request.param))


def noms(elements):
    return [element.get("name") for element in elements]


def test_every_variant_tells_the_address_of_the_settings_and_no_other():
    for variante, adresse in PUBLIES:
        racine = etree.fromstring(wsdl(variante, adresse))
        assert {e.get("location") for e in racine.iter(f"{SOAP}address", f"{SOAP12}address")} == {adresse}
        assert (b"127.0.0.1" in wsdl(variante, adresse)) is ("127.0.0.1" in adresse)


def test_another_variant_is_refused():
    with pytest.raises(ValueError, match="soap12, politique"):
        wsdl("soap11", ADRESSE)


def test_the_default_has_one_port_and_no_trace_of_soap_1_2_or_of_policies():
    octets = wsdl("", ADRESSE)
    assert octets.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<wsdl:definitions ')
    for trace in (
        b"soap12",
        b"wsdl/soap12/",
        b"Soap12",
        b"Policy",
        b"ws-policy",
        b"schemaLocation",
        b"import",
        b"<!--",
    ):
        assert trace not in octets, trace
    assert noms(etree.fromstring(octets).iter(f"{WSDL}port")) == ["Soap11"]


def test_names_and_actions_are_those_of_the_contract(definitions):
    assert definitions.get("targetNamespace") == NS
    assert noms(definitions.findall(f"{WSDL}portType")) == ["TeledeclarationEsat"]
    assert noms(definitions.findall(f"{WSDL}service")) == ["TeledeclarationEsatService"]
    assert noms(definitions.find(f"{WSDL}portType").iter(f"{WSDL}operation")) == list(OPERATIONS)
    for liaison in definitions.findall(f"{WSDL}binding"):
        actions = [e.get("soapAction") for e in liaison.iter(f"{SOAP}operation", f"{SOAP12}operation")]
        assert actions == [f"{NS}/{operation}" for operation in OPERATIONS]


def test_soap12_is_the_default_with_a_second_port():
    definitions = etree.fromstring(wsdl("soap12", ADRESSE))
    assert [(port.get("name"), port.get("binding")) for port in definitions.iter(f"{WSDL}port")] == [
        ("Soap11", "tns:Soap11"),
        ("Soap12", "tns:Soap12"),
    ]
    premiere, seconde = definitions.findall(f"{WSDL}binding")
    assert noms([premiere, seconde]) == ["Soap11", "Soap12"]
    assert next(seconde.iter(f"{SOAP}*"), None) is None
    assert next(premiere.iter(f"{SOAP12}*"), None) is None
    assert len(list(premiere.iter(f"{SOAP}*"))) == len(list(seconde.iter(f"{SOAP12}*"))) == 1 + 4 * len(OPERATIONS)
    retire = etree.fromstring(wsdl("soap12", ADRESSE))
    for element in [*retire.findall(f"{WSDL}binding")[1:], *list(retire.iter(f"{WSDL}port"))[1:]]:
        element.getparent().remove(element)
    assert forme(retire) == forme(etree.fromstring(wsdl("", ADRESSE)))


def forme(racine):
    """Elements and attributes, without the white space between them."""
    return [(e.tag, dict(e.attrib), (e.text or "").strip()) for e in racine.iter()]


def politique(adresse):
    return etree.fromstring(wsdl("politique", adresse))


@pytest.mark.parametrize("adresse", ADRESSES)
def test_the_policy_is_referred_to_from_the_binding(adresse):
    definitions = politique(adresse)
    (racine,) = definitions.findall(f"{WSP}Policy")
    identifiant = racine.get(f"{{{NS_WSU}}}Id")
    (renvoi,) = definitions.iter(f"{WSP}PolicyReference")
    assert renvoi.get("URI") == f"#{identifiant}"
    assert renvoi.getparent().tag == f"{WSDL}binding"
    assert noms(definitions.iter(f"{WSDL}port")) == ["Soap11"]
    (jeton,) = racine.iter(f"{SP}UsernameToken")
    assert jeton.get(f"{SP}IncludeToken") == f"{NS_SP}/IncludeToken/AlwaysToRecipient"


def assertions(adresse):
    return {etree.QName(e).localname for e in politique(adresse).find(f"{WSP}Policy").iter(f"{SP}*")}


def test_over_tls_the_policy_is_transport_with_a_token_in_clear_and_no_timestamp():
    vues = assertions(ADRESSE)
    assert {"TransportBinding", "TransportToken", "HttpsToken", "UsernameToken"} <= vues
    assert not {"IncludeTimestamp", "HashPassword", "SupportingTokens"} & vues


def test_without_tls_the_policy_asks_for_the_digest():
    assert assertions(ADRESSES[1]) == {"SupportingTokens", "UsernameToken", "HashPassword", "WssUsernameToken10"}


@pytest.mark.parametrize("nom", noms_des_schemas())
def test_each_schema_is_served_by_its_name_and_its_references_are_served_too(nom):
    for demande in (nom, nom.removesuffix(".xsd")):
        racine = etree.fromstring(xsd(demande))
        renvois = [e.get("schemaLocation") for e in racine.iterchildren(f"{XS}include", f"{XS}import")]
        assert all(renvoi.startswith("?xsd=") and xsd(renvoi.removeprefix("?xsd=")) for renvoi in renvois)


@pytest.mark.parametrize("nom", ["", ".xsd", "autre", "../schemas/types-v1", "types-v1.xsd.xsd", "TYPES-V1.XSD", "\0"])
def test_no_other_name_is_served(nom):
    assert xsd(nom) is None


@pytest.mark.parametrize("adresse", ["", ADRESSE])
def test_references_between_served_schemas_lead_to_their_addresses(adresse):
    racine = etree.fromstring(xsd("accuse-signe-v1", adresse))
    renvois = [e.get("schemaLocation") for e in racine.iterchildren(f"{XS}include", f"{XS}import")]
    assert [urljoin(f"{ADRESSE}?xsd=accuse-signe-v1.xsd", renvoi) for renvoi in renvois] == [
        f"{ADRESSE}?xsd=types-v1.xsd",
        f"{ADRESSE}?xsd=signature-v1.xsd",
    ]


def test_the_inlined_schema_validates_as_the_files_do(definitions, charge):
    schema = definitions.find(f"{WSDL}types/{XS}schema")
    autonome = xmlschema.XMLSchema(etree.tostring(schema).decode())
    for operation in OPERATIONS:
        assert autonome.is_valid(etree.fromstring(etree.tostring(charge(operation), with_tail=False)))
    assert set(noms(schema.iterchildren(f"{XS}element"))) == set(modele().racines)


# WS-I Basic Profile 1.1, the rules that a description can break.


def test_r2001_r2105_types_are_one_schema_of_our_namespace_without_imports(definitions):
    assert definitions.findall(f"{WSDL}import") == []
    (schema,) = definitions.find(f"{WSDL}types")
    assert schema.get("targetNamespace") == NS
    assert next(schema.iter(f"{XS}import", f"{XS}include"), None) is None


def test_r2023_types_come_first(definitions):
    ordre = [etree.QName(e).localname for e in definitions if e.tag.startswith(WSDL)]
    assert ordre[:2] == ["documentation", "types"]


def test_r2028_documents_are_of_the_wsdl_namespace_and_utf_8(definitions):
    assert definitions.tag == f"{WSDL}definitions"
    assert definitions.getroottree().docinfo.encoding == "UTF-8"


def test_r2204_r2306_every_message_has_one_part_that_names_an_element(definitions):
    elements = set(noms(definitions.find(f"{WSDL}types/{XS}schema").iterchildren(f"{XS}element")))
    messages = definitions.findall(f"{WSDL}message")
    assert len(messages) == 2 * len(OPERATIONS) + 1
    for message in messages:
        (part,) = message.findall(f"{WSDL}part")
        assert part.get("type") is None
        assert part.get("name") == ("fault" if message.get("name") == "Erreur" else "parameters")
        prefixe, _, local = part.get("element").partition(":")
        assert prefixe == "tns"
        assert local in elements
        assert local == message.get("name")


def test_r2303_r2304_operations_are_request_response_and_no_name_stands_twice(definitions):
    operations = definitions.find(f"{WSDL}portType").findall(f"{WSDL}operation")
    assert len(set(noms(operations))) == len(operations)
    for operation in operations:
        fils = [etree.QName(e).localname for e in operation]
        assert fils == ["documentation", "input", "output", "fault"]
        assert operation.find(f"{WSDL}input").get("message") == f"tns:{operation.get('name')}"
        assert operation.find(f"{WSDL}output").get("message") == f"tns:{operation.get('name')}Response"
        assert operation.find(f"{WSDL}fault").get("message") == "tns:Erreur"


def liaisons(definitions):
    return [
        (liaison, SOAP if liaison.get("name") == "Soap11" else SOAP12) for liaison in definitions.iter(f"{WSDL}binding")
    ]


def test_r2701_r2702_r2705_bindings_are_soap_over_http_in_document_style(definitions):
    for liaison, soap in liaisons(definitions):
        (extension,) = liaison.findall(f"{soap}binding")
        assert extension.get("transport") == "http://schemas.xmlsoap.org/soap/http"
        assert {extension.get("style")} | {e.get("style") for e in liaison.iter(f"{soap}operation")} == {"document"}


def test_r2706_r2716_bodies_and_faults_are_literal_without_namespace(definitions):
    for liaison, soap in liaisons(definitions):
        extensions = list(liaison.iter(f"{soap}body", f"{soap}fault"))
        assert len(extensions) == 3 * len(OPERATIONS)
        for extension in extensions:
            assert extension.get("use") == "literal"
            assert not {"namespace", "encodingStyle", "parts"} & set(extension.attrib)


def test_r2710_wire_signatures_are_distinct(definitions):
    elements = [
        part.get("element")
        for message in definitions.findall(f"{WSDL}message")
        if message.get("name") in OPERATIONS
        for part in message.findall(f"{WSDL}part")
    ]
    assert len(set(elements)) == len(OPERATIONS)


def test_r2718_bindings_have_the_operations_of_the_port_type(definitions):
    for liaison, _ in liaisons(definitions):
        assert liaison.get("type") == "tns:TeledeclarationEsat"
        assert noms(liaison.findall(f"{WSDL}operation")) == list(OPERATIONS)


def test_r2721_r2754_faults_are_named_in_the_binding_as_in_the_port_type(definitions):
    for liaison, soap in liaisons(definitions):
        for operation in liaison.findall(f"{WSDL}operation"):
            (faute,) = operation.findall(f"{WSDL}fault")
            (extension,) = faute.findall(f"{soap}fault")
            assert faute.get("name") == extension.get("name") == "Erreur"


def test_r2744_every_operation_has_an_action(definitions):
    for liaison, soap in liaisons(definitions):
        assert all(operation.get("soapAction") for operation in liaison.iter(f"{soap}operation"))


def test_everything_is_documented_in_the_wsdl_too(definitions):
    documentes = ("definitions", "message", "portType", "binding", "service", "port")
    elements = [e for nom in documentes for e in definitions.iter(f"{WSDL}{nom}")]
    elements += definitions.find(f"{WSDL}portType").findall(f"{WSDL}operation")
    for element in elements:
        # strong-soap takes the first child of a fault's message for its part: there, the part is what is documented.
        premier = element.find(f"{WSDL}part")[0] if element.get("name") == "Erreur" else element[0]
        assert premier.tag == f"{WSDL}documentation", element.get("name")
        assert premier.text.strip().endswith(".")


def test_documentation_stands_first_where_the_schema_of_wsdl_wants_it(definitions):
    for documentation in definitions.iter(f"{WSDL}documentation"):
        assert documentation.getprevious() is None


@pytest.mark.parametrize(("variante", "ports"), [("", ["Soap11"]), ("soap12", ["Soap11", "Soap12"])])
def test_zeep_imports_it_offline_and_writes_valid_requests(variante, ports, charge):
    client = zeep.Client(io.BytesIO(wsdl(variante, ADRESSE)))
    (service,) = client.wsdl.services.values()
    assert list(service.ports) == ports
    for port in service.ports.values():
        assert port.binding_options["address"] == ADRESSE
        assert sorted(port.binding.all()) == sorted(OPERATIONS)
    message = client.create_message(
        client.bind("TeledeclarationEsatService", ports[-1]), "ConsulteDepot", siret="12345678200010", numeroDepot="D1"
    )
    assert message.find(".//{*}ConsulteDepot/{*}numeroDepot").text == "D1"
