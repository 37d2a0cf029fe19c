"""The program as the tests run it, and what it is told."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from paie import SAMPLES
from serveur import Serveur

from service.domain.identifiants import cle_nir

__all__ = ["ANNEE", "PROGRAMME", "SAMPLES", "Sortie", "acces_de", "environnement", "nir_valide"]
ANNEE = 2026
PROGRAMME = (sys.executable, "-m", "declarer_esat")


@dataclass(frozen=True)
class Sortie:
    """What a run of the program gave."""

    code: int
    sortie: str
    erreur: str

    @property
    def tout(self) -> str:
        """Both outputs on one line: where a terminal breaks lines does not matter."""
        return " ".join(f"{self.sortie} {self.erreur}".split())


def nir_valide(rang: int) -> str:
    """An invented NIR with the right key, of a person born in the département 99 in May 1985."""
    debut = f"1850599{rang // 1000 % 1000:03d}{rang % 1000:03d}"
    return f"{debut}{cle_nir(debut):02d}"


def acces_de(service: Serveur, adresse: str) -> dict[str, str]:
    """The variables of the référent of the first ESAT, for an address which may be that of a relay."""
    esat = service.demo["esats"][0]
    compte = esat["comptes"][0]
    return {
        "DECLARER_ESAT_URL": adresse,
        "DECLARER_ESAT_SIRET": esat["siret"],
        "DECLARER_ESAT_UTILISATEUR": compte["courriel"],
        "DECLARER_ESAT_CLE": compte["cle_integration"],
    }


def environnement(acces: dict[str, str], dossier: Path) -> dict[str, str]:
    """The environment of the program as another process."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DECLARER_ESAT_")}
    return {**propre, **acces, "HOME": str(dossier), "COLUMNS": "200"}
