"""SOAP toolkits that others wrote, each with its small program of ``client_examples``: prepared once, run by the tests.

What a toolkit downloads or compiles is kept under ``var/outils`` of the checkout, under a name that tells what it was
made from: the program, the WSDL as the service publishes it, the tools' versions. The runs on several Pythons share it.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests
from filelock import FileLock

RACINE = Path(__file__).resolve().parents[1]
EXEMPLES = RACINE / "client_examples"
CACHE = RACINE / "var" / "outils"
CONSTRUCTION_S = 540
"""Seconds that a first preparation may take: Maven downloads some hundred files."""
EXECUTION_S = 120
_MAVEN = ("mvn", "--quiet", "--batch-mode", f"-Dmaven.repo.local={CACHE / 'maven'}", "package")
# A program that runs for two seconds has no use for the second compiler and for parallel collectors; nor has Maven.
_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
_JAVA = ("java", *_JVM)


@dataclass(frozen=True)
class Outil:
    """A toolkit: its folder in client_examples, what to run there, and what makes it ready, if anything does."""

    dossier: str
    commande: Sequence[str]
    preparation: Sequence[str] = ()
    versions: Sequence[Sequence[str]] = ()
    """Commands that tell what the preparation depends on beside its files."""
    variantes: Sequence[str] = ()
    """Variants of the WSDL that it is tried with beside the plain one."""
    champs_fautifs: str = "ConsulteDepot/siret, ConsulteDepot"
    """What its program shows of the fault that it provokes: less where the toolkit itself stops a wrong value."""

    def executer(self, adresse: str, reglages: Mapping[str, str], dossier: Path) -> subprocess.CompletedProcess[str]:
        """Run the program in `dossier`, with its settings in the environment and nothing else of the tests'."""
        lieu = preparer(self, adresse) if self.preparation else EXEMPLES / self.dossier
        return subprocess.run(
            [morceau.replace("{ici}", str(lieu)) for morceau in self.commande],
            cwd=dossier,
            env=_environnement(adresse, reglages),
            capture_output=True,
            encoding="utf-8",
            timeout=EXECUTION_S,
            check=False,
        )


OUTILS = {
    "php": Outil("php", ("php", "{ici}/declarer.php"), variantes=("soap12",)),
    "node-soap": Outil(
        "node/soap",
        ("node", "{ici}/declarer.js"),
        preparation=("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"),
        versions=[("node", "--version")],
    ),
    "strong-soap": Outil(
        "node/strong-soap",
        ("node", "{ici}/declarer.js"),
        preparation=("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"),
        versions=[("node", "--version")],
    ),
    "zeep": Outil("zeep", (sys.executable, "{ici}/declarer.py"), variantes=("soap12",)),
    "suds": Outil("suds", (sys.executable, "{ici}/declarer.py")),
    "gsoap": Outil(
        "gsoap",
        ("{ici}/declarer",),
        preparation=("make", "-j2", "CXXFLAGS=-std=c++17 -O0 -w"),
        versions=[("soapcpp2", "-V"), ("c++", "--version")],
    ),
    "jaxws-ri": Outil(
        "java/jaxws-ri",
        (*_JAVA, "-cp", "{ici}/target/declarer-esat-jaxws-ri-1.jar:{ici}/target/lib/*", "exemple.Declarer"),
        preparation=_MAVEN,
        versions=[("java", "-version")],
    ),
    "cxf": Outil(
        "java/cxf",
        (*_JAVA, "-cp", "{ici}/target/declarer-esat-cxf-1.jar:{ici}/target/lib/*", "exemple.Declarer"),
        preparation=_MAVEN,
        versions=[("java", "-version")],
        variantes=("soap12", "politique"),
    ),
    "soap-lite": Outil("perl/soap-lite", ("perl", "{ici}/declarer.pl")),
    "soap4r": Outil("ruby", ("ruby", "{ici}/declarer.rb"), champs_fautifs="ConsulteDepot"),
    "kdsoap": Outil(
        "kdsoap",
        ("{ici}/declarer",),
        preparation=("make", "-j2", "CXXFLAGS=-std=c++17 -O0 -fPIC -w"),
        versions=[("kdwsdl2cpp", "-version"), ("c++", "--version")],
        champs_fautifs="",
    ),
    "mono": Outil(
        "mono",
        ("mono", "{ici}/declarer.exe"),
        preparation=("make",),
        versions=[("mono", "--version")],
    ),
}


def preparer(outil: Outil, adresse: str) -> Path:
    """Return the folder where a toolkit's program is ready, made now if it was not yet."""
    nom = outil.dossier.replace("/", "-")
    pret = CACHE / f"{nom}-{_marque(outil, _wsdl_sans_adresse(adresse))}"
    CACHE.mkdir(parents=True, exist_ok=True)
    # Maven's repository is written by one at a time; another toolkit need not wait.
    with FileLock(CACHE / ("maven.lock" if outil.preparation == _MAVEN else f"{nom}.lock"), timeout=CONSTRUCTION_S):
        if not pret.exists():
            en_cours = CACHE / f"{nom}-en-cours"
            shutil.rmtree(en_cours, ignore_errors=True)
            shutil.copytree(EXEMPLES / outil.dossier, en_cours, ignore=shutil.ignore_patterns("node_modules", "target"))
            fini = subprocess.run(
                outil.preparation,
                cwd=en_cours,
                env=_environnement(adresse, {}),
                capture_output=True,
                encoding="utf-8",
                timeout=CONSTRUCTION_S,
                check=False,
            )
            assert fini.returncode == 0, fini.stdout[-4000:] + fini.stderr[-4000:]
            en_cours.rename(pret)
    return pret


def _environnement(adresse: str, reglages: Mapping[str, str]) -> dict[str, str]:
    neutres = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("ESAT_", "DECLARER_ESAT_"))}
    a_lui = {f"DECLARER_ESAT_{nom}": valeur for nom, valeur in {"URL": adresse, **reglages}.items()}
    return {**neutres, "LC_ALL": "C.UTF-8", "MAVEN_OPTS": " ".join(_JVM), **a_lui}


@functools.cache
def _wsdl_sans_adresse(adresse: str) -> bytes:
    publie = requests.get(f"{adresse}?wsdl", timeout=60).content
    assert publie.count(adresse.encode()) == 1
    return publie.replace(adresse.encode(), b"")


@functools.cache
def _version(commande: Sequence[str]) -> bytes:
    dit = subprocess.run(commande, capture_output=True, check=True)
    return dit.stdout + dit.stderr


def _marque(outil: Outil, wsdl: bytes) -> str:
    empreinte = hashlib.sha256(wsdl)
    for morceau in outil.preparation:
        empreinte.update(morceau.encode())
    for commande in outil.versions:
        empreinte.update(_version(tuple(commande)))
    for chemin in sorted((EXEMPLES / outil.dossier).rglob("*")):
        if chemin.is_file() and not {"node_modules", "target"} & set(chemin.parts):
            empreinte.update(f"{chemin.relative_to(EXEMPLES)}\0".encode() + chemin.read_bytes())
    return empreinte.hexdigest()[:16]
