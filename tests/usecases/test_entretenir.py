"""What a running service does on its own: forget what no longer counts, log what was only counted."""

from datetime import timedelta
from pathlib import Path

import pytest
from fautes import exiger_faute
from maison import AGENT, CONSULTE_SERVICE, MAINTENANT
from messages import en_clair

from service.errors import IndisponibleError
from service.usecases.entretenir import entretenir, verifier_la_base


def test_replay_keys_are_forgotten_after_the_window_and_twice_the_skew(service_partout):
    entete = service_partout.condense()
    assert service_partout.post(CONSULTE_SERVICE, entete).statut == 200
    assert service_partout.compter("jeton") == 1
    service_partout.horloge.avancer(seconds=420)
    entretenir(service_partout.dependencies)
    assert service_partout.compter("jeton") == 1
    service_partout.horloge.avancer(seconds=1)
    entretenir(service_partout.dependencies)
    assert service_partout.compter("jeton") == 0
    exiger_faute(service_partout.post(CONSULTE_SERVICE, entete), "MESSAGE_EXPIRE")


def test_attempts_are_forgotten_after_a_day(service_partout):
    exiger_faute(service_partout.post(CONSULTE_SERVICE, en_clair(AGENT, "faux")), "AUTHENTIFICATION")
    assert service_partout.compter("tentative") == 2
    service_partout.horloge.avancer(hours=24)
    entretenir(service_partout.dependencies)
    assert service_partout.compter("tentative") == 2
    service_partout.horloge.avancer(seconds=1)
    entretenir(service_partout.dependencies)
    assert service_partout.compter("tentative") == 0


def test_refusals_that_were_counted_become_one_entry_a_minute_and_address(service_partout):
    for adresse, nombre in (("192.0.2.1", 65), ("192.0.2.2", 60), ("192.0.2.3", 61)):
        for _ in range(nombre):
            service_partout.brut(b"<x", REMOTE_ADDR=adresse)
    entretenir(service_partout.dependencies)
    assert service_partout.journal(code="REFUS_COMPTES") == []
    service_partout.horloge.avancer(minutes=1)
    entretenir(service_partout.dependencies)
    comptes = service_partout.journal(code="REFUS_COMPTES")
    assert {(une.adresse, une.nombre, une.instant, une.issue) for une in comptes} == {
        ("192.0.2.1", 5, MAINTENANT, "REFUSE"),
        ("192.0.2.3", 1, MAINTENANT, "REFUSE"),
    }
    assert sum(une.nombre for une in service_partout.journal()) == 65 + 60 + 61
    entretenir(service_partout.dependencies)
    assert len(service_partout.journal(code="REFUS_COMPTES")) == 2


def test_a_process_that_leaves_logs_the_running_minute_too(service):
    for _ in range(63):
        service.brut(b"<x")
    entretenir(service.dependencies, arret=True)
    (compte,) = service.journal(code="REFUS_COMPTES")
    assert compte.nombre == 3


def test_nothing_that_was_counted_is_lost_while_the_database_cannot_be_had(service, base_sqlite):
    for _ in range(62):
        service.brut(b"<x")
    service.horloge.avancer(minutes=1)
    service.fermer()
    fichier = Path(base_sqlite.removeprefix("sqlite:///"))
    bon = fichier.read_bytes()
    fichier.write_bytes(b"rien de bon" * 500)
    with pytest.raises(IndisponibleError):
        entretenir(service.dependencies)
    with pytest.raises(IndisponibleError):
        verifier_la_base(service.dependencies)
    service.fermer()
    fichier.write_bytes(bon)
    verifier_la_base(service.dependencies)
    entretenir(service.dependencies)
    (compte,) = service.journal(code="REFUS_COMPTES")
    assert compte.nombre == 2


def test_what_still_counts_is_kept(service_partout):
    exiger_faute(service_partout.post(CONSULTE_SERVICE, en_clair(AGENT, "faux")), "AUTHENTIFICATION")
    entete = service_partout.condense()
    service_partout.post(CONSULTE_SERVICE, entete)
    service_partout.horloge.avancer(seconds=299)
    entretenir(service_partout.dependencies)
    exiger_faute(service_partout.post(CONSULTE_SERVICE, entete), "REJEU")
    assert service_partout.compter("tentative") == 2
    assert service_partout.horloge() - MAINTENANT == timedelta(seconds=299)
