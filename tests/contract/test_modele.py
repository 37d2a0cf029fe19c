"""The schemas as Python values."""

import pytest
from lxml import etree

from service.contract.catalogue import NS_XSD
from service.contract.modele import TypeComplexe, TypeSimple, _Lecture, documentation, modele


def lire(contenu):
    return _Lecture(etree.fromstring(f'<xs:schema xmlns:xs="{NS_XSD}" xmlns:tns="urn:x">{contenu}</xs:schema>'))


def test_the_operations_are_the_nine_of_the_contract_in_their_order():
    assert modele().operations == (
        "DeclareCertificatEmploi",
        "DeclareChangementActivite",
        "AnnuleDeclaration",
        "ConsulteDepot",
        "ListeDepots",
        "ListeResteADeclarer",
        "ListeAnomalies",
        "ConsulteService",
        "ModifieMotDePasse",
    )


def test_a_choice_is_one_place_and_the_rest_one_each():
    places = modele().types["ChangementType"].places
    assert [[particule.nom for particule in place] for place in places] == [
        ["reference"],
        ["salarie"],
        ["augmentation", "reduction", "depart"],
        ["remplace"],
    ]


def test_occurrences_are_read():
    (entete,), (_,), (certificat,) = modele().racines["DeclareCertificatEmploi"].places
    assert (entete.minimum, entete.maximum) == (1, 1)
    assert (certificat.minimum, certificat.maximum) == (1, 1000)
    assert modele().racines["ListeDepotsResponse"].places[0][0].maximum is None
    assert isinstance(certificat.type, TypeComplexe)


def test_the_vocabulary_is_that_of_elements():
    assert {"nir", "accuse", "Erreur", "ListeDepotsResponse", "precision"} <= modele().vocabulaire
    assert "NirType" not in modele().vocabulaire


FORMES = {
    "SiretType": "SIRET de 14 chiffres, sans espace",
    "OrganismeType": "code de l'organisme (Caf) de 3 chiffres",
    "LimiteType": "nombre entier de dépôts par page, entre 1 et 500",
    "MontantType": "montant en euros, nombre décimal avec un point, entre -99999.99 et 99999.99",
}


@pytest.mark.parametrize("nom", FORMES)
def test_the_expected_form_is_the_first_sentence_of_the_documentation(nom):
    assert modele().types[nom].forme == FORMES[nom]


@pytest.mark.parametrize(
    "type_", [t for t in modele().types.values() if isinstance(t, TypeSimple)], ids=lambda t: t.nom
)
def test_the_expected_form_fits_in_a_message_and_tells_the_facets(type_):
    assert 10 < len(type_.forme) < 160
    attendus = [str(n) for n in (type_.longueur_max, type_.minimum, type_.maximum) if n is not None]
    assert [nombre for nombre in (*attendus, *type_.valeurs) if nombre not in type_.forme] == []


INCONNUS = {
    "facet": '<xs:simpleType name="A"><xs:restriction base="xs:token"><xs:length value="1"/></xs:restriction>'
    "</xs:simpleType>",
    "all": '<xs:complexType name="A"><xs:all/></xs:complexType>',
    "any": '<xs:complexType name="A"><xs:sequence><xs:any/></xs:sequence></xs:complexType>',
}


@pytest.mark.parametrize("contenu", INCONNUS.values(), ids=INCONNUS)
def test_a_construct_that_is_not_understood_is_refused(contenu):
    with pytest.raises(ValueError, match=r"contrat|Facettes"):
        lire(contenu)


def test_documentation_is_on_one_line():
    element = etree.fromstring(
        f'<xs:element xmlns:xs="{NS_XSD}"><xs:annotation><xs:documentation> un\n  deux </xs:documentation>'
        "</xs:annotation></xs:element>"
    )
    assert documentation(element) == "un deux"
    assert documentation(etree.fromstring("<a/>")) == ""
