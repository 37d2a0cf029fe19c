"""Transmissions that kill themselves, each in a process of its own: ``python tueur.py``, asked on standard input.

A line is a JSON object: `environ`, the settings of the service; `point`, at which of the points where something becomes
durable or visible the process sends itself SIGKILL, from 1 (0: none). Answers with one line: how the process ended
(-9, or 0), and the names of the points that it reached.
"""

import json
import os
import signal
import sys
from pathlib import Path

from service.app import Maison
from service.storage.unit_of_work import UnitOfWork
from service.usecases import choisir_mouvements
from service.usecases.consigner import AU_CLAVIER
from service.usecases.transmettre import transmettre


class Points:
    """Counts the points that are reached, tells them, and dies at one of them."""

    def __init__(self, mortel: int, sortie: int) -> None:
        self.restant, self.sortie = mortel, sortie

    def passer(self, nom: str) -> None:
        """Reach a point."""
        os.write(self.sortie, f"{nom}\n".encode())
        self.restant -= 1
        if self.restant == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def autour(self, objet: object, nom: str, *, avant: bool = True) -> None:
        """Have a point after each call of a function, and one before."""
        original = getattr(objet, nom)

        def autour(*arguments, **options):
            if avant:
                self.passer(f"before {nom}")
            resultat = original(*arguments, **options)
            self.passer(f"after {nom}")
            return resultat

        setattr(objet, nom, autour)


def transmettre_jusqu_a(environ: dict[str, str], point: int, sortie: int) -> None:
    """Transmit in this process, by small lots, until that point."""
    choisir_mouvements.LIGNES = 4
    dependencies = Maison(environ).dependencies
    points = Points(point, sortie)
    points.autour(UnitOfWork, "commit")
    points.autour(os, "fsync", avant=False)
    points.autour(Path, "replace")
    transmettre(dependencies, AU_CLAVIER)


def main() -> None:
    """Answer until the end of the input; nothing is opened here that a fork would share."""
    for ligne in sys.stdin:
        demande = json.loads(ligne)
        lecture, ecriture = os.pipe()
        enfant = os.fork()
        if enfant == 0:
            os.close(lecture)
            try:
                transmettre_jusqu_a(demande["environ"], demande["point"], ecriture)
            except BaseException as erreur:
                print(repr(erreur), file=sys.stderr, flush=True)
                os._exit(1)
            os._exit(0)
        os.close(ecriture)
        with os.fdopen(lecture) as dits:
            noms = dits.read().splitlines()
        _, etat = os.waitpid(enfant, 0)
        print(json.dumps({"fin": os.waitstatus_to_exitcode(etat), "points": noms}), flush=True)


if __name__ == "__main__":
    main()
