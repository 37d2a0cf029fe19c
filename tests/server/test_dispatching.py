"""Whose turn it is: a flood of messages from nobody known holds neither the threads nor the turns of the others."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ensembles import Ensembles
from waitress import wasyncore
from waitress.server import create_server

from service.errors import IndisponibleError
from service.server.dispatching import PAUSE, TOLERANCE, Canal, Repartiteur, Reputations
from service.server.places import Places
from service.server.waitress_worker import tourner
from service.soap.protocol import IDENTIFIE


class Serveur:
    """waitress with our threads, and an application that does what the path tells."""

    def __init__(self, places: int, fils: int, mandataires: tuple[str, ...], ensembles=None) -> None:
        self.servies: list[tuple[str, bool]] = []
        self.places = Places(places)
        self.porte = threading.Event()
        self.dedans = threading.Semaphore(0)
        prise = socket.create_server(("127.0.0.1", 0))
        self.adresse = prise.getsockname()
        repartiteur = Repartiteur(self.places, fils, mandataires.__contains__, ensembles)
        self._serveur = create_server(self._application, sockets=[prise], _dispatcher=repartiteur)
        self._serveur.channel_class = Canal
        self._fini = False
        self._connexions: list[http.client.HTTPConnection] = []
        self._boucle = threading.Thread(target=self._tourner)
        self._boucle.start()

    def _tourner(self) -> None:
        while not self._fini:
            tourner(self._serveur, 1)

    def finir_la_boucle(self) -> None:
        """Nothing is read or sent any more, except by whoever stops the threads."""
        self._fini = True
        self._serveur.pull_trigger()
        self._boucle.join()

    def arreter(self) -> None:
        self.porte.set()
        self.finir_la_boucle()
        self.cesser(5)
        for connexion in self._connexions:
            connexion.close()
        wasyncore.close_all(self._serveur._map, ignore_all=True)

    def cesser(self, patience: float) -> None:
        """Stop the threads."""
        self._serveur.task_dispatcher.shutdown(timeout=patience)

    def _application(self, environ, start_response):
        chemin = environ["PATH_INFO"]
        self.servies.append((environ["REQUEST_METHOD"] + chemin, threading.current_thread() is self._boucle))
        if "HTTP_OCCUPE" in environ:
            self._attendre()
        if chemin in ("/connu", "/inconnu"):
            environ[IDENTIFIE](chemin == "/connu" and "HTTP_INCONNU" not in environ)
        elif chemin == "/attendre":
            self._attendre()
        elif chemin == "/ceder":
            with self.places.ceder():
                self._attendre()
        start_response("200 OK", [("Content-Length", "0")])
        return []

    def _attendre(self) -> None:
        self.dedans.release()
        self.porte.wait(20)

    def oisifs(self) -> list[int]:
        """The other ends' ports of the connections that could go on in another process."""
        return sorted(canal.addr[1] for canal in list(self._serveur.active_channels.values()) if canal.oisif)

    def connexion(self) -> http.client.HTTPConnection:
        self._connexions.append(http.client.HTTPConnection(*self.adresse, timeout=20))
        return self._connexions[-1]


@contextmanager
def serveur(places: int = 1, fils: int = 2, mandataires: tuple[str, ...] = (), ensembles=None) -> Iterator[Serveur]:
    le_serveur = Serveur(places, fils, mandataires, ensembles)
    try:
        yield le_serveur
    finally:
        le_serveur.arreter()


def demander(connexion: http.client.HTTPConnection, chemin: str, fois: int = 1, **entetes: str) -> float:
    """Ask again and again on one connection; seconds it took."""
    debut = time.monotonic()
    for _ in range(fois):
        connexion.request("POST", chemin, headers={nom.replace("_", "-"): valeur for nom, valeur in entetes.items()})
        assert connexion.getresponse().read() == b""
    return time.monotonic() - debut


def lancer(le_serveur: Serveur, chemin: str) -> threading.Thread:
    fil = threading.Thread(target=lambda: demander(le_serveur.connexion(), chemin))
    fil.start()
    return fil


