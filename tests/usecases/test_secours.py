"""The provisional password of who forgot theirs: what it opens, until when, how often; who has one stays unknown."""

import statistics
import threading
import time
from collections.abc import Callable

import pytest
from courrier import Courrier, courrier, mot_de_passe_de, qui_envoie, texte
from maison import AGENT, CONSULTE_SERVICE, MOT_DE_PASSE, Service
from messages import en_clair, modifie_mot_de_passe

from service.domain.actes import Acte, Canal
from service.usecases.administrer_comptes import suspendre_compte
from service.usecases.consigner import Auteur
from service.usecases.expedier import envoyer_les_dus
from service.usecases.secours import PAR_FENETRE, demander_un_secours

__all__ = ["courrier"]
AUTEUR = Auteur(Canal.EXTRANET, adresse="192.0.2.7", agent="Chromium", requete="r1")
BON = "trois girafes portent des bottes"


def demander(service: Service, courriel: str = AGENT, adresse: str = "192.0.2.7") -> None:
    demander_un_secours(service.dependencies, AUTEUR._replace(adresse=adresse), courriel)


@pytest.fixture
def recevoir(service_partout: Service, courrier: Courrier) -> Callable[[], str]:
    """Ask, and read the password from the mail that arrives."""
    envoi = qui_envoie(service_partout.dependencies, courrier)

    def recevoir() -> str:
        demander(service_partout)
        envoyer_les_dus(envoi)
        return mot_de_passe_de(courrier.messages[-1])

    return recevoir


def code(service: Service, secret: str, charge: str = CONSULTE_SERVICE) -> str | None:
    faute = service.post(charge, en_clair(AGENT, secret)).faute
    return None if faute is None else faute.code


