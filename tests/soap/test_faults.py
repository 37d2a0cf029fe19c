"""One table from errors to faults: every error of the tree has its row, every row is that of the contract."""

import pytest
from fautes import CONTRAT, exiger_faute
from lxml import etree
from maison import Reponse
from messages import NS, SOAP_11, SOAP_12

from service import errors
from service.contract.reading import VersionSoap
from service.errors import MessageRefuseError, Precision
from service.soap.envelope import CONTENT_TYPES
from service.soap.faults import ecrire_fault, statut_http

ERREURS = {
    classe.code: classe
    for classe in vars(errors).values()
    if isinstance(classe, type) and issubclass(classe, MessageRefuseError) and classe is not MessageRefuseError
}
REQUETE = "0123456789abcdef"


def creer(code):
    return ERREURS[code](REQUETE) if code == "INCIDENT" else ERREURS[code]()


def reponse(erreur, version):
    octets = ecrire_fault(erreur, version, REQUETE)
    entetes = {
        "Content-Type": CONTENT_TYPES[version],
        "Content-Length": str(len(octets)),
        "X-Request-Id": REQUETE,
    }
    return Reponse(statut_http(erreur, version), list(entetes.items()), octets).lire_soap()


def test_the_contract_and_the_tree_of_errors_have_the_same_codes():
    assert ERREURS.keys() == CONTRAT.keys()


@pytest.mark.parametrize("version", VersionSoap)
@pytest.mark.parametrize("code", CONTRAT)
def test_each_error_is_the_fault_of_the_contract(code, version):
    exiger_faute(reponse(creer(code), version), code)


@pytest.mark.parametrize("version", VersionSoap)
def test_the_fault_string_tells_the_first_precision_and_how_many_follow(version):
    precisions = [Precision("Attendu : un.", 3, "a/b"), Precision("Attendu : deux.", 4, "a/c")]
    faute = reponse(errors.SchemaInvalideError(precisions=precisions), version).faute
    assert faute.texte.endswith("ligne 3, a/b : Attendu : un. (et 1 de plus, voir le détail)")
    assert faute.precisions == [
        {"ligne": "3", "champ": "a/b", "message": "Attendu : un."},
        {"ligne": "4", "champ": "a/c", "message": "Attendu : deux."},
    ]


def test_a_precision_that_the_message_tells_already_is_not_said_twice():
    precisions = [Precision("Ceci est faux.", 3)]
    faute = reponse(
        errors.MessageIllisibleError("Illisible : ceci est faux (ligne 3).", precisions), VersionSoap.SOAP_1_1
    )
    assert faute.faute.texte == "[MESSAGE_ILLISIBLE] Illisible : ceci est faux (ligne 3)."


def test_a_precision_without_place_has_neither_line_nor_path():
    faute = reponse(errors.SchemaInvalideError(precisions=[Precision("Suite.")]), VersionSoap.SOAP_1_2).faute
    assert faute.precisions == [{"message": "Suite."}]


@pytest.mark.parametrize("version", VersionSoap)
def test_what_a_message_says_is_escaped(version):
    precision = Precision('<a> & "b" ]]>', champ="a<b")
    faute = reponse(errors.SchemaInvalideError('<x> & "y"', [precision]), version).faute
    assert faute.message == '<x> & "y"'
    assert faute.precisions == [{"champ": "a<b", "message": '<a> & "b" ]]>'}]


@pytest.mark.parametrize("version", VersionSoap)
def test_a_version_mismatch_names_both_versions_in_its_header(version):
    racine = etree.fromstring(ecrire_fault(errors.VersionSoapError(), version, REQUETE))
    (upgrade,) = racine[0]
    assert upgrade.tag == f"{{{SOAP_12}}}Upgrade"
    noms = {enfant.nsmap[enfant.get("qname").partition(":")[0]] for enfant in upgrade}
    assert noms == {SOAP_11, SOAP_12}


def test_a_header_not_understood_is_named_in_soap_12_only():
    erreur = errors.EnteteNonComprisError(["{urn:a&b}Deux", "{urn:x}Un", "sans-espace"])
    racine = etree.fromstring(ecrire_fault(erreur, VersionSoap.SOAP_1_2, REQUETE))
    noms = [(e.tag, e.nsmap[e.get("qname").partition(":")[0]], e.get("qname").partition(":")[2]) for e in racine[0]]
    assert noms == [
        (f"{{{SOAP_12}}}NotUnderstood", "urn:a&b", "Deux"),
        (f"{{{SOAP_12}}}NotUnderstood", "urn:x", "Un"),
    ]
    racine = etree.fromstring(ecrire_fault(erreur, VersionSoap.SOAP_1_1, REQUETE))
    assert [etree.QName(enfant).localname for enfant in racine] == ["Body"]


def test_the_detail_is_in_the_namespace_of_the_contract_whatever_the_prefixes_around_it():
    racine = etree.fromstring(ecrire_fault(creer("HABILITATION"), VersionSoap.SOAP_1_1, REQUETE))
    (erreur,) = racine.iter(f"{{{NS}}}Erreur")
    assert [etree.QName(enfant).localname for enfant in erreur] == ["code", "message", "identifiantIncident"]
