"""Payloads: valid against the contract, canonical, the same as what zeep's own service proxy sends."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from declarer_esat.messages import Redacteur, client_zeep, empreinte_de_ligne, lire_charge
from lxml import etree

from service.contract.canonisation import empreinte
from service.contract.validation import valider
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Nature, Salarie

ENTETE = Entete("7c9e6679-7425-40de-944b-e07fc1f90ae7", "99910083700015", Logiciel("Éd & Cie", "n", "1"), essai=True)
SALARIE = Salarie("185059990100114", "1234567A", "831", "D'Angély <&>", "Durand", "Zoé", date(1985, 5, 14))
CERTIFICAT = Certificat("M1", SALARIE, 12, Decimal("1012.40"), Decimal("640.1"), None, "D261201-AAAAAAAA-0001")
REDACTEUR = Redacteur(client_zeep("http://127.0.0.1"))

CHANGEMENTS = {
    nature: Changement(
        None,
        SALARIE,
        nature,
        date(2026, 11, 1),
        None if nature is Nature.DEPART else Decimal("17.5"),
        None if nature is Nature.DEPART else Decimal(35),
        "RETRAITE" if nature is Nature.DEPART else None,
        None,
    )
    for nature in Nature
}


@pytest.mark.parametrize(
    "charge",
    [
        REDACTEUR.certificats(ENTETE, 2026, [CERTIFICAT]),
        REDACTEUR.declarations(ENTETE, 2026, [CERTIFICAT]),
        *(REDACTEUR.changements(ENTETE, [changement]) for changement in CHANGEMENTS.values()),
        REDACTEUR.declarations(ENTETE, None, list(CHANGEMENTS.values())),
        REDACTEUR.annulation(ENTETE, ["D261201-AAAAAAAA-0001"], "Erreur"),
    ],
)
def test_a_payload_is_valid_and_its_digest_is_that_of_its_bytes(charge):
    arbre = lire_charge(charge)
    valider(arbre)
    assert empreinte(arbre) == hashlib.sha256(charge).hexdigest()


def test_a_payload_says_everything_a_record_holds():
    arbre = lire_charge(REDACTEUR.certificats(ENTETE, 2026, [CERTIFICAT]))
    textes = [(etree.QName(element).localname, element.text) for element in arbre.iter() if not len(element)]
    assert textes == [
        ("identifiantMessage", ENTETE.identifiant_message),
        ("siret", "99910083700015"),
        ("editeur", "Éd & Cie"),
        ("nom", "n"),
        ("version", "1"),
        ("essai", "true"),
        ("annee", "2026"),
        ("reference", "M1"),
        ("nir", "185059990100114"),
        ("numeroAllocataire", "1234567A"),
        ("organisme", "831"),
        ("nom", "D'Angély <&>"),
        ("nomUsage", "Durand"),
        ("prenom", "Zoé"),
        ("dateNaissance", "1985-05-14"),
        ("nombreMois", "12"),
        ("montantNet", "1012.40"),
        ("montantAidePoste", "640.1"),
        ("remplace", "D261201-AAAAAAAA-0001"),
    ]


def lignes(*certificats):
    return [
        empreinte_de_ligne(ligne)
        for ligne in lire_charge(REDACTEUR.certificats(ENTETE, 2026, certificats)).iterchildren("{*}certificat")
    ]


def test_the_same_line_has_the_same_digest_whatever_its_reference():
    assert len(set(lignes(CERTIFICAT, CERTIFICAT._replace(reference="M2"), CERTIFICAT._replace(reference=None)))) == 1


@pytest.mark.parametrize(
    "autre",
    [
        CERTIFICAT._replace(montant_net=Decimal("1012.41")),
        CERTIFICAT._replace(remplace=None),
        CERTIFICAT._replace(montant_net=None, pourcentage_salaire_direct=Decimal("1012.40")),
        CERTIFICAT._replace(salarie=SALARIE._replace(prenom="Zoë")),
    ],
)
def test_a_line_that_differs_has_another_digest(autre):
    assert len(set(lignes(CERTIFICAT, autre))) == 2
