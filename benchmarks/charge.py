"""One burst of messages through wrk, one thread of it: what is sent, and what came back."""

import base64
import hashlib
import json
import os
import random
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

LUA = Path(__file__).with_name("charge.lua")
CERTIFICATS, CHANGEMENTS = "DeclareCertificatEmploi", "DeclareChangementActivite"
_DEBIT_MAX = {1: 16_000, 100: 3_000, 1000: 700}
"""Messages a second that no candidate reaches: so many tokens are made."""


class Expediteur(NamedTuple):
    """Who sends: a user code, what it signs digests with, what it sends as text, and the ESAT it acts for."""

    utilisateur: str
    cle: str
    mot_de_passe: str
    siret: str


class Charge(NamedTuple):
    """A kind of load; `condense`: PasswordDigest with a fresh token each, else PasswordText."""

    nom: str
    operation: str
    lignes: int
    condense: bool
    connexions: int


class Mesure(NamedTuple):
    """What a burst gave; latencies in microseconds."""

    justes: int
    """Answers 200 whose deposit and lines were all accepted."""
    fausses: int
    reseau: int
    """Errors of connections and time-outs, as wrk counts them."""
    secondes: float
    p50: float
    p99: float
    max: float
    apres: int
    """Next employee that nobody has declared."""
    envoyees: int
    exemple: str = ""
    """Start of the first wrong answer; then what the candidate said of it."""

    @property
    def erreurs(self) -> int:
        """Wrong answers and those that never came."""
        return self.fausses + self.reseau

    @property
    def debit(self) -> float:
        """Right answers a second."""
        return self.justes / self.secondes


M1 = Charge("M1 condensé, 8 connexions", CERTIFICATS, 1, True, 8)
M1_TEXTE = Charge("M1 texte, 8 connexions", CERTIFICATS, 1, False, 8)
M1_64 = Charge("M1 condensé, 64 connexions", CERTIFICATS, 1, True, 64)
M1_TEXTE_64 = Charge("M1 texte, 64 connexions", CERTIFICATS, 1, False, 64)
M100 = Charge("M100 condensé, 8 connexions", CERTIFICATS, 100, True, 8)
M1000 = Charge("M1000 condensé, 8 connexions", CERTIFICATS, 1000, True, 8)
M1000_TEXTE = Charge("M1000 texte, 8 connexions", CERTIFICATS, 1000, False, 8)
CHARGES = (
    M1,
    M1_TEXTE,
    Charge("M1 condensé, 1 connexion", CERTIFICATS, 1, True, 1),
    M1_64,
    M1_TEXTE_64,
    M100,
    M1000,
    M1000_TEXTE,
    Charge("changements M1, 8 connexions", CHANGEMENTS, 1, True, 8),
    Charge("changements M1000, 8 connexions", CHANGEMENTS, 1000, True, 8),
)


def tirer(url: str, charge: Charge, expediteurs: Sequence[Expediteur], duree: int, premier: int) -> Mesure:
    """Send messages for `duree` seconds (wrk counts whole ones); `premier`: the first employee nobody declared yet.

    Raises CalledProcessError when nobody listens there.
    """
    with tempfile.TemporaryDirectory() as dossier:
        jetons = Path(dossier) / "jetons"
        jetons.write_text("".join(_jetons(charge, expediteurs, _DEBIT_MAX[charge.lignes] * (duree + 1))))
        arguments = [charge.operation, str(charge.lignes), str(premier), str(random.getrandbits(31))]
        wrk = f"wrk -t1 -c{charge.connexions} -d{duree}s --timeout 30s -s".split()
        sortie = subprocess.run(
            [*wrk, str(LUA), url, "--", str(jetons), *arguments],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    lignes = {mot: reste for mot, _, reste in (ligne.partition(" ") for ligne in sortie.splitlines())}
    return Mesure(**json.loads(lignes["BANC"]), exemple=lignes.get("EXEMPLE", ""))


def _jetons(charge: Charge, expediteurs: Sequence[Expediteur], nombre: int) -> list[str]:
    """Lines for the script: tokens made just before they are used, as a payroll system would."""
    if not charge.condense:
        nombre = len(expediteurs)
    cree = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lignes = []
    for rang in range(nombre):
        qui = expediteurs[rang % len(expediteurs)]
        if charge.condense:
            nonce = os.urandom(16)
            condense = hashlib.sha1(nonce + cree.encode() + qui.cle.encode()).digest()
            champs = (base64.b64encode(condense).decode(), "PasswordDigest", base64.b64encode(nonce).decode(), cree)
        else:
            champs = (qui.mot_de_passe, "PasswordText", "", "")
        lignes.append("\t".join((qui.utilisateur, *champs, qui.siret)) + "\n")
    return lignes
