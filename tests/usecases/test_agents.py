"""What a référent may do to the agents of his ESAT, and to nobody else; what it changes on the wire, at once."""

import threading
from collections.abc import Callable

import pytest
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE, Service
from messages import AUTRE_SIRET, SIRET, declare_certificats, en_clair

from service.domain.actes import Acte, Canal
from service.domain.habilitation import Acces, Role
from service.errors import HabilitationError, IntrouvableError, SaisieError
from service.usecases.administrer_agents import (
    finir_la_mission,
    reactiver_agent,
    suspendre_agent,
    transmettre_le_role,
)
from service.usecases.administrer_cles_d_esat import (
    creer_cle_d_esat,
    lister_cles_d_esat,
    montrer_cle_d_esat,
    revoquer_cle_d_esat,
)
from service.usecases.administrer_comptes import retirer_compte, suspendre_compte
from service.usecases.agents import lister_agents, montrer_agent
from service.usecases.connecter import connecter
from service.usecases.consigner import Auteur
from service.usecases.inviter import Invitation, inviter
from service.usecases.lister_comptes import lister_comptes
from service.usecases.reception import Etablissement
from service.usecases.seances import reprendre_visite

REFERENT, AUTRE, COMMUN = "referente@esat.example", "ailleurs@esat.example", "commun@esat.example"
ACTES = (suspendre_agent, reactiver_agent, finir_la_mission, transmettre_le_role)


class Maisonnee:
    """Two ESATs: the first with its référent, AGENT and COMMUN; the second with AUTRE, its référent, and COMMUN."""

    def __init__(self, service: Service) -> None:
        self.service, self.outils = service, service.dependencies
        service.esat(AUTRE_SIRET)
        self.comptes = {
            REFERENT: service.compte(REFERENT, SIRET),
            AUTRE: service.compte(AUTRE, AUTRE_SIRET),
            COMMUN: service.compte(COMMUN, SIRET, AUTRE_SIRET),
        }
        with self.outils.unites.ecriture() as unite:
            agent = unite.comptes.pour_authentification(AGENT)
            assert agent is not None
            self.comptes[AGENT] = agent.id
            for courriel, siret in ((REFERENT, SIRET), (AUTRE, AUTRE_SIRET)):
                esat = unite.esats.par_siret(siret)
                assert esat is not None
                unite.habilitations.changer_de_role(self.comptes[courriel], esat.id, Role.REFERENT)
            unite.commit()

    def esat(self, siret: str = SIRET) -> Etablissement:
        with self.outils.unites.lecture() as unite:
            trouve = unite.esats.par_siret(siret)
        assert trouve is not None
        return Etablissement(trouve.id, siret, Role.REFERENT, None)  # type: ignore[arg-type]

    def auteur(self, courriel: str = REFERENT) -> Auteur:
        return Auteur(Canal.EXTRANET, courriel, self.comptes[courriel], "192.0.2.7", "Chromium", "r1")

    def faire(self, acte: Callable[..., None], sur: str, par: str = REFERENT, siret: str = SIRET) -> None:
        acte(self.outils, self.auteur(par), self.esat(siret), self.comptes[sur])

    def code(self, courriel: str, secret: str, charge: str = CONSULTE_SERVICE) -> str | None:
        faute = self.service.post(charge, en_clair(courriel, secret)).faute
        return None if faute is None else faute.code

    def acces(self, courriel: str, siret: str = SIRET) -> Acces:
        return montrer_agent(self.outils, self.esat(siret), self.comptes[courriel]).acces

    def lettres(self, destinataire: str) -> list[str]:
        return [
            modele
            for (modele,) in self.service.sql(
                f"SELECT modele FROM courriel WHERE destinataire = '{destinataire}' ORDER BY id"
            )
        ]

    def actes(self) -> list[tuple[str | None, str | None, str | None]]:
        entrees = [une for une in reversed(self.service.journal()) if une.canal == "EXTRANET"]
        assert all(une.utilisateur in self.comptes and une.adresse == "192.0.2.7" for une in entrees)
        return [(une.acte, une.objet, une.siret) for une in entrees]


@pytest.fixture
def monde(service_partout: Service) -> Maisonnee:
    return Maisonnee(service_partout)


@pytest.fixture
def petit_monde(service: Service) -> Maisonnee:
    """The same on SQLite only: for what does not depend on the database."""
    return Maisonnee(service)


