"""How often a message is sent again, and how long after: the same bytes, under the same identifier, with a fresh token.

=========================================  ===================================================================
no answer, HTTP 502, 503, 504              exponential backoff with jitter, as many times as the option says
DEBIT_DEPASSE                              after the wait that the service tells, as many times
INCIDENT                                   three times in all
any other fault                            never: the same message would get the same answer
=========================================  ===================================================================
"""

import random
from collections import Counter
from collections.abc import Callable

from tenacity import RetryCallState, Retrying

from declarer_esat.erreurs import RefusDuServiceError, ReseauError

INCIDENTS = 3
"""Times a message is sent when the service answers INCIDENT."""
_PREMIERE_ATTENTE = 1.0
_ATTENTE_MAX = 30.0
_ATTENTE_DEMANDEE_MAX = 600.0

Annonce = Callable[[str, float], None]
"""Told why and after how many seconds a message is sent again."""


def reprises(tentatives: int, annoncer: Annonce) -> Retrying:
    """Return the policy for one message; the last error is raised when it gives up."""
    comptes: Counter[str] = Counter()

    def assez(etat: RetryCallState) -> bool:
        nature = _nature(_erreur(etat))
        comptes[nature] += 1
        return comptes[nature] >= (INCIDENTS if nature == "INCIDENT" else tentatives)

    def prevenir(etat: RetryCallState) -> None:
        annoncer(str(_erreur(etat)), etat.upcoming_sleep)

    return Retrying(
        retry=lambda etat: etat.outcome is not None and etat.outcome.failed and _nature(_erreur(etat)) != "",
        stop=assez,
        wait=attente,
        before_sleep=prevenir,
        reraise=True,
    )


def attente(etat: RetryCallState) -> float:
    """Return how many seconds to wait before the next attempt."""
    erreur = _erreur(etat)
    demandee = getattr(erreur, "attente", None)
    if demandee is not None:
        return min(float(demandee), _ATTENTE_DEMANDEE_MAX) + _alea()
    return min(_PREMIERE_ATTENTE * 2.0 ** (etat.attempt_number - 1), _ATTENTE_MAX) * (0.5 + _alea())


def _alea() -> float:
    """Spread the senders that one breakdown has stopped together."""
    return random.random()  # noqa: S311


def _erreur(etat: RetryCallState) -> BaseException | None:
    return etat.outcome.exception() if etat.outcome is not None else None


def _nature(erreur: BaseException | None) -> str:
    """Return what kind of error it is, among those that deserve another try; empty for the others."""
    if isinstance(erreur, ReseauError):
        return "RESEAU"
    if isinstance(erreur, RefusDuServiceError) and erreur.passager:
        return erreur.code
    return ""
