"""The running service seals its log: by itself, to the last entry when it stops, on from where it was killed."""

import json
import os
import signal
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from messages import certificat, cle_du_nir, declare_certificats, en_condense, enveloppe, salarie
from serveur import Serveur, commande, finir, lancer, preparer

REGLAGES = {"ESAT_SCELLEMENT": "1"}


def deposer(service: Serveur, rang: int) -> None:
    demo = service.demo
    esat = demo["esats"][0]
    compte = next(compte for compte in esat["comptes"] if compte.get("cle_integration"))
    ligne = certificat(salarie(cle_du_nir(f"18505{rang:08d}")))
    charge = declare_certificats(ligne, annee=demo["annee"], siret=esat["siret"], identifiant=str(uuid.uuid4()))
    entetes = en_condense(compte["courriel"], compte["cle_integration"], datetime.now(UTC))
    assert service.poster(enveloppe(charge, entetes)).status_code == 200


def verdict(environ, code: int = 0) -> dict:
    return json.loads(commande(environ, "journal", "verifier", "--json", code=code))


def attendre_scelle(environ) -> dict:
    """The verdict once all is sealed and told in the file, which comes after the seal is durable."""
    limite = time.monotonic() + 30
    while ((lu := verdict(environ))["non_scellees"] or lu["retard_du_fichier"]) and time.monotonic() < limite:
        time.sleep(0.2)
    return lu


def evenements(environ) -> list[str]:
    lignes = (Path(environ["ESAT_DONNEES"]) / "serve.stderr").read_text(encoding="utf-8").splitlines()
    return [json.loads(ligne)["evenement"] for ligne in lignes if ligne.startswith("{")]


def test_a_running_service_seals_what_comes_in_and_stops_with_nothing_left(tmp_path):
    environ = preparer(tmp_path / "donnees", **REGLAGES)
    service = lancer(environ)
    try:
        deposer(service, 1)
        lu = attendre_scelle(environ)
        assert (lu["integre"], lu["non_scellees"]) == (True, 0)
        assert lu["sceaux"] >= 1
        for rang in range(2, 8):
            deposer(service, rang)
        assert service.arreter() == 0
    finally:
        finir(service)
    lu = verdict(environ)
    assert (lu["integre"], lu["non_scellees"], lu["retard_du_fichier"]) == (True, 0, 0)
    assert not [evenement for evenement in evenements(environ) if "sceaux" in evenement or "travail" in evenement]


def test_a_service_killed_again_and_again_seals_each_entry_once(tmp_path):
    environ = preparer(tmp_path / "donnees", **REGLAGES)
    for tour in range(3):
        service = lancer(environ)
        for rang in range(15):
            deposer(service, 100 * tour + rang)
            time.sleep(0.05)
        enfants = Path(f"/proc/{service.processus.pid}/task/{service.processus.pid}/children").read_text().split()
        for pid in [service.processus.pid, *map(int, enfants)]:
            os.kill(pid, signal.SIGKILL)
        service.processus.wait()
        finir(service)
        assert verdict(environ)["integre"]
    service = lancer(environ)
    try:
        lu = attendre_scelle(environ)
    finally:
        finir(service)
    assert (lu["integre"], lu["retard_du_fichier"]) == (True, 0)
    assert lu["verifiees"] >= 45


def test_a_service_whose_file_of_seals_cannot_be_written_does_not_start(tmp_path):
    environ = preparer(tmp_path / "donnees", ESAT_SCEAUX=str(tmp_path / "absent" / "sceaux.jsonl"))
    commande(environ, "serve", code=3)


def test_a_file_that_tells_another_history_stops_the_sealing_never_the_messages(tmp_path):
    environ = preparer(tmp_path / "donnees", **REGLAGES)
    service = lancer(environ)
    deposer(service, 1)
    finir(service)
    fichier = tmp_path / "donnees" / "sceaux.jsonl"
    lignes = fichier.read_text().splitlines()
    fichier.write_text(lignes[-1].replace('"nombre":', '"nombre":1') + "\n")
    service = lancer(environ)
    try:
        deposer(service, 2)
        limite = time.monotonic() + 20
        while "travail_refuse" not in evenements(environ) and time.monotonic() < limite:
            time.sleep(0.1)
        assert "travail_refuse" in evenements(environ)
        lu = verdict(environ, code=1)
        assert lu["ruptures"][0]["nature"] == "FICHIER_CONTRAIRE"
        commande(environ, "journal", "reprendre", "--motif", "essai")
        assert attendre_scelle(environ)["integre"]
    finally:
        finir(service)
