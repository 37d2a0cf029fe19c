"""The same WSGI application under granian, as an option (ESAT_SERVEUR=granian): HTTP in Rust, workers of its own.

On SQLite the application brings together what its threads are handed one by one (`together`).
"""

from typing import Any

from service.errors import ConfigurationError, Precision

try:
    from granian.constants import Interfaces
    from granian.server import Server
except ImportError:  # an extra of its own
    Interfaces = Server = None  # type: ignore[assignment, misc]


def servir_granian(cible: str, adresse: tuple[str, int], processus: int, fils: int, arret: int) -> None:
    """Serve the application that the factory `cible` (``module:function``) makes, until SIGTERM or SIGINT.

    Raises ConfigurationError when granian is not installed.
    """
    if Server is None:
        manque = "granian n'est pas installé : pip install teledeclaration-esat[serveur,granian]."
        raise ConfigurationError(precisions=[Precision(manque, champ="ESAT_SERVEUR")])
    serveur: Any = Server(
        cible,
        address=adresse[0],
        port=adresse[1],
        interface=Interfaces.WSGI,
        workers=processus,
        blocking_threads=fils,
        workers_kill_timeout=arret,
        factory=True,
        log_enabled=False,
    )
    serveur.serve()
