"""mesures and observer: counts of every worker add up, on both databases, and tell hours and durations."""

import threading
from datetime import timedelta

import pytest
from maison import Service
from messages import operation

from service.errors import IndisponibleError
from service.storage.mesures import Mesure
from service.usecases.mesures import PALIERS, Mesures
from service.usecases.observer import deverser_les_mesures, lire_les_mesures, observer

CONSULTE = operation("ConsulteService")


def test_a_duration_falls_under_the_first_bound_that_holds_it():
    mesures = Mesures()
    for duree_us in (0, 2_000, 2_001, 9_999_999):
        mesures.compter("A", "REPONDU", "", duree_us)
    assert [(une.palier, une.nombre) for une in sorted(mesures.prendre())] == [(0, 1), (PALIERS[0], 2), (PALIERS[1], 1)]
    assert mesures.prendre() == []


def test_what_several_workers_counted_adds_up(service_partout: Service):
    deps = service_partout.dependencies
    for _ in range(2):
        deps.mesures.compter("A", "REPONDU", "", 1_500)
        deverser_les_mesures(deps)
    assert lire_les_mesures(deps) == [Mesure("A", "REPONDU", "", 2, 2, 3_000)]


def test_workers_that_add_at_once_lose_nothing(service_partout: Service):
    deps = service_partout.dependencies

    def verser():
        for rang in range(20):
            with deps.unites.ecriture() as unite:
                unite.mesures.ajouter([Mesure(nom, "REPONDU", "", 2, 1, 1) for nom in ("BA" if rang % 2 else "AB")])
                unite.commit()

    fils = [threading.Thread(target=verser) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert [une.nombre for une in lire_les_mesures(deps)] == [60, 60]


def test_counts_that_cannot_be_added_wait_for_the_next_time(service: Service, monkeypatch: pytest.MonkeyPatch):
    deps = service.dependencies
    deps.mesures.compter("A", "REPONDU", "", 1)
    with monkeypatch.context() as panne:
        panne.setattr(type(deps.unites), "ecriture", _injoignable)
        with pytest.raises(IndisponibleError):
            deverser_les_mesures(deps)
    deverser_les_mesures(deps)
    assert [une.nombre for une in lire_les_mesures(deps)] == [1]


def _injoignable(_fabrique):
    raise IndisponibleError


def test_every_answer_is_counted_with_its_outcome_and_fault(service: Service):
    service.post(CONSULTE)
    service.post(CONSULTE, entetes="")
    service.http(methode="PUT")
    deverser_les_mesures(service.dependencies)
    totaux = {(une.operation, une.issue, une.code): une.nombre for une in lire_les_mesures(service.dependencies)}
    assert totaux == {
        ("ConsulteService", "REPONDU", ""): 1,
        ("ConsulteService", "REFUSE", "SECURITE_INVALIDE"): 1,
        ("", "REFUSE", "HTTP_405"): 1,
    }


def test_the_hours_of_the_last_day_are_told_with_refusals_and_durations(service_partout: Service):
    service_partout.post(CONSULTE)
    service_partout.horloge.instant += timedelta(hours=1)
    service_partout.post(CONSULTE)
    service_partout.post(CONSULTE, entetes="")
    ancienne, recente = observer(service_partout.dependencies).heures
    assert recente.debut - ancienne.debut == timedelta(hours=1)
    assert (ancienne.messages, ancienne.refuses, recente.messages, recente.refuses) == (1, 0, 2, 1)
    assert recente.duree_moyenne > 0
    assert 0 <= recente.sous_le_seuil <= 1
    service_partout.horloge.instant += timedelta(days=2)
    assert observer(service_partout.dependencies).heures == []
