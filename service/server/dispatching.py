"""Whose turn it is in a worker process of waitress, and how many requests are worked on at once.

Invariants:

1. Requests worked on at once are as many as `Places`; one that waits for argon2id or the disk gives its own up.
2. Suspects get one turn every `PAUSE` seconds, all together: a flood costs some hundredths of a processor, and who
   mistypes notices nothing. A connection is suspect when its last message came from nobody who could be identified,
   or when it is new and its address sent more than `TOLERANCE` of them in the running minute.
3. Connections of a trusted proxy carry anybody's messages: what counts there is the address that the proxy names.
4. Where the database is in the process (SQLite), messages of a connection whose last sender was identified are served
   by the loop that reads them, without a thread in between: one runs Python at a time anyway, and handing a message
   over, with a lock taken and given back around each statement, was a sixth of a small one's cost. Those that are there
   are served together, and answered once the disk confirmed what they tell (`withheld`).
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from service.server.places import Places
from service.server.withheld import Retenues
from service.soap.protocol import IDENTIFIE
from service.storage.ensemble import Ensembles

PAUSE = 0.02
"""Seconds between two turns of suspects."""
MESSAGES, OCTETS = 32, 256 * 1024
"""Messages of known senders that are served together at most; bytes, where there are several."""
TOLERANCE = 60
"""Messages of nobody known in a minute after which an address's other connections are suspect."""
_MINUTE = 60.0
_PREMIERE_LECTURE = 16 * 1024
"""Bytes of a message that are read at once before it is known to be longer."""


class Reputations:
    """Addresses by how many messages of nobody known they sent in the running minute."""

    def __init__(self, horloge: Callable[[], float] = time.monotonic) -> None:
        self._horloge = horloge
        self._fin = 0.0
        self._anonymes: Counter[str] = Counter()
        self._verrou = threading.Lock()

    def noter_anonyme(self, adresse: str) -> None:
        """Count one more."""
        with self._verrou:
            if self._horloge() >= self._fin:
                self._anonymes.clear()
                self._fin = self._horloge() + _MINUTE
            self._anonymes[adresse] += 1

    def suspecte(self, adresse: str) -> bool:
        """Whether the address sent more of them than is tolerated."""
        return self._anonymes[adresse] > TOLERANCE and self._horloge() < self._fin


