"""What schemas and rules say, in the words of a file: rows for ranks, columns for elements, no advice to developers."""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from service.contract.diagnostic import diagnostiquer
from service.contract.fichiers.colonnes import colonne_du_champ, en_colonnes
from service.contract.fichiers.constats import SCHEMA, Constat
from service.contract.validation import valider
from service.domain.declaration import Anomalie, Gravite
from service.domain.regles import REGLES
from service.domain.regles_certificat import INDICE_SPECIFIED
from service.errors import Precision, SchemaInvalideError

Nommer = Callable[[str], str]
"""Puts the words of a file (`en_colonnes`) or of a form (`en_libelles`) in the place of the contract's elements."""
_POUR_LES_DEVELOPPEURS = " En .NET,"
"""Opens the part of a correction that is of no use to who fills in a spreadsheet or a form."""
_PLUSIEURS_FICHIERS = ("dans deux messages", "dans deux fichiers")
"""What a sender of messages and a sender of files have to do about I04."""
_LIGNE = re.compile(r"/(?:certificat|changement|numeroDeclaration)\[(\d+)\]")


def constats_du_schema(charge: etree._Element, lignes: Sequence[int], nommer: Nommer = en_colonnes) -> list[Constat]:
    """Return what the contract's schemas have against a payload; `lignes` are the rows of its lines, in order."""
    try:
        valider(charge)
    except SchemaInvalideError as refus:
        # All of them, where a fault tells a hundred.
        precisions = list(diagnostiquer(charge)) or refus.precisions
        return [constat_de_precision(precision, lignes, nommer) for precision in precisions]
    return []


def constat_de_precision(precision: Precision, lignes: Sequence[int], nommer: Nommer = en_colonnes) -> Constat:
    """Return what a precision says of a row: the one whose rank its path has, of those in the message."""
    place = _LIGNE.search(precision.champ or "")
    rang = int(place[1]) if place else 0
    ligne = lignes[rang - 1] if 1 <= rang <= len(lignes) else None
    # The element of the line itself: its path ends with the rank.
    colonne = None if place and (precision.champ or "").endswith(place[0]) else colonne_du_champ(precision.champ)
    return Constat(ligne, colonne, SCHEMA, Gravite.REJET, nommer(precision.message))


def constat_de_regle(ligne: int | None, trouvee: Anomalie, nommer: Nommer = en_colonnes) -> Constat:
    """Return an anomaly as it is told of a row: columns for elements, and how to put it right."""
    message = trouvee.message.removeprefix(f"{trouvee.champ} : ").removesuffix(INDICE_SPECIFIED)
    message = nommer(message.removeprefix("certificat : "))
    regle = REGLES.get(trouvee.code)
    correction = (
        nommer(regle.correction.split(_POUR_LES_DEVELOPPEURS)[0]).replace(*_PLUSIEURS_FICHIERS) if regle else ""
    )
    return Constat(ligne, colonne_du_champ(trouvee.champ), trouvee.code, trouvee.gravite, message, correction)
