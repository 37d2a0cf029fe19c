"""cles: the life of a clé d'intégration."""

from datetime import date, timedelta

import pytest

from service.storage.unit_of_work import FabriqueUnites


def test_a_key_is_listed_without_its_secret(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        cle = unite.cles.creer(monde.compte, "Paie", b"secret", b"e" * 32, monde.maintenant, date(2027, 1, 31))
        assert unite.cles.lister(monde.compte) == [
            (cle, monde.compte, "Paie", b"e" * 32, monde.maintenant, date(2027, 1, 31), None, None, None)
        ]
        assert unite.cles.lister(404) == []


def test_a_key_is_revoked_once(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        cle = unite.cles.creer(monde.compte, "Paie", b"s", b"e" * 32, monde.maintenant, None)
        plus_tard = monde.maintenant + timedelta(days=1)
        assert unite.cles.revoquer(cle, monde.maintenant)
        assert not unite.cles.revoquer(cle, plus_tard)
        assert not unite.cles.revoquer(404, plus_tard)
        assert [cle.revoquee_le for cle in unite.cles.lister(monde.compte)] == [monde.maintenant]


def test_the_last_use_is_noted(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        cle = unite.cles.creer(monde.compte, "Paie", b"s", b"e" * 32, monde.maintenant, None)
        assert unite.cles.lister(monde.compte)[0].derniere_utilisation is None
        unite.cles.utilisee(cle, monde.maintenant)
        assert unite.cles.lister(monde.compte)[0].derniere_utilisation == monde.maintenant


def test_two_keys_never_share_a_secret(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.cles.creer(monde.compte, "Paie", b"s", b"e" * 32, monde.maintenant, None)
        with pytest.raises(Exception, match=r"(?i)unique"):
            unite.cles.creer(monde.compte, "Autre", b"s", b"e" * 32, monde.maintenant, None)