def test_the_mailed_password_must_be_changed_and_works_once(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    assert code(service_partout, secours) == "MOT_DE_PASSE_A_CHANGER"
    assert code(service_partout, secours, modifie_mot_de_passe(secours, BON)) is None
    assert code(service_partout, BON) is None
    assert code(service_partout, secours) == "AUTHENTIFICATION"


def test_until_it_is_used_the_former_password_works_on(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    assert code(service_partout, MOT_DE_PASSE) is None
    assert code(service_partout, secours) == "MOT_DE_PASSE_A_CHANGER"
    assert code(service_partout, MOT_DE_PASSE) == "AUTHENTIFICATION"


def test_it_lives_72_hours(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    service_partout.horloge.avancer(hours=72)
    assert code(service_partout, secours) == "AUTHENTIFICATION"
    assert code(service_partout, MOT_DE_PASSE) is None


def test_used_but_not_changed_it_still_ends_after_72_hours(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    service_partout.horloge.avancer(hours=71)
    assert code(service_partout, secours) == "MOT_DE_PASSE_A_CHANGER"
    service_partout.horloge.avancer(hours=1)
    assert code(service_partout, secours) == "AUTHENTIFICATION"


def test_a_newer_one_replaces_it(service_partout: Service, recevoir: Callable[[], str]):
    premier, second = recevoir(), recevoir()
    assert premier != second
    assert code(service_partout, premier) == "AUTHENTIFICATION"
    assert code(service_partout, second) == "MOT_DE_PASSE_A_CHANGER"


def test_a_changed_password_makes_it_void(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    assert code(service_partout, MOT_DE_PASSE, modifie_mot_de_passe(MOT_DE_PASSE, BON)) is None
    assert code(service_partout, secours) == "AUTHENTIFICATION"


def test_who_reads_the_mail_waits_for_no_lock(service_partout: Service, recevoir: Callable[[], str]):
    for _ in range(6):
        code(service_partout, "faux")
    assert code(service_partout, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert code(service_partout, recevoir()) == "MOT_DE_PASSE_A_CHANGER"


def test_it_opens_nothing_once_the_account_is_suspended(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    suspendre_compte(service_partout.dependencies, AGENT)
    assert code(service_partout, secours) == "AUTHENTIFICATION"


def test_it_is_stored_as_a_keyed_hash_only(service_partout: Service, recevoir: Callable[[], str]):
    secours = recevoir()
    ((hache,),) = service_partout.sql("SELECT secours FROM compte")
    assert len(bytes(hache)) == 16
    assert secours.encode() not in bytes(hache)


@pytest.mark.parametrize("raison", ["inconnu", "suspendu", "aucun droit qui ne soit suspendu"])
def test_nobody_is_written_to_who_could_not_log_in(service_partout: Service, raison: str):
    if raison == "suspendu":
        service_partout.sql("UPDATE compte SET etat = 'SUSPENDU'")
    elif raison != "inconnu":
        with service_partout.dependencies.unites.ecriture() as unite:
            (droit,) = unite.habilitations.de_compte(1)
            unite.habilitations.suspendre(droit.compte_id, droit.esat_id, service_partout.horloge())
            unite.commit()
    demander(service_partout, "inconnu@esat.example" if raison == "inconnu" else AGENT)
    assert service_partout.compter("courriel") == 0
    assert service_partout.sql("SELECT secours FROM compte") == [(None,)]
    (entree,) = service_partout.journal()
    assert (entree.acte, entree.issue, entree.canal) == (Acte.MOT_DE_PASSE_OUBLIE, "REFUSE", "EXTRANET")


def test_a_request_is_logged_with_the_account_and_without_the_password(service_partout: Service):
    demander(service_partout, f"  {AGENT.upper()} ")
    (entree,) = service_partout.journal()
    assert (entree.acte, entree.issue, entree.utilisateur) == (Acte.MOT_DE_PASSE_OUBLIE, "FAIT", AGENT)
    assert entree.compte_id is not None


def test_three_an_hour_are_sent_to_an_address(service_partout: Service):
    for attendus in (1, 2, 3, 3, 3):
        demander(service_partout)
        assert service_partout.compter("courriel") == attendus
        service_partout.horloge.avancer(minutes=10)
    service_partout.horloge.avancer(minutes=40)
    demander(service_partout)
    assert service_partout.compter("courriel") == 4


def test_a_network_address_has_its_bound_too(service_partout: Service):
    bornes = PAR_FENETRE["oubli-adresse"]
    for rang in range(bornes):
        demander(service_partout, f"inconnu{rang}@esat.example", "192.0.2.66")
    demander(service_partout, AGENT, "192.0.2.66")
    assert service_partout.compter("courriel") == 0
    demander(service_partout, AGENT, "192.0.2.67")
    assert service_partout.compter("courriel") == 1


def test_requests_sent_all_at_once_are_no_more_than_one_after_the_other(service_partout: Service):
    depart = threading.Barrier(8)

    def au_signal() -> None:
        depart.wait()
        demander(service_partout)

    fils = [threading.Thread(target=au_signal) for _ in range(8)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert service_partout.compter("courriel") == 3


def test_an_unknown_address_takes_about_the_time_of_a_known_one(service_partout: Service):
    durees: dict[str, list[float]] = {AGENT: [], "inconnu@esat.example": []}
    for rang in range(30):
        for courriel, siennes in durees.items():
            debut = time.perf_counter()
            demander(service_partout, courriel, f"192.0.2.{rang}")
            siennes.append(time.perf_counter() - debut)
        service_partout.horloge.avancer(hours=1)
    connue, inconnue = (statistics.median(siennes) for siennes in durees.values())
    assert 0.5 < inconnue / connue < 2


def test_the_mail_says_until_when_and_that_nothing_else_changed(service: Service, courrier: Courrier):
    demander(service)
    envoyer_les_dus(qui_envoie(service.dependencies, courrier))
    (message,) = courrier.messages
    assert message["To"] == AGENT
    assert "07/12/2026 à 10 h 30" in texte(message)
    assert "votre mot de passe reste valable" in texte(message)
