"""A writer in a process of its own, for the tests: ``python ecrivain.py ACT URL …``, told of on standard output.

tuer ESAT        deposit for ever, say each number once committed; the tenth is left uncommitted and the process waits.
groupes ESAT     deposit for ever in four threads that share commits; say each number once committed.
identifiant ESAT deposit the same identifier as the others; say whether it was recorded.
jetons           consume the same fifty replay keys as the others; say which.
fourche          (a lock file for URL) fork once the file is open; the child takes the lock that its parent holds.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from service.storage.database import creer_moteur
from service.storage.depots import NouveauDepot
from service.storage.unit_of_work import FabriqueUnites
from service.storage.write_lock import VerrouEcriture

INSTANT = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


def depot(esat: int, numero: str, identifiant: str) -> NouveauDepot:
    """A deposit."""
    return NouveauDepot(
        numero, esat, None, identifiant, "DeclareCertificatEmploi", 2026, False, "0" * 64, INSTANT,
        "ACCEPTE", 1, 1, 0, "2026.1", "e", "n", "v", b"accuse",
    )  # fmt: skip


def dire(mot: str) -> None:
    """To the test, at once."""
    print(mot, flush=True)


def tuer(unites: FabriqueUnites, esat: int) -> None:
    """See the module."""
    for rang in range(10):
        numero = f"D261203-{os.getpid() % 100000:05d}{rang:03d}"
        with unites.ecriture() as unite:
            unite.esats.verrouiller(esat)
            unite.depots.ajouter(depot(esat, numero, f"{numero:>36}"))
            if rang == 9:
                dire("ouverte")
                time.sleep(600)
            unite.commit()
        dire(numero)


def groupes(unites: FabriqueUnites, esat: int) -> None:
    """See the module."""

    def deposer(fil: int) -> None:
        for rang in range(1_000_000):
            numero = f"D{fil}{rang:06d}-{os.getpid() % 100_000_000:08d}"
            with unites.ecriture(groupee=True) as unite:
                unite.depots.ajouter(depot(esat, numero, f"{numero:>36}"))
                unite.commit()
            os.write(1, f"{numero}\n".encode())

    for fil in range(4):
        threading.Thread(target=deposer, args=(fil,)).start()


def identifiant(unites: FabriqueUnites, esat: int) -> None:
    """See the module."""
    for rang in range(20):
        numero = f"D261203-{os.getpid() % 100000:05d}{rang:03d}"
        with unites.ecriture() as unite:
            recu = unite.depots.ajouter(depot(esat, numero, f"{rang:036d}"))
            unite.commit()
        if recu is not None:
            dire(str(rang))


def jetons(unites: FabriqueUnites) -> None:
    """See the module."""
    for rang in range(50):
        with unites.ecriture() as unite:
            if unite.jetons.consommer(bytes([rang]) * 32, INSTANT):
                dire(str(rang))
            unite.commit()


def fourche(fichier: str) -> None:
    """See the module."""
    verrou = VerrouEcriture(Path(fichier))
    with verrou:  # the file is open before the fork
        pass
    lecture, ecriture = os.pipe()
    if enfant := os.fork():
        with verrou:
            os.write(ecriture, b"!")
            time.sleep(0.5)
            dire("le parent sort")
        os.waitpid(enfant, 0)
    else:
        os.read(lecture, 1)
        with verrou:
            dire("l'enfant entre")


if __name__ == "__main__":
    acte, url, *reste = sys.argv[1:]
    if acte == "fourche":
        fourche(url)
    elif acte == "tuer":
        tuer(FabriqueUnites(creer_moteur(url)), int(reste[0]))
    elif acte == "groupes":
        groupes(FabriqueUnites(creer_moteur(url)), int(reste[0]))
    elif acte == "identifiant":
        identifiant(FabriqueUnites(creer_moteur(url)), int(reste[0]))
    else:
        jetons(FabriqueUnites(creer_moteur(url)))
