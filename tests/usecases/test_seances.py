"""Sessions of the pages: how long they live, what ends them, what of them is stored."""

from datetime import timedelta

import pytest
from maison import AGENT, MOT_DE_PASSE, Service
from messages import SIRET

from service.domain.actes import Canal
from service.storage.unit_of_work import UnitOfWork
from service.usecases.administrer_comptes import retirer_compte, suspendre_compte
from service.usecases.connecter import PRECEDENTE, connecter, deconnecter, renouveler
from service.usecases.consigner import Auteur
from service.usecases.entretenir import entretenir
from service.usecases.seances import DUREE_MAX, INACTIVITE, Visiteur, continuer_seance, reprendre_visite

AUTEUR = Auteur(Canal.EXTRANET, adresse="192.0.2.7", agent="Chromium", requete="r1")
BON = "trois girafes portent des bottes"


def entrer(service: Service) -> str:
    return connecter(service.dependencies, AUTEUR, AGENT, MOT_DE_PASSE)


def visite(service: Service, jeton: str) -> Visiteur | None:
    return reprendre_visite(service.dependencies, jeton)


def revenir(service: Service, jeton: str) -> None:
    """A request of the session, as the pages note it."""
    visiteur = visite(service, jeton)
    assert visiteur is not None
    continuer_seance(service.dependencies, visiteur.seance, visiteur.seance.donnees)


def test_a_session_is_whose_password_opened_it(service_partout: Service):
    visiteur = visite(service_partout, entrer(service_partout))
    assert visiteur is not None
    assert visiteur.expediteur.courriel == AGENT
    assert dict(visiteur.raisons_sociales) == {SIRET: f"ESAT {SIRET}"}
    assert visite(service_partout, "autre chose") is None


def test_without_a_request_it_ends_after_20_minutes(service_partout: Service):
    jeton = entrer(service_partout)
    for _ in range(3):
        service_partout.horloge.avancer(minutes=19)
        revenir(service_partout, jeton)
    service_partout.horloge.avancer(minutes=20, milliseconds=1)
    assert visite(service_partout, jeton) is None
    assert timedelta(minutes=20) == INACTIVITE


def test_whatever_happens_it_ends_after_10_hours(service_partout: Service):
    jeton = entrer(service_partout)
    for _ in range(40):
        service_partout.horloge.avancer(minutes=15)
        revenir(service_partout, jeton)
    service_partout.horloge.avancer(milliseconds=1)
    assert visite(service_partout, jeton) is None
    assert timedelta(hours=10) == DUREE_MAX


def finir_son_droit(service: Service) -> None:
    def suspendre(unite: UnitOfWork) -> None:
        (droit,) = unite.habilitations.de_compte(1)
        unite.habilitations.suspendre(1, droit.esat_id, service.horloge())

    with service.dependencies.unites.ecriture() as unite:
        suspendre(unite)
        unite.commit()


FINS = {
    "a suspension by the Caf": lambda service: suspendre_compte(service.dependencies, AGENT),
    "the end of the account": lambda service: retirer_compte(service.dependencies, AGENT),
    "a suspension of the only right": finir_son_droit,
    "a change of the password": lambda service: renouveler(service.dependencies, AUTEUR, AGENT, MOT_DE_PASSE, BON, {}),
}


@pytest.mark.parametrize("fin", FINS.values(), ids=FINS)
def test_it_ends_at_once_with(service_partout: Service, fin):
    jetons = [entrer(service_partout) for _ in range(2)]
    fin(service_partout)
    assert [visite(service_partout, jeton) for jeton in jetons] == [None, None]


def test_logging_out_ends_one_session_and_no_other(service_partout: Service):
    ici, ailleurs = entrer(service_partout), entrer(service_partout)
    deconnecter(service_partout.dependencies, AUTEUR, ici)
    assert visite(service_partout, ici) is None
    assert visite(service_partout, ailleurs) is not None


def test_a_change_opens_a_new_session_that_remembers_the_same(service_partout: Service):
    jeton = renouveler(service_partout.dependencies, AUTEUR, AGENT, MOT_DE_PASSE, BON, {"etablissement": SIRET})
    visiteur = visite(service_partout, jeton)
    assert visiteur is not None
    assert visiteur.seance.donnees == {"etablissement": SIRET}


def test_the_login_before_is_remembered(service_partout: Service):
    premiere = visite(service_partout, entrer(service_partout))
    assert premiere is not None
    assert PRECEDENTE not in premiere.seance.donnees
    quand = service_partout.horloge().isoformat()
    service_partout.horloge.avancer(hours=1)
    seconde = visite(service_partout, entrer(service_partout))
    assert seconde is not None
    assert seconde.seance.donnees[PRECEDENTE] == quand


def test_neither_the_token_nor_what_it_remembers_is_stored_in_the_clear(service_partout: Service):
    jeton = entrer(service_partout)
    visiteur = visite(service_partout, jeton)
    assert visiteur is not None
    continuer_seance(service_partout.dependencies, visiteur.seance, {"brouillon": "un nom à ne pas lire"})
    ecrit = repr(
        [
            bytes(octet) if isinstance(octet, memoryview) else octet
            for ligne in service_partout.sql("SELECT cle, donnees FROM session_web")
            for octet in ligne
        ]
    )
    assert jeton not in ecrit
    assert "brouillon" not in ecrit
    relu = visite(service_partout, jeton)
    assert relu is not None
    assert relu.seance.donnees == {"brouillon": "un nom à ne pas lire"}


def test_a_request_that_only_looked_does_not_undo_what_another_one_remembered_meanwhile(service_partout: Service):
    jeton = entrer(service_partout)
    service_partout.horloge.avancer(minutes=5)
    regard, saisie = visite(service_partout, jeton), visite(service_partout, jeton)
    assert regard is not None
    assert saisie is not None
    continuer_seance(service_partout.dependencies, saisie.seance, {"brouillon": "une ligne"})
    continuer_seance(service_partout.dependencies, regard.seance, regard.seance.donnees)
    relu = visite(service_partout, jeton)
    assert relu is not None
    assert relu.seance.donnees == {"brouillon": "une ligne"}


def test_dead_sessions_are_swept_away(service_partout: Service):
    entrer(service_partout)
    service_partout.horloge.avancer(hours=11)
    vivante = entrer(service_partout)
    entretenir(service_partout.dependencies)
    assert service_partout.compter("session_web") == 1
    assert visite(service_partout, vivante) is not None
