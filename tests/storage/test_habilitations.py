"""habilitations: a right a pair of account and ESAT, and one référent an ESAT."""

import pytest

from service.domain.habilitation import Role
from service.storage.habilitations import HabilitationEnregistree
from service.storage.unit_of_work import FabriqueUnites, UnitOfWork


def _agent(unite: UnitOfWork, monde) -> int:
    compte = unite.comptes.creer("agent@esat.example", "N", "P", "ACTIF", None, False, None, monde.maintenant)
    assert compte is not None
    return compte


def test_an_esat_has_one_referent(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert not unite.habilitations.ajouter(_agent(unite, monde), monde.esat, Role.REFERENT, monde.maintenant)


def test_an_esat_may_have_many_agents(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert unite.habilitations.ajouter(_agent(unite, monde), monde.esat, Role.AGENT, monde.maintenant)
        assert [droit.role for droit in unite.habilitations.d_esat(monde.esat)] == ["AGENT", "REFERENT"]


def test_the_database_itself_refuses_a_second_referent(unites: FabriqueUnites, monde, moteur):
    with unites.ecriture() as unite:
        agent = _agent(unite, monde)
        unite.habilitations.ajouter(agent, monde.esat, Role.AGENT, monde.maintenant)
        unite.commit()
    with moteur.connect() as connexion, pytest.raises(Exception, match=r"(?i)unique"):
        connexion.exec_driver_sql("UPDATE habilitation SET role = 'REFERENT'")


def test_a_right_is_given_once_and_taken_back_once(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert not unite.habilitations.ajouter(monde.compte, monde.esat, Role.AGENT, monde.maintenant)
        assert unite.habilitations.retirer(monde.compte, monde.esat)
        assert not unite.habilitations.retirer(monde.compte, monde.esat)
        assert unite.habilitations.ajouter(monde.compte, monde.esat, Role.AGENT, monde.maintenant)


def test_the_rights_of_an_account_are_listed_by_siret(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.habilitations.ajouter(monde.compte, monde.autre_esat, Role.AGENT, monde.maintenant)
        assert unite.habilitations.de_compte(monde.compte) == [
            HabilitationEnregistree(
                monde.compte, monde.courriel, monde.esat, monde.siret, "REFERENT", monde.maintenant
            ),
            HabilitationEnregistree(
                monde.compte, monde.courriel, monde.autre_esat, monde.autre_siret, "AGENT", monde.maintenant
            ),
        ]


def test_a_suspended_right_opens_nothing_and_is_counted(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.habilitations.ajouter(monde.compte, monde.autre_esat, Role.AGENT, monde.maintenant)
        unite.habilitations.suspendre(monde.compte, monde.esat, monde.maintenant)
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert compte is not None
        assert ([esat.id for esat in compte.esats], compte.suspensions) == ([monde.autre_esat], 1)
        assert [droit.suspendue_le for droit in unite.habilitations.de_compte(monde.compte)] == [monde.maintenant, None]
        unite.habilitations.suspendre(monde.compte, monde.esat, None)
        compte = unite.comptes.pour_authentification(monde.courriel)
        assert compte is not None
        assert (len(compte.esats), compte.suspensions) == (2, 0)


def test_a_role_changes_on_one_esat_only(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        unite.habilitations.ajouter(monde.compte, monde.autre_esat, Role.AGENT, monde.maintenant)
        unite.habilitations.changer_de_role(monde.compte, monde.esat, Role.AGENT)
        unite.habilitations.changer_de_role(monde.compte, monde.autre_esat, Role.REFERENT)
        droits = unite.habilitations.de_compte(monde.compte)
        assert [(droit.esat_id, droit.role) for droit in droits] == [
            (monde.esat, "AGENT"),
            (monde.autre_esat, "REFERENT"),
        ]
