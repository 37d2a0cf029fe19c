"""The catalogue of rules: the one source of the controls, of `ListeAnomalies`, of the vendor guide and of the client.

Invariants: a code never changes its meaning; `VERSION_REGLES` changes whenever a rule or a text does, and goes into
every receipt.
"""

from collections.abc import Mapping
from types import MappingProxyType

from service.domain.declaration import Anomalie
from service.domain.regle import Regle
from service.domain.regles_certificat import REGLES_DU_CERTIFICAT
from service.domain.regles_changement import REGLES_DU_CHANGEMENT
from service.domain.regles_salarie import REGLES_DU_SALARIE
from service.domain.regles_vraisemblance import REGLES_DE_VRAISEMBLANCE

__all__ = ["REGLES", "VERSION_REGLES", "Regle", "anomalie"]

VERSION_REGLES = "2026.1"
"""Year and number of this set of rules."""

_TOUTES = (*REGLES_DU_SALARIE, *REGLES_DU_CERTIFICAT, *REGLES_DE_VRAISEMBLANCE, *REGLES_DU_CHANGEMENT)

REGLES: Mapping[str, Regle] = MappingProxyType(
    {regle.code: regle for regle in sorted(_TOUTES, key=lambda regle: ("ICA".index(regle.code[0]), regle.code))}
)
"""Every rule by code, in the order of the guide: identities, certificates, activity."""


def anomalie(code: str, champ: str | None = None, **details: object) -> Anomalie:
    """Return the anomaly of a rule at a path within the line, its message filled with `details`.

    Raises `KeyError` for a code that the catalogue has not, or a detail that the message lacks.
    """
    regle = REGLES[code]
    return Anomalie(code, regle.gravite, champ, regle.message.format(champ=champ, **details))
