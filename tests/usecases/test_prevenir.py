"""prevenir: each act is told by mail to whom it concerns, with what they need to know and no secret too many."""

import dataclasses
from datetime import timedelta

import pytest
from courrier import Courrier, courrier, html, mot_de_passe_de, qui_envoie, texte
from maison import AGENT, MAINTENANT, SIRET, Service

from service.domain.actes import Canal
from service.domain.habilitation import EtatCompte, Role
from service.storage.unit_of_work import FabriqueUnites
from service.usecases.administrer_cles import creer_cle, revoquer_cle
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.administrer_habilitations import deshabiliter, habiliter
from service.usecases.consigner import Auteur
from service.usecases.courriels import lister_courriels
from service.usecases.dependencies import Dependencies
from service.usecases.expedier import envoyer_les_dus
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte
from service.usecases.prevenir import AVERTISSEMENT, des_expirations, du_nouveau_referent

__all__ = ["courrier"]
NOUVEAU = NouveauCompte("Lea@Esat.example", "Martel", "Léa", [HabilitationDemandee(SIRET, Role.AGENT)])
REFERENTE = Auteur(Canal.EXTRANET, "claire@esat.example")
OPERATEUR = Auteur(Canal.CONSOLE, "paul@caf.example")


@pytest.fixture
def deps(service: Service, courrier: Courrier) -> Dependencies:
    """The tools of a service that sends."""
    return qui_envoie(service.dependencies, courrier)


def ecrites(deps: Dependencies) -> list[tuple[str, str]]:
    """Letter and recipient of all mails, oldest first."""
    return [(un.modele, un.destinataire) for un in reversed(lister_courriels(deps))]


def test_a_new_account_gets_its_provisional_password_its_end_and_where_to_go(deps: Dependencies, courrier: Courrier):
    attribue = creer_compte(deps, NOUVEAU)
    envoyer_les_dus(deps)
    recu = courrier.pour("lea@esat.example", "Votre accès")
    assert mot_de_passe_de(recu) == attribue.mot_de_passe
    assert "Bonjour Léa Martel," in texte(recu)
    assert SIRET in html(recu)
    assert "07/12/2026 à 10 h 30" in texte(recu)
    assert "http://127.0.0.1:8083/extranet/" in texte(recu)


def test_an_account_opened_without_a_word_gets_none(deps: Dependencies):
    creer_compte(deps, NOUVEAU, prevenir=False)
    attribuer_mot_de_passe(deps, NOUVEAU.courriel, prevenir=False)
    creer_cle(deps, AGENT, "Paie", prevenir=False)
    assert ecrites(deps) == []


def test_a_new_provisional_password_arrives_by_mail(deps: Dependencies, courrier: Courrier):
    attribue = attribuer_mot_de_passe(deps, AGENT)
    envoyer_les_dus(deps)
    assert mot_de_passe_de(courrier.pour(AGENT)) == attribue.mot_de_passe


def test_an_account_that_had_ended_is_told_that_it_begins_anew(deps: Dependencies, courrier: Courrier):
    retirer_compte(deps, AGENT)
    attribue = reactiver_compte(deps, AGENT)
    assert attribue is not None
    envoyer_les_dus(deps)
    assert [modele for modele, _ in ecrites(deps)] == ["compte_retire", "compte_rouvert"]
    assert mot_de_passe_de(courrier.pour(AGENT, "rouvert")) == attribue.mot_de_passe


def test_states_rights_and_cles_are_told_without_the_secret(deps: Dependencies, courrier: Courrier):
    cle = creer_cle(deps, AGENT, "Paie 3000")
    revoquer_cle(deps, AGENT, cle.numero)
    deshabiliter(deps, AGENT, SIRET)
    habiliter(deps, AGENT, SIRET, Role.REFERENT)
    suspendre_compte(deps, AGENT)
    reactiver_compte(deps, AGENT)
    retirer_compte(deps, AGENT)
    envoyer_les_dus(deps)
    assert ecrites(deps) == [
        ("cle_creee", AGENT),
        ("cle_revoquee", AGENT),
        ("habilitation_retiree", AGENT),
        ("habilitation_donnee", AGENT),
        ("compte_suspendu", AGENT),
        ("compte_reactive", AGENT),
        ("compte_retire", AGENT),
    ]
    assert len(courrier.messages) == 7
    dits = "".join(texte(message) + html(message) for message in courrier.messages)
    assert cle.secret not in dits
    assert "Paie 3000" in dits
    assert "référent unique" in dits


