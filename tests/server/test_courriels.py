"""Mails of the running service: they leave on their own, beside requests, and say nothing in its log."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
import requests
from courrier import Courrier, courrier, mot_de_passe_de
from serveur import Serveur, descendants, finir, lancer, preparer, serveur

__all__ = ["courrier"]


def de_l_agent(service: Serveur) -> str:
    """Courriel of an account of the demonstration."""
    return str(service.demo["esats"][0]["comptes"][0]["courriel"])


def etats(service: Serveur) -> list[str]:
    """States of all mails, newest first."""
    lignes = service.commande("courriels", "lister", "--format", "csv").splitlines()
    colonne = lignes[0].lstrip("\ufeff").split(";").index("etat")
    return [ligne.split(";")[colonne].strip('"') for ligne in lignes[1:]]


@pytest.fixture(params=["sqlite", "postgresql"])
def base_neuve(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Settings of a database without anything in it."""
    if request.param == "sqlite":
        yield {}
        return
    grappe = request.getfixturevalue("grappe")
    nom = f"courriels_{os.getpid()}"
    grappe.creer(nom)
    yield {"ESAT_BASE": grappe.url(nom)}
    grappe.supprimer(nom)


def test_a_mail_leaves_on_its_own_once_and_the_log_says_nothing_of_it(tmp_path, courrier: Courrier, base_neuve):
    """The demonstration's invented people got none."""
    reglages = {**base_neuve, "ESAT_SMTP": courrier.adresse, "ESAT_JOURNAL_TECHNIQUE": "DEBUG"}
    with serveur(tmp_path / "donnees", **reglages) as service:
        qui = de_l_agent(service)
        dit = service.commande("comptes", "mot-de-passe", qui).strip()
        recu = courrier.pour(qui, "provisoire")
        assert mot_de_passe_de(recu) == dit
        courrier.au_destinataire = "550 Ceci est le secret de Jean"
        service.commande("comptes", "suspendre", qui)
        _attendre(lambda: etats(service) == ["ABANDONNE", "ENVOYE"])
        journal = (service.donnees / "serve.stderr").read_text(encoding="utf-8")
    assert len(courrier.messages) == 1
    assert '"evenement": "courriel"' in journal
    assert "le destinataire est refusé (code 550)" in journal
    for secret in (dit, qui, "secret de Jean", "Bonjour", recu["Subject"]):
        assert secret not in journal


def test_a_mail_in_hand_holds_no_request_and_is_finished_before_the_service_leaves(tmp_path, courrier: Courrier):
    recu, fini = threading.Event(), threading.Event()
    courrier.quand_recu = lambda: (recu.set(), fini.wait(60))
    with serveur(tmp_path / "donnees", ESAT_SMTP=courrier.adresse, ESAT_PROCESSUS="1", ESAT_FILS="1") as service:
        service.commande("comptes", "suspendre", de_l_agent(service))
        assert recu.wait(60)
        assert requests.get(f"{service.adresse}/sante", timeout=5).status_code == 200
        assert etats(service) == ["EN_COURS"]
        service.processus.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            service.processus.wait(2)
        fini.set()
        assert service.processus.wait(30) == 0
        assert etats(service) == ["ENVOYE"]


def test_a_service_killed_with_a_mail_in_hand_does_not_send_it_again(tmp_path, courrier: Courrier):
    environ = preparer(tmp_path / "donnees", ESAT_SMTP=courrier.adresse)
    premier = lancer(environ)
    try:
        qui = de_l_agent(premier)
        recu, tue = threading.Event(), threading.Event()
        courrier.quand_recu = lambda: (recu.set(), tue.wait(30))
        premier.commande("comptes", "suspendre", qui)
        assert recu.wait(30)
        # The supervisor first, which would start others.
        for pid in [premier.processus.pid, *descendants(premier.processus.pid)]:
            os.kill(pid, signal.SIGKILL)
        tue.set()
    finally:
        finir(premier)
    courrier.quand_recu = lambda: None
    second = lancer(environ)
    try:
        second.commande("comptes", "reactiver", qui)
        courrier.pour(qui, "rétabli")
        assert etats(second) == ["ENVOYE", "INCERTAIN"]
        assert [message["Subject"] for message in courrier.messages].count(courrier.messages[0]["Subject"]) == 1
    finally:
        finir(second)


def _attendre(condition) -> None:
    echeance = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < echeance
        time.sleep(0.2)