def test_the_referent_comes_first_and_agents_by_name(monde: Maisonnee):
    agents = lister_agents(monde.outils, monde.esat())
    assert agents[0].courriel == REFERENT
    assert {agent.courriel: agent.partage for agent in agents} == {REFERENT: False, AGENT: False, COMMUN: True}
    assert {agent.courriel: agent.cles for agent in agents} == {REFERENT: 0, AGENT: 1, COMMUN: 0}
    assert {agent.acces for agent in agents} == {Acces.OUVERT}


def test_a_suspended_agent_is_out_by_password_remembered_or_not_and_by_cle(monde: Maisonnee):
    assert monde.code(AGENT, MOT_DE_PASSE) is None
    monde.faire(suspendre_agent, AGENT)
    assert monde.code(AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert monde.code(AGENT, monde.service.cle) == "AUTHENTIFICATION"
    assert monde.acces(AGENT) is Acces.SUSPENDU
    monde.faire(reactiver_agent, AGENT)
    assert monde.code(AGENT, monde.service.cle) is None
    assert monde.code(AGENT, MOT_DE_PASSE) is None
    assert monde.lettres(AGENT) == ["habilitation_suspendue", "habilitation_retablie"]
    assert monde.actes() == [
        (Acte.HABILITATION_SUSPENDUE, AGENT, SIRET),
        (Acte.HABILITATION_RETABLIE, AGENT, SIRET),
    ]


def test_an_account_of_two_esats_suspended_in_one_works_on_for_the_other(monde: Maisonnee):
    monde.service.ouvrir_campagne(2026)
    declarer, ailleurs = declare_certificats(), declare_certificats().replace(SIRET, AUTRE_SIRET)
    monde.faire(suspendre_agent, COMMUN)
    assert monde.code(COMMUN, MOT_DE_PASSE, declarer) == "HABILITATION"
    assert monde.code(COMMUN, MOT_DE_PASSE, ailleurs) is None
    assert monde.acces(COMMUN, AUTRE_SIRET) is Acces.OUVERT
    monde.faire(suspendre_agent, COMMUN, AUTRE, AUTRE_SIRET)
    assert monde.code(COMMUN, MOT_DE_PASSE) == "AUTHENTIFICATION"
    monde.faire(reactiver_agent, COMMUN, AUTRE, AUTRE_SIRET)
    assert monde.code(COMMUN, MOT_DE_PASSE, declarer) == "HABILITATION"


def test_a_session_that_a_suspension_ended_does_not_come_back_with_the_right(monde: Maisonnee):
    anonyme = Auteur(Canal.EXTRANET, adresse="192.0.2.7")
    jetons = {qui: connecter(monde.outils, anonyme, qui, MOT_DE_PASSE) for qui in (AGENT, COMMUN)}
    for qui in jetons:
        monde.faire(suspendre_agent, qui)
        monde.faire(reactiver_agent, qui)
    assert reprendre_visite(monde.outils, jetons[AGENT]) is None
    assert reprendre_visite(monde.outils, jetons[COMMUN]) is not None


def test_the_end_of_a_mission_retires_an_account_that_serves_no_other_esat(monde: Maisonnee):
    monde.faire(finir_la_mission, AGENT)
    assert monde.code(AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert monde.code(AGENT, monde.service.cle) == "AUTHENTIFICATION"
    (compte,) = [un for un in lister_comptes(monde.outils) if un.courriel == AGENT]
    assert (compte.etat, compte.droits, compte.cles) == ("RETIRE", [], 0)
    assert monde.lettres(AGENT) == ["compte_retire"]
    assert monde.actes() == [(Acte.HABILITATION_RETIREE, AGENT, SIRET), (Acte.COMPTE_RETIRE, AGENT, SIRET)]


def test_the_end_of_a_mission_in_one_esat_leaves_the_other_and_ends_the_cles_of_the_first(monde: Maisonnee):
    d_ici = creer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), monde.comptes[COMMUN], "Paie", None)
    du_compte = monde.service.nouvelle_cle(COMMUN)
    assert monde.code(COMMUN, d_ici.secret) is None
    monde.faire(finir_la_mission, COMMUN)
    assert monde.code(COMMUN, d_ici.secret) == "AUTHENTIFICATION"
    assert monde.code(COMMUN, du_compte) is None
    assert monde.acces(COMMUN, AUTRE_SIRET) is Acces.OUVERT
    with pytest.raises(IntrouvableError):
        monde.acces(COMMUN)
    assert monde.lettres(COMMUN)[-1] == "habilitation_retiree"


