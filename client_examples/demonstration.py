"""The demonstration: the whole service in a minute, from a payroll file to a signed receipt found again in the log.

``make demo`` runs it and stops; ``make serve`` (``--garder``) keeps the service running. It works in one directory,
made anew each time, on embedded SQLite, and talks to itself on 127.0.0.1 only. Every line that begins with ``$`` is a
command that can be typed by hand.
"""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PORT = 8083
PORTS_ESSAYES = 50
DEMARRAGE_S = 60
TITRE = "\033[1m{}\033[0m" if sys.stdout.isatty() else "{}"


def main() -> int:
    """Run the demonstration; the exit code is 0 only when every step did what it had to."""
    parser = argparse.ArgumentParser(description="Démonstration du service de télédéclaration des ESAT.")
    parser.add_argument("dossier", type=Path, help="dossier de la démonstration, refait à neuf")
    parser.add_argument("--garder", action="store_true", help="laisser le service en marche, jusqu'à Ctrl-C")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _arret_demande)  # so that the service never outlives its demonstration
    dossier = arguments.dossier.resolve()
    preparer(dossier)
    environ = {**os.environ, "ESAT_DONNEES": str(dossier)}
    titre("1. Préparer : clés, base SQLite, ESAT, salariés et comptes inventés")
    montrer([sys.executable, "-m", "service", "demo-data"], environ)
    demo = json.loads((dossier / "demo.json").read_text(encoding="utf-8"))
    titre(f"2. Démarrer le service (journal technique : {relatif(dossier / 'service.log')})")
    with service(environ, dossier) as port:
        if arguments.garder:
            return garder(demo, dossier, port)
        declarer(demo, dossier, port, environ)
    titre("C'est tout. « make serve » garde cette démonstration en marche ; README.md dit comment continuer.")
    return 0


def preparer(dossier: Path) -> None:
    """Make the directory anew; one that holds anything else than a demonstration is left alone."""
    if dossier.exists() and any(dossier.iterdir()) and not (dossier / "demo.json").exists():
        sys.exit(f"{dossier} existe et n'est pas une démonstration : choisir un autre dossier.")
    shutil.rmtree(dossier, ignore_errors=True)
    dossier.mkdir(parents=True)


def libre(port: int) -> bool:
    """Whether nobody has the port."""
    with contextlib.suppress(OSError), socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prise.bind(("127.0.0.1", port))
        return True
    return False


@contextlib.contextmanager
def service(environ: dict[str, str], dossier: Path) -> Iterator[int]:
    """The service in a process of its own, stopped as an operator stops it; yields its port."""
    processus, port = demarrer(environ, dossier / "service.log")
    try:
        yield port
    finally:
        processus.send_signal(signal.SIGTERM)
        code = processus.wait(timeout=DEMARRAGE_S)
    if code:
        sys.exit(f"Le service s'est arrêté avec le code {code}.")


