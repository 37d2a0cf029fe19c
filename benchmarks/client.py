"""The reference client: CPU time to read, check and send a payroll file, from a shell as a payroll system does it.

Each figure is user and system time of one process, from its start to its end, the interpreter's start included, as the
kernel counted it (``wait4``). The service is the product as ``serve`` starts it.
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook

from benchmarks.candidats import Candidat, CandidatEnEchecError, Instance
from benchmarks.tournoi import lancer
from service.domain.identifiants import cle_nir

SALARIES, FOIS = 1000, 3
DEMARRAGE, VERIFIER, DECLARER = "démarrer (--version)", "lire et contrôler (--verifier)", "lire, contrôler et déclarer"
_COLONNES = (
    *("reference", "nir", "numero_allocataire", "organisme", "nom", "prenom", "date_naissance"),
    *("nombre_mois", "montant_net", "montant_aide_poste"),
)
_FIN_DE_LA_SORTIE = 2_000


def observer_le_client(candidat: Candidat, fois: int = FOIS) -> dict[str, dict[str, float]]:
    """Seconds of CPU, by format of the file and by act: the median of `fois` runs, new employees in each.

    Raises CandidatEnEchecError with what the client said, where it did not succeed.
    """
    durees: dict[str, dict[str, list[float]]] = {}
    rangs = count()
    with lancer(candidat) as instance, tempfile.TemporaryDirectory(prefix="banc-c-") as nom:
        dossier = Path(nom)
        environ = _environnement(instance, dossier)
        for _ in range(fois):
            for extension, ecrire in _FORMATS.items():
                fichier = dossier / f"paie.{extension}"
                ecrire(fichier, [_salarie(next(rangs)) for _ in range(SALARIES)])
                demande = ("certificat", str(fichier), "--annee", "2026")
                actes = {DEMARRAGE: ("--version",), VERIFIER: (*demande, "--verifier"), DECLARER: demande}
                for acte, arguments in actes.items():
                    durees.setdefault(extension, {}).setdefault(acte, []).append(_cpu(arguments, environ, dossier))
        if instance.compter() != fois * len(_FORMATS) * SALARIES:
            raise CandidatEnEchecError(
                f"{instance.compter()} lignes écrites pour {next(rangs)} déclarées par le client"
            )
    return {
        extension: {acte: statistics.median(lues) for acte, lues in par_acte.items()}
        for extension, par_acte in durees.items()
    }


def _environnement(instance: Instance, dossier: Path) -> dict[str, str]:
    qui = instance.expediteurs[0]
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DECLARER_ESAT_")}
    return propre | {
        "DECLARER_ESAT_URL": instance.url.removesuffix("/ws/v1"),
        "DECLARER_ESAT_SIRET": qui.siret,
        "DECLARER_ESAT_UTILISATEUR": qui.utilisateur,
        "DECLARER_ESAT_CLE": qui.cle,
        "HOME": str(dossier),
    }


def _cpu(arguments: Sequence[str], environ: dict[str, str], dossier: Path) -> float:
    """CPU seconds of one run of the client."""
    with tempfile.TemporaryFile() as sortie:
        processus = subprocess.Popen(
            [sys.executable, "-m", "declarer_esat", *arguments],
            env=environ,
            cwd=dossier,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
        )
        try:
            _, statut, usage = os.wait4(processus.pid, 0)
        except BaseException:
            processus.kill()
            processus.wait()
            raise
        processus.returncode = os.waitstatus_to_exitcode(statut)
        if processus.returncode:
            sortie.seek(0)
            dit = sortie.read().decode("utf-8", "replace")[-_FIN_DE_LA_SORTIE:]
            raise CandidatEnEchecError(f"declarer-esat {arguments[0]} : code {processus.returncode}", dit)
    return usage.ru_utime + usage.ru_stime


def _salarie(rang: int) -> tuple[str, ...]:
    """An invented employee, whose identifiers are right, and whom no rank before has."""
    corps = f"1850175{1 + rang // 999:03d}{1 + rang % 999:03d}"
    return (
        *(f"MAT-{rang:06d}", f"{corps}{cle_nir(corps):02d}", f"{rang:07d}", "751", "MARTIN", "Camille", "12/01/1985"),
        *("12", "812,40", "640,10"),
    )


def _ecrire_csv(fichier: Path, salaries: Iterable[Sequence[str]]) -> None:
    with fichier.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=";").writerows([_COLONNES, *salaries])


def _ecrire_xlsx(fichier: Path, salaries: Iterable[Sequence[str]]) -> None:
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Certificats")
    for ligne in [_COLONNES, *salaries]:
        feuille.append(ligne)
    classeur.save(fichier)


_FORMATS: dict[str, Callable[[Path, Iterable[Sequence[str]]], None]] = {"csv": _ecrire_csv, "xlsx": _ecrire_xlsx}
