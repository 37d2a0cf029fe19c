"""Payloads that the house writes itself are messages of the contract like any other."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from service.contract.canonisation import empreinte
from service.contract.reading import analyseur
from service.contract.redaction import ecrire_charge
from service.contract.validation import valider
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Nature, Operation, Salarie
from service.errors import SchemaInvalideError
from service.soap.mapping import lire_demande

ENTETE = Entete(
    "7c9e6679-7425-40de-944b-e07fc1f90ae7", "12345678200010", Logiciel("Caf <83> & fils", "Extranet", "1"), False
)
COMPLET = Salarie("185057500000147", "1234567A", "831", "Ängström & <fils>", "O'Brien ]]>", "Zoé", date(1985, 5, 14))
MINIMAL = Salarie(None, "1234567", None, "Li", None, "Bo", date(1990, 1, 2))
CERTIFICATS = [
    Certificat("MAT <1>", COMPLET, 12, Decimal("812.40"), Decimal("640.10"), None, "D261205-7K3M9QXA-0001"),
    Certificat(None, MINIMAL, 0, None, Decimal("1E+2"), Decimal("12.5"), None),
]
CHANGEMENTS = [
    Changement("r", COMPLET, Nature.AUGMENTATION, date(2026, 9, 1), Decimal("17.5"), Decimal(35), None, None),
    Changement(None, MINIMAL, Nature.REDUCTION, date(2026, 9, 1), Decimal(35), Decimal("17.5"), None, None),
    Changement(None, MINIMAL, Nature.DEPART, date(2026, 9, 1), None, None, "RETRAITE", "D261205-7K3M9QXA-0001"),
]
DEPOTS = [
    (Operation.DECLARE_CERTIFICAT_EMPLOI, CERTIFICATS, 2026, None),
    (Operation.DECLARE_CHANGEMENT_ACTIVITE, CHANGEMENTS, None, None),
    (Operation.ANNULE_DECLARATION, ["D261205-7K3M9QXA-0001", "x & y"], None, "Mauvaise année < 2026"),
]


@pytest.mark.parametrize(("operation", "lignes", "annee", "motif"), DEPOTS, ids=[d[0].value for d in DEPOTS])
@pytest.mark.parametrize("essai", [True, False])
def test_what_is_written_is_valid_canonical_and_reads_the_same(operation, lignes, annee, motif, essai):
    entete = ENTETE._replace(essai=essai)
    octets = ecrire_charge(operation, entete, lignes, annee, motif)
    charge = etree.fromstring(octets, analyseur())
    valider(charge)
    assert empreinte(charge) == hashlib.sha256(octets).hexdigest()
    demande = lire_demande(operation, charge)
    assert (demande.operation, demande.entete, demande.lignes) == (operation, entete, lignes)
    assert (demande.annee, demande.motif) == (annee, motif)


def test_what_the_schema_refuses_is_written_all_the_same_and_refused():
    trop_long = CERTIFICATS[0]._replace(reference="R" * 41)
    charge = etree.fromstring(ecrire_charge(Operation.DECLARE_CERTIFICAT_EMPLOI, ENTETE, [trop_long], 2026))
    with pytest.raises(SchemaInvalideError):
        valider(charge)
