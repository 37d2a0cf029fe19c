"""What is stored, and nothing of how it is used.

Invariants the database itself holds: one REFERENT per ESAT; a message identifier once per ESAT; numbers of deposits
once for ever, and so those of declarations, made of their deposit's and their rank; a replay key once; no line without
its deposit. Values of coded columns (`etat`, `role`, `statut`, `nature`, `operation`…) are those of the enums of
`service.domain`.

What comes from outside is of type text, without a length: what is too long is for the rules or the schema to say, not
for one of two databases. Lengths are those of our own codes and numbers.

Units: instants in UTC; amounts, shares and weekly hours in integer hundredths; durations in microseconds.
Personal data of a line is one ciphertext (`donnees`), searched by repères (keyed hashes) only. Every index on one opens
with `esat_id`: the rows of one ESAT then share pages, where an index on the repère alone would touch a page a line.
"""

from service.storage.tables.base import metadata
from service.storage.tables.courriels import courriel
from service.storage.tables.depots import ACTIVE, alerte_vue, anomalie, campagne, depot, ligne, message_brut
from service.storage.tables.gardes import jeton, session_web, tentative
from service.storage.tables.habilitations import (
    ancien_mot_de_passe,
    cle_integration,
    compte,
    convention,
    esat,
    habilitation,
)
from service.storage.tables.journal import feuille, journal, sceau
from service.storage.tables.mesures import mesure
from service.storage.tables.operateurs import ancien_mot_de_passe_operateur, operateur
from service.storage.tables.transmissions import avancement, mouvement, transmission

__all__ = [
    "ACTIVE",
    "alerte_vue",
    "ancien_mot_de_passe",
    "ancien_mot_de_passe_operateur",
    "anomalie",
    "avancement",
    "campagne",
    "cle_integration",
    "compte",
    "convention",
    "courriel",
    "depot",
    "esat",
    "feuille",
    "habilitation",
    "jeton",
    "journal",
    "ligne",
    "message_brut",
    "mesure",
    "metadata",
    "mouvement",
    "operateur",
    "sceau",
    "session_web",
    "tentative",
    "transmission",
]
