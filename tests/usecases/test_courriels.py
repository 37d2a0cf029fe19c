"""courriels: written with the act, sent once, tried again when that is safe, uncertain when only a person can tell."""

import dataclasses
import threading
from datetime import timedelta
from functools import partial

import pytest
from courrier import Courrier, courrier, html, mot_de_passe_de, texte
from maison import AGENT, SIRET, Service

from service.domain.habilitation import Role
from service.errors import SaisieError
from service.mail.smtp import Envoi, IssueEnvoi, envoyer
from service.usecases.administrer_cles import creer_cle, revoquer_cle
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.administrer_habilitations import deshabiliter, habiliter
from service.usecases.courriels import (
    DELAIS,
    EN_MAIN,
    EtatCourriel,
    abandonner,
    compter_courriels,
    ecrire,
    envoyer_les_dus,
    lister_courriels,
    relancer,
    reprendre_les_perdus,
)
from service.usecases.dependencies import Dependencies
from service.usecases.ouvrir_comptes import HabilitationDemandee, NouveauCompte, creer_compte
from service.usecases.prevenir import des_expirations

__all__ = ["courrier"]
FAITS = {"courriel": "lea@esat.example", "quand": "hier", "par": None}


def avec_serveur(service: Service, adresse: str) -> Dependencies:
    """The service's tools, sending to that server."""
    poste = dataclasses.replace(service.dependencies.poste, remettre=partial(envoyer, adresse))
    return dataclasses.replace(service.dependencies, poste=poste)


def ecrire_un(deps: Dependencies, cle: str | None = None) -> bool:
    """Write one mail."""
    with deps.unites.ecriture() as unite:
        ecrit = ecrire(deps, unite, "compte_suspendu", "lea@esat.example", FAITS, cle)
        unite.commit()
    return ecrit


def etats(deps: Dependencies) -> list[str]:
    """The states of all mails, newest first."""
    return [un.etat for un in lister_courriels(deps)]


def test_a_mail_leaves_once_and_its_words_are_erased(service_partout: Service, courrier: Courrier):
    deps = avec_serveur(service_partout, courrier.adresse)
    assert ecrire_un(deps)
    assert envoyer_les_dus(deps) == {EtatCourriel.ENVOYE: 1}
    assert envoyer_les_dus(deps) == {}
    (recu,) = courrier.messages
    assert recu["To"] == "lea@esat.example"
    assert "suspendu" in recu["Subject"]
    assert service_partout.sql("SELECT contenu, etat FROM courriel") == [(None, "ENVOYE")]


def test_a_mail_of_an_act_that_is_rolled_back_never_was(service_partout: Service):
    deps = service_partout.dependencies
    with deps.unites.ecriture() as unite:
        ecrire(deps, unite, "compte_suspendu", "lea@esat.example", FAITS)
    assert etats(deps) == []


def test_what_is_to_be_told_once_is_written_once(service_partout: Service):
    deps = service_partout.dependencies
    assert ecrire_un(deps, "rappel:1")
    assert not ecrire_un(deps, "rappel:1")
    assert len(etats(deps)) == 1


def test_words_are_encrypted_while_they_wait(service: Service):
    ecrire_un(service.dependencies)
    ((contenu,),) = service.sql("SELECT contenu FROM courriel")
    assert b"suspendu" not in contenu


def test_without_a_server_mails_wait(service: Service):
    ecrire_un(service.dependencies)
    assert envoyer_les_dus(service.dependencies) == {}
    assert compter_courriels(service.dependencies)[EtatCourriel.A_ENVOYER] == 1


def test_a_server_that_cannot_for_now_is_asked_again_later_and_later_then_no_more(service: Service, courrier: Courrier):
    deps = avec_serveur(service, courrier.adresse)
    ecrire_un(deps)
    courrier.au_destinataire = "450 later"
    for delai in DELAIS:
        assert envoyer_les_dus(deps) == {EtatCourriel.A_ENVOYER: 1}
        service.horloge.instant += delai - timedelta(seconds=1)
        assert envoyer_les_dus(deps) == {}
        service.horloge.instant += timedelta(seconds=1)
    assert envoyer_les_dus(deps) == {EtatCourriel.ABANDONNE: 1}
    (un,) = lister_courriels(deps)
    assert (un.essais, un.erreur) == (len(DELAIS) + 1, "le destinataire est refusé (code 450)")
    assert service.sql("SELECT contenu FROM courriel") == [(None,)]


def test_after_a_refusal_for_now_the_same_message_leaves_under_the_same_identifier(
    service: Service, courrier: Courrier
):
    deps = avec_serveur(service, courrier.adresse)
    ecrire_un(deps)
    (avant,) = lister_courriels(deps)
    courrier.au_message = "451 later"
    envoyer_les_dus(deps)
    courrier.au_message = "250 OK"
    service.horloge.avancer(minutes=2)
    assert envoyer_les_dus(deps) == {EtatCourriel.ENVOYE: 1}
    assert courrier.messages[0]["Message-ID"] == avant.identifiant


def test_a_final_refusal_is_not_tried_again(service: Service, courrier: Courrier):
    deps = avec_serveur(service, courrier.adresse)
    ecrire_un(deps)
    courrier.au_destinataire = "550 unknown"
    assert envoyer_les_dus(deps) == {EtatCourriel.ABANDONNE: 1}


