"""HTTP: verbs, media types, lengths, proxies. What becomes no SOAP message has its status, and its entry in the log."""

import gzip
import io
from pathlib import Path

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, Service, ouvrir
from messages import SOAP_11, SOAP_12, en_clair, enveloppe, operation

from service.door import Door
from service.security import keystore
from service.soap.application import creer_application_soap

MEDIA_12 = "application/soap+xml; charset=utf-8"


def message(service, soap=SOAP_11):
    return enveloppe(CONSULTE_SERVICE, en_clair(AGENT, service.cle), soap)


def derniere(service):
    return service.journal()[0]


@pytest.mark.parametrize("verbe", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post", "GETT"])
def test_other_verbs_are_refused_with_their_entry_in_the_log(service, verbe):
    reponse = service.http(message(service), verbe)
    assert reponse.statut == 405
    assert reponse.entetes["Allow"] == "GET, HEAD, POST"
    assert reponse.entetes["Content-Type"] == "text/plain; charset=utf-8"
    entree = derniere(service)
    assert (entree.issue, entree.code, entree.instant) == ("REFUSE", "HTTP_405", service.horloge())
    assert entree.identifiant_requete == reponse.entetes["X-Request-Id"]


@pytest.mark.parametrize("requete", ["", "operation=ConsulteService", "wsdll", "xml=1"])
def test_a_get_without_wsdl_says_where_the_wsdl_is(service, requete):
    reponse = service.http(methode="GET", QUERY_STRING=requete)
    assert reponse.statut == 405
    assert "http://127.0.0.1:8083/ws/v1?wsdl" in reponse.octets.decode()


@pytest.mark.parametrize("requete", ["wsdl", "WSDL", "wsdl=soap12", "wsdl=SOAP12", "wsdl=politique", "xsd=types-v1"])
def test_head_tells_what_get_would_without_its_body(service, requete):
    get, head = (service.http(methode=verbe, QUERY_STRING=requete) for verbe in ("GET", "HEAD"))
    assert (get.statut, head.statut, head.octets) == (200, 200, b"")
    assert head.entetes["Content-Length"] == get.entetes["Content-Length"] == str(len(get.octets))


@pytest.mark.parametrize(
    "requete",
    ["wsdl=autre", "xsd=", "xsd=inconnu", "xsd=../../settings.py", "xsd=/etc/passwd", "xsd=..%2f..%2fapp", "xsd=%00"],
)
def test_only_our_schemas_and_variants_are_served(service, requete):
    assert service.http(methode="GET", QUERY_STRING=requete).statut == 404


@pytest.mark.parametrize("chemin", ["", "/ws", "/ws/v1/", "/ws/v2", "/WS/V1", "/ws/v1/ConsulteService", "/../ws/v1"])
def test_there_is_one_address_only(service, chemin):
    for verbe in ("GET", "POST"):
        reponse = service.http(message(service), verbe, PATH_INFO=chemin)
        assert reponse.statut == 404
        assert "http://127.0.0.1:8083/ws/v1" in reponse.octets.decode()


def test_the_root_leads_people_to_the_extranet_and_is_no_address_of_messages(service):
    assert service.http(methode="GET", PATH_INFO="/").entetes["Location"] == "/extranet/"
    assert service.http(message(service), PATH_INFO="/").statut == 404


AUTRES_MEDIAS = [
    None,
    "",
    "application/json",
    "application/xml",
    "text/plain",
    "text/xml2",
    "text/html; charset=utf-8",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    'multipart/related; type="application/xop+xml"; start="<a>"; boundary=b',
    "multipart/form-data; boundary=b",
    "text/xml, text/xml",
    "text/xml text/xml",
    "soap",
    "; charset=utf-8",
    "\xe9/xml",
]


@pytest.mark.parametrize("media", AUTRES_MEDIAS, ids=repr)
def test_other_media_types_are_refused_with_their_entry_in_the_log(service, media):
    reponse = service.http(message(service), CONTENT_TYPE=media)
    assert reponse.statut == 415
    assert reponse.entetes["Content-Type"] == "text/plain; charset=utf-8"
    assert "text/xml" in reponse.octets.decode()
    entree = derniere(service)
    assert (entree.issue, entree.code, entree.taille) == ("REFUSE", "HTTP_415", len(message(service)))


NOS_MEDIAS = ["text/xml", "TEXT/XML", " text/xml ;charset=utf-8", "text/xml;;;", 'text/xml; a="b;c"; charset=UTF-8']


@pytest.mark.parametrize("media", [*NOS_MEDIAS, "application/soap+xml", 'Application/SOAP+XML; action="urn:x"'])
def test_the_envelope_not_the_media_type_says_which_soap_is_spoken(service, media):
    for soap in (SOAP_11, SOAP_12):
        reponse = service.brut(message(service, soap), CONTENT_TYPE=media)
        assert (reponse.statut, reponse.soap) == (200, soap)


@pytest.mark.parametrize("codage", ["gzip", "deflate", "br", "GZIP", "gzip, identity", "zip"])
def test_encoded_contents_are_refused(service, codage):
    octets = gzip.compress(message(service))
    reponse = service.http(octets, HTTP_CONTENT_ENCODING=codage)
    assert reponse.statut == 415
    assert "Content-Encoding" in reponse.octets.decode()
    assert derniere(service).code == "HTTP_415"


@pytest.mark.parametrize("codage", [None, "", "identity", " Identity "])
def test_identity_is_no_encoding(service, codage):
    assert service.brut(message(service), HTTP_CONTENT_ENCODING=codage).statut == 200


class TestLengths:
    """A limit of 10,000 bytes stands for that of the settings."""

    @pytest.fixture
    def etroit(self, base_sqlite, tmp_path, dossier_de_cles):
        yield from ouvrir(tmp_path, base_sqlite, dossier_de_cles, octets_max="10000")

    def de(self, service, octets):
        """A good message of that many bytes."""
        charge = message(service)
        return charge.replace(b"<s:Body>", b"<!--" + b"x" * (octets - len(charge) - 7) + b"--><s:Body>")

    def test_the_limit_itself_is_accepted_and_one_byte_more_is_not(self, etroit):
        assert etroit.brut(self.de(etroit, 10_000)).statut == 200
        reponse = etroit.http(self.de(etroit, 10_001))
        assert reponse.statut == 413
        assert "10000 octets au plus" in reponse.octets.decode()
        entree = derniere(etroit)
        assert (entree.issue, entree.code, entree.taille) == ("REFUSE", "HTTP_413", 10_001)

    def test_the_limit_holds_without_an_announced_length(self, etroit):
        assert etroit.brut(self.de(etroit, 10_000), CONTENT_LENGTH=None).statut == 200
        assert etroit.http(self.de(etroit, 10_001), CONTENT_LENGTH=None).statut == 413
        assert etroit.http(self.de(etroit, 1_000_000), CONTENT_LENGTH="").statut == 413

    @pytest.mark.parametrize("annonce", ["10001", "2147483648", "99999999999", "9" * 30, "9" * 5000, "00010001"])
    def test_a_length_too_long_is_refused_before_a_byte_is_read(self, etroit, annonce):
        lu = io.BytesIO(message(etroit))
        assert etroit.http(CONTENT_LENGTH=annonce, **{"wsgi.input": lu}).statut == 413
        assert lu.tell() == 0
        assert derniere(etroit).taille == min(int(annonce[:40]), 2**31 - 1)

    @pytest.mark.parametrize("annonce", ["-1", "abc", "1e3", "0x10", "٣", "1 2", "+5", "1.5"])
    def test_a_length_that_is_none_is_done_without(self, etroit, annonce):
        assert etroit.brut(message(etroit), CONTENT_LENGTH=annonce).statut == 200

    def test_a_length_shorter_than_the_body_cuts_it(self, etroit):
        exiger_faute(etroit.brut(message(etroit), CONTENT_LENGTH="100"), "MESSAGE_ILLISIBLE", etroit.cle)

    def test_a_length_of_zero_is_an_empty_message(self, etroit):
        exiger_faute(etroit.brut(message(etroit), CONTENT_LENGTH="0"), "MESSAGE_ILLISIBLE")


ORIGINES = {
    # peer, X-Forwarded-For, X-Forwarded-Proto, scheme, trusted proxies → address, password in clear taken
    "a stranger over http": ("192.0.2.9", None, None, "http", "", "192.0.2.9", False),
    "a stranger over https": ("192.0.2.9", None, None, "https", "", "192.0.2.9", True),
    "a stranger who says https": ("192.0.2.9", None, "https", "http", "", "192.0.2.9", False),
    "a stranger who says he is here": ("192.0.2.9", "127.0.0.1", "https", "http", "", "192.0.2.9", False),
    "a stranger, though a proxy is trusted": ("192.0.2.9", "10.9.9.9", "https", "http", "10.0.0.1", "192.0.2.9", False),
    "a proxy over https": ("10.0.0.1", "192.0.2.9", "https", "http", "10.0.0.0/8", "192.0.2.9", True),
    "a proxy over http": ("10.0.0.1", "192.0.2.9", "http", "http", "10.0.0.0/8", "192.0.2.9", False),
    "a proxy that says nothing": ("10.0.0.1", None, None, "http", "10.0.0.0/8", "10.0.0.1", False),
    "a proxy in capitals": ("10.0.0.1", "192.0.2.9", " HTTPS ", "http", "10.0.0.1", "192.0.2.9", True),
    "a proxy behind a proxy": ("10.0.0.1", "192.0.2.9, 10.0.0.2", "https", "http", "10.0.0.0/8", "192.0.2.9", True),
    "a proxy whose client lies": (
        "10.0.0.1",
        "127.0.0.1, 192.0.2.9",
        "http",
        "http",
        "10.0.0.1",
        "192.0.2.9",
        False,
    ),
    "a proxy that writes no address": ("10.0.0.1", "unknown", "https", "http", "10.0.0.1", "10.0.0.1", True),
    "a proxy that writes far too much": ("10.0.0.1", "x" * 4000, "https", "http", "10.0.0.1", "10.0.0.1", True),
    "a proxy over IPv6": ("fd00::1", "2001:DB8::9", "https", "http", "fd00::/8", "2001:db8::9", True),
    "a proxy seen through a dual socket": (
        "::ffff:10.0.0.1",
        "192.0.2.9",
        "https",
        "http",
        "10.0.0.1",
        "192.0.2.9",
        True,
    ),
    "this machine": ("127.0.0.1", None, None, "http", "", "127.0.0.1", True),
    "this machine by another of its addresses": ("127.8.8.8", None, None, "http", "", "127.8.8.8", True),
    "this machine over IPv6": ("::1", None, None, "http", "", "::1", True),
    "this machine through a dual socket": ("::ffff:127.0.0.1", None, None, "http", "", "127.0.0.1", True),
    "a card of this machine": ("fe80::1%eth0-of-a-long-name", None, None, "http", "", "fe80::1", False),
    "a Unix socket": ("", None, None, "http", "", "", False),
    "no address at all": ("peer'); --", None, None, "http", "", "", False),
}


@pytest.mark.parametrize("cas", ORIGINES.values(), ids=ORIGINES)
def test_an_address_and_https_are_believed_of_trusted_proxies_only(service, monkeypatch, cas):
    pair, pour, proto, schema, mandataires, adresse, confidentiel = cas
    soap = creer_application_soap(service.dependencies)
    reglages = service.maison.settings
    porte = Door(service.dependencies, soap, reglages.adresse_publique, b"", mandataires.split(), {})
    monkeypatch.setattr(service, "application", porte)
    environ = {"REMOTE_ADDR": pair, "HTTP_X_FORWARDED_FOR": pour, "HTTP_X_FORWARDED_PROTO": proto}
    environ["wsgi.url_scheme"] = schema
    reponse = service.post(CONSULTE_SERVICE, **environ)
    if confidentiel:
        assert reponse.statut == 200
    else:
        exiger_faute(reponse, "SECURITE_INVALIDE", service.cle)
        assert "https" in reponse.faute.message
    assert derniere(service).adresse == adresse
    assert service.post(CONSULTE_SERVICE, service.condense(), **environ).statut == 200


@pytest.mark.parametrize("environnement", ["essai", "production"])
def test_outside_the_demonstration_this_machine_needs_https_too(base_sqlite, tmp_path, dossier_de_cles, environnement):
    cles = dossier_de_cles
    if environnement == "production":
        cles = tmp_path / "cles"
        cles.mkdir(mode=0o700)
        keystore.creer(cles, demonstration=False)
    service = Service(tmp_path, base_sqlite, cles, environnement=environnement, adresse_publique="https://esat.example")
    service.peupler()
    exiger_faute(service.post(CONSULTE_SERVICE), "SECURITE_INVALIDE", service.cle)
    assert service.post(CONSULTE_SERVICE, **{"wsgi.url_scheme": "https"}).statut == 200
    service.fermer()


def test_what_a_database_cannot_hold_is_logged_as_far_as_it_can(service_partout):
    for agent in ("zeep/4.3", "", "é" * 300, "a\0b\x1b[31m\x7f\x9f", "' OR 1=1 --"):
        assert service_partout.post(CONSULTE_SERVICE, HTTP_USER_AGENT=agent).statut == 200
        ecrit = derniere(service_partout).agent
        assert ecrit == "".join("?" if not c.isprintable() else c for c in agent)[:200]
    for annonce in ("99999999999", "9" * 5000):
        assert service_partout.http(CONTENT_LENGTH=annonce).statut == 413
        assert derniere(service_partout).taille == 2**31 - 1
    exiger_faute(service_partout.post(CONSULTE_SERVICE, en_clair("é" * 254, "x")), "AUTHENTIFICATION")
    assert derniere(service_partout).utilisateur == "é" * 100
    for pair in ("fe80::1%" + "x" * 60, "y" * 100):
        exiger_faute(service_partout.post(CONSULTE_SERVICE, REMOTE_ADDR=pair), "SECURITE_INVALIDE")


def test_certificates_and_health_are_there_for_anyone(service):
    reponse = service.http(methode="GET", PATH_INFO="/certificats")
    assert reponse.entetes["Content-Type"] == "application/x-pem-file"
    assert reponse.octets.startswith(b"-----BEGIN CERTIFICATE-----")
    reponse = service.http(methode="GET", PATH_INFO="/sante")
    assert (reponse.statut, reponse.octets[:15]) == (200, b'{"etat": "ok", ')
    for chemin in ("/certificats", "/sante"):
        reponse = service.http(b"x", PATH_INFO=chemin)
        assert (reponse.statut, reponse.entetes["Allow"]) == (405, "GET, HEAD")


def test_health_says_when_the_database_cannot_be_had(service_neuf, base_sqlite):
    service = service_neuf
    service.fermer()
    Path(base_sqlite.removeprefix("sqlite:///")).write_bytes(b"ceci n'est pas une base de donn\xc3\xa9es" * 200)
    reponse = service.http(methode="GET", PATH_INFO="/sante")
    assert reponse.statut == 503
    assert "injoignable" in reponse.octets.decode()
    exiger_faute(service.post(operation("ListeAnomalies")), "INCIDENT", str(base_sqlite))
    reponse = service.http(b"{}", CONTENT_TYPE="application/json")
    assert reponse.statut in (415, 500)
    assert b"sqlite" not in reponse.octets


def test_every_answer_has_its_own_request_identifier(service):
    reponses = [service.post(CONSULTE_SERVICE), service.http(methode="GET"), service.http(PATH_INFO="/x")]
    assert len({reponse.entetes["X-Request-Id"] for reponse in reponses}) == 3
    assert {reponse.entetes["X-Content-Type-Options"] for reponse in reponses} == {"nosniff"}
