"""The sealing: each entry once, one sealer at a time, whatever is killed; nothing over a file that says otherwise."""

import os
import random
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from journal import PAR_SCEAU, ecrire_fichier, inscrire, lignes_du_fichier, sceaux, sceller_trois_fois, verdict
from maison import AGENT, CONSULTE_SERVICE, Service, ouvrir
from messages import declare_certificats, en_clair
from pepiniere import Processus, planter

from service.domain.sceau import lire_tete, tete_du_sceau
from service.errors import SceauxContrairesError
from service.security import keystore
from service.security.certificate import Algorithme
from service.usecases import sceller as module
from service.usecases.sceller import Scellement, sceller, sceller_regulierement

SCELLEUR = Path(__file__).with_name("scelleur.py")
PAUSE = timedelta(seconds=5)


def fichier(service: Service) -> Path:
    return service.dependencies.sceaux.fichier.chemin


def test_a_seal_covers_every_entry_since_the_last_one_once(service_partout):
    inscrire(service_partout)
    assert sceller(service_partout.dependencies) == Scellement(1, PAR_SCEAU, 0)
    assert sceller(service_partout.dependencies) == Scellement(0, 0, 0)
    service_partout.horloge.avancer(seconds=1)
    service_partout.post(CONSULTE_SERVICE)
    assert sceller(service_partout.dependencies) == Scellement(1, 1, 0)
    premier, second = sceaux(service_partout)
    assert (premier.numero, premier.premier, premier.dernier, premier.nombre) == (1, 1, 4, 4)
    assert (second.numero, second.premier, second.dernier, second.nombre) == (2, 5, 5, 1)
    assert second.scelle_le == service_partout.horloge()
    assert service_partout.compter("feuille") == 5


def test_the_head_of_each_seal_is_told_outside_the_database(service_partout):
    sceller_trois_fois(service_partout)
    assert lignes_du_fichier(service_partout) == [tete_du_sceau(sceau) for sceau in sceaux(service_partout)]


def test_many_entries_make_several_seals(service_partout, monkeypatch):
    monkeypatch.setattr(module, "LOT", 3)
    inscrire(service_partout, 6)
    assert sceller(service_partout.dependencies) == Scellement(3, 7, 0)
    assert [sceau.nombre for sceau in sceaux(service_partout)] == [3, 3, 1]
    assert verdict(service_partout).integre


@pytest.mark.parametrize(("nombre", "repos"), [(1, 0), (2, 1), (5, 2), (6, 3)])
def test_a_worker_rests_after_each_slice_and_the_seals_are_the_same(service_partout, monkeypatch, nombre, repos):
    monkeypatch.setattr(module, "TRANCHE", 2)
    pauses: list[float] = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    for _ in range(nombre):
        service_partout.post(CONSULTE_SERVICE)
    sceller_regulierement(service_partout.dependencies)
    assert pauses == [module.SOUFFLE] * repos
    assert [sceau.nombre for sceau in sceaux(service_partout)] == [nombre]
    assert verdict(service_partout).integre


def test_a_seal_younger_than_the_pause_is_enough(service_partout):
    inscrire(service_partout, 0)
    sceller(service_partout.dependencies, pause=PAUSE)
    inscrire(service_partout, 0)
    service_partout.horloge.avancer(seconds=4)
    assert sceller(service_partout.dependencies, pause=PAUSE).sceaux == 0
    service_partout.horloge.avancer(seconds=1)
    assert sceller(service_partout.dependencies, pause=PAUSE).sceaux == 1


def test_a_clock_that_was_set_back_does_not_stop_the_sealing(service_partout):
    inscrire(service_partout, 0)
    sceller(service_partout.dependencies, pause=PAUSE)
    service_partout.horloge.avancer(hours=-1)
    service_partout.post(CONSULTE_SERVICE)
    assert sceller(service_partout.dependencies, pause=PAUSE).sceaux == 1
    assert verdict(service_partout).integre


