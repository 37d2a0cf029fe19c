"""What the use cases work with, made once by ``app`` and handed to every act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.mot_de_passe import Politique
from service.domain.recepisse import ServiceEmetteur
from service.security.encryption import Coffre
from service.security.limits import Seuils
from service.security.passwords import Hacheur, Memoire
from service.security.signing import Signataire
from service.security.wsse import Fenetre
from service.storage.dossier_transmissions import DossierTransmissions
from service.storage.fichier_sceaux import FichierSceaux
from service.storage.unit_of_work import FabriqueUnites
from service.usecases.debit import Debit
from service.usecases.mesures import Mesures
from service.usecases.poste import Poste
from service.usecases.refus_anonymes import RefusAnonymes


@dataclass(frozen=True, slots=True)
class Limites:
    """What a message may hold at most: lines, bytes, deposits a page (``limites`` of ConsulteService)."""

    lignes_par_message: int = 1000
    octets_par_message: int = 4 * 1024 * 1024
    depots_par_page: int = 500


@dataclass(frozen=True, slots=True)
class Sceaux:
    """What the seals of the log need beside the database and the signing key."""

    fichier: FichierSceaux
    certificats_pem: bytes
    """Every published certificate: what seals are verified with."""
    pause: timedelta
    """Between two seals."""


@dataclass(frozen=True, slots=True)
class Conservation:
    """How long things are kept, in calendar months."""

    declarations: int
    bruts: int
    journal: int


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The tools of the acts; `horloge` gives the current instant, timezone-aware in UTC."""

    unites: FabriqueUnites
    coffre: Coffre
    signataire: Signataire
    hacheur: Hacheur
    memoire: Memoire
    debit: Debit
    refus_anonymes: RefusAnonymes
    horloge: Callable[[], datetime]
    emetteur: ServiceEmetteur
    environnement: str
    fenetre: Fenetre
    seuils: Seuils
    politique: Politique
    limites: Limites
    poste: Poste
    mesures: Mesures
    sceaux: Sceaux
    conservation: Conservation
    transmissions: DossierTransmissions
