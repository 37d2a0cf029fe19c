"""tentatives: counts of failed attempts are read together, set, forgotten and purged."""

from datetime import UTC, datetime, timedelta

from service.storage import tentatives
from service.storage.tentatives import Tentative
from service.storage.unit_of_work import FabriqueUnites

MAINTENANT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
COMPTE = Tentative("compte:ab", 3, MAINTENANT, MAINTENANT + timedelta(minutes=15))
ADRESSE = Tentative("adresse:cd", 1, MAINTENANT, None)


def test_counts_are_read_together_and_the_unknown_are_left_out(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.tentatives.ecrire([COMPTE, ADRESSE])
        lues = unite.tentatives.lire(["adresse:cd", "compte:inconnu", "compte:ab", "compte:ab"])
        assert lues == {"compte:ab": COMPTE, "adresse:cd": ADRESSE}
        assert unite.tentatives.lire([]) == {}


def test_a_count_replaces_the_former_one(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.tentatives.ecrire([COMPTE])
        unite.tentatives.ecrire([COMPTE._replace(nombre=4, bloquee_jusque=None)])
        assert unite.tentatives.lire(["compte:ab"])["compte:ab"][1:] == (4, MAINTENANT, None)


def test_forgotten_counts_are_gone(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.tentatives.ecrire([COMPTE, ADRESSE])
        unite.tentatives.effacer(["compte:ab", "compte:inconnu"])
        assert list(unite.tentatives.lire(["compte:ab", "adresse:cd"])) == ["adresse:cd"]


def test_what_is_old_and_not_locked_is_purged(unites: FabriqueUnites):
    with unites.ecriture() as unite:
        unite.tentatives.ecrire([COMPTE, ADRESSE, ADRESSE._replace(cle="adresse:ef")])
        assert unite.tentatives.purger(MAINTENANT) == 0
        assert unite.tentatives.purger(MAINTENANT + timedelta(minutes=1)) == 2
        assert list(unite.tentatives.lire(["compte:ab", "adresse:cd", "adresse:ef"])) == ["compte:ab"]
        assert unite.tentatives.purger(MAINTENANT + timedelta(minutes=16)) == 1


def test_counts_are_read_by_their_key(plan):
    assert plan(tentatives._LIRE) == [
        "SCAN value VIRTUAL TABLE INDEX 1:",
        "SEARCH tentative USING PRIMARY KEY (cle=?)",
    ]