def test_the_seal_of_a_deposit_covers_the_hash_of_its_receipt(service_partout):
    service_partout.post(declare_certificats())
    (entree,) = service_partout.journal()
    assert len(entree.accuse_hache) == 32
    sceller(service_partout.dependencies)
    service_partout.sql("UPDATE journal SET accuse_hache = NULL")
    assert not verdict(service_partout).integre


def test_a_file_that_lags_is_completed_first(service_partout):
    """A new machine, or one that was stopped while others sealed."""
    sceller_trois_fois(service_partout)
    toutes = lignes_du_fichier(service_partout)
    for garde in ([], toutes[:1]):
        ecrire_fichier(service_partout, garde)
        assert sceller(service_partout.dependencies) == Scellement(0, 0, 3 - len(garde))
        assert lignes_du_fichier(service_partout) == toutes


CONTRAIRES = {
    "the last seal was removed": "DELETE FROM sceau WHERE numero = 3",
    "all seals were removed": "DELETE FROM sceau",
    "the last seal was changed": "UPDATE sceau SET racine = precedent WHERE numero = 3",
}


@pytest.mark.parametrize("cas", CONTRAIRES)
def test_nothing_is_sealed_while_the_file_tells_another_history(service_partout, cas):
    sceller_trois_fois(service_partout)
    service_partout.sql(CONTRAIRES[cas])
    inscrire(service_partout)
    avant, restent = lignes_du_fichier(service_partout), service_partout.compter("sceau")
    with pytest.raises(SceauxContrairesError, match="n° 3"):
        sceller(service_partout.dependencies)
    assert service_partout.compter("sceau") == restent
    assert lignes_du_fichier(service_partout) == avant


def test_nothing_is_sealed_over_a_file_whose_end_is_no_seal(service):
    sceller_trois_fois(service)
    with fichier(service).open("a") as sortie:
        sortie.write("bonjour\n")
    with pytest.raises(SceauxContrairesError, match="dernière ligne"):
        sceller(service.dependencies)
    assert verdict(service).ruptures[0].nature == "FICHIER_CONTRAIRE"


@pytest.fixture
def chez_soi(base, tmp_path):
    """A service with a directory of keys of its own."""
    (tmp_path / "cles").mkdir(mode=0o700)
    keystore.creer(tmp_path / "cles", demonstration=True)
    yield from ouvrir(tmp_path, base, tmp_path / "cles")


@pytest.mark.parametrize("algorithme", ["p256", "rsa3072"])
def test_seals_of_a_former_key_are_verified_by_its_published_certificate(chez_soi, base, tmp_path, algorithme):
    sceller_trois_fois(chez_soi)
    (ancien,) = (tmp_path / "cles").glob("*.crt")
    keystore.tourner_signature(tmp_path / "cles", Algorithme(algorithme))
    suite = Service(tmp_path, base, tmp_path / "cles")
    suite.horloge.avancer(days=1)
    suite.post(CONSULTE_SERVICE, en_clair(AGENT, chez_soi.cle))
    sceller(suite.dependencies)
    lu = verdict(suite)
    suite.fermer()
    assert (lu.integre, lu.sceaux) == (True, 4)
    assert len({sceau.cle for sceau in sceaux(chez_soi)}) == 2
    ancien.unlink()
    sans = Service(tmp_path, base, tmp_path / "cles")
    premiere = verdict(sans).ruptures[0]
    sans.fermer()
    assert (premiere.nature, premiere.sceau) == ("SCEAU_ALTERE", 1)
    assert "certificat" in premiere.message


# --- processes


@pytest.fixture
def lancer(service_partout, base, dossier_de_cles, tmp_path):
    """Starts a sealer on the test's database; whatever still runs at the end is killed."""
    lances = []

    def demarrer(*arguments: str, **reglages: str) -> Processus:
        environ = {
            **os.environ,
            "ESAT_DONNEES": str(tmp_path),
            "ESAT_BASE": base,
            "ESAT_CLES": str(dossier_de_cles),
            **reglages,
        }
        lances.append(planter([SCELLEUR, *arguments], environ, tmp_path, sys.__stderr__))
        return lances[-1]

    yield demarrer
    for un in lances:
        un.achever()


