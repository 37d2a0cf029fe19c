"""What is tried again, how often, how long after."""

import pytest
from declarer_esat import reprises as module
from declarer_esat.erreurs import AdresseError, RefusDuServiceError, ReseauError
from declarer_esat.reprises import attente, reprises
from tenacity import RetryCallState, Retrying


def jouer(erreurs, tentatives=6):
    """Run a call that fails with each error in turn; return its calls, its waits, and what it raised."""
    suite, annonces, appels = list(erreurs), [], []

    def appel():
        appels.append(None)
        if suite:
            raise suite.pop(0)
        return "fait"

    politique = reprises(tentatives, lambda raison, secondes: annonces.append(secondes))
    politique.sleep = lambda secondes: None
    try:
        assert politique(appel) == "fait"
        leve = None
    except (ReseauError, AdresseError, RefusDuServiceError) as erreur:
        leve = erreur
    return len(appels), annonces, leve


RESEAU, ADRESSE = ReseauError("panne"), AdresseError("ailleurs")


def refus(code, attente=None):
    return RefusDuServiceError(code, "message", attente=attente)


@pytest.mark.parametrize(
    ("erreurs", "appels", "abandon"),
    [
        ([], 1, False),
        ([RESEAU], 2, False),
        ([RESEAU] * 5, 6, False),
        ([RESEAU] * 6, 6, True),
        ([refus("DEBIT_DEPASSE", 0)] * 5, 6, False),
        ([refus("INCIDENT")] * 2, 3, False),
        ([refus("INCIDENT")] * 3, 3, True),
        ([refus("INCIDENT"), RESEAU, refus("INCIDENT"), RESEAU], 5, False),
        ([ADRESSE], 1, True),
        ([refus("HABILITATION")], 1, True),
        ([refus("REJEU")], 1, True),
        ([refus("CONFLIT_IDENTIFIANT")], 1, True),
        ([RESEAU, refus("SCHEMA_INVALIDE")], 2, True),
    ],
)
def test_only_what_may_pass_later_is_tried_again(erreurs, appels, abandon):
    faits, annonces, leve = jouer(erreurs)
    assert faits == appels
    assert len(annonces) == appels - 1
    assert (leve is erreurs[-1]) if abandon else (leve is None)


def test_the_number_of_tries_can_be_set():
    assert jouer([RESEAU] * 9, tentatives=1)[0] == 1
    assert jouer([RESEAU] * 9, tentatives=3)[0] == 3


def etat(erreur, rang):
    courant = RetryCallState(Retrying(), None, (), {})
    courant.attempt_number = rang
    courant.set_exception((type(erreur), erreur, None))
    return courant


@pytest.mark.parametrize(("rang", "minimum", "maximum"), [(1, 0.5, 1.5), (2, 1, 3), (4, 4, 12), (10, 15, 45)])
def test_waits_grow_with_jitter_up_to_a_bound(rang, minimum, maximum):
    attentes = [attente(etat(RESEAU, rang)) for _ in range(50)]
    assert all(minimum <= secondes <= maximum for secondes in attentes)
    assert len(set(attentes)) > 1


def test_the_wait_that_the_service_tells_is_kept():
    assert 7 <= attente(etat(refus("DEBIT_DEPASSE", 7), 5)) <= 8


def test_a_wait_beyond_measure_is_cut():
    assert attente(etat(refus("DEBIT_DEPASSE", 10**9), 1)) <= module._ATTENTE_DEMANDEE_MAX + 1
