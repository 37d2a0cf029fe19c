"""comptes: what authentication reads, and passwords and states that never change unseen."""

from datetime import date, timedelta

import pytest

from service.domain.habilitation import EtatCompte, Role
from service.storage import comptes
from service.storage.comptes import CleVivante, EsatHabilite
from service.storage.unit_of_work import FabriqueUnites


def test_an_unknown_user_code_is_nobody(unites: FabriqueUnites, monde):
    with unites.lecture() as unite:
        assert unite.comptes.pour_authentification("inconnu@esat.example") is None


def test_authentication_reads_the_account_its_esats_and_its_live_keys(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        vivante = unite.cles.creer(monde.compte, "Paie", b"\x00c", b"e" * 32, monde.maintenant, date(2027, 1, 31))
        revoquee = unite.cles.creer(monde.compte, "Ancienne", b"\x00d", b"f" * 32, monde.maintenant, None)
        unite.cles.revoquer(revoquee, monde.maintenant)
        unite.habilitations.ajouter(monde.compte, monde.autre_esat, Role.AGENT, monde.maintenant)
        unite.commit()
    with unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(monde.courriel)
    assert compte is not None
    assert compte[:7] == (monde.compte, monde.courriel, "ACTIF", "$argon2id$1", True, monde.maintenant, 1)
    assert compte.provisoire is True
    assert sorted(compte.esats) == [
        EsatHabilite(
            monde.esat, monde.siret, "REFERENT", "CONV-1", "831", date(2026, 1, 1), None, 180, "ESAT des Mimosas"
        ),
        EsatHabilite(
            monde.autre_esat, monde.autre_siret, "AGENT", "CONV-1", "831", date(2026, 1, 1), None, 180, "ESAT du Port"
        ),
    ]
    assert compte.cles == (CleVivante(vivante, b"\x00c", b"e" * 32, date(2027, 1, 31)),)


def test_rights_and_keys_are_read_side_by_side_not_each_with_each(unites: FabriqueUnites, monde):
    """An account of an association may have a hundred of both."""
    with unites.ecriture() as unite:
        unite.habilitations.ajouter(monde.compte, monde.autre_esat, Role.AGENT, monde.maintenant)
        for rang in range(3):
            unite.cles.creer(monde.compte, f"Paie {rang}", b"\x00c", bytes([rang]) * 32, monde.maintenant, None)
        lues = unite._session.all(comptes._AUTHENTIFICATION, {"courriel": monde.courriel, "rejeu": None})
        compte = unite.comptes.pour_authentification(monde.courriel)
    assert len(lues) == 2 + 3
    assert (len(compte.esats), len(compte.cles)) == (2, 3)


def test_an_account_without_esat_nor_key_is_found_too(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.comptes.creer("seul@esat.example", "N", "P", EtatCompte.ACTIF, None, False, None, monde.maintenant)
        unite.commit()
    with unites.lecture() as unite:
        compte = unite.comptes.pour_authentification("seul@esat.example")
    assert compte is not None
    assert (compte.mot_de_passe, compte.expire_le, compte.esats, compte.cles) == (None, None, (), ())


def test_a_user_code_exists_once(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        autre = unite.comptes.creer(monde.courriel, "N", "P", "ACTIF", None, False, None, monde.maintenant)
        assert autre is None


def test_a_new_password_takes_a_new_version_and_keeps_the_former_one(unites: FabriqueUnites, monde):
    echeance = monde.maintenant + timedelta(days=180)
    with unites.ecriture() as unite:
        assert unite.comptes.changer_mot_de_passe(monde.compte, 1, "$argon2id$2", False, echeance, monde.maintenant)
        unite.commit()
    with unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert unite.comptes.anciens_mots_de_passe(monde.compte) == ["$argon2id$1"]
    assert compte is not None
    assert compte[3:7] == ("$argon2id$2", False, echeance, 2)


def test_a_password_changed_by_somebody_else_meanwhile_is_not_overwritten(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.comptes.changer_etat(monde.compte, EtatCompte.SUSPENDU)
        change = unite.comptes.changer_mot_de_passe(monde.compte, 1, "$2", False, monde.maintenant, monde.maintenant)
        unite.commit()
    assert change is False
    with unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert unite.comptes.anciens_mots_de_passe(monde.compte) == []
    assert compte is not None
    assert (compte.mot_de_passe, compte.etat, compte.version) == ("$argon2id$1", "SUSPENDU", 2)


def test_the_last_passwords_come_newest_first_and_are_bounded(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        for version in range(1, 8):
            unite.comptes.changer_mot_de_passe(
                monde.compte, version, f"$argon2id${version + 1}", False, None, monde.maintenant
            )
        assert unite.comptes.anciens_mots_de_passe(monde.compte) == [f"$argon2id${rang}" for rang in (7, 6, 5, 4, 3)]
        assert unite.comptes.anciens_mots_de_passe(monde.compte, 2) == ["$argon2id$7", "$argon2id$6"]


def test_a_state_changes_the_version_and_an_unknown_account_is_told(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert unite.comptes.changer_etat(monde.compte, EtatCompte.RETIRE)
        assert not unite.comptes.changer_etat(404, EtatCompte.RETIRE)
        compte = unite.comptes.pour_authentification(monde.courriel)
    assert compte is not None
    assert (compte.etat, compte.version) == ("RETIRE", 2)


def test_the_last_connection_is_noted(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.comptes.noter_connexion(monde.compte, monde.maintenant)
        assert [compte.derniere_connexion for compte in unite.comptes.lister()] == [monde.maintenant]


FILTRES = [
    ({}, ["agent@esat.example", "paie@esat.example"]),
    ({"courriel": "agent@esat.example"}, ["agent@esat.example"]),
    ({"courriel": "personne@esat.example"}, []),
    ({"siret": "26830001100010"}, ["paie@esat.example"]),
    ({"etat": "SUSPENDU"}, ["agent@esat.example"]),
    ({"siret": "26830001100010", "etat": "SUSPENDU"}, []),
]


@pytest.mark.parametrize(("filtres", "attendus"), FILTRES)
def test_accounts_are_listed_by_what_is_asked(unites: FabriqueUnites, monde, filtres, attendus):
    with unites.ecriture() as unite:
        unite.comptes.creer("agent@esat.example", "N", "P", "SUSPENDU", None, False, None, monde.maintenant)
        assert [compte.courriel for compte in unite.comptes.lister(**filtres)] == attendus


def test_a_password_sent_by_mail_stands_beside_the_accounts_own_until_that_one_changes(unites: FabriqueUnites, monde):
    fin = monde.maintenant + timedelta(hours=72)
    with unites.ecriture() as unite:
        unite.comptes.poser_un_secours(monde.compte, b"h" * 16, fin)
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert compte is not None
        assert (compte.secours, compte.secours_expire_le, compte.mot_de_passe) == (b"h" * 16, fin, "$argon2id$1")
        unite.comptes.changer_mot_de_passe(monde.compte, compte.version, "$argon2id$2", False, fin, monde.maintenant)
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert compte is not None
        assert (compte.secours, compte.secours_expire_le) == (None, None)
