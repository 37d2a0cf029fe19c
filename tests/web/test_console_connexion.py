"""Operators: first login with password and second factor to set, later logins, and what ends a session."""

from collections.abc import Callable

import pyotp
import pytest
from maison import Service, dossier_de_cles, service, service_partout
from navigateur import exiger_accessible
from operateurs import code, entrer, operateur, se_connecter
from playwright.sync_api import Page, expect
from serveur import Serveur

from service.domain.actes import Canal
from service.domain.operateurs import Permission, RoleOperateur
from service.errors import AuthentificationError, SaisieError
from service.usecases.administrer_operateurs import (
    changer_role,
    creer_operateur,
    lister_operateurs,
    reactiver_operateur,
    reinitialiser_operateur,
    suspendre_operateur,
)
from service.usecases.connecter_operateur import connecter_operateur, poser_second_facteur, reprendre_operateur
from service.usecases.consigner import Auteur

__all__ = ["dossier_de_cles", "service", "service_partout"]
NOUVEAU = "trois loutres jouent au tarot"
PASSANT = Auteur(Canal.CONSOLE, adresse="192.0.2.7")
LEA = "lea@caf.example"


def test_the_first_login_sets_the_second_factor_then_the_password(demonstration: Serveur, ouvrir: Callable[..., Page]):
    sortie = demonstration.commande(
        *("operateurs", "creer", LEA, "--nom", "Martin", "--prenom", "Léa", "--role", "GESTION", "--format", "csv")
    )
    provisoire = sortie.splitlines()[1].split(";")[1]
    page = ouvrir(demonstration.adresse)
    se_connecter(page, LEA, provisoire)
    expect(page.get_by_role("heading", name="Enregistrer un second facteur")).to_be_visible()
    exiger_accessible(page)
    assert page.locator("img").evaluate("image => image.complete && image.naturalWidth > 0")
    page.goto("/console/journal")
    expect(page.get_by_role("heading", name="Enregistrer un second facteur")).to_be_visible()
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Code affiché").fill("000000")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Ce code n'est pas celui du moment")).to_be_visible()
    exiger_accessible(page)
    assert page.locator(".code").inner_text().replace(" ", "") == secret
    page.get_by_label("Code affiché").fill(code(demonstration, secret))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Choisir un mot de passe")).to_be_visible()
    exiger_accessible(page)
    page.get_by_label("Mot de passe actuel").fill(provisoire)
    page.get_by_label("Nouveau mot de passe", exact=True).fill("court")
    page.get_by_label("Nouveau mot de passe, de nouveau").fill("court")
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("12 caractères")
    page.get_by_label("Mot de passe actuel").fill(provisoire)
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NOUVEAU)
    page.get_by_label("Nouveau mot de passe, de nouveau").fill(NOUVEAU)
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    page.goto("/console/connexion")
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    se_connecter(page, LEA, NOUVEAU, code(demonstration, secret))
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()


def test_a_wrong_password_a_wrong_code_and_nobody_get_the_same_page(
    demonstration: Serveur, ouvrir: Callable[..., Page]
):
    un = operateur(demonstration.demo)
    textes = []
    for courriel, mot_de_passe, totp in (
        (un["courriel"], "mauvais mot de passe", code(demonstration, un["totp"])),
        (un["courriel"], un["mot_de_passe"], "000000"),
        ("personne@caf.example", "mauvais mot de passe", ""),
    ):
        page = ouvrir(demonstration.adresse)
        se_connecter(page, courriel, mot_de_passe, totp)
        expect(page.get_by_role("alert")).to_contain_text("non reconnu")
        exiger_accessible(page)
        textes.append(page.locator("main").inner_text())
    assert len(set(textes)) == 1


