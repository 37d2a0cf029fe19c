"""``journal``: what an operator sees, and what programs read."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from maison import AGENT
from messages import SIRET, certificat, declare_certificats, en_clair, operation, salarie

from service.cli import journal as module
from service.storage.journal import NouvelleEntree
from service.usecases.administrer_conventions import creer_convention

CONSULTE = operation("ConsulteService")
ENTREE = NouvelleEntree(
    instant=datetime(2026, 12, 1, 12, tzinfo=UTC),
    adresse="2001:db8::dead:beef:1234:5678",
    agent="essai",
    utilisateur="x" * 90,
    compte_id=None,
    siret=SIRET,
    esat_id=None,
    operation="DeclareChangementActivite",
    taille=2_500_000,
    duree_us=1_234_567,
    issue="REFUSE",
    code="MOT_DE_PASSE_A_CHANGER",
    identifiant_message=None,
    numero_depot=None,
    identifiant_incident="0123456789abcdef",
    identifiant_requete="0123456789abcdef",
    nombre=123,
)


def ecrire(service, *entrees):
    with service.dependencies.unites.ecriture() as unite:
        for entree in entrees:
            unite.journal.ajouter(entree)
        unite.commit()


def test_every_message_is_there_refused_ones_included_newest_first(executer_partout, service_partout):
    service_partout.post(declare_certificats())
    service_partout.horloge.avancer(seconds=1)
    service_partout.post(CONSULTE, en_clair("inconnu@x.example", "faux"))

    entrees = json.loads(executer_partout("journal", "--format", "json").sortie)

    assert [(entree["issue"], entree["code"]) for entree in entrees] == [
        ("REFUSE", "AUTHENTIFICATION"),
        ("ACCEPTE", None),
    ]
    assert entrees[0]["utilisateur"] == "inconnu@x.example"
    assert entrees[0]["compte"] is None
    assert entrees[1]["compte"] == AGENT
    assert entrees[1]["siret"] == SIRET
    assert entrees[1]["esat"] == f"ESAT {SIRET}"
    assert entrees[1]["operation"] == "DeclareCertificatEmploi"
    assert entrees[1]["instant"] == "2026-12-04T10:30:00.000+01:00"
    assert entrees[1]["numero_depot"].startswith("D261204-")


@pytest.mark.parametrize(
    ("options", "nombre"),
    [
        (("--esat", SIRET), 1),
        (("--esat", "esat"), 1),
        (("--compte", AGENT), 2),
        (("--issue", "accepte"), 1),
        (("--operation", "consulteservice"), 2),
        (("--code", "AUTHENTIFICATION"), 1),
        (("--texte", "ESSAIS"), 3),
        (("--texte", "rien de tel"), 0),
        (("--depuis", "04/12/2026", "--jusque", "04/12/2026"), 3),
        (("--jusque", "2026-12-03"), 0),
        (("--identifiant", "00000000-0000-0000-0000-000000000000"), 0),
        (("--numero", "D261204-XXXXXXXX"), 0),
        (("--limite", "2"), 2),
        (("--limite", "1", "--tout"), 3),
    ],
)
def test_criteria_narrow_the_log(executer, service, options, nombre):
    service.post(declare_certificats())
    service.post(CONSULTE)
    service.post(CONSULTE, en_clair("inconnu@x.example", "faux"))

    assert len(json.loads(executer("journal", "--format", "json", *options).sortie)) == nombre


def test_a_deposit_is_found_by_the_number_of_one_of_its_declarations(executer, service):
    (numero,) = service.post(declare_certificats()).numeros
    service.post(declare_certificats())

    assert len(json.loads(executer("journal", "--format", "json", "--numero", numero).sortie)) == 1


def test_csv_has_every_column_and_disarms_formulas(executer, service):
    ecrire(service, ENTREE._replace(agent="=cmd|' /C calc'!A0"))

    (ligne,) = csv.DictReader(io.StringIO(executer("journal", "--format", "csv").sortie), delimiter=";")

    assert ligne["agent"] == "'=cmd|' /C calc'!A0"
    assert ligne["instant"] == "2026-12-01T13:00:00.000+01:00"
    assert (ligne["taille"], ligne["duree_us"], ligne["nombre"]) == ("2500000", "1234567", "123")


@pytest.mark.parametrize("largeur", [80, 100, 110, 120, 140, 200])
def test_the_table_holds_in_the_width_and_cuts_no_number(executer, service, monkeypatch, largeur):
    monkeypatch.setenv("COLUMNS", str(largeur))
    ecrire(service, ENTREE, ENTREE._replace(issue="REPETE", numero_depot="D261201-ABCDEFGH", code=None))

    retour = executer("journal")

    assert all(len(ligne) <= largeur for ligne in retour.sortie.splitlines())
    attendus = ["01/12/2026", "13:00:00", SIRET, "refusé", "MOT_DE_PASSE_A_CHANGER", "D261201-ABCDEFGH"]
    attendus += ["DeclareChangementActivite", "répété (même accusé)", "0123456789abcdef", "×123"]
    attendus += ["1,2 s", "2 Mo", f"ESAT {SIRET}"[:8]] if largeur >= module.LARGE else []
    for attendu in attendus:
        assert attendu in retour.sortie


def test_what_a_stranger_sent_does_not_command_the_terminal(executer, service):
    ecrire(service, ENTREE._replace(utilisateur="a\x1b[2Jb", adresse="\x1b[2J"))

    retour = executer("journal")

    assert "\x1b" not in retour.sortie
    assert "a\ufffd[2Jb" in retour.sortie


def test_a_long_log_is_shown_page_after_page_as_one_table(executer, service, monkeypatch):
    monkeypatch.setattr(module, "_PAGE", 2)
    ecrire(service, *[ENTREE._replace(nombre=nombre) for nombre in range(2, 7)])

    retour = executer("journal", "--tout")

    assert retour.sortie.count("Opération et compte") == 1
    assert [nombre in retour.sortie for nombre in ("×2", "×3", "×4", "×5", "×6")] == [True] * 5
    debuts = {ligne.index("DeclareChangementActivite") for ligne in retour.sortie.splitlines() if "Declare" in ligne}
    assert len(debuts) == 1
    assert retour.erreurs == ""


def test_an_entry_that_stands_for_one_message_says_no_number(executer, service):
    ecrire(service, ENTREE._replace(nombre=1))

    assert "×" not in executer("journal").sortie


def test_a_limit_that_was_reached_is_told(executer, service):
    ecrire(service, ENTREE, ENTREE)

    assert "--tout" in executer("journal", "--limite", "2").erreurs
    assert executer("journal", "--limite", "3").erreurs == ""


def test_an_empty_answer_is_told_to_people(executer):
    assert executer("journal") == (0, "", "Aucune entrée ne répond à ces critères.\n")


@pytest.mark.parametrize(
    "options", [("--esat", "inconnu"), ("--depuis", "02/12/2026", "--jusque", "01/12/2026")], ids=" ".join
)
def test_what_cannot_be_searched_is_refused_with_1(executer, options):
    retour = executer("journal", *options)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs


@pytest.mark.parametrize(
    ("taille", "texte"), [(0, "0 o"), (1023, "1023 o"), (1024, "1 Ko"), (1024**2 - 1024, "1023 Ko"), (1024**2, "1 Mo")]
)
def test_sizes_are_told_in_the_unit_that_fits(executer, service, monkeypatch, taille, texte):
    monkeypatch.setenv("COLUMNS", "120")
    ecrire(service, ENTREE._replace(taille=taille))

    assert f" {texte}" in executer("journal").sortie


@pytest.mark.parametrize(
    ("duree", "texte"), [(0, "0,0 ms"), (1500, "1,5 ms"), (999_949, "999,9 ms"), (1_000_000, "1,0 s")]
)
def test_durations_are_told_in_the_unit_that_fits(executer, service, monkeypatch, duree, texte):
    monkeypatch.setenv("COLUMNS", "120")
    ecrire(service, ENTREE._replace(duree_us=duree))

    assert f" {texte}" in executer("journal").sortie


def test_acts_are_listed_with_who_did_what(executer, service):
    creer_convention(service.dependencies, "CONV-ACTES", date(2026, 1, 1), None, None, 180)
    service.post(CONSULTE)
    (acte,) = json.loads(executer("journal", "--acte", "convention_creee", "--format", "json").sortie)
    assert (acte["canal"], acte["acte"], acte["objet"]) == ("COMMANDE", "CONVENTION_CREEE", "CONV-ACTES")
    assert acte in json.loads(executer("journal", "--actes", "--format", "json").sortie)
    table = executer("journal", "--actes").sortie
    assert "convention créée" in table
    assert "CONV-ACTES" in table
    assert "ConsulteService" not in table


def test_a_rule_is_looked_for_like_a_fault(executer, service):
    service.post(declare_certificats(certificat(nombreMois="13")))
    service.post(declare_certificats())
    assert len(json.loads(executer("journal", "--code", "c02", "--format", "json").sortie)) == 1


def test_a_person_is_asked_for_on_the_keyboard_and_the_search_is_logged(executer, service, monkeypatch):
    (numero,) = service.post(declare_certificats(certificat(salarie("185057500000147")))).numeros
    service.post(declare_certificats())
    monkeypatch.setattr("sys.stdin", io.StringIO("185057500000147\n\n\n\n"))
    (trouvee,) = json.loads(executer("journal", "--personne", "--format", "json").sortie)
    assert trouvee["numero_depot"] == numero.rpartition("-")[0]
    assert [entree.objet for entree in service.journal(acte="PERSONNE_CHERCHEE")] == ["par nir"]


def test_a_person_that_cannot_be_or_among_acts_is_refused(executer, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n\n\n\n"))
    refus = executer("journal", "--personne")
    assert refus.code == 1
    assert "clé" in refus.erreurs
    assert executer("journal", "--personne", "--actes").code == 2
