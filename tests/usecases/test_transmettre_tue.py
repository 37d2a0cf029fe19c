"""A transmission killed at any point: nothing is lost, nothing leaves twice, nothing is left behind."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from echanges import lire_dossier, reponse, sort
from maison import Service, ouvrir
from messages import annule, certificat, declare_certificats, salarie
from sqlalchemy import make_url

import service
from service.app import Maison
from service.usecases.consigner import AU_CLAVIER
from service.usecases.integrer import integrer
from service.usecases.transmettre import transmettre

TUEUR = Path(__file__).with_name("tueur.py")
EN_DOUBLE = "SELECT declaration, nature FROM mouvement GROUP BY declaration, nature HAVING count(*) > 1"


@pytest.fixture(scope="module")
def tueur():
    """Ask for a transmission that dies; how it ended, and the points that it reached."""
    environ = {**os.environ, "PYTHONPATH": str(Path(service.__file__).parents[1])}
    processus = subprocess.Popen(
        [sys.executable, TUEUR], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def demander(environ, point):
        processus.stdin.write(json.dumps({"environ": environ, "point": point}) + "\n")
        processus.stdin.flush()
        reponse = json.loads(processus.stdout.readline())
        return reponse["fin"], reponse["points"]

    yield demander
    processus.stdin.close()
    processus.stdout.close()
    processus.wait()


class Depart:
    """A service with everything to be passed on, of which copies are made: one for each death."""

    def __init__(self, dossier, cles, url):
        self.dossier, self.cles, self.url = dossier, cles, url

    def peupler(self, maison: Service) -> None:
        """Something was passed on before, and there is something new of every kind, for two organismes."""

        def declarer(personne=None, remplace=None):
            return maison.post(declare_certificats(certificat(personne, remplace=remplace))).numeros[0]

        qui = salarie()
        ancien, annule_, integre = declarer(qui), declarer(), declarer()
        transmettre(maison.dependencies, AU_CLAVIER)
        integrer(maison.dependencies, AU_CLAVIER, reponse("831", 1, sort(integre)))
        self.deja = {"831": [("creation", numero, None) for numero in (ancien, annule_, integre)]}
        nouveau = declarer(qui, remplace=ancien)
        ailleurs = [declarer(salarie(numero=f"123456{rang}", organisme="131")) for rang in range(2)]
        lot = maison.post(declare_certificats(certificat(), certificat(), certificat())).numeros
        maison.post(annule(annule_))
        self.attendus = {
            "831": [
                *self.deja["831"],
                ("remplacement", nouveau, ancien),
                *(("creation", numero, None) for numero in lot),
                ("annulation", annule_, None),
            ],
            "131": [("creation", numero, None) for numero in ailleurs],
        }

    def environ(self, dossier: Path, url: str) -> dict[str, str]:
        """The settings of a service on a copy."""
        return {"ESAT_DONNEES": str(dossier), "ESAT_BASE": url, "ESAT_CLES": str(self.cles)}


@pytest.fixture(params=["sqlite", "postgresql"])
def depart(request, dossier_de_cles, tmp_path):
    """The state before each death."""
    url = request.getfixturevalue(f"base_{request.param}")
    depart = Depart(tmp_path / "depart", dossier_de_cles, url)
    for maison in ouvrir(depart.dossier, url, dossier_de_cles):
        depart.peupler(maison)
    return depart


@pytest.fixture
def copie(depart, tmp_path, request):
    """Makes a copy of the state, and returns its settings; another call replaces it."""
    dossier = tmp_path / "copie"
    if depart.url.startswith("sqlite:"):

        def copier():
            shutil.rmtree(dossier, ignore_errors=True)
            shutil.copytree(depart.dossier, dossier)
            shutil.copyfile(depart.url.removeprefix("sqlite:///"), dossier / "base.sqlite")
            return depart.environ(dossier, f"sqlite:///{dossier / 'base.sqlite'}")

        yield copier
        return
    grappe, nom = request.getfixturevalue("grappe"), f"copie_{os.getpid()}"

    def dupliquer():
        shutil.rmtree(dossier, ignore_errors=True)
        shutil.copytree(depart.dossier, dossier)
        with grappe.connexion() as connexion:
            connexion.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')
        grappe.creer(nom, make_url(depart.url).database)
        return depart.environ(dossier, grappe.url(nom))

    yield dupliquer
    with grappe.connexion() as connexion:
        connexion.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')


def visibles(dossier: Path) -> dict[str, bytes]:
    """The files that the back office could take, by name."""
    return {fichier.name: fichier.read_bytes() for fichier in dossier.glob("transmission-*")}


def achever(environ) -> None:
    """Transmit once more, and hold everything that must be true then."""
    maison = Maison(environ)
    try:
        transmettre(maison.dependencies, AU_CLAVIER)
        assert transmettre(maison.dependencies, AU_CLAVIER) == []
        with maison.moteur.connect() as connexion:
            assert connexion.exec_driver_sql(EN_DOUBLE).all() == []
            assert connexion.exec_driver_sql("SELECT 1 FROM ligne WHERE statut = 'RECUE'").all() == []
            assert connexion.exec_driver_sql("SELECT 1 FROM transmission WHERE ecrite_le IS NULL").all() == []
            empreintes = dict(connexion.exec_driver_sql("SELECT fichier, empreinte FROM transmission").all())
    finally:
        maison.moteur.dispose()
    dossier = maison.settings.transmissions
    condenses = {nom: hashlib.sha256((dossier / nom).read_bytes()).hexdigest() for nom in empreintes}
    assert condenses == empreintes


def passes(dossier: Path) -> dict[str, list]:
    """What all files tell, by organisme, in the order of their numbers, which have no gap."""
    par_organisme = defaultdict(list)
    derniers = defaultdict(int)
    for lu in sorted(lire_dossier(dossier).values(), key=lambda lu: (lu.organisme, lu.numero)):
        derniers[lu.organisme] += 1
        assert lu.numero == derniers[lu.organisme]
        par_organisme[lu.organisme] += lu.faits
    return dict(par_organisme)


def test_a_transmission_killed_at_any_point_is_finished_by_the_next_one(depart, copie, tueur):
    fin, points = tueur(copie(), 0)
    assert fin == 0
    assert set(points) == {"before commit", "after commit", "before replace", "after replace", "after fsync"}
    for mort in range(1, len(points) + 1):
        environ = copie()
        assert tueur(environ, mort) == (-9, points[:mort])
        dossier = Path(environ["ESAT_DONNEES"]) / "transmissions"
        avant = visibles(dossier)
        achever(environ)
        assert passes(dossier) == depart.attendus, (mort, points[mort - 1])
        assert avant.items() <= visibles(dossier).items(), "a file that could be taken was changed"


def test_a_transmission_killed_again_and_again_comes_to_its_end(depart, copie, tueur):
    environ = copie()
    fin, passages = -9, 0
    while fin:
        fin, _ = tueur(environ, 4 + passages)
        passages += 1
    assert passages > 5
    achever(environ)
    assert passes(Path(environ["ESAT_DONNEES"]) / "transmissions") == depart.attendus