@pytest.mark.parametrize(
    ("auteur", "nom"), [(REFERENTE, "claire@esat.example"), (OPERATEUR, None), (Auteur(Canal.EXTRANET, AGENT), None)]
)
def test_who_did_it_is_named_when_it_is_another_person_of_the_esat(
    deps: Dependencies, courrier: Courrier, auteur: Auteur, nom: str | None
):
    suspendre_compte(deps, AGENT, auteur)
    reactiver_compte(deps, AGENT, auteur)
    cle = creer_cle(deps, AGENT, "Paie", auteur=auteur)
    revoquer_cle(deps, AGENT, cle.numero, auteur)
    envoyer_les_dus(deps)
    for sujet in ("suspendu", "créée", "révoquée"):
        dit = texte(courrier.pour(AGENT, sujet))
        assert "paul@" not in dit
        assert (f"par {nom}" in dit or f"à la demande de {nom}" in dit) is (nom is not None)
        assert dit.count(AGENT) == 1


def test_both_are_told_when_the_role_of_referent_changes_hands(deps: Dependencies, courrier: Courrier):
    with deps.unites.ecriture() as unite:
        du_nouveau_referent(deps, unite, "claire@esat.example", AGENT, "ESAT Les Mimosas", MAINTENANT)
        unite.commit()
    envoyer_les_dus(deps)
    for qui in ("claire@esat.example", AGENT):
        assert f"le référent unique de l’établissement ESAT Les Mimosas est {AGENT}" in texte(
            courrier.pour(qui, "Nouveau référent")
        )


def test_a_password_that_expires_within_15_days_is_told_once_for_each_expiry(service_partout: Service):
    deps, horloge = service_partout.dependencies, service_partout.horloge
    expire = MAINTENANT + timedelta(days=100)
    horloge.instant = expire - AVERTISSEMENT - timedelta(seconds=1)
    assert des_expirations(deps) == 0
    horloge.instant += timedelta(seconds=1)
    assert des_expirations(deps) == 1
    suspendre_compte(deps, AGENT)
    reactiver_compte(deps, AGENT)
    assert des_expirations(deps) == 0, "the account changed, its expiry did not"
    assert [un for un in ecrites(deps) if un[0] == "mot_de_passe_expire_bientot"] == [
        ("mot_de_passe_expire_bientot", AGENT)
    ]
    service_partout.sql(f"UPDATE compte SET expire_le = expire_le + {_un_jour(service_partout)}")
    assert des_expirations(deps) == 0
    horloge.avancer(days=1)
    assert des_expirations(deps) == 1


def test_what_was_told_of_an_expiry_costs_no_transaction_again(service: Service):
    service.horloge.avancer(days=90)
    assert des_expirations(service.dependencies) == 1

    class Lecture(FabriqueUnites):
        def ecriture(self):
            raise AssertionError

    lecture = dataclasses.replace(service.dependencies, unites=Lecture(service.maison.moteur))
    assert des_expirations(lecture) == 0


def _un_jour(service: Service) -> str:
    return "86400000000" if service.maison.moteur.dialect.name == "sqlite" else "interval '1 day'"


@pytest.mark.parametrize("etat", [EtatCompte.SUSPENDU, EtatCompte.RETIRE])
def test_who_has_no_access_is_not_warned_of_a_password_that_expires(service: Service, etat: EtatCompte):
    service.sql(f"UPDATE compte SET etat = '{etat}'")
    service.horloge.avancer(days=90)
    assert des_expirations(service.dependencies) == 0


def test_a_provisional_or_expired_password_is_no_news(service: Service):
    service.horloge.avancer(days=90)
    service.compte("p@esat.example", SIRET, provisoire=True, expire_le=service.horloge() + timedelta(days=1))
    service.compte("e@esat.example", SIRET, expire_le=service.horloge())
    des_expirations(service.dependencies)
    assert ecrites(service.dependencies) == [("mot_de_passe_expire_bientot", AGENT)]
