"""The same WSGI application under granian, as an option (ESAT_SERVEUR=granian): HTTP in Rust, workers of its own.

On SQLite the application brings together what its threads are handed one by one (`together`).
"""

from importlib import import_module
from typing import Any

from service.errors import ConfigurationError, Precision


def servir_granian(cible: str, adresse: tuple[str, int], processus: int, fils: int, arret: int) -> None:
    """Serve the application that the factory `cible` (``module:function``) makes, until SIGTERM or SIGINT.

    Raises ConfigurationError when granian, an extra of its own, is not installed.
    """
    try:
        granian: Any = import_module("granian")  # here alone: it would be 4 MB of each process of waitress
    except ModuleNotFoundError:
        manque = "granian n'est pas installé : pip install teledeclaration-esat[serveur,granian]."
        raise ConfigurationError(precisions=[Precision(manque, champ="ESAT_SERVEUR")]) from None
    granian.Granian(
        cible,
        address=adresse[0],
        port=adresse[1],
        interface=granian.constants.Interfaces.WSGI,
        workers=processus,
        blocking_threads=fils,
        workers_kill_timeout=arret,
        factory=True,
        log_enabled=False,
    ).serve()
