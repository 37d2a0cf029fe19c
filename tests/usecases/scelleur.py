"""A sealer in a process of its own, for the tests: ``python scelleur.py ACT`` on the database of the ESAT_ settings.

sceller   write an entry and seal, again and again; say the number of entries sealed by each seal, until killed
mourir    seal, and be killed by the kernel at the step named by the second argument
"""

import os
import signal
import sys
from datetime import UTC, datetime

from service.app import Maison
from service.domain.actes import Acte
from service.storage.fichier_sceaux import FichierSceaux
from service.storage.sceaux import SceauxRepository
from service.usecases.consigner import AU_CLAVIER, consigner
from service.usecases.dependencies import Dependencies
from service.usecases.sceller import sceller


def inscrire(dependencies: Dependencies) -> None:
    """An entry."""
    with dependencies.unites.ecriture() as unite:
        consigner(unite, AU_CLAVIER, Acte.CAMPAGNE_FIXEE, datetime.now(UTC))
        unite.commit()


def sans_cesse(dependencies: Dependencies) -> None:
    """See the module."""
    while True:
        inscrire(dependencies)
        print(sceller(dependencies).entrees, flush=True)


def mourir(dependencies: Dependencies, etape: str) -> None:
    """See the module."""

    def tuer(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def ecrire_a_moitie(fichier: FichierSceaux, lignes: list[str]) -> None:
        with fichier.chemin.open("a") as sortie:
            sortie.write(lignes[0][: len(lignes[0]) // 2])
        tuer()

    if etape == "avant le sceau":
        SceauxRepository.ajouter = tuer  # type: ignore[method-assign]
    elif etape == "entre le sceau et le fichier":
        FichierSceaux.ajouter = tuer  # type: ignore[method-assign]
    else:
        FichierSceaux.ajouter = ecrire_a_moitie  # type: ignore[method-assign]
    sceller(dependencies)


if __name__ == "__main__":
    outils = Maison().dependencies
    if sys.argv[1] == "sceller":
        sans_cesse(outils)
    else:
        mourir(outils, sys.argv[2])