def test_a_connection_may_go_on_elsewhere_where_nothing_is_under_way_and_its_sender_is_no_suspect():
    with serveur(places=2) as le_serveur:
        connu, nouvelle, suspecte = (le_serveur.connexion() for _ in range(3))
        demander(connu, "/connu")
        nouvelle.connect()
        demander(suspecte, "/inconnu")
        occupe = lancer(le_serveur, "/attendre")
        le_serveur.dedans.acquire(timeout=10)
        attendus, limite = sorted(une.sock.getsockname()[1] for une in (connu, nouvelle)), time.monotonic() + 10
        while (oisifs := le_serveur.oisifs()) != attendus:  # an answer is there before its request is done with
            assert time.monotonic() < limite, (oisifs, attendus)
            time.sleep(0.01)
        le_serveur.porte.set()
        occupe.join(10)


def test_who_waits_for_something_else_lets_another_work():
    with serveur(places=1, fils=2) as le_serveur:
        occupe = lancer(le_serveur, "/ceder")
        le_serveur.dedans.acquire(timeout=10)
        demander(le_serveur.connexion(), "/connu")
        assert occupe.is_alive()
        le_serveur.porte.set()
        occupe.join(10)
        assert not occupe.is_alive()


def test_no_more_are_worked_on_at_once_than_there_are_places():
    with serveur(places=2, fils=5) as le_serveur:
        occupes = [lancer(le_serveur, "/attendre") for _ in range(4)]
        assert le_serveur.dedans.acquire(timeout=10)
        assert le_serveur.dedans.acquire(timeout=10)
        assert not le_serveur.dedans.acquire(timeout=0.3)
        le_serveur.porte.set()
        for fil in occupes:
            fil.join(10)
        assert not any(fil.is_alive() for fil in occupes)


def test_a_place_given_up_comes_back_and_is_lost_to_nobody():
    with serveur(places=1, fils=3) as le_serveur:
        cedes = [lancer(le_serveur, "/ceder") for _ in range(2)]
        for _ in cedes:
            assert le_serveur.dedans.acquire(timeout=10)
        le_serveur.porte.set()
        for fil in cedes:
            fil.join(10)
        le_serveur.porte.clear()
        occupes = [lancer(le_serveur, "/attendre") for _ in range(2)]
        assert le_serveur.dedans.acquire(timeout=10)
        assert not le_serveur.dedans.acquire(timeout=0.3)
        le_serveur.porte.set()
        for fil in occupes:
            fil.join(10)


def test_a_connection_of_nobody_known_gets_its_turn_after_a_pause_and_one_of_somebody_at_once():
    with serveur() as le_serveur:
        inconnu = le_serveur.connexion()
        demander(inconnu, "/inconnu")
        assert demander(inconnu, "/inconnu", 10) > 9 * PAUSE
        demander(inconnu, "/connu")
        assert demander(inconnu, "/connu", 10) < 9 * PAUSE


def test_a_flood_leaves_the_turns_of_the_others_alone():
    with serveur() as le_serveur:
        arret = threading.Event()

        def inonder() -> None:
            connexion = le_serveur.connexion()
            while not arret.is_set():
                demander(connexion, "/inconnu")

        inondation = [threading.Thread(target=inonder) for _ in range(8)]
        for fil in inondation:
            fil.start()
        try:
            connu = le_serveur.connexion()
            demander(connu, "/connu")
            assert demander(connu, "/connu", 20) < 20 * PAUSE
        finally:
            arret.set()
            for fil in inondation:
                fil.join(20)


def test_new_connections_of_a_flooding_address_are_suspect_too():
    with serveur() as le_serveur:
        for _ in range(TOLERANCE + 1):
            demander(le_serveur.connexion(), "/inconnu")
        assert sum(demander(le_serveur.connexion(), "/inconnu") for _ in range(10)) > 9 * PAUSE


def test_behind_a_trusted_proxy_the_address_that_it_names_counts():
    with serveur(mandataires=("127.0.0.1",)) as le_serveur:
        mandataire = le_serveur.connexion()
        assert demander(mandataire, "/inconnu", TOLERANCE + 1, X_Forwarded_For="9.9.9.9, 192.0.2.1") < TOLERANCE * PAUSE
        assert demander(mandataire, "/inconnu", 10, X_Forwarded_For="8.8.8.8, 192.0.2.1") > 9 * PAUSE
        assert demander(mandataire, "/connu", 10, X_Forwarded_For="192.0.2.2") < 9 * PAUSE


