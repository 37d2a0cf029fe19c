"""The figures of a run, kept as they come: an interrupted run leaves what it had measured, and says so."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.candidats import CandidatEnEchecError

FICHIER = "mesures.json"
EN_COURS, INTERROMPUE, FINIE = "en cours", "interrompue", "finie"


class Carnet:
    """The figures of one run in `dossier`/mesures.json, whole at any moment; failures are told through `annoncer`."""

    def __init__(self, dossier: Path, donnees: dict[str, Any], annoncer: Callable[[str], None]) -> None:
        self.dossier = dossier
        self.annoncer = annoncer
        self.donnees = {**donnees, "etat": EN_COURS, "mesures": [], "echecs": []}
        dossier.mkdir(parents=True, exist_ok=True)
        self._garder()

    def ajouter(self, mesures: list[dict[str, Any]]) -> None:
        """Keep the bursts of a candidate in a round."""
        self.donnees["mesures"] += mesures
        self._garder()

    def noter(self, section: str, valeur: Any) -> None:
        """Keep the figures of a section."""
        self.donnees[section] = valeur
        self._garder()

    def echouer(self, candidat: str, quand: str, raison: str, dernieres: str = "") -> None:
        """Tell and keep that a candidate failed, and why."""
        self.donnees["echecs"].append({"candidat": candidat, "quand": quand, "raison": raison, "dernieres": dernieres})
        self._garder()
        self.annoncer(f"ÉCHEC  {candidat}, {quand} : {raison}")
        for ligne in dernieres.splitlines():
            self.annoncer(f"       | {ligne}")

    @contextmanager
    def tenter(self, candidat: str, quand: str) -> Iterator[None]:
        """Whatever fails in there is told, kept, and does not stop the others."""
        try:
            yield
        except Exception as erreur:
            dernieres = erreur.dernieres if isinstance(erreur, CandidatEnEchecError) else ""
            self.echouer(candidat, quand, str(erreur) or type(erreur).__name__, dernieres)

    def fermer(self, etat: str) -> None:
        """Say how the run ended."""
        self.donnees["etat"] = etat
        self._garder()

    def _garder(self) -> None:
        ecrire_chiffres(self.dossier / FICHIER, self.donnees)


def ecrire_chiffres(fichier: Path, donnees: dict[str, Any]) -> None:
    """Replace the file at once: a reader, or a death half-way, finds the former figures or the new ones."""
    nouveau = fichier.with_suffix(".json.nouveau")
    with nouveau.open("w", encoding="utf-8") as flux:
        json.dump(donnees, flux, ensure_ascii=False, indent=1)
        flux.write("\n")
        flux.flush()
        os.fsync(flux.fileno())
    nouveau.replace(fichier)


def lire_chiffres(fichier: Path) -> dict[str, Any]:
    """The figures kept, none where there is no file."""
    donnees: dict[str, Any] = json.loads(fichier.read_text("utf-8")) if fichier.exists() else {}
    return donnees