def test_a_connection_cut_while_the_server_had_the_message_is_for_a_person_to_decide(
    service_partout: Service, courrier: Courrier
):
    deps = avec_serveur(service_partout, courrier.adresse)
    ecrire_un(deps)
    courrier.au_message = ""
    assert envoyer_les_dus(deps) == {EtatCourriel.INCERTAIN: 1}
    service_partout.horloge.avancer(days=2)
    courrier.au_message = "250 OK"
    assert envoyer_les_dus(deps) == {}
    (un,) = lister_courriels(deps)
    relancer(deps, un.id)
    assert envoyer_les_dus(deps) == {EtatCourriel.ENVOYE: 1}


def test_a_sender_that_dies_with_a_mail_in_hand_leaves_it_uncertain(service_partout: Service, courrier: Courrier):
    """Killed between the server's acceptance and our commit: the mail arrived, and must not arrive twice."""
    deps = avec_serveur(service_partout, courrier.adresse)
    ecrire_un(deps)
    mourant = dataclasses.replace(deps.poste, remettre=_mourir_apres(courrier))
    with pytest.raises(SystemExit):
        envoyer_les_dus(dataclasses.replace(deps, poste=mourant))
    assert len(courrier.messages) == 1
    assert etats(deps) == ["EN_COURS"]
    assert reprendre_les_perdus(deps) == 0
    service_partout.horloge.instant += EN_MAIN + timedelta(seconds=1)
    assert reprendre_les_perdus(deps) == 1
    assert envoyer_les_dus(deps) == {}
    assert etats(deps) == ["INCERTAIN"]
    assert len(courrier.messages) == 1


def _mourir_apres(courrier: Courrier):
    def remettre(message) -> Envoi:
        assert envoyer(courrier.adresse, message).issue is IssueEnvoi.ENVOYE
        raise SystemExit

    return remettre


def test_two_senders_at_once_send_each_mail_once(service_partout: Service, courrier: Courrier):
    deps = avec_serveur(service_partout, courrier.adresse)
    for _ in range(10):
        ecrire_un(deps)
    fils = [threading.Thread(target=envoyer_les_dus, args=(deps,)) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(courrier.messages) == 10
    assert len({message["Message-ID"] for message in courrier.messages}) == 10
    assert set(etats(deps)) == {"ENVOYE"}


def test_a_mail_given_up_never_leaves(service: Service, courrier: Courrier):
    deps = avec_serveur(service, courrier.adresse)
    ecrire_un(deps)
    (un,) = lister_courriels(deps)
    abandonner(deps, un.id)
    assert envoyer_les_dus(deps) == {}
    with pytest.raises(SaisieError):
        abandonner(deps, un.id)
    with pytest.raises(SaisieError):
        relancer(deps, un.id)


class TestActs:
    """Each act of administration is told to whom it concerns, and logged."""

    @pytest.fixture
    def deps(self, service: Service, courrier: Courrier) -> Dependencies:
        return avec_serveur(service, courrier.adresse)

    def test_an_account_gets_its_provisional_password(self, deps: Dependencies, courrier: Courrier):
        nouveau = NouveauCompte("Lea@Esat.example", "Martel", "Léa", [HabilitationDemandee(SIRET, Role.AGENT)])
        attribue = creer_compte(deps, nouveau)
        envoyer_les_dus(deps)
        recu = courrier.pour("lea@esat.example", "Votre accès")
        assert mot_de_passe_de(recu) == attribue.mot_de_passe
        assert "Bonjour Léa Martel," in texte(recu)
        assert SIRET in html(recu)
        assert "07/12/2026 à 10 h 30" in texte(recu)

    def test_a_new_provisional_password_arrives_by_mail(self, deps: Dependencies, courrier: Courrier):
        attribue = attribuer_mot_de_passe(deps, AGENT)
        envoyer_les_dus(deps)
        assert mot_de_passe_de(courrier.pour(AGENT)) == attribue.mot_de_passe

    def test_states_rights_and_cles_are_told_and_logged(self, deps: Dependencies, courrier: Courrier, service: Service):
        cle = creer_cle(deps, AGENT, "Paie 3000")
        revoquer_cle(deps, AGENT, cle.numero)
        deshabiliter(deps, AGENT, SIRET)
        habiliter(deps, AGENT, SIRET, Role.REFERENT)
        suspendre_compte(deps, AGENT)
        reactiver_compte(deps, AGENT)
        retirer_compte(deps, AGENT)
        envoyer_les_dus(deps)
        assert [un.modele for un in reversed(lister_courriels(deps))] == [
            "cle_creee",
            "cle_revoquee",
            "habilitation_retiree",
            "habilitation_donnee",
            "compte_suspendu",
            "compte_reactive",
            "compte_retire",
        ]
        assert cle.secret not in "".join(texte(message) for message in courrier.messages)
        assert [entree.acte for entree in reversed(service.journal())] == [
            "CLE_CREEE",
            "CLE_REVOQUEE",
            "HABILITATION_RETIREE",
            "HABILITATION_DONNEE",
            "COMPTE_SUSPENDU",
            "COMPTE_REACTIVE",
            "COMPTE_RETIRE",
        ]


def test_a_password_that_expires_within_15_days_is_told_once(service_partout: Service):
    deps = service_partout.dependencies
    assert des_expirations(deps) == 0
    service_partout.horloge.avancer(days=86)
    assert des_expirations(deps) == 1
    assert des_expirations(deps) == 0
    (un,) = lister_courriels(deps)
    assert (un.modele, un.destinataire) == ("mot_de_passe_expire_bientot", AGENT)