def test_an_untrusted_sender_does_not_choose_its_address():
    with serveur() as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/inconnu")
        assert demander(connexion, "/inconnu", 10, X_Forwarded_For="192.0.2.9") > 9 * PAUSE


def test_what_still_waits_when_the_service_stops_is_given_up():
    with serveur(places=1, fils=2) as le_serveur:
        suspect = le_serveur.connexion()
        demander(suspect, "/inconnu")
        occupe = lancer(le_serveur, "/attendre")
        le_serveur.dedans.acquire(timeout=10)
        suspect.request("POST", "/connu")
        time.sleep(2 * PAUSE)
        le_serveur.cesser(0.1)
        le_serveur.porte.set()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            suspect.getresponse()
        occupe.join(10)


def test_a_thread_without_a_place_gives_nobody_elses_up():
    places = Places(1)

    def occuper() -> None:
        with places.verrou:
            places.prendre()

    autre = threading.Thread(target=occuper)
    autre.start()
    autre.join()
    with places.ceder():
        assert not places.libre
    assert not places.libre


def test_a_server_that_shares_requests_out_by_itself_is_held_to_the_places():
    places, dedans, porte = Places(1), threading.Semaphore(0), threading.Event()

    def application(_environ, _start_response):
        dedans.release()
        porte.wait(20)
        return [b""]

    fils = [threading.Thread(target=places.limiter(application), args=({}, None)) for _ in range(2)]
    for fil in fils:
        fil.start()
    assert dedans.acquire(timeout=10)
    assert not dedans.acquire(timeout=0.2)
    porte.set()
    for fil in fils:
        fil.join(10)
    assert dedans.acquire(timeout=1)
    assert places.libre


def test_a_reputation_lasts_until_its_minute_ends():
    maintenant = [100.0]
    reputations = Reputations(lambda: maintenant[0])
    for _ in range(TOLERANCE):
        reputations.noter_anonyme("192.0.2.1")
    assert not reputations.suspecte("192.0.2.1")
    reputations.noter_anonyme("192.0.2.1")
    assert reputations.suspecte("192.0.2.1")
    assert not reputations.suspecte("192.0.2.2")
    maintenant[0] += 60
    assert not reputations.suspecte("192.0.2.1")
    reputations.noter_anonyme("192.0.2.1")
    assert not reputations.suspecte("192.0.2.1")


def test_messages_of_known_senders_are_served_by_the_loop_and_nothing_else_is():
    with serveur(ensembles=Ensembles()) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu", 2)
        demander(connexion, "/connu", Inconnu="oui")
        demander(connexion, "/connu")
        demander(connexion, "/page")
        connexion.request("GET", "/connu")
        assert connexion.getresponse().read() == b""
        assert le_serveur.servies == [
            ("POST/connu", False),
            ("POST/connu", True),
            ("POST/connu", True),
            ("POST/connu", False),
            ("POST/page", False),
            ("GET/connu", False),
        ]


def exiger_le_silence(*connexions: http.client.HTTPConnection) -> None:
    """Nothing is answered on any of them for a while."""
    for connexion in connexions:
        connexion.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connexion.sock.recv(1)
        connexion.sock.settimeout(20)


def test_a_known_sender_is_answered_once_the_disk_confirmed_and_others_are_served_meanwhile():
    confirmer = threading.Event()
    with serveur(ensembles=Ensembles(lambda: confirmer.wait(10))) as le_serveur:
        premiere, seconde = le_serveur.connexion(), le_serveur.connexion()
        demander(premiere, "/connu")
        demander(seconde, "/connu")
        premiere.request("POST", "/connu")
        exiger_le_silence(premiere)
        seconde.request("POST", "/connu")
        exiger_le_silence(premiere, seconde)
        assert le_serveur.servies == [("POST/connu", False)] * 2 + [("POST/connu", True)] * 2
        confirmer.set()
        assert premiere.getresponse().read() == seconde.getresponse().read() == b""


