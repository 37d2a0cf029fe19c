"""The technical log: one line of JSON an event on stderr, with the request it is of; no message, no person."""

import json
import logging
import sys
from datetime import UTC, datetime


def journaliser_en_json(niveau: str) -> None:
    """Technical log: one line of JSON an event on stderr; messages and personal data never reach it."""
    sortie = logging.StreamHandler(sys.stderr)
    sortie.setFormatter(_JsonFormatter())
    racine = logging.getLogger("service")
    racine.handlers[:] = [sortie]
    racine.setLevel(niveau)
    racine.propagate = False


class _JsonFormatter(logging.Formatter):
    _propres = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        evenement = {
            "instant": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            "evenement": record.getMessage(),
        }
        evenement |= {nom: valeur for nom, valeur in record.__dict__.items() if nom not in self._propres}
        return json.dumps(evenement, ensure_ascii=False, default=str)
