"""The schema files: what 2-contract says, element by element, documented, compiled once per thread."""

import re
import threading

import pytest
import xmlschema
from lxml import etree

from service.contract import catalogue
from service.contract.catalogue import (
    NS,
    NS_TRANSMISSION,
    NS_XSD,
    arbre,
    compiler,
    dossier,
    noms_des_schemas,
    schema,
    schema_accuse,
    schema_transmission,
)

XS = f"{{{NS_XSD}}}"
MESSAGES = catalogue.schema_complet()
TYPES = {element.get("name"): element for element in MESSAGES.iterchildren(f"{XS}complexType", f"{XS}simpleType")}
RACINES = {element.get("name"): element for element in MESSAGES.iterchildren(f"{XS}element")}
FICHIERS = {nom: arbre(dossier("schemas") / nom) for nom in noms_des_schemas()}

LIGNES = "reference:ReferenceType? salarie:SalarieType"
ACCUSE = "accuse:AccuseType accuseSigne:base64Binary"
DEPOT = "entete:EnteteType"
# Every complex type of the contract: name:type, then ? for 0..1, * for 0..n, + for 1..n, +1000 for 1..1000.
CONTRAT = {
    "DeclareCertificatEmploi": f"{DEPOT} annee:int certificat:CertificatType+1000",
    "DeclareCertificatEmploiResponse": ACCUSE,
    "DeclareChangementActivite": f"{DEPOT} changement:ChangementType+1000",
    "DeclareChangementActiviteResponse": ACCUSE,
    "AnnuleDeclaration": f"{DEPOT} numeroDeclaration:NumeroDeclarationType+1000 motif:MotifAnnulationType",
    "AnnuleDeclarationResponse": ACCUSE,
    "ConsulteDepot": "siret:SiretType numeroDepot:NumeroDepotType? identifiantMessage:IdentifiantMessageType?",
    "ConsulteDepotResponse": f"{ACCUSE} etat:EtatType*",
    "ListeDepots": "siret:SiretType depuis:date jusque:date curseur:CurseurType? limite:LimiteType?",
    "ListeDepotsResponse": "depot:DepotType* curseurSuivant:string?",
    "ListeResteADeclarer": "siret:SiretType annee:int",
    "ListeResteADeclarerResponse": "salarie:SalarieType* dateLimite:date",
    "ListeAnomalies": "",
    "ListeAnomaliesResponse": "versionRegles:string regle:RegleType*",
    "ConsulteService": "",
    "ConsulteServiceResponse": "environnement:string versionContrat:string versionRegles:string campagne:CampagneType "
    "limites:LimitesType heureServeur:dateTime compte:CompteType",
    "ModifieMotDePasse": "ancienMotDePasse:MotDePasseType nouveauMotDePasse:MotDePasseType",
    "ModifieMotDePasseResponse": "expiration:dateTime",
    "EnteteType": "identifiantMessage:IdentifiantMessageType siret:SiretType logiciel:LogicielType essai:boolean",
    "LogicielType": "editeur:LibelleType nom:LibelleType version:LibelleType",
    "SalarieType": "nir:NirType? numeroAllocataire:NumeroAllocataireType? organisme:OrganismeType? nom:NomType "
    "nomUsage:NomType? prenom:NomType dateNaissance:date",
    "CertificatType": f"{LIGNES} nombreMois:int montantNet:MontantType? montantAidePoste:MontantType? "
    "pourcentageSalaireDirect:PourcentageType? remplace:NumeroDeclarationType?",
    "ChangementType": f"{LIGNES} (augmentation:AugmentationType|reduction:ReductionType|depart:DepartType) "
    "remplace:NumeroDeclarationType?",
    "AugmentationType": "dateEffet:date heuresAvant:HeuresType heuresApres:HeuresType",
    "ReductionType": "dateEffet:date heuresAvant:HeuresType heuresApres:HeuresType",
    "DepartType": "dateEffet:date motif:MotifDepartType",
    "AccuseType": "numeroDepot:NumeroDepotType identifiantMessage:IdentifiantMessageType operation:string "
    "siret:SiretType dateReception:dateTime essai:boolean statut:string empreinte:EmpreinteType versionRegles:string "
    "service:ServiceType nombreRecues:int nombreAcceptees:int nombreRejetees:int resultat:ResultatType+",
    "EmpreinteType": "algorithme:string valeur:string",
    "ServiceType": "designation:string adresse:string courriel:string telephone:string",
    "ResultatType": "rang:int reference:ReferenceType? statut:string numeroDeclaration:NumeroDeclarationType? "
    "anomalie:AnomalieType*",
    "AnomalieType": "code:string gravite:string champ:string? message:string",
    "EtatType": "numeroDeclaration:NumeroDeclarationType statut:string depuis:dateTime",
    "DepotType": "numeroDepot:NumeroDepotType identifiantMessage:IdentifiantMessageType operation:string "
    "dateReception:dateTime essai:boolean statut:string nombreRecues:int nombreAcceptees:int nombreRejetees:int",
    "RegleType": "code:string gravite:string libelle:string explication:string correction:string",
    "CampagneType": "annee:int ouverture:date dateLimite:date fermeture:date elementsAttendus:string ouverte:boolean",
    "LimitesType": "lignesParMessage:int octetsParMessage:int depotsParPage:int",
    "CompteType": "expiration:dateTime",
    "ErreurType": "code:string message:string identifiantIncident:string precision:PrecisionType*",
    "PrecisionType": "ligne:int? champ:string? message:string",
}
OCCURRENCES = {
    ("1", "1"): "",
    ("0", "1"): "?",
    ("0", "unbounded"): "*",
    ("1", "unbounded"): "+",
    ("1", "1000"): "+1000",
}