ETAPES = ["avant le sceau", "entre le sceau et le fichier", "pendant le fichier"]


@pytest.mark.parametrize("etape", ETAPES)
def test_a_sealer_killed_at_any_step_leaves_a_log_that_verifies_and_that_the_next_one_goes_on_with(
    service_partout, lancer, etape
):
    sceller_trois_fois(service_partout)
    inscrire(service_partout)
    assert lancer("mourir", etape).wait(60) == -9
    apres = verdict(service_partout)
    assert apres.integre, apres.ruptures
    assert apres.retard_du_fichier == (0 if etape == "avant le sceau" else 1)
    reste = sceller(service_partout.dependencies)
    assert reste == (Scellement(1, PAR_SCEAU, 0) if etape == "avant le sceau" else Scellement(0, 0, 1))
    fini = verdict(service_partout)
    assert (fini.integre, fini.verifiees, fini.non_scellees, fini.retard_du_fichier) == (True, 4 * PAR_SCEAU, 0, 0)
    assert [lire_tete(ligne).numero for ligne in lignes_du_fichier(service_partout)] == [1, 2, 3, 4]


def test_sealers_at_once_seal_each_entry_once(service_partout, lancer):
    """Four processes: two share a file, as workers of a machine do; the others have one each, as instances do."""
    dossier = fichier(service_partout).parent
    autres = [dossier / "b.jsonl", dossier / "c.jsonl"]
    travailleurs = [lancer("sceller"), lancer("sceller"), *(lancer("sceller", ESAT_SCEAUX=str(un)) for un in autres)]
    for travailleur in travailleurs:
        for _ in range(20):
            assert travailleur.stdout.readline()
    for travailleur in travailleurs:
        travailleur.kill()
        travailleur.wait()
    sceller(service_partout.dependencies)
    lu = verdict(service_partout)
    assert lu.integre, lu.ruptures
    assert lu.verifiees == service_partout.compter("journal") == service_partout.compter("feuille") >= 80
    assert lu.non_scellees == 0
    for autre in autres:
        # Each file is the beginning of the same history.
        connues = autre.read_text().splitlines()
        assert connues == lignes_du_fichier(service_partout)[: len(connues)]


def test_sealers_killed_at_random_never_double_nor_lose_anything(service_partout, lancer):
    alea = random.Random(83)
    for _ in range(6):
        victime = lancer("sceller")
        assert victime.stdout.readline()
        time.sleep(alea.random() * 0.3)
        victime.kill()
        victime.wait()
        assert verdict(service_partout).integre
    sceller(service_partout.dependencies)
    lu = verdict(service_partout)
    assert (lu.integre, lu.non_scellees, lu.retard_du_fichier) == (True, 0, 0)
    assert lu.verifiees == service_partout.compter("journal") == service_partout.compter("feuille")


def test_messages_in_flight_are_sealed_once_whatever_the_order_they_end_in(service_partout):
    """On PostgreSQL the ids of these entries are given in another order than they are committed in."""
    fini = threading.Event()

    def envoyer() -> None:
        while not fini.is_set():
            service_partout.post(CONSULTE_SERVICE)

    fils = [threading.Thread(target=envoyer) for _ in range(6)]
    for fil in fils:
        fil.start()
    try:
        scelles = 0
        limite = time.monotonic() + 30
        while scelles < 300 and time.monotonic() < limite:
            scelles += sceller(service_partout.dependencies).entrees
    finally:
        fini.set()
        for fil in fils:
            fil.join()
    sceller(service_partout.dependencies)
    lu = verdict(service_partout)
    assert lu.integre, lu.ruptures
    assert lu.verifiees == service_partout.compter("journal") == service_partout.compter("feuille")
