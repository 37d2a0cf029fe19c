"""From the wire to the trade: each valid sample read field by field, and what a log entry may take of any payload."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from messages import NS, certificat, declare_certificats, elements, liste_depots, operation, salarie

from service.contract.curseur import ecrire_curseur
from service.contract.reading import lire_enveloppe
from service.contract.validation import valider
from service.domain.declaration import Certificat, Changement, Entete, Logiciel, Nature, Operation, Salarie
from service.soap.mapping import lire_demande, reperes
from service.usecases.demandes import (
    DemandeConsultation,
    DemandeListe,
    DemandeMotDePasse,
    DemandeReste,
    DemandeVide,
    Position,
)

VALIDES = Path(__file__).parents[1] / "samples" / "valid"
LOGICIEL = Logiciel("Éditions Mimosa", "Mimosa Paie", "12.3")
SIRET = "12345678200010"


def lire(nom):
    charge = lire_enveloppe((VALIDES / f"{nom}.xml").read_bytes(), "utf-8").charge
    valider(charge)
    return lire_demande(Operation(nom), charge)


def lire_charge(charge):
    racine = etree.fromstring(charge)
    valider(racine)
    return lire_demande(Operation(etree.QName(racine).localname), racine)


def test_certificates_are_read_field_by_field():
    demande = lire("DeclareCertificatEmploi")
    assert demande.operation is Operation.DECLARE_CERTIFICAT_EMPLOI
    assert demande.entete == Entete("6513270e-269e-4d37-b2a7-4de452e6b438", SIRET, LOGICIEL, False)
    assert (demande.annee, demande.motif) == (2026, None)
    assert demande.lignes == [
        Certificat(
            "MAT-00001",
            Salarie("185058300100192", None, None, "Lefèvre", "Durand-Mimosa", "Camille", date(1985, 5, 14)),
            12,
            Decimal("812.40"),
            Decimal("640.10"),
            None,
            None,
        ),
        Certificat(
            None,
            Salarie("291102B00200396", "1234567A", "831", "Ottavi", None, "Maëlle", date(1991, 10, 2)),
            7,
            None,
            Decimal("702.00"),
            Decimal("12.5"),
            "D261205-7K3M9QXA-0001",
        ),
    ]


def test_changes_are_read_field_by_field():
    demande = lire("DeclareChangementActivite")
    assert (demande.annee, demande.motif) == (None, None)
    assert [ligne.nature for ligne in demande.lignes] == [Nature.AUGMENTATION, Nature.REDUCTION, Nature.DEPART]
    assert demande.lignes[1].salarie.date_naissance == date(1991, 10, 2)
    assert demande.lignes[0][3:] == (date(2026, 9, 1), Decimal("17.5"), Decimal(35), None, None)
    depart = demande.lignes[2]
    assert isinstance(depart, Changement)
    assert depart[3:] == (date(2026, 8, 31), None, None, "RETRAITE", "D260902-4H8WZ2TE-0003")


def test_cancellations_are_read_field_by_field():
    demande = lire("AnnuleDeclaration")
    assert demande.lignes == ["D261205-7K3M9QXA-0001", "D261205-7K3M9QXA-0002"]
    assert demande.motif == "Certificats déclarés pour la mauvaise année"


AUTRES = {
    "ConsulteDepot": DemandeConsultation(SIRET, "D261205-7K3M9QXA", None),
    "ListeDepots": DemandeListe(SIRET, date(2026, 12, 1), date(2026, 12, 31), None, 100),
    "ListeResteADeclarer": DemandeReste(SIRET, 2026),
    "ListeAnomalies": DemandeVide(),
    "ConsulteService": DemandeVide(),
    "ModifieMotDePasse": DemandeMotDePasse("motdepasse-provisoire-fictif", "quatre lamas boivent du sirop"),
}


@pytest.mark.parametrize(("nom", "attendue"), AUTRES.items(), ids=AUTRES)
def test_the_other_requests_are_read_field_by_field(nom, attendue):
    assert lire(nom) == attendue


def test_a_cursor_is_read_as_the_place_it_stands_for():
    place = Position(datetime(2026, 12, 4, 9, 30, tzinfo=UTC), "D261204-7K3M9QXA")
    assert lire_charge(liste_depots(curseur=f" {ecrire_curseur(*place)}\n")).apres == place


BLANCS = {
    "around": ("\n Lefèvre\t", "Lefèvre"),
    "within": ("Le \n\t fèvre", "Le fèvre"),
    "unbreakable, which is a letter like others": (
        "\u00a0Le\u00a0\u00a0fèvre\u2003",
        "\u00a0Le\u00a0\u00a0fèvre\u2003",
    ),
}


@pytest.mark.parametrize(("ecrit", "lu"), BLANCS.values(), ids=BLANCS)
def test_white_space_is_collapsed_as_xs_token_has_it(ecrit, lu):
    ligne = lire_charge(declare_certificats(certificat(salarie(nom=ecrit, prenom=ecrit)))).lignes[0]
    assert (ligne.salarie.nom, ligne.salarie.prenom) == (lu, lu)


def test_an_empty_reference_or_number_is_none():
    charge = declare_certificats(certificat(reference=" ", remplace="\n"))
    ligne = lire_charge(charge).lignes[0]
    assert (ligne.reference, ligne.remplace) == (None, None)


@pytest.mark.parametrize(
    ("ecrit", "lu"), [("true", True), ("1", True), (" true\n", True), ("false", False), ("0", False)]
)
def test_essai_is_read_in_all_its_forms(ecrit, lu):
    assert lire_charge(declare_certificats(essai=ecrit)).entete.essai is lu


REPERES = {
    "a deposit": (declare_certificats(siret=SIRET, identifiant="ABCDEF01-0000-0000-0000-000000000000"), True, True),
    "a consultation": (operation("ConsulteDepot", elements({"siret": SIRET})), True, False),
    "a request without parameters": (operation("ListeAnomalies"), False, False),
    "a SIRET of 13 digits": (declare_certificats(siret=SIRET[1:]), False, True),
    "a SIRET in other digits": (declare_certificats(siret="١٢٣٤٥٦٧٨٩٠١٢٣٤"), False, True),
    "an identifier with braces": (declare_certificats(identifiant="{x}"), True, False),
    "elements of nobody": ("<a><siret>12345678200010</siret></a>", False, False),
    "a SIRET with an element inside": (f'<a xmlns="{NS}"><siret><b/>{SIRET}</siret></a>', False, False),
}


@pytest.mark.parametrize(("charge", "siret", "identifiant"), REPERES.values(), ids=REPERES)
def test_a_log_entry_takes_what_looks_like_a_siret_and_an_identifier(charge, siret, identifiant):
    lus = reperes(etree.fromstring(charge))
    assert lus[0] == (SIRET if siret else None)
    assert (lus[1] is not None) is identifiant
    assert lus[1] is None or lus[1] == lus[1].lower()