def mots(sequence):
    return " ".join(
        f"({'|'.join(mots([element]) for element in enfant)})" if enfant.tag == f"{XS}choice" else mot(enfant)
        for enfant in sequence
    )


def mot(element):
    occurrence = OCCURRENCES[element.get("minOccurs", "1"), element.get("maxOccurs", "1")]
    return f"{element.get('name')}:{element.get('type').partition(':')[2]}{occurrence}"


@pytest.mark.parametrize("nom", CONTRAT)
def test_each_type_has_the_elements_of_the_contract_in_their_order(nom):
    definition = TYPES[nom] if nom.endswith("Type") else RACINES[nom].find(f"{XS}complexType")
    assert mots(definition.find(f"{XS}sequence")) == CONTRAT[nom]


def test_there_is_nothing_but_the_contract():
    complexes = {nom for nom, type_ in TYPES.items() if type_.tag == f"{XS}complexType"}
    assert complexes | set(RACINES) == set(CONTRAT) | {"Erreur"}
    assert RACINES["Erreur"].get("type") == "tns:ErreurType"
    assert len(RACINES) == 19


TOKEN = "xs:token"
DECIMAL = ("xs:decimal", {"minInclusive": ["-99999.99"], "maxInclusive": ["99999.99"]})
SIMPLES = {
    "IdentifiantMessageType": (TOKEN, {"pattern": ["[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"]}),
    "SiretType": (TOKEN, {"pattern": ["[0-9]{14}"]}),
    "NirType": (TOKEN, {"pattern": ["[0-9]{5}([0-9]{2}|2[ABab])[0-9]{8}"]}),
    "NumeroAllocataireType": (TOKEN, {"minLength": ["1"], "maxLength": ["20"]}),
    "OrganismeType": (TOKEN, {"pattern": ["[0-9]{3}"]}),
    "NomType": (TOKEN, {"minLength": ["1"], "maxLength": ["80"]}),
    "LibelleType": (TOKEN, {"minLength": ["1"], "maxLength": ["100"]}),
    "ReferenceType": (TOKEN, {"maxLength": ["40"]}),
    "NumeroDepotType": (TOKEN, {"minLength": ["1"], "maxLength": ["40"]}),
    "NumeroDeclarationType": (TOKEN, {"maxLength": ["40"]}),
    "MontantType": DECIMAL,
    "PourcentageType": DECIMAL,
    "HeuresType": DECIMAL,
    "MotifDepartType": (
        TOKEN,
        {
            "enumeration": [
                "DEMISSION",
                "LICENCIEMENT",
                "FIN_DE_CONTRAT",
                "RETRAITE",
                "MILIEU_ORDINAIRE",
                "AUTRE_ESAT",
                "DECES",
                "AUTRE",
            ]
        },
    ),
    "MotifAnnulationType": (TOKEN, {"minLength": ["1"], "maxLength": ["250"]}),
    "CurseurType": (TOKEN, {"minLength": ["1"], "maxLength": ["200"]}),
    "LimiteType": ("xs:int", {"minInclusive": ["1"], "maxInclusive": ["500"]}),
    "MotDePasseType": ("xs:string", {"minLength": ["1"], "maxLength": ["256"]}),
}


@pytest.mark.parametrize("nom", [nom for nom, type_ in TYPES.items() if type_.tag == f"{XS}simpleType"])
def test_each_simple_type_has_the_facets_of_the_contract_and_no_other(nom):
    restriction = TYPES[nom].find(f"{XS}restriction")
    facettes: dict[str, list[str]] = {}
    for facette in restriction:
        facettes.setdefault(etree.QName(facette).localname, []).append(facette.get("value"))
    assert (restriction.get("base"), facettes) == SIMPLES[nom]


def atteints(nom, deja):
    """Names of the types that an element of this type may hold, itself included."""
    if nom in deja or nom not in TYPES:
        return deja
    deja.add(nom)
    for element in TYPES[nom].iter(f"{XS}element"):
        atteints(element.get("type").removeprefix("tns:"), deja)
    return deja