def demarrer(environ: dict[str, str], journal: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the service on the usual port, else on the next free one, which is told."""
    commande = [sys.executable, "-m", "service", "serve"]
    print(f"$ {lisible(commande)} &")
    for port in filter(libre, range(PORT, PORT + PORTS_ESSAYES)):
        environ["ESAT_ECOUTE"] = f"127.0.0.1:{port}"
        with journal.open("w", encoding="utf-8") as sortie:
            processus = subprocess.Popen(commande, env=environ, stdout=sortie, stderr=subprocess.STDOUT)
        if attendre(processus, port, journal):
            if port != PORT:
                print(f"Le port {PORT} est pris : la démonstration prend le {port}.")
            return processus, port
        if libre(port):
            sys.exit(f"Le service n'a pas démarré :\n{journal.read_text(encoding='utf-8')}")
    sys.exit(f"Aucun port libre de {PORT} à {PORT + PORTS_ESSAYES - 1} sur 127.0.0.1.")


def attendre(processus: subprocess.Popen[bytes], port: int, journal: Path) -> bool:
    """Wait until the service says its address and answers its probe; False when it ended instead."""
    echeance = time.monotonic() + DEMARRAGE_S
    while time.monotonic() < echeance and processus.poll() is None:
        if f":{port}/" in journal.read_text(encoding="utf-8"):  # before, another one may answer there
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/sante", timeout=5) as reponse,
            ):
                print(f"Le service répond : {reponse.read().decode().strip()}")
                return True
        time.sleep(0.05)
    processus.terminate()
    processus.wait()
    return False


def declarer(demo: dict[str, Any], dossier: Path, port: int, environ: dict[str, str]) -> None:
    """Both volets from their payroll files, the receipts, the repeated message, the log."""
    esat, compte = premier_compte(demo)
    client = client_de(port, esat["siret"], compte, dossier, environ)
    certificats = relatif(dossier / f"paie-certificats-{esat['siret']}.csv")
    changements = relatif(dossier / f"paie-changements-{esat['siret']}.csv")
    titre("3. Vérifier le fichier de paie hors ligne : mêmes schémas, mêmes règles que le service")
    montrer([*client.base, "certificat", certificats, "--verifier"], client.environ, attendu=1)
    titre("4. Déclarer les certificats : les lignes refusées sont mises de côté, les autres partent")
    montrer([*client.base, "certificat", certificats, "--sans-les-rejets"], client.environ)
    titre("5. Coupure simulée : l'accusé n'est pas arrivé. Le client renvoie le même message, rien n'est doublé")
    repeter([*client.base, "certificat", certificats, "--sans-les-rejets"], client.environ, dossier)
    titre("6. Déclarer les changements d'activité")
    montrer([*client.base, "changement", changements, "--sans-les-rejets"], client.environ)
    titre("7. Vérifier la signature des accusés archivés")
    accuses = sorted((dossier / "declarations" / "accuses").glob("*.xml"))
    if not accuses:
        sys.exit("Aucun accusé n'a été archivé.")
    montrer([*client.base, "accuse", "verifier", *map(relatif, accuses)], client.environ)
    titre("8. Qui reste à déclarer ?")
    montrer([*client.base, "reste-a-declarer"], client.environ)
    titre("9. Le journal des dépôts, tel que l'opérateur de la Caf le cherche")
    montrer([sys.executable, "-m", "service", "journal"], environ)


def repeter(commande: Sequence[str], environ: dict[str, str], dossier: Path) -> None:
    """Take from the client what it knows of its receipt, as a cut between commit and answer would, and run it again."""
    (accuse,) = (dossier / "declarations" / "accuses").glob("*.xml")
    original = accuse.read_bytes()
    accuse.unlink()
    for depot in (dossier / "declarations" / "envois").glob("*/*.depot"):
        depot.unlink()
    montrer(commande, environ)
    if not accuse.exists() or accuse.read_bytes() != original:
        sys.exit("L'accusé rendu n'est pas l'original.")
    print(f"L'accusé {accuse.stem} est revenu, identique octet pour octet ({len(original)} octets).")


def garder(demo: dict[str, Any], dossier: Path, port: int) -> int:
    """Print what is needed to use the service by hand, and wait."""
    adresse = f"http://127.0.0.1:{port}"
    esat, compte = premier_compte(demo)
    titre("Le service est en marche ; Ctrl-C l'arrête.")
    print(f"  Adresse   {adresse}/ws/v1\n  WSDL      {adresse}/ws/v1?wsdl\n  Données   {relatif(dossier)}\n  Comptes")
    for un_esat in demo["esats"]:
        print(f"    {un_esat['nom']} (SIRET {un_esat['siret']})")
        for un_compte in un_esat["comptes"]:
            provisoire = " (provisoire, à changer)" if un_compte.get("provisoire") else ""
            print(f"      {un_compte['courriel']}  mot de passe {un_compte['mot_de_passe']}{provisoire}")
            if un_compte.get("cle_integration"):
                print(f"        clé d'intégration {un_compte['cle_integration']}")
    print(
        "  Déclarer\n    " + shlex.join(ligne_prete(adresse, esat["siret"], compte, dossier)),
        flush=True,
    )
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    return 0


def _arret_demande(_numero: int, _pile: object) -> None:
    raise KeyboardInterrupt


def ligne_prete(adresse: str, siret: str, compte: dict[str, Any], dossier: Path) -> list[str]:
    """A command line that declares, ready to be typed."""
    options = {
        "--url": adresse,
        "--siret": siret,
        "--utilisateur": compte["courriel"],
        "--cle": compte["cle_integration"],
        "--dossier": relatif(dossier / "declarations"),
    }
    return [
        relatif(Path(sys.executable).with_name("declarer-esat")),
        "certificat",
        relatif(dossier / f"paie-certificats-{siret}.csv"),
        *(mot for option in options.items() for mot in option),
        "--sans-les-rejets",
    ]


class Client:
    """The reference client with its options in the environment, so that the commands shown stay short."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.base = [sys.executable, "-m", "declarer_esat"]


def client_de(port: int, siret: str, compte: dict[str, Any], dossier: Path, environ: dict[str, str]) -> Client:
    """The client of one account; its options are told once."""
    options = {
        "DECLARER_ESAT_URL": f"http://127.0.0.1:{port}",
        "DECLARER_ESAT_SIRET": siret,
        "DECLARER_ESAT_UTILISATEUR": compte["courriel"],
        "DECLARER_ESAT_CLE": compte["cle_integration"],
        "DECLARER_ESAT_DOSSIER": relatif(dossier / "declarations"),
    }
    print("Le client de référence lit ses options dans l'environnement :")
    for nom, valeur in options.items():
        print(f"  {nom}={'cle_…' if nom.endswith('_CLE') else valeur}")
    return Client({**environ, **options})


def premier_compte(demo: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first ESAT and its first account with a clé d'intégration."""
    esat = demo["esats"][0]
    return esat, next(compte for compte in esat["comptes"] if compte.get("cle_integration"))


def montrer(commande: Sequence[str], environ: dict[str, str], attendu: int = 0) -> None:
    """Print a command, run it, and stop the demonstration where it does not end as expected."""
    print(f"$ {lisible(commande)}", flush=True)
    code = subprocess.run(commande, env=environ, check=False).returncode
    if code != attendu:
        sys.exit(f"Cette commande devait finir avec le code {attendu}, elle a fini avec {code}.")


def lisible(commande: Sequence[str]) -> str:
    """A command as one would type it."""
    mots = [relatif(Path(mot)) if mot.startswith("/") else mot for mot in commande]
    texte = shlex.join(mots)
    module = f"{relatif(Path(sys.executable))} -m declarer_esat"
    return texte.replace(module, relatif(Path(sys.executable).with_name("declarer-esat")))


def relatif(chemin: Path) -> str:
    """A path from here, when it is below here."""
    with contextlib.suppress(ValueError):
        return str(chemin.relative_to(Path.cwd()))
    return str(chemin)


def titre(texte: str) -> None:
    """A heading."""
    print(f"\n{TITRE.format(texte)}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Démonstration interrompue.")
