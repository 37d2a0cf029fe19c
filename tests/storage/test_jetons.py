"""jetons: a replay key is consumed once, by one of all the threads, until it is purged."""

import threading
from datetime import UTC, datetime, timedelta

from service.storage.unit_of_work import FabriqueUnites

MAINTENANT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
CLE = bytes(range(32))


def test_a_key_is_consumed_once(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        assert not unite.jetons.deja_vu(CLE)
        assert unite.jetons.consommer(CLE, MAINTENANT)
        assert not unite.jetons.consommer(CLE, MAINTENANT + timedelta(hours=1))
        assert unite.jetons.deja_vu(CLE)
        assert unite.jetons.consommer(bytes(32), MAINTENANT)


def test_a_key_is_not_consumed_by_a_unit_that_rolls_back(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.jetons.consommer(CLE, MAINTENANT)
    with unites.lecture() as unite:
        assert not unite.jetons.deja_vu(CLE)


def test_only_what_expired_is_purged(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        for rang, secondes in enumerate((-1, 0, 1)):
            unite.jetons.consommer(bytes([rang]) * 32, MAINTENANT + timedelta(seconds=secondes))
        assert unite.jetons.purger(MAINTENANT) == 1
        assert [unite.jetons.deja_vu(bytes([rang]) * 32) for rang in range(3)] == [False, True, True]


def test_threads_that_present_the_same_keys_consume_each_once(unites: FabriqueUnites):
    consommes: list[int] = []

    def presenter() -> None:
        for rang in range(20):
            with unites.ecriture() as unite:
                if unite.jetons.consommer(bytes([rang]) * 32, MAINTENANT):
                    consommes.append(rang)
                unite.commit()

    fils = [threading.Thread(target=presenter) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert sorted(consommes) == list(range(20))