def test_what_was_served_while_the_disk_was_waited_for_is_confirmed_together():
    portes = [threading.Event(), threading.Event()]
    suite = iter(portes)
    ensembles = Ensembles(lambda: next(suite).wait(10))
    with serveur(ensembles=ensembles) as le_serveur:
        connexions = [le_serveur.connexion() for _ in range(3)]
        for connexion in connexions:
            demander(connexion, "/connu")
        for connexion in connexions:  # the first one occupies the disk
            connexion.request("POST", "/connu")
            exiger_le_silence(connexion)
        portes[0].set()
        assert connexions[0].getresponse().read() == b""
        exiger_le_silence(*connexions[1:])
        portes[1].set()
        assert connexions[1].getresponse().read() == connexions[2].getresponse().read() == b""
        assert (ensembles.servies, ensembles.confirmees) == ([1, 1, 1], [1, 2])


def test_a_message_sent_before_the_answer_to_the_last_one_leaves_it_withheld():
    confirmer = threading.Event()
    with serveur(ensembles=Ensembles(lambda: confirmer.wait(10))) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu")
        connexion.sock.sendall(b"POST /connu HTTP/1.1\r\nHost: ici\r\nContent-Length: 0\r\n\r\n" * 2)
        exiger_le_silence(connexion)
        assert le_serveur.servies == [("POST/connu", False), ("POST/connu", True), ("POST/connu", False)]
        confirmer.set()
        reponses = b""
        while reponses.count(b"HTTP/1.1 200 OK") < 2:
            recues = connexion.sock.recv(4096)
            assert recues
            reponses += recues


def test_an_answer_that_the_disk_did_not_confirm_is_not_sent():
    def refuser() -> None:
        raise IndisponibleError

    with serveur(ensembles=Ensembles(refuser)) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu")
        with pytest.raises(http.client.RemoteDisconnected):
            demander(connexion, "/connu")
        demander(le_serveur.connexion(), "/connu")


def test_a_defect_in_what_is_served_together_closes_its_connections_and_the_loop_goes_on():
    class Fragiles(Ensembles):
        @contextmanager
        def ouvrir(self):
            with super().ouvrir():
                yield self
            if len(self.servies) == 1:
                raise ZeroDivisionError

    with serveur(ensembles=Fragiles()) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu")
        with pytest.raises(http.client.RemoteDisconnected):
            demander(connexion, "/connu")
        suivante = le_serveur.connexion()
        demander(suivante, "/connu", 2)


@pytest.mark.parametrize(("corps", "ensembles"), [(10, [1, 3]), (200_000, [1, 1, 1, 1])])
def test_messages_that_wait_are_served_together_as_far_as_they_are_small(corps: int, ensembles: list[int]):
    le_disque = Ensembles()
    with serveur(ensembles=le_disque) as le_serveur:
        connexions = [le_serveur.connexion() for _ in range(4)]
        for connexion in connexions:
            demander(connexion, "/connu")
        le_serveur.porte.clear()
        connexions[0].request("POST", "/connu", headers={"Occupe": "oui"})
        assert le_serveur.dedans.acquire(timeout=10)
        for connexion in connexions[1:]:
            connexion.request("POST", "/connu", body=bytes(corps))
        time.sleep(0.2)
        le_serveur.porte.set()
        for connexion in connexions:
            assert connexion.getresponse().read() == b""
    assert le_disque.servies == ensembles


def test_answers_that_are_withheld_leave_when_the_threads_stop():
    confirmer = threading.Event()
    with serveur(ensembles=Ensembles(lambda: confirmer.wait(10))) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu")
        connexion.request("POST", "/connu")
        exiger_le_silence(connexion)
        le_serveur.finir_la_boucle()
        threading.Timer(0.1, confirmer.set).start()
        le_serveur.cesser(5)
        assert connexion.getresponse().read() == b""


def test_through_a_trusted_proxy_no_sender_is_known():
    with serveur(ensembles=Ensembles(), mandataires=("127.0.0.1",)) as le_serveur:
        connexion = le_serveur.connexion()
        demander(connexion, "/connu", 3)
        assert le_serveur.servies == [("POST/connu", False)] * 3
