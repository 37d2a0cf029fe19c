"""The teller of errors by itself: what libxml2 finds valid, it has nothing to say of; it stops when nobody asks on."""

import time
from itertools import islice

import pytest
from lxml import etree

from service.contract.catalogue import NS
from service.contract.diagnostic import diagnostiquer
from service.contract.modele import modele


@pytest.mark.parametrize("operation", modele().operations)
def test_nothing_is_said_of_a_valid_payload(charge, operation):
    assert list(diagnostiquer(charge(operation))) == []


REPONSES = {
    "Erreur": "<code>A</code><message>b</message><identifiantIncident>c</identifiantIncident>"
    "<precision><ligne>1</ligne><message>c</message></precision>",
    "ListeResteADeclarerResponse": "<dateLimite>2027-01-15</dateLimite>",
    "ModifieMotDePasseResponse": "<expiration>2027-05-31T22:00:00Z</expiration>",
}


@pytest.mark.parametrize("nom", REPONSES)
def test_answers_are_told_of_too(nom):
    assert list(diagnostiquer(etree.fromstring(f'<{nom} xmlns="{NS}">{REPONSES[nom]}</{nom}>'))) == []
    (manque,) = diagnostiquer(etree.fromstring(f'<{nom} xmlns="{NS}">{REPONSES[nom]}<x/></{nom}>'))
    assert manque.champ == nom


def test_who_asks_for_one_error_does_not_pay_for_a_hundred_thousand():
    faux = "<numeroDeclaration>" + "x" * 41 + "</numeroDeclaration>"
    charge = etree.fromstring(f'<AnnuleDeclaration xmlns="{NS}">{faux * 100_000}</AnnuleDeclaration>')
    debut = time.perf_counter()
    premieres = list(islice(diagnostiquer(charge), 3))
    assert time.perf_counter() - debut < 1
    assert premieres[2].champ == "AnnuleDeclaration/numeroDeclaration[3]"


def test_a_place_taken_twice_and_a_missing_one_are_two_errors(charge):
    lue = charge("ListeResteADeclarer", ("<t:annee>2026</t:annee>", "<t:siret>12345678200010</t:siret>"))
    assert [(erreur.champ, erreur.message.split(" ")[0]) for erreur in diagnostiquer(lue)] == [
        ("ListeResteADeclarer/siret[2]", "L'élément"),
        ("ListeResteADeclarer", "Il"),
    ]