def test_the_role_changes_hands_at_once_and_both_are_told(monde: Maisonnee):
    monde.faire(transmettre_le_role, AGENT)
    roles = {agent.courriel: agent.role for agent in lister_agents(monde.outils, monde.esat())}
    assert roles == {AGENT: Role.REFERENT, REFERENT: Role.AGENT, COMMUN: Role.AGENT}
    assert monde.lettres(AGENT) == monde.lettres(REFERENT) == ["referent_change"]
    assert monde.actes() == [(Acte.REFERENT_CHANGE, AGENT, SIRET)]
    with pytest.raises(HabilitationError):
        monde.faire(suspendre_agent, COMMUN)
    monde.faire(suspendre_agent, REFERENT, AGENT)


def test_of_two_hand_overs_at_once_one_is_made(monde: Maisonnee):
    depart, issues = threading.Barrier(2), {}

    def transmettre(a_qui: str) -> None:
        depart.wait()
        try:
            monde.faire(transmettre_le_role, a_qui)
            issues[a_qui] = "fait"
        except HabilitationError:
            issues[a_qui] = "refus"

    fils = [threading.Thread(target=transmettre, args=(a_qui,)) for a_qui in (AGENT, COMMUN)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(issues.values()) == ["fait", "refus"]
    referents = [agent.courriel for agent in lister_agents(monde.outils, monde.esat()) if agent.role is Role.REFERENT]
    assert referents == [qui for qui, issue in issues.items() if issue == "fait"]


@pytest.mark.parametrize("acte", ACTES)
def test_nobody_but_the_referent_acts_and_on_nobody_but_his_agents(petit_monde: Maisonnee, acte: Callable[..., None]):
    for par, siret in ((AGENT, SIRET), (AUTRE, SIRET), (REFERENT, AUTRE_SIRET)):
        with pytest.raises(HabilitationError):
            petit_monde.faire(acte, COMMUN, par, siret)
    with pytest.raises(IntrouvableError):
        petit_monde.faire(acte, AUTRE)
    with pytest.raises(SaisieError, match="transmettre d'abord"):
        petit_monde.faire(acte, REFERENT)
    assert petit_monde.actes() == []
    assert petit_monde.service.compter("courriel") == 0


def test_what_the_caf_suspended_a_referent_cannot_give_back(petit_monde: Maisonnee):
    suspendre_compte(petit_monde.outils, AGENT)
    for acte in (reactiver_agent, suspendre_agent, transmettre_le_role):
        with pytest.raises(SaisieError):
            petit_monde.faire(acte, AGENT)
    assert petit_monde.acces(AGENT) is Acces.COMPTE_SUSPENDU
    suspendre_compte(petit_monde.outils, AUTRE)
    with pytest.raises(SaisieError) as refus:
        inviter(petit_monde.outils, petit_monde.auteur(), petit_monde.esat(), Invitation(AUTRE, "P", "N"))
    assert "suspendu par la Caf" in refus.value.precisions[0].message


def test_a_role_is_not_handed_to_who_never_chose_a_password(petit_monde: Maisonnee):
    petit_monde.comptes["neuf@x.example"] = petit_monde.service.compte("neuf@x.example", SIRET, provisoire=True)
    with pytest.raises(SaisieError, match="choisi son mot de passe"):
        petit_monde.faire(transmettre_le_role, "neuf@x.example")


def test_an_invited_person_gets_an_account_and_its_password_by_mail(monde: Maisonnee):
    inviter(monde.outils, monde.auteur(), monde.esat(), Invitation(" Neuf@ESAT.example ", "Zoé", "Neuf"))
    neuf = next(agent for agent in lister_agents(monde.outils, monde.esat()) if agent.courriel == "neuf@esat.example")
    assert (neuf.prenom, neuf.nom, neuf.role, neuf.jamais_connecte) == ("Zoé", "Neuf", Role.AGENT, True)
    assert monde.lettres("neuf@esat.example") == ["compte_ouvert"]
    assert [acte for acte, _, _ in monde.actes()] == [Acte.COMPTE_CREE, Acte.HABILITATION_DONNEE]


def test_an_account_that_exists_gets_a_right_here_and_keeps_its_own(monde: Maisonnee):
    inviter(monde.outils, monde.auteur(), monde.esat(), Invitation(AUTRE, "Autre nom", "Ignoré"))
    droits = {agent.courriel: agent.role for agent in lister_agents(monde.outils, monde.esat())}
    assert droits[AUTRE] is Role.AGENT
    ailleurs = montrer_agent(monde.outils, monde.esat(AUTRE_SIRET), monde.comptes[AUTRE])
    assert (ailleurs.role, ailleurs.prenom) == (Role.REFERENT, "P")
    assert monde.lettres(AUTRE) == ["habilitation_donnee"]
    assert monde.code(AUTRE, MOT_DE_PASSE) is None


def test_a_retired_account_that_is_invited_opens_with_a_new_password(monde: Maisonnee):
    retirer_compte(monde.outils, AGENT)
    inviter(monde.outils, monde.auteur(), monde.esat(), Invitation(AGENT, "P", "N"))
    assert monde.acces(AGENT) is Acces.OUVERT
    assert monde.code(AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert monde.lettres(AGENT)[-1] == "compte_ouvert"


@pytest.mark.parametrize(
    ("invitation", "champ"),
    [
        (Invitation(AGENT, "P", "N"), "courriel"),
        (Invitation("pas une adresse", "P", "N"), "courriel"),
        (Invitation("neuf@x.example", "", "N"), "prenom"),
        (Invitation("neuf@x.example", "P", "x" * 81), "nom"),
    ],
)
def test_a_wrong_invitation_is_refused_with_the_field(petit_monde: Maisonnee, invitation: Invitation, champ: str):
    with pytest.raises(SaisieError) as refus:
        inviter(petit_monde.outils, petit_monde.auteur(), petit_monde.esat(), invitation)
    assert [precision.champ for precision in refus.value.precisions] == [champ]
    assert petit_monde.service.compter("courriel") == 0


def test_only_a_referent_invites(petit_monde: Maisonnee):
    for par in (AGENT, AUTRE):
        with pytest.raises(HabilitationError):
            inviter(
                petit_monde.outils, petit_monde.auteur(par), petit_monde.esat(), Invitation("z@x.example", "P", "N")
            )


def test_a_cle_made_for_an_esat_opens_that_one_only(monde: Maisonnee):
    monde.service.ouvrir_campagne(2026)
    cle = creer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), monde.comptes[COMMUN], "Paie", None)
    assert monde.code(COMMUN, cle.secret, declare_certificats()) is None
    assert monde.code(COMMUN, cle.secret, declare_certificats().replace(SIRET, AUTRE_SIRET)) == "HABILITATION"
    assert monde.lettres(COMMUN) == ["cle_creee"]
    assert monde.actes() == [(Acte.CLE_CREEE, f"{COMMUN} n° {cle.numero}", SIRET)]


