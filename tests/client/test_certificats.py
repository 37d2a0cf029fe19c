"""Certificates are pinned at first sight, and a change is told."""

import pytest
from declarer_esat.certificats import Certificats, empreinte, tous_les_certificats
from declarer_esat.erreurs import AccuseDouteuxError
from declarer_esat.signature import certificats_du_pem
from recepisses import Emetteur

ANCIEN, NOUVEAU, INTRUS = Emetteur(), Emetteur(), Emetteur()
BASE = "https://esat.example.fr:8443/caf"


class Publies:
    """What a service publishes, and how often it was asked."""

    def __init__(self, pem):
        self.pem = pem
        self.demandes = 0
        self.dits = []

    def __call__(self):
        self.demandes += 1
        return self.pem


def certificats(tmp_path, publies):
    return Certificats(tmp_path, BASE, publies, publies.dits.append)


def test_the_first_time_they_are_fetched_kept_and_told(tmp_path):
    publies = Publies(ANCIEN.pem)
    assert certificats(tmp_path, publies).pem() == ANCIEN.pem
    assert empreinte(certificats_du_pem(ANCIEN.pem)[0]) in publies.dits[0]
    assert [fichier.name for fichier in (tmp_path / "certificats").iterdir()] == ["esat.example.fr_8443_caf.pem"]


def test_afterwards_they_are_not_asked_for(tmp_path):
    publies = Publies(ANCIEN.pem)
    certificats(tmp_path, publies).pem()
    publies.pem = INTRUS.pem
    assert certificats(tmp_path, publies).pem() == ANCIEN.pem
    assert publies.demandes == 1


def test_a_new_certificate_is_added_to_the_old_ones_and_told(tmp_path):
    publies = Publies(ANCIEN.pem)
    certificats(tmp_path, publies).pem()
    publies.pem = NOUVEAU.pem + ANCIEN.pem
    assert certificats(tmp_path, publies).renouveler() == NOUVEAU.pem + ANCIEN.pem
    assert "a changé de certificat" in publies.dits[1]
    assert empreinte(certificats_du_pem(NOUVEAU.pem)[0]) in publies.dits[1]


def test_no_change_is_not_told(tmp_path):
    publies = Publies(ANCIEN.pem)
    gardes = certificats(tmp_path, publies)
    gardes.pem()
    gardes.renouveler()
    assert len(publies.dits) == 1


def test_what_is_no_certificate_is_not_kept(tmp_path):
    with pytest.raises(AccuseDouteuxError):
        certificats(tmp_path, Publies(b"<html/>")).pem()
    assert not (tmp_path / "certificats").exists()


def test_without_any_the_way_to_give_them_is_told(tmp_path):
    with pytest.raises(AccuseDouteuxError, match="--certificats"):
        tous_les_certificats(tmp_path)
