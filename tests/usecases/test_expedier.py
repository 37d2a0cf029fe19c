"""expedier: one sender at a time; sent once, tried again when that is safe, uncertain when only a person can tell."""

import contextlib
import dataclasses
import itertools
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from courrier import Courrier, courrier, ecrire_un, etats, html, qui_envoie, texte
from maison import Service
from pepiniere import Processus, planter

from service.errors import IndisponibleError
from service.mail.smtp import Envoi, IssueEnvoi, envoyer
from service.storage.unit_of_work import FabriqueUnites
from service.usecases.courriels import EtatCourriel, compter_courriels, ecrire, lister_courriels, presser, relancer
from service.usecases.dependencies import Dependencies
from service.usecases.expedier import DELAIS, PAUSE, attendent, envoyer_les_dus, reprendre_les_perdus

__all__ = ["courrier"]
EXPEDITEUR = Path(__file__).with_name("expediteur.py")
A_PLUS_TARD = [EtatCourriel.A_ENVOYER]


def tour(deps: Dependencies) -> list[EtatCourriel]:
    """One round; what became of each mail."""
    return [traite.etat for traite in envoyer_les_dus(deps)]


def remis_par(deps: Dependencies, remettre: Callable[..., Envoi]) -> Dependencies:
    """The same tools, with another way to hand a message over."""
    return dataclasses.replace(deps, poste=dataclasses.replace(deps.poste, remettre=remettre))


def test_a_mail_leaves_once_and_its_words_are_erased(service_partout: Service, courrier: Courrier):
    deps = qui_envoie(service_partout.dependencies, courrier)
    assert ecrire_un(deps)
    (attendu,) = lister_courriels(deps)
    assert tour(deps) == [EtatCourriel.ENVOYE]
    assert tour(deps) == []
    (recu,) = courrier.messages
    assert recu["To"] == "lea@esat.example"
    assert recu["From"] == "Caf du Var <partenariat@caf83.caf.fr>"
    assert recu["Message-ID"] == attendu.identifiant
    assert recu["Message-ID"].endswith("@caf83.caf.fr>")
    assert recu["Date"].datetime == attendu.cree_le.replace(microsecond=0)
    assert "suspendu" in recu["Subject"]
    for partie in (texte(recu), html(recu)):
        assert "lea@esat.example" in partie
        assert "Caf du Var – Rue Emile Ollivier - La Rode - 83083 Toulon Cedex – téléphone 3230" in partie
    assert 'lang="fr"' in html(recu)
    assert service_partout.sql("SELECT contenu, etat, essais FROM courriel") == [(None, "ENVOYE", 1)]


def test_without_a_server_mails_wait(service: Service):
    ecrire_un(service.dependencies)
    assert tour(service.dependencies) == []
    assert compter_courriels(service.dependencies)[EtatCourriel.A_ENVOYER] == 1


def test_a_server_that_is_set_up_after_a_week_sends_nothing_that_nobody_waits_for(service: Service, courrier: Courrier):
    ecrire_un(service.dependencies)
    service.horloge.avancer(days=7, seconds=1)
    ecrire_un(service.dependencies)
    deps = qui_envoie(service.dependencies, courrier)
    assert tour(deps) == [EtatCourriel.ENVOYE]
    assert etats(deps) == ["ENVOYE", "ABANDONNE"]
    assert len(courrier.messages) == 1


def test_a_mail_that_is_not_taken_for_now_is_tried_later_and_later_then_given_up_with_the_reason(
    service_partout: Service, courrier: Courrier
):
    deps = qui_envoie(service_partout.dependencies, courrier)
    ecrire_un(deps)
    courrier.au_destinataire = "450 later"
    for delai in DELAIS:
        assert tour(deps) == A_PLUS_TARD
        service_partout.horloge.instant += delai - timedelta(seconds=1)
        assert tour(deps) == []
        service_partout.horloge.instant += timedelta(seconds=1)
    assert tour(deps) == [EtatCourriel.ABANDONNE]
    (un,) = lister_courriels(deps)
    assert (un.essais, un.erreur) == (len(DELAIS) + 1, "le destinataire est refusé (code 450)")
    assert un.fini_le == service_partout.horloge()
    service_partout.horloge.avancer(days=1)
    assert tour(deps) == []