def test_cles_of_the_esat_are_listed_those_in_force_first(monde: Maisonnee):
    ancienne = creer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), monde.comptes[REFERENT], "Vieille", None)
    revoquer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), ancienne.numero)
    monde.service.nouvelle_cle(AUTRE)
    d_ailleurs = creer_cle_d_esat(
        monde.outils, monde.auteur(AUTRE), monde.esat(AUTRE_SIRET), monde.comptes[COMMUN], "Ailleurs", None
    )
    de_tous = monde.service.nouvelle_cle(COMMUN)
    listees = lister_cles_d_esat(monde.outils, monde.esat())
    assert [(cle.courriel, cle.etat, cle.revocable) for cle in listees] == [
        (COMMUN, "EN_COURS", False),
        (AGENT, "EN_COURS", True),
        (REFERENT, "REVOQUEE", False),
    ]
    with pytest.raises(SaisieError):
        revoquer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), listees[0].numero)
    assert monde.code(COMMUN, de_tous) is None
    for acces in (
        montrer_cle_d_esat,
        lambda *arguments: revoquer_cle_d_esat(arguments[0], monde.auteur(), *arguments[1:]),
    ):
        with pytest.raises(IntrouvableError):
            acces(monde.outils, monde.esat(), d_ailleurs.numero)


def test_a_revoked_cle_opens_nothing_at_once(monde: Maisonnee):
    (cle,) = lister_cles_d_esat(monde.outils, monde.esat())
    revoquer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), cle.numero)
    assert monde.code(AGENT, monde.service.cle) == "AUTHENTIFICATION"
    assert monde.lettres(AGENT) == ["cle_revoquee"]
    with pytest.raises(SaisieError):
        revoquer_cle_d_esat(monde.outils, monde.auteur(), monde.esat(), cle.numero)


def test_no_cle_for_others_nor_for_who_is_suspended_nor_by_who_is_not_referent(petit_monde: Maisonnee):
    def creer(pour: str, par: str = REFERENT) -> None:
        creer_cle_d_esat(
            petit_monde.outils, petit_monde.auteur(par), petit_monde.esat(), petit_monde.comptes[pour], "P", None
        )

    with pytest.raises(IntrouvableError):
        creer(AUTRE)
    for par in (AGENT, AUTRE):
        with pytest.raises(HabilitationError):
            creer(AGENT, par)
    petit_monde.faire(suspendre_agent, AGENT)
    with pytest.raises(SaisieError):
        creer(AGENT)
