"""One worker process: waitress on a socket of its own, stopped without cutting what is in flight.

Every worker listens on the same address with SO_REUSEPORT, so that the kernel shares connections out (a shared
inherited socket does not balance keep-alive connections, 5-performance).
"""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from service.server.dispatching import MESSAGES, Canal, Repartiteur
from service.server.memory import espacer_les_ramassages
from service.server.sharing import Guichet, Place

CONNEXIONS_MAX = 4000
"""Silent connections cost a file descriptor, never a thread: 200 of them must not keep others out (3-security)."""
SILENCE_MAX = 60
"""Seconds after which a connection that sends nothing is closed."""
LECTURE = 256 * 1024
"""Bytes read or written at once."""
_ENTETES_MAX = 64 * 1024
_ACCEPTES_A_L_ARRET = 1000


def ecouter(adresse: tuple[str, int]) -> socket.socket:
    """Return a listening socket on an address that other workers listen on too."""
    prise = reserver(adresse)
    prise.listen(1024)
    return prise


def reserver(adresse: tuple[str, int], *, partage: bool = True) -> socket.socket:
    """Return a socket bound to the address, not listening; raises OSError where it is taken."""
    famille = socket.AF_INET6 if ":" in adresse[0] else socket.AF_INET
    prise = socket.socket(famille, socket.SOCK_STREAM)
    try:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if partage:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        prise.bind(adresse)
    except OSError:
        prise.close()
        raise
    return prise


def servir_waitress(
    application: Callable[..., Any],
    adresse: tuple[str, int],
    place: Place,
    repartiteur: Repartiteur,
    octets_max: int,
    arret: int,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in flight, `arret` seconds at most."""
    serveur = _creer(application, adresse, repartiteur, octets_max)
    partager(serveur, place)
    espacer_les_ramassages()
    arrets: list[int] = []

    def demander_l_arret(numero: int, _pile: Any) -> None:
        arrets.append(numero)
        serveur.trigger.pull_trigger()

    signal.signal(signal.SIGTERM, demander_l_arret)
    signal.signal(signal.SIGINT, demander_l_arret)
    while not arrets:
        place.compter(len(serveur.active_channels))
        _equilibrer(serveur, place)
        tourner(serveur, 1)
    place.quitter()
    _finir(serveur, time.monotonic() + arret)


def _creer(application: Callable[..., Any], adresse: tuple[str, int], repartiteur: Repartiteur, octets_max: int) -> Any:
    # A queue is what a burst is for: waitress would write a line about each message of it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serveur = create_server(
        application,
        sockets=[ecouter(adresse)],
        _dispatcher=repartiteur,
        connection_limit=CONNEXIONS_MAX,
        channel_timeout=SILENCE_MAX,
        cleanup_interval=10,
        # A thousand lines are read in two pieces instead of forty, and an answer leaves in one.
        recv_bytes=LECTURE,
        send_bytes=LECTURE,
        max_request_header_size=_ENTETES_MAX,
        # door refuses above octets_max in French; this bound keeps what is far above from being read at all.
        max_request_body_size=2 * octets_max,
        asyncore_use_poll=True,
        asyncore_loop_timeout=1,
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    serveur.channel_class = Canal
    _ne_pas_s_eveiller(serveur)
    return serveur


def _ne_pas_s_eveiller(serveur: Any) -> None:
    """Only other threads call the loop: calling itself cost it a turn a message."""
    boucle, eveiller = threading.get_ident(), serveur.pull_trigger
    serveur.pull_trigger = lambda: None if threading.get_ident() == boucle else eveiller()


def partager(serveur: Any, place: Place) -> None:
    """Hand on what another worker is to serve, take in what others hand on."""
    accepter = serveur.accept

    def garder() -> Any:
        acceptee = accepter()
        return None if acceptee is None or place.confier(acceptee[0]) else acceptee

    def entrer(connexion: socket.socket, adresse: Any) -> None:
        serveur.set_socket_options(connexion)
        serveur.channel_class(serveur, connexion, serveur.fix_addr(adresse), serveur.adj, map=serveur._map)

    serveur.accept = garder
    Guichet(place, entrer, serveur._map)


def _equilibrer(serveur: Any, place: Place) -> None:
    """Hand on one connection that waits, where another worker has two fewer."""
    if not place.en_a_trop:
        return
    for canal in list(serveur.active_channels.values()):
        if canal.oisif and place.confier(canal.socket):
            canal.handle_close()  # here only: the other worker has it by now
            return


def _finir(serveur: Any, echeance: float) -> None:
    """Take in what already reached the socket, stop listening, and let every started exchange end."""
    for _ in range(_ACCEPTES_A_L_ARRET):
        avant = len(serveur.active_channels)
        tourner(serveur, 0)
        if len(serveur.active_channels) <= avant:
            break
    serveur.del_channel(serveur._map)
    serveur.socket.close()
    while time.monotonic() < echeance and any(map(_en_cours, list(serveur.active_channels.values()))):
        tourner(serveur, 0.1)
    serveur.task_dispatcher.shutdown(timeout=max(0.1, echeance - time.monotonic()))


def tourner(serveur: Any, patience: float) -> None:
    """Read and write what is ready, waiting `patience` seconds for it, and serve the known senders that wait.

    Those whose answers left together send again within some tens of microseconds: whoever comes while others are read
    is served with them (M1 at 8 connections: 1,210 a second, 1,360 so).
    """
    repartiteur: Repartiteur = serveur.task_dispatcher
    avant = repartiteur.connus
    wasyncore.loop(timeout=0 if avant else patience, use_poll=True, map=serveur._map, count=1)
    while avant < repartiteur.connus < MESSAGES:
        avant = repartiteur.connus
        wasyncore.loop(timeout=0, use_poll=True, map=serveur._map, count=1)
    repartiteur.servir()


def _en_cours(canal: Any) -> bool:
    """Whether a request of this connection is being received, answered or written."""
    return bool(canal.requests or canal.request is not None or canal.total_outbufs_len)
