"""What a running service does on its own: forget what no longer counts, log what was only counted."""

from datetime import timedelta

from maison import AGENT
from messages import en_clair, operation

from service.usecases.entretenir import REFUS_COMPTES, entretenir

CONSULTE = operation("ConsulteService")


def test_refusals_beyond_sixty_a_minute_from_one_address_become_one_counted_entry(service):
    for _ in range(75):
        service.brut(b"<x/>")
    assert len(service.journal()) == 60
    service.horloge.avancer(minutes=1)
    entretenir(service.dependencies)
    comptee, *autres = [entree for entree in service.journal() if entree.code == REFUS_COMPTES]
    assert autres == []
    assert (comptee.nombre, comptee.adresse, comptee.issue) == (15, "127.0.0.1", "REFUSE")
    entretenir(service.dependencies)
    assert len(service.journal()) == 61


def test_refusals_of_the_running_minute_are_logged_when_the_service_leaves(service):
    for _ in range(61):
        service.brut(b"<x/>")
    entretenir(service.dependencies)
    assert len(service.journal()) == 60
    entretenir(service.dependencies, arret=True)
    assert [entree.nombre for entree in service.journal() if entree.code == REFUS_COMPTES] == [1]


def test_refusals_after_authentication_are_all_logged(service):
    inconnu = operation("ListeDepots", "<siret>x</siret>")
    for _ in range(62):
        assert service.post(inconnu).faute.code == "SCHEMA_INVALIDE"
    assert len(service.journal()) == 62


def test_a_replay_key_is_kept_while_its_token_could_be_replayed_then_forgotten(service):
    jeton = service.condense()
    assert service.post(CONSULTE, jeton).faute is None
    fenetre = service.dependencies.fenetre
    service.horloge.avancer(seconds=fenetre.passe)
    entretenir(service.dependencies)
    assert service.post(CONSULTE, jeton).faute.code == "REJEU"
    service.horloge.avancer(seconds=2 * fenetre.futur + 1)
    entretenir(service.dependencies)
    assert service.compter("jeton") == 0
    assert service.post(CONSULTE, jeton).faute.code == "MESSAGE_EXPIRE"


def test_attempts_are_forgotten_after_a_day(service):
    service.post(CONSULTE, en_clair(AGENT, "faux"))
    assert service.compter("tentative") == 2
    service.horloge.instant += service.dependencies.seuils.oubli + timedelta(seconds=1)
    entretenir(service.dependencies)
    assert service.compter("tentative") == 0
