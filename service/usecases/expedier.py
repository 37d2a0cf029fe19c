"""Mails sent, one sender at a time among all processes and instances, and never twice.

Invariants, in the order the code enforces them:

1. Who sends holds the lock of that work; a mail found in hand then has lost its sender: whether it arrived, nobody
   knows, and only a person sends it again.
2. A mail is taken (EN_COURS, committed) before the server hears of it.
3. Only a failure known to come before the server had the whole message is tried again, later and later, and given up
   after the last delay; one that holds for every mail ends the round, and costs the others no attempt.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from service.errors import IndisponibleError, TeledeclarationError
from service.mail.lettres import Enveloppe, mettre_sous_enveloppe
from service.mail.smtp import Envoi, IssueEnvoi
from service.storage.courriels import Courriel, Sort
from service.usecases.courriels import EtatCourriel, ranger, relire
from service.usecases.dependencies import Dependencies

DELAIS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
"""How long a mail that the server did not take waits before each new attempt: a provisional password's 72 hours."""
PAUSE = timedelta(minutes=1)
"""How long all mails wait when the server cannot be reached."""
LOT = 50
"""Mails of a round."""
_TRAVAIL = "courriels"


class Traite(NamedTuple):
    """A mail that a round dealt with."""

    numero: int
    modele: str
    etat: EtatCourriel
    raison: str | None


def envoyer_les_dus(dependencies: Dependencies, arret: Callable[[], bool] = lambda: False) -> Sequence[Traite]:
    """Send the mails whose time has come, up to `LOT` of them; return what became of each.

    None without an SMTP server, and while somebody else sends. `arret` is asked before each mail. Raises
    IndisponibleError.
    """
    traites: list[Traite] = []
    if dependencies.poste.remettre is None or not _dus(dependencies):
        return traites
    with dependencies.unites.seul(_TRAVAIL) as seul:
        if not seul:
            return traites
        _mettre_en_ordre(dependencies)
        for un in _dus(dependencies):
            if arret():
                break
            envoi, traite = _envoyer(dependencies, un)
            if traite is not None:
                traites.append(traite)
            if envoi.issue is IssueEnvoi.INJOIGNABLE:
                _repousser(dependencies)
                break
    return traites


def attendent(dependencies: Dependencies) -> int:
    """Return how many mails are due, of one round at most."""
    return len(_dus(dependencies))


def reprendre_les_perdus(dependencies: Dependencies) -> None:
    """Mark as uncertain the mails whose sender died with them in hand. Raises IndisponibleError."""
    with dependencies.unites.lecture() as unite:
        en_cours = unite.courriels.lister(1, EtatCourriel.EN_COURS.value)
    if en_cours:
        with dependencies.unites.seul(_TRAVAIL) as seul:
            if seul:
                _mettre_en_ordre(dependencies)


def _dus(dependencies: Dependencies) -> list[Courriel]:
    with dependencies.unites.lecture() as unite:
        return unite.courriels.dus(dependencies.horloge(), LOT)


def _mettre_en_ordre(dependencies: Dependencies) -> None:
    """While the lock of this work is held: nobody has a mail in hand, and nobody waits for an old one."""
    with dependencies.unites.ecriture() as unite:
        unite.courriels.perdus()
        ranger(unite, dependencies.horloge())
        unite.commit()


def _repousser(dependencies: Dependencies) -> None:
    with dependencies.unites.ecriture() as unite:
        unite.courriels.repousser(dependencies.horloge() + PAUSE)
        unite.commit()


def _envoyer(dependencies: Dependencies, un: Courriel) -> tuple[Envoi, Traite | None]:
    """Take one mail, send it, note what became of it; nothing to tell of one that somebody dropped meanwhile."""
    remettre = dependencies.poste.remettre
    assert remettre is not None
    message = _message(dependencies, un)
    with dependencies.unites.ecriture() as unite:
        if not unite.courriels.prendre(un.id):
            return Envoi(IssueEnvoi.REMIS), None
        unite.commit()
    envoi = remettre(message) if isinstance(message, EmailMessage) else message
    etat, attente = _suite(envoi, un.essais)
    _noter(dependencies, un, envoi, etat, attente)
    return envoi, Traite(un.id, un.modele, etat, envoi.raison or None)


@retry(
    retry=retry_if_exception_type(IndisponibleError),
    wait=wait_exponential(0.25, max=5),
    stop=stop_after_delay(60),
    reraise=True,
)
def _noter(dependencies: Dependencies, un: Courriel, envoi: Envoi, etat: EtatCourriel, attente: timedelta) -> None:
    """What the server said is not to be lost for a database that is away for a moment."""
    fini = dependencies.horloge()
    parti = etat is EtatCourriel.ENVOYE
    fin = fini if etat in (EtatCourriel.ENVOYE, EtatCourriel.ABANDONNE) else None
    with dependencies.unites.ecriture() as unite:
        sort = Sort(etat.value, fini + attente, fin, envoi.raison or None, garder=not parti)
        unite.courriels.noter(un.id, un.essais + 1, sort)
        unite.commit()


def _suite(envoi: Envoi, essais: int) -> tuple[EtatCourriel, timedelta]:
    """The state after an attempt that `essais` others came before, and how long the next one waits."""
    if envoi.issue is IssueEnvoi.ENVOYE:
        return EtatCourriel.ENVOYE, timedelta()
    if envoi.issue is IssueEnvoi.INCERTAIN:
        return EtatCourriel.INCERTAIN, timedelta()
    if envoi.issue is IssueEnvoi.REFUSE or essais >= len(DELAIS):
        return EtatCourriel.ABANDONNE, timedelta()
    return EtatCourriel.A_ENVOYER, DELAIS[essais]


def _message(dependencies: Dependencies, un: Courriel) -> EmailMessage | Envoi:
    """The message to send, or what becomes of a mail that none can be made of: the others must not wait behind it."""
    poste, emetteur = dependencies.poste, dependencies.emetteur
    assert un.contenu is not None
    try:
        lettre = relire(dependencies, un.contenu)
    except TeledeclarationError:
        return Envoi(IssueEnvoi.REMIS, "les clés de chiffrement présentes n'ouvrent pas son texte")
    enveloppe = Enveloppe(
        poste.expediteur, poste.nom, emetteur.courriel, un.destinataire, un.identifiant, format_datetime(un.cree_le)
    )
    try:
        return mettre_sous_enveloppe(lettre, enveloppe)
    except ValueError as erreur:
        return Envoi(IssueEnvoi.REFUSE, str(erreur))
