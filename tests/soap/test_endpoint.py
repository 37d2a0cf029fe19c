"""Endpoints map and delegate: one method an operation, and hardly more than one line in it."""

import inspect

import pytest
from maison import AGENT, MOT_DE_PASSE
from messages import (
    SOAP_12,
    annule,
    consulte_depot,
    declare_certificats,
    declare_changements,
    en_clair,
    liste_depots,
    modifie_mot_de_passe,
    operation,
    reste_a_declarer,
)

from service.contract.modele import modele
from service.domain.declaration import Operation
from service.soap.endpoint import TeledeclarationEsat

LIGNES_MAX = 15


def test_the_service_has_the_operations_of_the_contract_and_no_other():
    noms = {methode.name for methode in TeledeclarationEsat.public_methods.values()}
    assert noms == {une.value for une in Operation} == set(modele().operations)


@pytest.mark.parametrize("nom", [une.value for une in Operation])
def test_a_method_is_short(nom):
    methode = TeledeclarationEsat.public_methods[nom].function
    assert len(inspect.getsource(methode).splitlines()) <= LIGNES_MAX


def test_every_operation_answers_in_both_versions_of_soap(service):
    depot = service.post(declare_changements())
    charges = {
        "DeclareCertificatEmploi": declare_certificats,
        "DeclareChangementActivite": declare_changements,
        "AnnuleDeclaration": lambda: annule(*depot.numeros),
        "ConsulteDepot": lambda: consulte_depot(depot.texte("accuse/numeroDepot")),
        "ListeDepots": liste_depots,
        "ListeResteADeclarer": reste_a_declarer,
        "ListeAnomalies": lambda: operation("ListeAnomalies"),
        "ConsulteService": lambda: operation("ConsulteService"),
    }
    for nom, charge in charges.items():
        for version in ({}, {"soap": SOAP_12}):
            assert service.post(charge(), **version).corps.tag.endswith(f"}}{nom}Response")
    passes = [MOT_DE_PASSE, "trois girafes portent des bottes", "sept hiboux lisent le journal"]
    for ancien, nouveau, version in zip(passes, passes[1:], ({}, {"soap": SOAP_12}), strict=False):
        reponse = service.post(modifie_mot_de_passe(ancien, nouveau), en_clair(AGENT, ancien), **version)
        assert reponse.corps.tag.endswith("}ModifieMotDePasseResponse")
