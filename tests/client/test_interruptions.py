"""Whatever breaks, and whenever: the next run gets the original receipts, and nothing is declared twice."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from lxml import etree
from programme import ANNEE, PROGRAMME, acces_de, environnement
from relais import PERDRE, REFUSER, RELAYER, Relais, relais
from serveur import finir, lancer, preparer, serveur

from service.errors import DebitDepasseError, IncidentError

NS = "{urn:caf:teleprocedure-esat:v1}"


@pytest.fixture
def route(service) -> Iterator[Relais]:
    with relais(service.adresse) as etat:
        yield etat


@pytest.fixture
def par_le_relais(en_ligne, route, monkeypatch):
    monkeypatch.setenv("DECLARER_ESAT_URL", route.adresse)
    return en_ligne


def declares(route: Relais) -> list[tuple[str, bytes]]:
    """Identifier and payload of each declaration that left."""
    trouves = []
    for message in route.messages:
        charge = etree.fromstring(message)[-1][0]
        if charge.tag.startswith(f"{NS}Declare"):
            octets = etree.tostring(charge, method="c14n", exclusive=True)
            trouves.append((charge.findtext(f"{NS}entete/{NS}identifiantMessage"), octets))
    return trouves


def nonces(route: Relais) -> list[str]:
    return [etree.fromstring(message).findtext(".//{*}Nonce") for message in route.messages]


@pytest.mark.parametrize("panne", [PERDRE, REFUSER, 502, 503, 504])
def test_a_message_that_gets_no_answer_is_sent_again_the_same_with_a_fresh_token(
    par_le_relais, route, changements, panne
):
    route.suite = [RELAYER, panne, panne]
    fini = par_le_relais("changement", changements(2))
    assert fini.code == 0, fini.tout
    assert len(declares(route)) == 3
    assert len(set(declares(route))) == 1
    assert len(set(nonces(route))) == len(route.messages)
    assert "nouvelle tentative dans" in fini.erreur


def test_a_lost_answer_does_not_make_a_second_declaration(par_le_relais, route, changements):
    route.suite = [RELAYER, PERDRE]
    fini = par_le_relais("changement", changements(2), "--json")
    depot = json.loads(fini.sortie)["depots"][0]
    assert (depot["nombreRecues"], depot["nombreAcceptees"]) == (2, 2)
    connus = json.loads(par_le_relais("depots", "--json").sortie)
    siens = [connu["numeroDepot"] for connu in connus if connu["identifiantMessage"] == depot["identifiantMessage"]]
    assert siens == [depot["numeroDepot"]]


def test_too_many_requests_wait_as_long_as_told(par_le_relais, route, changements):
    route.suite = [RELAYER, DebitDepasseError(1)]
    debut = time.monotonic()
    fini = par_le_relais("changement", changements(1))
    assert fini.code == 0
    assert time.monotonic() - debut > 1
    assert "Trop de demandes" in fini.erreur
    assert len(set(declares(route))) == 1


def test_an_incident_is_tried_three_times_then_left_for_later(par_le_relais, route, changements):
    fichier = changements(1)
    route.suite = [RELAYER, *[IncidentError("abcd")] * 3]
    fini = par_le_relais("changement", fichier)
    assert fini.code == 3
    assert "abcd" in fini.erreur
    assert len(declares(route)) == 3
    assert par_le_relais("changement", fichier).code == 0
    assert len(set(declares(route))) == 1


def test_a_service_that_limits_its_senders_is_understood(tmp_path, sans_environnement):
    """The real limit lasts until the end of the minute: enough to see that the wait is read from the answer."""
    with serveur(tmp_path / "donnees", ESAT_DEBIT_PAR_MINUTE="1", ESAT_PROCESSUS="1") as lent:
        environ = environnement(acces_de(lent, lent.adresse), tmp_path)
        for _ in range(3):
            processus = subprocess.Popen(
                [*PROGRAMME, "reste-a-declarer"], env=environ, cwd=tmp_path, stderr=subprocess.PIPE, text=True
            )
            dit = processus.stderr.readline()
            processus.kill()
            processus.communicate()
            if "Trop de demandes" in dit:
                break
        attente = int(re.search(r"nouvelle tentative dans (\d+) s", dit)[1])
        assert 1 <= attente <= 61


def test_a_run_that_gave_up_is_gone_on_with(par_le_relais, route, changements):
    fichier = changements(2)
    route.suite = [RELAYER, PERDRE]
    premier = par_le_relais("changement", fichier, "--tentatives", "1")
    assert premier.code == 3
    assert "relancer la même commande" in premier.tout
    second = par_le_relais("changement", fichier)
    assert second.code == 0
    assert "repris, avec les mêmes identifiants" in second.tout
    assert len(set(declares(route))) == 1


def test_a_run_that_gave_up_is_gone_on_with_even_without_its_year(par_le_relais, route, certificats):
    fichier = certificats(1)
    route.suite = [RELAYER, 503]
    assert par_le_relais("certificat", fichier, "--tentatives", "1", "--annee", str(ANNEE)).code == 3
    assert par_le_relais("certificat", fichier).code == 0
    assert len(set(declares(route))) == 1


def test_only_what_is_left_is_sent(par_le_relais, route, changements):
    fichier = changements(1001)
    route.suite = [RELAYER, RELAYER, 503]
    assert par_le_relais("changement", fichier, "--tentatives", "1").code == 3
    assert par_le_relais("changement", fichier).code == 0
    identifiants = [identifiant for identifiant, _ in declares(route)]
    assert identifiants[1] == identifiants[2] != identifiants[0]
    assert len(identifiants) == 3


def test_a_corrected_file_does_not_double_what_an_interrupted_one_declared(par_le_relais, route, changements):
    fichier = changements(2)
    route.suite = [RELAYER, PERDRE]
    par_le_relais("changement", fichier, "--tentatives", "1")
    fichier.write_text(fichier.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    fini = par_le_relais("changement", fichier, "--json")
    assert json.loads(fini.sortie)["statut"] == "RIEN_A_ENVOYER"
    assert fini.code == 0
    assert len(declares(route)) == 1


def test_two_runs_at_a_time_make_one_sending(acces, changements, tmp_path):
    fichier = changements(3)
    ensemble = [
        subprocess.Popen(
            [*PROGRAMME, "changement", fichier, "--json"],
            env=environnement(acces, tmp_path),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    sorties = [processus.communicate(timeout=120) for processus in ensemble]
    assert [processus.returncode for processus in ensemble] == [0, 0, 0], sorties
    resultats = [json.loads(sortie) for sortie, _ in sorties]
    assert len({depot["numeroDepot"] for resultat in resultats for depot in resultat["depots"]}) == 1
    # The one that came after all was done has nothing to send, and says where its rows are.
    assert all(resultat["depots"] or len(resultat["dejaDeclarees"]) == 3 for resultat in resultats)


def test_killed_at_any_time_the_next_run_doubles_nothing(service, changements, tmp_path):
    fichier = changements(40)
    with relais(service.adresse) as route:
        environ = environnement(acces_de(service, route.adresse), tmp_path)
        arguments = [*PROGRAMME, "changement", fichier, "--json"]
        for quand in (1, 2, 3):
            processus = subprocess.Popen(
                arguments, env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            vus = len(route.messages)
            while len(route.messages) < vus + min(quand, 2) and processus.poll() is None:
                time.sleep(0.005)
            processus.send_signal(signal.SIGKILL)
            processus.wait()
        dernier = subprocess.run(arguments, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert dernier.returncode == 0, dernier.stderr
        depot = json.loads(dernier.stdout)["depots"][0]
        assert (depot["nombreRecues"], depot["nombreAcceptees"]) == (40, 40)
        assert len(set(declares(route))) == 1


def test_the_service_killed_between_commit_and_answer_gives_the_original_receipt(
    tmp_path, changements, sans_environnement
):
    """The relay loses the answer, then the service is killed and started again on the same data."""
    environ = preparer(tmp_path / "donnees")
    en_marche = lancer(environ)
    try:
        fichier = changements(5)
        with relais(en_marche.adresse) as route:
            acces = acces_de(en_marche, route.adresse)
            client = environnement(acces, tmp_path)
            arguments = [*PROGRAMME, "changement", fichier, "--json", "--tentatives", "1"]
            route.suite = [RELAYER, PERDRE]
            premier = subprocess.run(arguments, env=client, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert premier.returncode == 3, premier.stderr
            journal = en_marche.commande("journal", "--operation", "DeclareChangementActivite")
            numero = re.findall(r"D\d{6}-[0-9A-Z]{8}", journal)[0]
            en_marche.processus.kill()
            en_marche.processus.wait()
            finir(en_marche)
            port = en_marche.adresse.rpartition(":")[2]
            en_marche = lancer({**environ, "ESAT_ECOUTE": f"127.0.0.1:{port}"})
            second = subprocess.run(arguments, env=client, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert second.returncode == 0, second.stderr
            assert json.loads(second.stdout)["depots"][0]["numeroDepot"] == numero
    finally:
        finir(en_marche)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(service, changements, tmp_path):
    with relais(service.adresse) as route:
        route.suite = [RELAYER, *[503] * 20]
        processus = subprocess.Popen(
            [*PROGRAMME, "changement", changements(2)],
            env=environnement(acces_de(service, route.adresse), tmp_path),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(route.messages) < 2 and processus.poll() is None:
            time.sleep(0.01)
        processus.send_signal(signal.SIGINT)
        _, erreur = processus.communicate(timeout=30)
        assert processus.returncode == 130
        assert "relancer la même commande" in " ".join(erreur.split())
        assert "Traceback" not in erreur