def test_what_was_given_up_can_be_sent_by_a_person_once_the_reason_is_gone(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    courrier.au_destinataire = "550 unknown"
    assert tour(deps) == [EtatCourriel.ABANDONNE]
    courrier.au_destinataire = "250 OK"
    relancer(deps, [lister_courriels(deps)[0].id])
    assert tour(deps) == [EtatCourriel.ENVOYE]
    assert lister_courriels(deps)[0].erreur is None


def test_after_a_refusal_for_now_the_same_message_leaves_under_the_same_identifier(
    service: Service, courrier: Courrier
):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    (avant,) = lister_courriels(deps)
    courrier.au_message = "451 later"
    assert tour(deps) == A_PLUS_TARD
    courrier.au_message = "250 OK"
    service.horloge.avancer(minutes=2)
    assert tour(deps) == [EtatCourriel.ENVOYE]
    assert courrier.messages[0]["Message-ID"] == avant.identifiant


def test_a_final_refusal_is_not_tried_again(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    courrier.au_message = "554 spam"
    assert tour(deps) == [EtatCourriel.ABANDONNE]
    courrier.au_message = "250 OK"
    service.horloge.avancer(days=1)
    assert tour(deps) == []


def test_a_refused_mail_does_not_keep_the_others(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    courrier.au_destinataire = "550 unknown"
    ecrire_un(deps)
    ecrire_un(deps)
    assert tour(deps) == [EtatCourriel.ABANDONNE] * 2


def test_a_server_that_cannot_be_reached_is_asked_once_a_minute_for_all_mails(
    service_partout: Service, courrier: Courrier
):
    deps = qui_envoie(service_partout.dependencies, courrier)
    for _ in range(3):
        ecrire_un(deps)
    courrier.a_l_expediteur = "553 not yours"
    assert tour(deps) == A_PLUS_TARD
    assert sorted(un.essais for un in lister_courriels(deps)) == [0, 0, 1]
    service_partout.horloge.instant += PAUSE - timedelta(seconds=1)
    assert tour(deps) == []
    service_partout.horloge.instant += timedelta(seconds=1)
    assert tour(deps) == A_PLUS_TARD
    courrier.a_l_expediteur = "250 OK"
    presser(deps)
    assert tour(deps) == [EtatCourriel.ENVOYE] * 3


@pytest.mark.parametrize("destinataire", ["léa@esat.example", "a..b@esat.example", "rien"])
def test_a_mail_for_an_address_that_mail_does_not_reach_is_given_up_and_keeps_no_other(
    service: Service, courrier: Courrier, destinataire: str
):
    deps = qui_envoie(service.dependencies, courrier)
    with deps.unites.ecriture() as unite:
        ecrire(deps, unite, "compte_suspendu", destinataire, {"courriel": "x", "quand": "hier", "par": None})
        unite.commit()
    ecrire_un(deps)
    assert tour(deps) == [EtatCourriel.ABANDONNE, EtatCourriel.ENVOYE]
    assert "adresse" in (lister_courriels(deps)[-1].erreur or "")


def test_a_mail_whose_key_is_missing_waits_for_it_and_keeps_no_other(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    service.sql("UPDATE courriel SET contenu = x'01036162630000000000000000000000000000000000000000000000000000'")
    ecrire_un(deps)
    assert tour(deps) == [EtatCourriel.A_ENVOYER, EtatCourriel.ENVOYE]
    assert "clés" in (lister_courriels(deps)[-1].erreur or "")


def test_a_connection_cut_while_the_server_had_the_message_is_for_a_person_to_decide(
    service_partout: Service, courrier: Courrier
):
    deps = qui_envoie(service_partout.dependencies, courrier)
    ecrire_un(deps)
    courrier.au_message = ""
    assert tour(deps) == [EtatCourriel.INCERTAIN]
    service_partout.horloge.avancer(days=2)
    courrier.au_message = "250 OK"
    assert tour(deps) == []
    relancer(deps, [lister_courriels(deps)[0].id])
    assert tour(deps) == [EtatCourriel.ENVOYE]


def en_processus(service: Service, courrier: Courrier) -> Processus:
    """Another process that sends what is due."""
    settings = service.maison.settings
    environ = {
        **os.environ,
        "ESAT_DONNEES": str(settings.donnees),
        "ESAT_BASE": settings.base,
        "ESAT_CLES": str(settings.cles),
        "ESAT_SMTP": courrier.adresse,
    }
    return planter([EXPEDITEUR, service.horloge().isoformat()], environ, settings.donnees, sys.__stderr__)


def test_a_sender_killed_when_the_server_took_the_mail_leaves_it_uncertain_and_unsent(
    service_partout: Service, courrier: Courrier
):
    """SIGKILL between the server's acceptance and our commit: the mail arrived, and must not arrive twice."""
    deps = qui_envoie(service_partout.dependencies, courrier)
    ecrire_un(deps)
    ecrire_un(deps)
    premier, tue = threading.Event(), threading.Event()

    def attendre_la_mort() -> None:
        premier.set()
        assert tue.wait(30)

    courrier.quand_recu = attendre_la_mort
    envoyeur = en_processus(service_partout, courrier)
    assert premier.wait(30)
    envoyeur.kill()
    assert envoyeur.wait(30) == -signal.SIGKILL
    envoyeur.achever()
    courrier.quand_recu = lambda: None
    tue.set()
    assert sorted(etats(deps)) == ["A_ENVOYER", "EN_COURS"]
    assert tour(deps) == [EtatCourriel.ENVOYE]
    assert sorted(etats(deps)) == ["ENVOYE", "INCERTAIN"]
    service_partout.horloge.avancer(days=3)
    assert tour(deps) == []
    assert len({message["Message-ID"] for message in courrier.messages}) == len(courrier.messages) == 2
    (incertain,) = lister_courriels(deps, etat=EtatCourriel.INCERTAIN)
    assert incertain.erreur == "le processus qui l'envoyait s'est arrêté pendant la remise"


def test_a_mail_in_hand_is_not_lost_while_its_sender_lives(service_partout: Service, courrier: Courrier):
    deps = qui_envoie(service_partout.dependencies, courrier)
    ecrire_un(deps)
    pendant: list[list[str]] = []

    def remettre(message: object) -> Envoi:
        reprendre_les_perdus(deps)
        assert tour(deps) == []
        pendant.append(etats(deps))
        return Envoi(IssueEnvoi.ENVOYE)

    assert tour(remis_par(deps, remettre)) == [EtatCourriel.ENVOYE]
    assert pendant == [["EN_COURS"]]


def test_what_is_known_of_a_mail_wins_over_its_sender_being_taken_for_dead(service_partout: Service):
    """The database's connection that held the lock was lost, the sender went on."""
    deps = service_partout.dependencies
    ecrire_un(deps)

    def remettre(message: object) -> Envoi:
        service_partout.sql("UPDATE courriel SET etat = 'INCERTAIN', erreur = 'perdu'")
        return Envoi(IssueEnvoi.ENVOYE)

    assert tour(remis_par(deps, remettre)) == [EtatCourriel.ENVOYE]
    (un,) = lister_courriels(deps)
    assert (un.etat, un.erreur) == ("ENVOYE", None)


def test_a_database_that_is_away_for_a_moment_loses_nothing_of_what_the_server_said(
    service: Service, courrier: Courrier
):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    absences = 0

    class Absente(FabriqueUnites):
        def ecriture(self):
            nonlocal absences
            if courrier.messages and absences < 2:
                absences += 1
                raise IndisponibleError
            return super().ecriture()

    unites = Absente(service.maison.moteur)
    assert tour(dataclasses.replace(deps, unites=unites)) == [EtatCourriel.ENVOYE]
    assert (absences, etats(deps)) == (2, ["ENVOYE"])


def test_senders_of_several_processes_and_threads_send_each_mail_once_one_at_a_time(
    service_partout: Service, courrier: Courrier
):
    deps = qui_envoie(service_partout.dependencies, courrier)
    for _ in range(12):
        ecrire_un(deps)
    a_la_fois, au_plus = 0, 0

    def remettre(message) -> Envoi:
        nonlocal a_la_fois, au_plus
        a_la_fois += 1
        au_plus = max(au_plus, a_la_fois)
        envoi = envoyer(courrier.adresse, message)
        a_la_fois -= 1
        return envoi

    def envoyer_tout() -> None:
        while attendent(deps):
            envoyer_les_dus(remis_par(deps, remettre))
            time.sleep(0.02)

    processus = [en_processus(service_partout, courrier) for _ in range(2)]
    fils = [threading.Thread(target=envoyer_tout) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert [un.wait(60) for un in processus] == [0, 0]
    for un in processus:
        un.achever()
    recus = Counter(message["Message-ID"] for message in courrier.messages)
    assert recus == {un.identifiant: 1 for un in lister_courriels(deps)}
    assert len(recus) == 12
    assert au_plus <= 1
    assert set(etats(deps)) == {"ENVOYE"}


def test_a_round_stops_between_two_mails_when_the_process_is_leaving(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    for _ in range(3):
        ecrire_un(deps)
    assert len(envoyer_les_dus(deps, lambda: bool(courrier.messages))) == 1
    assert Counter(etats(deps)) == {"ENVOYE": 1, "A_ENVOYER": 2}


def test_a_mail_dropped_at_the_last_moment_does_not_leave(service: Service, courrier: Courrier):
    deps = qui_envoie(service.dependencies, courrier)
    ecrire_un(deps)
    rangs = itertools.count(1)

    class Lente(FabriqueUnites):
        def ecriture(self):
            if next(rangs) == 2:  # the first one looks for lost mails, the second takes this one
                service.sql("UPDATE courriel SET etat = 'ABANDONNE'")
            return super().ecriture()

    assert tour(dataclasses.replace(deps, unites=Lente(service.maison.moteur))) == []
    assert next(rangs) == 3
    assert courrier.messages == []


def test_an_unforeseen_failure_leaves_the_mail_uncertain_and_the_lock_free(
    service_partout: Service, courrier: Courrier
):
    deps = qui_envoie(service_partout.dependencies, courrier)
    ecrire_un(deps)

    def casser(message: object) -> Envoi:
        raise RuntimeError

    with contextlib.suppress(RuntimeError):
        envoyer_les_dus(remis_par(deps, casser))
    assert tour(deps) == []
    reprendre_les_perdus(deps)
    assert etats(deps) == ["INCERTAIN"]
