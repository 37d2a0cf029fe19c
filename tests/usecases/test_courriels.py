"""courriels: written with the act, told once, encrypted while they wait, decided upon, forgotten."""

from datetime import timedelta

import pytest
from courrier import ecrire_un, etats
from maison import Service

from service.domain.actes import Acte
from service.errors import SaisieError
from service.usecases.courriels import (
    MEMOIRE,
    VALIDITE,
    EtatCourriel,
    abandonner,
    compter_courriels,
    ecrire,
    lister_courriels,
    relancer,
)
from service.usecases.entretenir import entretenir


def poser(service: Service, etat: EtatCourriel) -> int:
    """Write one mail, put it in a state, return its number."""
    ecrire_un(service.dependencies)
    numero = max(un.id for un in lister_courriels(service.dependencies))
    service.sql(f"UPDATE courriel SET etat = '{etat}' WHERE id = {numero}")
    return numero


def test_a_mail_of_an_act_that_is_rolled_back_never_was(service_partout: Service):
    deps = service_partout.dependencies
    with deps.unites.ecriture() as unite:
        ecrire(
            deps,
            unite,
            "compte_suspendu",
            "lea@esat.example",
            {"courriel": "lea@esat.example", "quand": "hier", "par": None},
        )
    assert etats(deps) == []


def test_what_is_to_be_told_once_is_written_once(service_partout: Service):
    deps = service_partout.dependencies
    assert ecrire_un(deps, "rappel:1")
    assert not ecrire_un(deps, "rappel:1")
    assert ecrire_un(deps, "rappel:2")
    assert ecrire_un(deps)
    assert ecrire_un(deps)
    assert len(etats(deps)) == 4


def test_words_are_encrypted_while_they_wait(service: Service):
    ecrire_un(service.dependencies)
    ((contenu,),) = service.sql("SELECT contenu FROM courriel")
    assert b"suspendu" not in contenu
    assert b"lea@" not in contenu


def test_mails_are_listed_by_state_and_counted_without_their_words(service_partout: Service):
    deps = service_partout.dependencies
    poses = [poser(service_partout, etat) for etat in EtatCourriel]
    assert [un.id for un in lister_courriels(deps)] == poses[::-1]
    assert [un.id for un in lister_courriels(deps, 2)] == poses[:-3:-1]
    assert [un.id for un in lister_courriels(deps, etat=EtatCourriel.INCERTAIN)] == [poses[3]]
    assert {un.contenu for un in lister_courriels(deps)} == {None}
    assert compter_courriels(deps) == dict.fromkeys(EtatCourriel, 1)


def test_what_did_not_leave_can_be_sent_again_or_dropped_by_a_person(service_partout: Service):
    deps = service_partout.dependencies
    decidables = [EtatCourriel.A_ENVOYER, EtatCourriel.INCERTAIN, EtatCourriel.ABANDONNE]
    numeros = [poser(service_partout, etat) for etat in decidables]
    service_partout.horloge.avancer(hours=1)
    relancer(deps, numeros)
    assert etats(deps) == ["A_ENVOYER"] * 3
    assert {un.prochain_essai for un in lister_courriels(deps)} == {service_partout.horloge()}
    abandonner(deps, numeros)
    assert {(un.etat, un.erreur, un.fini_le) for un in lister_courriels(deps)} == {
        ("ABANDONNE", "abandonné à la main", service_partout.horloge())
    }
    assert service_partout.sql("SELECT DISTINCT contenu FROM courriel") == [(None,)]
    decides = [(entree.acte, entree.objet) for entree in reversed(service_partout.journal())]
    actes = [Acte.COURRIEL_RELANCE] * 3 + [Acte.COURRIEL_ABANDONNE] * 3
    assert decides == [
        (acte, f"courriel {numero} à lea@esat.example") for acte, numero in zip(actes, numeros * 2, strict=True)
    ]


@pytest.mark.parametrize("decision", [relancer, abandonner])
def test_decisions_are_taken_whole_or_not_at_all_and_say_every_reason(service_partout: Service, decision):
    deps = service_partout.dependencies
    attend, parti, en_main = (
        poser(service_partout, EtatCourriel(etat)) for etat in ("A_ENVOYER", "ENVOYE", "EN_COURS")
    )
    efface = poser(service_partout, EtatCourriel.ABANDONNE)
    service_partout.sql(f"UPDATE courriel SET contenu = NULL WHERE id = {efface}")
    avant = lister_courriels(deps)
    service_partout.horloge.avancer(hours=1)
    with pytest.raises(SaisieError) as refus:
        decision(deps, [attend, parti, en_main, efface, 99_999])
    assert [precision.message for precision in refus.value.precisions] == [
        f"courriel {parti} : il est envoyé.",
        f"courriel {en_main} : il est en cours.",
        f"courriel {efface} : son texte est effacé, refaire l'acte qui l'a écrit.",
        "courriel 99999 : aucun ne porte ce numéro.",
    ]
    assert lister_courriels(deps) == avant
    assert service_partout.journal() == []


def test_words_live_for_a_week_whatever_became_of_them(service_partout: Service):
    """A mail server that is set up after months does not pour out what nobody waits for any more."""
    deps = service_partout.dependencies
    for etat in EtatCourriel:
        poser(service_partout, etat)
    service_partout.horloge.instant += VALIDITE
    entretenir(deps)
    assert all(contenu for (contenu,) in service_partout.sql("SELECT contenu FROM courriel"))
    service_partout.horloge.instant += timedelta(seconds=1)
    entretenir(deps)
    assert service_partout.sql("SELECT DISTINCT contenu FROM courriel") == [(None,)]
    # The one in hand had lost its sender.
    assert etats(deps) == ["ABANDONNE", "INCERTAIN", "ENVOYE", "INCERTAIN", "ABANDONNE"]
    assert lister_courriels(deps)[-1].erreur == "il n'a pas pu partir en 7 jours"


def test_housekeeping_leaves_a_mail_in_hand_to_its_sender(service_partout: Service):
    deps = service_partout.dependencies
    poser(service_partout, EtatCourriel.EN_COURS)
    service_partout.horloge.avancer(days=8)
    with deps.unites.seul("courriels") as seul:
        assert seul
        entretenir(deps)
    assert etats(deps) == ["EN_COURS"]
    ((contenu,),) = service_partout.sql("SELECT contenu FROM courriel")
    assert contenu


def test_a_mail_is_forgotten_after_a_year_and_may_then_be_told_again(service_partout: Service):
    deps = service_partout.dependencies
    ecrire_un(deps, "rappel:1")
    service_partout.horloge.instant += MEMOIRE
    entretenir(deps)
    assert not ecrire_un(deps, "rappel:1")
    service_partout.horloge.instant += timedelta(seconds=1)
    entretenir(deps)
    assert etats(deps) == []
    assert ecrire_un(deps, "rappel:1")
