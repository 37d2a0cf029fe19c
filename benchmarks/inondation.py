"""A flood of wrong passwords: what it leaves of the throughput of clés and of remembered passwords."""

import tempfile
import threading
from pathlib import Path

from benchmarks.candidats import Candidat
from benchmarks.charge import CHARGES, tirer


def inonder(candidat: Candidat, tours: int, duree: float) -> list[dict[str, float | str]]:
    """For clés and for remembered passwords: messages a second at 8 connections alone, then under 8 wrong ones."""
    releves: list[dict[str, float | str]] = []
    premier = 0
    with tempfile.TemporaryDirectory(prefix="banc-i-") as dossier, candidat.demarrer(Path(dossier)) as instance:
        justes = instance.expediteurs[:4]
        faux = [qui._replace(mot_de_passe="pas le bon", cle="pas la bonne") for qui in instance.expediteurs[4:]]
        for charge in (CHARGES[1], CHARGES[0]):
            tirer(instance.url, charge, justes, 2, premier := premier + 100_000)
            for _ in range(tours):
                seule = tirer(instance.url, charge, justes, duree, premier := premier + 100_000)
                inondation = threading.Thread(
                    target=tirer, args=(instance.url, CHARGES[1], faux, duree + 1, premier := premier + 100_000)
                )
                inondation.start()
                sous = tirer(instance.url, charge, justes, duree, premier := premier + 100_000)
                inondation.join()
                releves.append({"charge": charge.nom, "seule": seule.debit, "sous": sous.debit})
    return releves
