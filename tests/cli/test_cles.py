"""``cles`` and ``cles integration``."""

import json

import pytest
from maison import AGENT
from messages import en_clair, operation

from service.app import Maison


@pytest.fixture
def maison_sans_cles(tmp_path):
    """A house in production, without keys."""
    return Maison(
        {
            "ESAT_DONNEES": str(tmp_path),
            "ESAT_ENVIRONNEMENT": "production",
            "ESAT_ADRESSE_PUBLIQUE": "https://esat.example",
        }
    )


def test_the_keys_of_the_service_are_made_once(lancer, maison_sans_cles):
    faites, refaites = lancer(maison_sans_cles, "cles", "creer"), lancer(maison_sans_cles, "cles", "creer")

    assert len(faites.sortie.splitlines()) == 6
    assert "rien n'a été changé" in refaites.sortie
    assert not maison_sans_cles.cles.demonstration


def test_the_keys_of_a_demonstration_say_so(lancer, tmp_path):
    maison = Maison({"ESAT_DONNEES": str(tmp_path)})
    lancer(maison, "cles", "creer")

    inventaire = json.loads(lancer(maison, "cles", "lister", "--format", "json").sortie)

    assert all(cle["demonstration"] for cle in inventaire)


def test_keys_rotate_and_the_inventory_tells_it(lancer, maison_sans_cles):
    lancer(maison_sans_cles, "cles", "creer")
    chiffrement = lancer(maison_sans_cles, "cles", "tourner", "chiffrement")
    signature = lancer(maison_sans_cles, "cles", "tourner", "signature", "--algorithme", "rsa3072")

    inventaire = json.loads(lancer(maison_sans_cles, "cles", "lister", "--format", "json").sortie)

    courantes = {cle["usage"]: cle for cle in inventaire if cle["courante"]}
    assert courantes["chiffrement"]["identifiant"] in chiffrement.sortie
    assert courantes["signature"]["identifiant"] in signature.sortie
    assert courantes["signature"]["algorithme"] == "RSA-3072"
    assert len(inventaire) == 5
    assert "redémarrage" in signature.erreurs


def test_a_signature_rotates_to_p_256_unless_told_otherwise(lancer, maison_sans_cles):
    lancer(maison_sans_cles, "cles", "creer")

    assert lancer(maison_sans_cles, "cles", "tourner", "signature").sortie.endswith("-p256.\n")


def test_certificates_are_printed_as_they_are_published(lancer, maison_sans_cles):
    lancer(maison_sans_cles, "cles", "creer")

    assert lancer(maison_sans_cles, "cles", "certificats").sortie.encode() == maison_sans_cles.cles.certificats_pem


def test_keys_that_were_not_made_are_a_wrong_setting(lancer, maison_sans_cles):
    assert lancer(maison_sans_cles, "cles", "lister").code == 2


@pytest.mark.parametrize("largeur", [80, 140])
def test_the_inventory_fits(lancer, maison_sans_cles, monkeypatch, largeur):
    monkeypatch.setenv("COLUMNS", str(largeur))
    lancer(maison_sans_cles, "cles", "creer")

    lignes = lancer(maison_sans_cles, "cles", "lister").sortie.splitlines()

    assert len(lignes) == 5
    assert all(len(ligne) <= largeur for ligne in lignes)


def test_the_secret_of_a_software_alone_goes_to_stdout(executer, service):
    retour = executer("cles", "integration", "creer", AGENT, "--logiciel", "Mimosa Paie")

    secret = retour.sortie.strip()
    assert service.post(operation("ConsulteService"), en_clair(AGENT, secret)).faute is None
    assert secret not in retour.erreurs
    assert "04/12/2028" in retour.erreurs


def test_the_cles_of_an_account_are_listed_and_revoked(executer_partout):
    executer_partout("cles", "integration", "creer", AGENT, "--logiciel", "Mimosa", "--fin", "31/12/2026")
    cles = json.loads(executer_partout("cles", "integration", "lister", AGENT, "--format", "json").sortie)
    revoquee = executer_partout("cles", "integration", "revoquer", AGENT, str(cles[1]["numero"]))
    apres = json.loads(executer_partout("cles", "integration", "lister", "--format", "json").sortie)

    assert cles[1] == {
        "numero": cles[1]["numero"],
        "courriel": AGENT,
        "logiciel": "Mimosa",
        "etat": "EN_COURS",
        "cree_le": "2026-12-04T10:30:00.000+01:00",
        "fin_le": "2026-12-31",
        "revoquee_le": None,
    }
    assert (revoquee.code, revoquee.erreurs) == (0, "")
    assert str(cles[1]["numero"]) in revoquee.sortie
    assert apres[1]["etat"] == "REVOQUEE"
    assert apres[1]["revoquee_le"] == "2026-12-04T10:30:00.000+01:00"


def test_the_table_of_cles_breaks_addresses_where_a_person_would(executer, service):
    service.compte("un.nom.bien.long@une-association-au-long-cours.example")
    executer(
        "cles", "integration", "creer", "un.nom.bien.long@une-association-au-long-cours.example",
        "--logiciel", "Un logiciel de paie au nom vraiment long, édition 2026",
    )  # fmt: skip

    retour = executer("cles", "integration", "lister")

    assert all(len(ligne) <= 80 for ligne in retour.sortie.splitlines())
    assert "un.nom.bien.long " in retour.sortie
    assert "en cours" in retour.sortie
    assert "04/12/2028" in retour.sortie


@pytest.mark.parametrize(
    "arguments",
    [
        ("creer", "inconnu@x.example", "--logiciel", "P"),
        ("creer", AGENT, "--logiciel", "P", "--fin", "01/01/2020"),
        ("lister", "inconnu@x.example"),
        ("revoquer", AGENT, "99"),
    ],
)
def test_what_a_rule_refuses_leaves_with_1(executer, arguments):
    retour = executer("cles", "integration", *arguments)

    assert (retour.code, retour.sortie) == (1, "")
    assert retour.erreurs
