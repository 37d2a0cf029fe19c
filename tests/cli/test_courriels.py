"""``courriels``: what waits is sent now, listed, sent again or dropped, in an operator's words."""

import csv
import io
import json

import pytest
from courrier import Courrier, courrier, qui_envoie
from maison import AGENT, Service

__all__ = ["courrier"]


@pytest.fixture
def avec_serveur(service: Service, courrier: Courrier) -> Courrier:
    """The house of the test sends its mails to a real server."""
    service.maison.dependencies = qui_envoie(service.dependencies, courrier)
    return courrier


def test_what_waits_is_sent_now(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    executer("comptes", "suspendre", AGENT)
    retour = executer("courriels")
    assert (retour.code, retour.sortie, retour.erreurs) == (0, "Courriels : 2 envoyés.\n", "")
    assert [message["To"] for message in avec_serveur.messages] == [AGENT, AGENT]
    assert executer("courriels").sortie == "Aucun courriel n'attendait.\n"


def test_the_queue_is_listed_for_people_and_for_programs_without_a_word_of_the_letters(executer, service: Service):
    provisoire = executer("comptes", "mot-de-passe", AGENT).sortie.strip()
    executer("comptes", "suspendre", AGENT)
    lisible = executer("courriels", "lister").sortie
    assert "compte_suspendu" in lisible
    assert "à envoyer" in lisible
    lignes = json.loads(executer("courriels", "lister", "--format", "json").sortie)
    assert lignes[1] == {
        "numero": 1,
        "cree_le": "2026-12-04T10:30:00.000+01:00",
        "modele": "mot_de_passe_provisoire",
        "destinataire": AGENT,
        "etat": "A_ENVOYER",
        "essais": 0,
        "prochain_essai": "2026-12-04T10:30:00.000+01:00",
        "fini_le": None,
        "erreur": None,
    }
    texte = executer("courriels", "lister", "--format", "csv", "--limite", "1").sortie
    (ligne,) = csv.DictReader(io.StringIO(texte.lstrip("\ufeff")), delimiter=";")
    assert ligne["modele"] == "compte_suspendu"
    assert provisoire not in lisible + json.dumps(lignes) + texte
    assert json.loads(executer("courriels", "lister", "--etat", "envoye", "--format", "json").sortie) == []
    assert executer("courriels", "lister", "--etat", "parti").code == 2


def test_without_a_server_the_setting_to_make_is_told(executer):
    attribue = executer("comptes", "mot-de-passe", AGENT)
    assert "ESAT_SMTP" in attribue.erreurs
    retour = executer("courriels")
    assert retour.code == 1
    assert "ESAT_SMTP" in retour.erreurs
    assert "1 courriel(s) attendent" in retour.erreurs


def test_what_did_not_leave_is_told_with_its_number_and_the_reason(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    executer("comptes", "suspendre", AGENT)
    avec_serveur.au_destinataire = "550 unknown"
    retour = executer("courriels")
    assert retour.code == 1
    assert retour.sortie == "Courriels : 2 abandonnés.\n"
    assert "courriel 1, abandonné : le destinataire est refusé (code 550)." in retour.erreurs
    assert "courriel 2, abandonné" in retour.erreurs


def test_once_the_server_is_back_nothing_has_to_wait_for_its_hour(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    avec_serveur.au_destinataire = "450 later"
    assert "1 remis à plus tard" in executer("courriels").sortie
    avec_serveur.au_destinataire = "250 OK"
    assert executer("courriels").sortie == "Aucun courriel n'attendait.\n"
    assert "1 envoyé" in executer("courriels", "--sans-attendre").sortie


def test_an_uncertain_mail_is_sent_again_or_dropped_by_a_person(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    avec_serveur.au_message = ""
    assert "1 incertain" in executer("courriels").sortie
    assert executer("courriels").sortie == "Aucun courriel n'attendait.\n"
    assert executer("courriels", "relancer", "1").code == 0
    assert "1 incertain" in executer("courriels").sortie
    assert executer("courriels", "abandonner", "1").code == 0
    retour = executer("courriels", "relancer", "1", "7")
    assert retour.code == 1
    assert "courriel 1 : son texte est effacé" in retour.erreurs
    assert "courriel 7 : aucun ne porte ce numéro" in retour.erreurs
    assert "abandonné" in executer("courriels", "lister").sortie


def test_a_sender_at_work_is_left_to_it(executer, avec_serveur: Courrier, service: Service):
    executer("comptes", "mot-de-passe", AGENT)
    with service.dependencies.unites.seul("courriels") as seul:
        assert seul
        retour = executer("courriels")
    assert (retour.code, retour.sortie) == (0, "")
    assert "Un autre envoi est en cours" in retour.erreurs


def test_a_person_can_be_left_without_a_mail(executer, avec_serveur: Courrier, service: Service):
    ecrit = executer("comptes", "mot-de-passe", AGENT)
    assert ecrit.erreurs.endswith("Un courriel le dit aussi.\n")
    assert "en main propre" in executer("comptes", "mot-de-passe", AGENT, "--sans-courriel").erreurs
    assert len(json.loads(executer("courriels", "lister", "--format", "json").sortie)) == 1
    assert service.compter("courriel") == 1
