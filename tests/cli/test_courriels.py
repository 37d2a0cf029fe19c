"""``courriels``."""

import dataclasses
import json
from functools import partial

import pytest
from courrier import Courrier, courrier
from maison import AGENT, Service

from service.mail.smtp import envoyer

__all__ = ["courrier"]


@pytest.fixture
def avec_serveur(service: Service, courrier: Courrier) -> Courrier:
    """The house of the test sends its mails to a real server."""
    poste = dataclasses.replace(service.dependencies.poste, remettre=partial(envoyer, courrier.adresse))
    service.maison.dependencies = dataclasses.replace(service.dependencies, poste=poste)
    return courrier


def test_what_waits_is_sent_now(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    assert "1 envoyé(s)" in executer("courriels").sortie
    assert avec_serveur.messages[0]["To"] == AGENT
    assert "Aucun courriel n'attendait." in executer("courriels").sortie
    (un,) = json.loads(executer("courriels", "lister", "--format", "json").sortie)
    assert (un["destinataire"], un["etat"], un["essais"]) == (AGENT, "ENVOYE", 1)


def test_without_a_server_the_setting_to_make_is_told(executer):
    executer("comptes", "mot-de-passe", AGENT)
    retour = executer("courriels")
    assert retour.code == 1
    assert "ESAT_SMTP" in retour.erreurs
    assert "1 courriel(s) attendent" in retour.erreurs


def test_an_uncertain_mail_is_sent_again_or_given_up_by_a_person(executer, avec_serveur: Courrier):
    executer("comptes", "mot-de-passe", AGENT)
    avec_serveur.au_message = ""
    assert "1 incertain(s)" in executer("courriels").sortie
    assert executer("courriels", "relancer", "1").code == 0
    assert "1 incertain(s)" in executer("courriels").sortie
    assert executer("courriels", "abandonner", "1").code == 0
    assert executer("courriels", "relancer", "1").code == 1
    assert "abandonné" in executer("courriels", "lister").sortie