class _Tache(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        """The environment, with what is to be told whether the sender was identified."""
        environ: dict[str, Any] = super().get_environment()
        environ[IDENTIFIE] = self.channel.noter
        return environ


class Canal(HTTPChannel):  # type: ignore[misc]
    """A connection that remembers whether the sender of its last message was identified."""

    task_class = _Tache
    identifie: bool | None = None
    """None where it tells nothing: before the first message, and through a trusted proxy."""
    _chemin = ""
    """Where that message was sent to: elsewhere are pages, which the threads serve."""
    _retenu = False
    """Nothing is sent now: the disk has not confirmed yet what the answer tells."""

    def noter(self, identifie: bool) -> None:
        """Remember it for the turn of the next message."""
        repartiteur = self.server.task_dispatcher
        mandataire, adresse = self._origine(repartiteur)
        self.identifie, self._chemin = None if mandataire else identifie, self.requests[0].path
        if not identifie:
            repartiteur.reputations.noter_anonyme(adresse)

    def message_connu(self) -> bool:
        """Whether the request that waits is one more message of a connection whose last sender was identified.

        One that came before the last answer left is not: nothing of two messages is withheld on one connection.
        """
        requete = self.requests[0]
        un_message = requete.command == "POST" and requete.path == self._chemin and not requete.error
        return bool(self.identifie and un_message and not self.total_outbufs_len)

    @property
    def oisif(self) -> bool:
        """Whether nothing is under way: it could go on in another process, where it would be known as little as a new
        one. A suspect one is not let off so.
        """
        en_cours = self.requests or self.request is not None or self.total_outbufs_len or self._retenu
        finit = self.will_close or self.close_when_flushed
        return bool(self.connected and not en_cours and not finit and self.identifie is not False)

    def recv(self, taille: int) -> bytes:
        """What there is: little at first, so that a small message needs no block of memory of the system's own."""
        return bytes(super().recv(_PREMIERE_LECTURE if self.request is None else taille))

    def retenir(self) -> None:
        """Send nothing from now on."""
        self._retenu = True

    def lacher(self) -> None:
        """Send what there is."""
        self._retenu = False
        if self.writable():
            self.handle_write()

    def rompre(self) -> None:
        """Close the connection without an answer."""
        self.handle_close()

    def writable(self) -> bool:
        """Whether there is something to send, or to close, now."""
        return not self._retenu and bool(super().writable())

    def _flush_some(self, do_close: bool = True) -> bool:
        return not self._retenu and bool(super()._flush_some(do_close))

    def suspect(self) -> bool:
        """Whether the request that waits is to wait for the suspects' turn."""
        repartiteur = self.server.task_dispatcher
        if self.identifie is not None:
            return not self.identifie
        return bool(repartiteur.reputations.suspecte(self._origine(repartiteur)[1]))

    def _origine(self, repartiteur: "Repartiteur") -> tuple[bool, str]:
        """Whether a trusted proxy sends the request that waits or is served, and the address it comes from."""
        adresse: str = self.addr[0]
        if self.requests and repartiteur.est_mandataire(adresse):
            return True, str(self.requests[0].headers.get("X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        return False, adresse


class Repartiteur(ThreadedTaskDispatcher):  # type: ignore[misc]
    """waitress's threads, more of them than places: those beyond stand in for threads that gave theirs up."""

    def __init__(
        self,
        places: Places,
        fils: int,
        est_mandataire: Callable[[str], bool],
        ensembles: Ensembles | None = None,
    ) -> None:
        """With `ensembles`, the server's loop serves known senders itself (`servir`), several in each."""
        super().__init__()
        self.reputations, self.est_mandataire = Reputations(), est_mandataire
        self._places = places
        self._ensembles = ensembles
        self._retenues = None if ensembles is None else Retenues(ensembles.confirmer)
        self._connus: deque[Canal] = deque()
        self._suspects: deque[Canal] = deque()
        self._tour_des_suspects = 0.0
        self.lock, self.queue_cv = places.verrou, places.changement
        self.thread_exit_cv = threading.Condition(self.lock)
        self.set_thread_count(fils)

    def add_task(self, task: Canal) -> None:
        """Queue a connection's next request; nobody is woken who would find no place."""
        if self._ensembles is not None and task.message_connu():
            self._connus.append(task)
            return
        suspect = task.suspect()
        with self.lock:
            (self._suspects if suspect else self.queue).append(task)
            if self._places.libre:
                self.queue_cv.notify()

    def handler_thread(self, thread_no: int) -> None:
        """One thread: a place and a request, again and again, until told to stop."""
        while True:
            with self.lock:
                canal = self._attendre()
                if canal is None:
                    self.stop_count -= 1
                    self.threads.discard(thread_no)
                    self.thread_exit_cv.notify()
                    return
            try:
                self._servir(canal)
            finally:
                with self.lock:
                    self._places.rendre()

    @property
    def connus(self) -> int:
        """How many requests of known senders wait for the server's loop."""
        return len(self._connus)

    def servir(self) -> None:
        """Send the answers that the disk confirmed, then serve the known senders that wait, as many as go together."""
        if self._ensembles is None or self._retenues is None:
            return
        self._retenues.rendre()
        if not self._connus:
            return
        canaux: list[Canal] = []
        try:
            with self._ensembles.ouvrir() as ensemble:
                for canal in self._ensemble_suivant():
                    canaux.append(canal)
                    canal.retenir()
                    ensemble.faire(partial(self._servir, canal))
        except Exception:
            self.logger.exception("What was served together is lost: connections are closed without an answer")
            for canal in canaux:
                canal.rompre()
            return
        self._retenues.confier(ensemble, canaux, canaux[0].server.pull_trigger)

    def _ensemble_suivant(self) -> Iterator[Canal]:
        """Take the known senders that go together, in their turn."""
        poids = 0
        for rang in range(MESSAGES):
            if not self._connus:
                return
            poids += self._connus[0].requests[0].body_bytes_received
            if rang and poids > OCTETS:
                return
            yield self._connus.popleft()

    def _servir(self, canal: Canal) -> None:
        try:
            canal.service()
        except BaseException:
            self.logger.exception("Exception when servicing %r", canal)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Stop the threads; what still waits is cancelled."""
        with self.lock:
            self.queue.extend((*self._connus, *self._suspects))
            self._connus.clear()
            self._suspects.clear()
        if self._retenues is not None:
            self._retenues.arreter()
            self._retenues.rendre()
        return bool(super().shutdown(cancel_pending, timeout))

    def _attendre(self) -> Canal | None:
        """Wait, with the lock, for a place and a request; None when this thread is to stop."""
        while not self.stop_count:
            attente = None
            if self._places.libre:
                if self._suspects:
                    attente = self._tour_des_suspects - time.monotonic()
                if attente is not None and attente <= 0:
                    self._tour_des_suspects = time.monotonic() + PAUSE
                    return self._prendre(self._suspects)
                if self.queue:
                    return self._prendre(self.queue)
            self.queue_cv.wait(attente)
        return None

    def _prendre(self, file: deque[Canal]) -> Canal:
        self._places.prendre()
        return file.popleft()