def test_suspending_an_operator_ends_the_session_at_the_next_request(
    demonstration: Serveur, ouvrir: Callable[..., Page]
):
    un = operateur(demonstration.demo, "GESTION")
    page = ouvrir(demonstration.adresse)
    entrer(page, demonstration, "GESTION")
    demonstration.commande("operateurs", "suspendre", un["courriel"])
    page.reload()
    expect(page.get_by_role("heading", name="Connexion des opérateurs")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Votre session est terminée")
    se_connecter(page, un["courriel"], un["mot_de_passe"], code(demonstration, un["totp"]))
    expect(page.get_by_role("alert")).to_contain_text("non reconnu")
    demonstration.commande("operateurs", "reactiver", un["courriel"])


def test_the_two_spaces_share_neither_accounts_nor_sessions(demonstration: Serveur, ouvrir: Callable[..., Page]):
    page = ouvrir(demonstration.adresse)
    entrer(page, demonstration)
    page.goto("/extranet/")
    expect(page.get_by_role("heading", name="Connexion", exact=True)).to_be_visible()
    agent, autre = demonstration.demo["esats"][0]["comptes"][0], ouvrir(demonstration.adresse)
    se_connecter(autre, agent["courriel"], agent["mot_de_passe"])
    expect(autre.get_by_role("alert")).to_contain_text("non reconnu")


class TestUseCases:
    """What a browser would take minutes to show: steps of time, attempts, the last administrator."""

    @pytest.fixture
    def secret(self, service_partout: Service) -> str:
        """An operator with a second factor; its secret."""
        deps, secret = service_partout.dependencies, pyotp.random_base32()
        self.mot_de_passe = creer_operateur(deps, LEA, "M", "Léa", RoleOperateur.LECTURE).mot_de_passe
        jeton = connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, "")
        lea = reprendre_operateur(deps, jeton)
        assert lea is not None
        assert not lea.complet
        suite = poser_second_facteur(deps, PASSANT, lea, secret, self.code(service_partout, secret))
        assert reprendre_operateur(deps, jeton) is None, "the session of before the second factor ended"
        assert reprendre_operateur(deps, suite) is not None
        service_partout.horloge.avancer(seconds=90)
        return secret

    @staticmethod
    def code(service: Service, secret: str, ecart: int = 0) -> str:
        return pyotp.TOTP(secret).generate_otp(int(service.horloge().timestamp()) // 30 + ecart)

    @pytest.mark.parametrize("ecart", [-1, 0, 1])
    def test_a_code_of_the_step_beside_is_taken_once(self, service_partout: Service, secret: str, ecart: int):
        deps, un_code = service_partout.dependencies, self.code(service_partout, secret, ecart)
        assert connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, f" {un_code[:3]} {un_code[3:]} ")
        with pytest.raises(AuthentificationError):
            connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, un_code)

    @pytest.mark.parametrize("ecart", [-20, -2, 2])
    def test_a_code_of_another_time_is_refused(self, service_partout: Service, secret: str, ecart: int):
        with pytest.raises(AuthentificationError):
            connecter_operateur(
                *(service_partout.dependencies, PASSANT, LEA, self.mot_de_passe),
                self.code(service_partout, secret, ecart),
            )

    def test_wrong_codes_are_attempts_and_lock(self, service_partout: Service, secret: str):
        deps = service_partout.dependencies
        for _ in range(5):
            with pytest.raises(AuthentificationError):
                connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, "000000")
        with pytest.raises(AuthentificationError):
            connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))
        service_partout.horloge.avancer(hours=3)
        assert connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))

    def test_a_provisional_password_ends_after_72_hours(self, service: Service):
        deps = service.dependencies
        provisoire = creer_operateur(deps, LEA, "M", "Léa", RoleOperateur.LECTURE).mot_de_passe
        service.horloge.avancer(hours=73)
        with pytest.raises(AuthentificationError):
            connecter_operateur(deps, PASSANT, LEA, provisoire, "")

    def test_whoever_lost_telephone_or_password_sets_both_anew(self, service_partout: Service, secret: str):
        deps = service_partout.dependencies
        attribue = reinitialiser_operateur(deps, LEA)
        with pytest.raises(AuthentificationError):
            connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))
        lea = reprendre_operateur(deps, connecter_operateur(deps, PASSANT, LEA, attribue.mot_de_passe, ""))
        assert lea is not None
        assert (lea.a_changer, lea.second_facteur) == (True, False)

    def test_the_last_administrator_stays(self, service: Service):
        deps = service.dependencies
        creer_operateur(deps, LEA, "M", "Léa", RoleOperateur.ADMINISTRATION)
        for acte in (suspendre_operateur, lambda deps, qui: changer_role(deps, qui, RoleOperateur.LECTURE)):
            with pytest.raises(SaisieError, match="dernier administrateur"):
                acte(deps, LEA)
        creer_operateur(deps, "tom@caf.example", "Z", "Tom", RoleOperateur.ADMINISTRATION)
        suspendre_operateur(deps, LEA)
        with pytest.raises(SaisieError, match="dernier administrateur"):
            suspendre_operateur(deps, "tom@caf.example")
        reactiver_operateur(deps, LEA)
        assert [un.etat for un in lister_operateurs(deps)] == ["ACTIF", "ACTIF"]

    def test_a_session_ends_with_another_role_and_with_idleness(self, service_partout: Service, secret: str):
        deps = service_partout.dependencies
        jeton = connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))
        service_partout.horloge.avancer(minutes=19)
        assert reprendre_operateur(deps, jeton) is not None
        service_partout.horloge.avancer(minutes=2)
        assert reprendre_operateur(deps, jeton) is None
        jeton = connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))
        changer_role(deps, LEA, RoleOperateur.GESTION)
        assert reprendre_operateur(deps, jeton) is None

    def test_who_came_in_and_who_did_not_is_logged(self, service_partout: Service, secret: str):
        deps = service_partout.dependencies
        with pytest.raises(AuthentificationError):
            connecter_operateur(deps, PASSANT, LEA, "mauvais", "")
        connecter_operateur(deps, PASSANT, LEA, self.mot_de_passe, self.code(service_partout, secret))
        actes = [(une.acte, une.utilisateur, une.code) for une in service_partout.journal(actes=True)]
        assert actes[:2] == [("CONNEXION", LEA, None), ("CONNEXION_REFUSEE", LEA, "AUTHENTIFICATION")]
        assert ("SECOND_FACTEUR_POSE", None, None) in actes

    def test_a_wrong_address_and_one_that_is_taken_are_refused_with_all_problems(self, service: Service):
        deps = service.dependencies
        creer_operateur(deps, LEA, "M", "Léa", RoleOperateur.LECTURE)
        with pytest.raises(SaisieError) as refus:
            creer_operateur(deps, "pas une adresse", "", "Léa", RoleOperateur.LECTURE)
        assert [point.champ for point in refus.value.precisions] == ["nom", "courriel"]
        with pytest.raises(SaisieError):
            creer_operateur(deps, LEA.upper(), "M", "Léa", RoleOperateur.LECTURE)


def test_each_role_opens_what_the_one_before_does_and_more():
    ouvertes = [{une for une in Permission if role.peut(une)} for role in RoleOperateur]
    assert ouvertes[0] < ouvertes[1] < ouvertes[2] == set(Permission)
    assert all(une.libelle for une in Permission)