def test_responses_have_no_enumeration():
    reponses = [element for nom, element in RACINES.items() if nom.endswith("Response") or nom == "Erreur"]
    types: set[str] = set()
    for element in reponses:
        for portant in element.iter(f"{XS}element"):
            atteints((portant.get("type") or "").removeprefix("tns:"), types)
    assert {"AccuseType", "ErreurType", "RegleType", "SalarieType"} <= types
    assert [nom for nom in types if TYPES[nom].find(f".//{XS}enumeration") is not None] == []


DECLARATIONS = [
    pytest.param(composant, id=f"{fichier}:{composant.sourceline}:{composant.get('name') or composant.get('ref')}")
    for fichier, racine in FICHIERS.items()
    for composant in racine.iter(f"{XS}element", f"{XS}simpleType", f"{XS}complexType")
    if composant.get("name") or composant.get("ref")
]


@pytest.mark.parametrize("composant", DECLARATIONS)
def test_every_element_and_type_is_documented_in_a_sentence(composant):
    texte = " ".join(composant.findtext(f"{XS}annotation/{XS}documentation", "").split())
    assert len(texte) > 10
    assert texte.endswith(".")
    assert len(composant.findall(f"{XS}annotation/{XS}documentation")) == 1


@pytest.mark.parametrize("nom", FICHIERS)
def test_each_file_is_documented_and_qualified(nom):
    racine = FICHIERS[nom]
    assert racine.find(f"{XS}annotation/{XS}documentation") is not None
    assert racine.get("elementFormDefault") == "qualified"
    autres = {"signature-v1.xsd": "http://www.w3.org/2000/09/xmldsig#", "transmission-v1.xsd": NS_TRANSMISSION}
    assert racine.get("targetNamespace") == autres.get(nom, NS)


def test_messages_have_no_attributes_no_wildcards_and_no_groups():
    interdits = [
        "attribute",
        "any",
        "anyAttribute",
        "group",
        "attributeGroup",
        "all",
        "import",
        "list",
        "union",
        "extension",
    ]
    assert [nom for nom in interdits if next(MESSAGES.iter(f"{XS}{nom}"), None) is not None] == []


@pytest.mark.parametrize("nom", [*RACINES, *TYPES, *(e.get("name") for e in MESSAGES.iter(f"{XS}element"))])
def test_names_are_ascii(nom):
    assert re.fullmatch("[A-Za-z][A-Za-z0-9]*", nom)


def test_only_the_wrappers_of_operations_are_anonymous():
    anonymes = [
        definition.getparent().get("name")
        for definition in MESSAGES.iter(f"{XS}complexType", f"{XS}simpleType")
        if definition.get("name") is None
    ]
    assert sorted(anonymes) == sorted(set(RACINES) - {"Erreur"})


@pytest.mark.parametrize("nom", FICHIERS)
def test_each_file_is_a_schema_for_two_implementations(nom):
    chemin = dossier("schemas") / nom
    etree.XMLSchema(etree.parse(chemin))
    assert xmlschema.XMLSchema(str(chemin)).validity == "valid"


def test_the_schema_in_one_piece_is_that_of_the_files():
    seul = {e.get("name") for e in FICHIERS["types-v1.xsd"] if e.get("name")}
    seul |= {e.get("name") for e in FICHIERS["teledeclaration-esat-v1.xsd"] if e.get("name")}
    assert {e.get("name") for e in MESSAGES if e.get("name")} == seul
    assert MESSAGES.find(f"{XS}include") is None
    assert catalogue.schema_complet() is not catalogue.schema_complet()


def test_a_thread_has_one_schema_and_another_thread_another():
    par_fil: list[list[etree.XMLSchema]] = []
    compiles = (schema, schema_accuse, schema_transmission)
    fil = threading.Thread(target=lambda: par_fil.append([compile_() for compile_ in compiles]))
    fil.start()
    fil.join()
    for ailleurs, compile_ in zip(par_fil[0], compiles, strict=True):
        assert compile_() is compile_()
        assert compile_() is not ailleurs


def test_many_threads_may_compile_at_once():
    compiles: list[etree.XMLSchema] = []
    depart = threading.Barrier(12)

    def compiler_ensemble():
        depart.wait()
        compiler()
        compiles.append(schema())

    fils = [threading.Thread(target=compiler_ensemble) for _ in range(12)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(set(map(id, compiles))) == 12


def test_files_are_found_in_the_installed_package_first(tmp_path, monkeypatch):
    (tmp_path / "service" / "contract").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "service" / "contract" / "catalogue.py"))
    assert dossier.__wrapped__("schemas") == tmp_path / "schemas"
    (tmp_path / "service" / "schemas").mkdir()
    assert dossier.__wrapped__("schemas") == tmp_path / "service" / "schemas"
