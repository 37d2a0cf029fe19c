"""``audit``: who has access to what, told whole to programs and readably to people."""

import csv
import io
import json
from datetime import date

import pytest
from maison import AGENT, MOT_DE_PASSE
from messages import AUTRE_SIRET, SIRET, en_clair, operation

from service.domain.actes import Acte
from service.domain.habilitation import Acces, Role
from service.usecases.administrer_cles import creer_cle
from service.usecases.administrer_comptes import retirer_compte, suspendre_compte
from service.usecases.administrer_habilitations import habiliter

TROISIEME = "26830003700010"
COMMUN, SEUL = "commun@esat.example", "seul@esat.example"


@pytest.fixture
def peuple(service_partout):
    """AGENT of the first ESAT, who calls; COMMUN of three, each closed in another way; SEUL without a right."""
    service, outils = service_partout, service_partout.dependencies
    service.esat(AUTRE_SIRET)
    service.convention("FINIE")
    service.esat(TROISIEME, "FINIE")
    service.compte(COMMUN, SIRET, AUTRE_SIRET, TROISIEME)
    service.compte(SEUL)
    habiliter(outils, COMMUN, AUTRE_SIRET, Role.REFERENT)
    creer_cle(outils, COMMUN, "Paie", siret=AUTRE_SIRET)
    with outils.unites.ecriture() as unite:
        (droit,) = [un for un in unite.habilitations.d_esat(1) if un.courriel == COMMUN]
        unite.habilitations.suspendre(droit.compte_id, 1, service.horloge())
        unite.commit()
    service.sql(f"UPDATE convention SET fin_le = '{date(2026, 12, 3)}' WHERE numero = 'FINIE'")
    service.post(operation("ConsulteService"), en_clair(AGENT, MOT_DE_PASSE))
    service.post(operation("ConsulteService"))
    return service


def acces(executer, *options):
    return json.loads(executer("audit", "--format", "json", *options).sortie)


def test_every_right_is_told_with_what_it_opens(peuple, executer_partout):
    lignes = acces(executer_partout)
    assert [(une["courriel"], une["siret"], une["role"], une["acces"]) for une in lignes] == [
        (AGENT, SIRET, "AGENT", Acces.OUVERT),
        (COMMUN, SIRET, "AGENT", Acces.SUSPENDU),
        (COMMUN, TROISIEME, "AGENT", Acces.CONVENTION),
        (COMMUN, AUTRE_SIRET, "REFERENT", Acces.OUVERT),
        (SEUL, None, None, Acces.AUCUN_DROIT),
    ]
    assert lignes[0] == {
        "espace": "EXTRANET",
        "courriel": AGENT,
        "nom": "N",
        "prenom": "P",
        "role": "AGENT",
        "siret": SIRET,
        "esat": f"ESAT {SIRET}",
        "convention": "CONV-1",
        "fin_convention": None,
        "acces": "OUVERT",
        "depuis": "2026-12-04T10:30:00.000+01:00",
        "mot_de_passe": "DEFINITIF",
        "expire_le": "2027-03-14T10:30:00.000+01:00",
        "derniere_connexion": "2026-12-04T10:30:00.000+01:00",
        "cles": 1,
        "dernier_usage_cle": "2026-12-04T10:30:00.000+01:00",
    }
    assert [une["cles"] for une in lignes[1:]] == [0, 0, 1, 0]


def test_what_the_caf_closed_is_told_so(peuple, executer_partout):
    suspendre_compte(peuple.dependencies, COMMUN)
    retirer_compte(peuple.dependencies, SEUL)
    lignes = acces(executer_partout)
    assert [une["acces"] for une in lignes] == ["OUVERT", *["COMPTE_SUSPENDU"] * 3, "COMPTE_RETIRE"]


def test_one_esat_only_or_what_is_open_only(peuple, executer_partout):
    assert [une["courriel"] for une in acces(executer_partout, "--siret", SIRET)] == [AGENT, COMMUN]
    assert [une["siret"] for une in acces(executer_partout, "--ouverts")] == [SIRET, AUTRE_SIRET]
    refus = executer_partout("audit", "--siret", "11111111111111")
    assert (refus.code, refus.sortie) == (1, "")


def test_operators_have_access_too(executer):
    executer("operateurs", "creer", "lea@caf.example", "--nom", "N", "--prenom", "P", "--role", "GESTION")
    (operatrice,) = [une for une in acces(executer) if une["espace"] == "CONSOLE"]
    assert (operatrice["courriel"], operatrice["role"], operatrice["acces"]) == ("lea@caf.example", "GESTION", "OUVERT")
    assert operatrice["mot_de_passe"] == "PROVISOIRE"


def test_an_audit_is_itself_logged(service, executer):
    executer("audit", "--siret", SIRET)
    entree = service.journal()[0]
    assert (entree.acte, entree.canal, entree.siret) == (Acte.AUDIT, "COMMANDE", SIRET)


def test_a_spreadsheet_gets_the_same(peuple, executer_partout):
    lignes = list(csv.DictReader(io.StringIO(executer_partout("audit", "--format", "csv").sortie), delimiter=";"))
    assert [ligne["acces"] for ligne in lignes] == ["OUVERT", "SUSPENDU", "CONVENTION", "OUVERT", "AUCUN_DROIT"]
    assert lignes[0]["cles"] == "1"


@pytest.mark.parametrize("largeur", ["80", "120"])
def test_the_table_keeps_addresses_and_sirets_whole(peuple, executer_partout, monkeypatch, largeur):
    monkeypatch.setenv("COLUMNS", largeur)
    peuple.compte("un.nom.bien.long@une-association-au-long-cours.example", SIRET)
    sortie = executer_partout("audit").sortie
    assert all(len(ligne) <= int(largeur) for ligne in sortie.splitlines())
    for mots in (
        f"{SIRET}",
        "un.nom.bien.long",
        "suspendu par le référent",
        "FINIE, fin 03/12/2026",
        "mot de passe définitif 14/03/2027",
        "jamais connecté",
        "1 clé 04/12/2026",
    ):
        assert mots in sortie
