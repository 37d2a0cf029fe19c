"""A real service for the tests: its own data directory and port, started and stopped as an operator would."""

import atexit
import base64
import functools
import json
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from lxml import etree
from pepiniere import Processus, planter

DEMARRAGE_S = 60
COMMANDE_S = 120
ADRESSE = re.compile(r"https?://[0-9.]+:[0-9]+")
# Argon2id at its usual cost is not what these tests are about; one core is shared by several services.
REGLAGES = {
    "ESAT_ECOUTE": "127.0.0.1:0",
    "ESAT_PROCESSUS": "2",
    "ESAT_ARGON2_MEMOIRE": "64",
    "ESAT_ARGON2_ITERATIONS": "1",
    "ESAT_ARRET": "20",
}


@dataclass
class Serveur:
    """A running service: where it is, what was prepared for it, and its first process."""

    adresse: str
    donnees: Path
    environ: Mapping[str, str]
    processus: Processus

    @property
    def service(self) -> str:
        """Address of the SOAP service."""
        return f"{self.adresse}/ws/v1"

    @property
    def demo(self) -> dict[str, Any]:
        """The demonstration's ESATs, employees and accounts."""
        return json.loads((self.donnees / "demo.json").read_text(encoding="utf-8"))

    def poster(self, message: bytes, *, delai: float = 60) -> requests.Response:
        """POST a SOAP 1.1 message."""
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        return requests.post(self.service, data=message, headers=headers, timeout=delai)

    def commande(self, *arguments: str, code: int = 0) -> str:
        """Run ``python -m service …`` on the same data; return what it printed."""
        return commande(self.environ, *arguments, code=code)

    def arreter(self) -> int:
        """SIGTERM, and the exit code."""
        self.processus.send_signal(signal.SIGTERM)
        return self.processus.wait(timeout=DEMARRAGE_S)


def reglages(donnees: Path, **autres: str) -> dict[str, str]:
    """The environment of a service on that data directory."""
    return {**os.environ, "ESAT_DONNEES": str(donnees), **REGLAGES, **autres}


def commande(environ: Mapping[str, str], *arguments: str, code: int = 0) -> str:
    """Run ``python -m service …``, expect its exit code, return what it printed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as erreurs:
        processus = planter(["-m", "service", *arguments], environ, Path(environ["ESAT_DONNEES"]), erreurs)
        try:
            dit = processus.lire(COMMANDE_S)
            retour = processus.wait(COMMANDE_S)
        finally:
            processus.achever()
        erreurs.seek(0)
        assert retour == code, dit + erreurs.read()
    return dit


def preparer(donnees: Path, **autres: str) -> dict[str, str]:
    """Make a demonstration's data; return the environment to serve it with.

    They are made once a process of the tests and copied: each service has its own, nobody waits twice.
    """
    if "ESAT_BASE" in autres:
        donnees.mkdir(parents=True, exist_ok=True)
        commande(reglages(donnees, **autres), "demo-data")
    else:
        shutil.copytree(_modele(), donnees, dirs_exist_ok=True)
    return reglages(donnees, **autres)


@functools.cache
def _modele() -> Path:
    modele = Path(tempfile.mkdtemp(prefix="esat-modele-"))
    atexit.register(shutil.rmtree, modele, ignore_errors=True)
    commande(reglages(modele), "demo-data")
    return modele


def lancer(environ: Mapping[str, str]) -> Serveur:
    """Start ``serve`` and wait until it answers."""
    donnees = Path(environ["ESAT_DONNEES"])
    with (donnees / "serve.stderr").open("a", encoding="utf-8") as erreurs:
        processus = planter(["-m", "service", "serve"], environ, donnees, erreurs)
    dit = ""
    for ligne in processus.stdout:
        dit += ligne
        trouvee = ADRESSE.search(ligne)
        if trouvee:
            _attendre(trouvee.group())
            return Serveur(trouvee.group(), donnees, environ, processus)
    raise AssertionError(f"serve did not start: {dit}{(donnees / 'serve.stderr').read_text(encoding='utf-8')}")


@contextmanager
def serveur(donnees: Path, **autres: str) -> Iterator[Serveur]:
    """A service with demonstration data, stopped at the end whatever happens."""
    en_marche = lancer(preparer(donnees, **autres))
    try:
        yield en_marche
    finally:
        finir(en_marche)


def finir(en_marche: Serveur) -> None:
    """Stop a service that may be gone already."""
    if en_marche.processus.poll() is None:
        en_marche.arreter()
    en_marche.processus.stdout.close()


def descendants(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(enfant) for enfant in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _attendre(adresse: str) -> None:
    echeance = time.monotonic() + DEMARRAGE_S
    while time.monotonic() < echeance:
        try:
            if requests.get(f"{adresse}/sante", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"no answer at {adresse}")


def accuse_signe(reponse: bytes) -> bytes:
    """The signed receipt in a response."""
    texte = etree.fromstring(reponse).findtext(".//{*}accuseSigne")
    assert texte is not None, reponse[:2000]
    return base64.b64decode(texte)
