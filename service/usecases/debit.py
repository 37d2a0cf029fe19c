"""How many messages a minute an account may send to this process (setting ESAT_DEBIT_PAR_MINUTE)."""

import threading
import time
from collections.abc import Callable

from service.errors import DebitDepasseError


class Debit:
    """Counts the messages of each account in the running minute; `par_minute` 0 counts nothing."""

    def __init__(self, par_minute: int, horloge: Callable[[], float] = time.monotonic) -> None:
        """`horloge` counts seconds and never goes back."""
        self._par_minute, self._horloge = par_minute, horloge
        self._minute = 0
        self._comptes: dict[int, int] = {}
        self._verrou = threading.Lock()

    def compter(self, compte_id: int) -> None:
        """Count one message; raises DebitDepasseError, with the seconds left in the minute, above the limit."""
        if not self._par_minute:
            return
        maintenant = self._horloge()
        with self._verrou:
            if int(maintenant // 60) != self._minute:
                self._minute = int(maintenant // 60)
                self._comptes.clear()
            recus = self._comptes.get(compte_id, 0) + 1
            self._comptes[compte_id] = recus
        if recus > self._par_minute:
            raise DebitDepasseError(attente=60 - int(maintenant % 60))
