"""What the client's tests share: a real service, payroll files of employees nobody else has, and the program itself."""

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from declarer_esat.__main__ import main
from serveur import Serveur, serveur

# Shared modules are found beside this file, as those of all tests are beside tests/conftest.py.
sys.path.insert(0, str(Path(__file__).parent))

from programme import Sortie, acces_de, nir_valide

_rangs = itertools.count(1)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serveur]:
    """A real service with demonstration data; tests tell their employees apart."""
    with serveur(tmp_path_factory.mktemp("service")) as en_marche:
        yield en_marche


@pytest.fixture
def sans_environnement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The program is told nothing by the machine the tests run on."""
    for nom in [nom for nom in os.environ if nom.startswith("DECLARER_ESAT_")]:
        monkeypatch.delenv(nom)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def declarer(sans_environnement: None, capsys: pytest.CaptureFixture[str]) -> Any:
    """The program: call it with arguments, get a `Sortie`."""

    def jouer(*arguments: str | Path) -> Sortie:
        capsys.readouterr()
        with pytest.raises(SystemExit) as fin:
            main([str(argument) for argument in arguments])
        lu = capsys.readouterr()
        return Sortie(int(fin.value.code or 0), lu.out, lu.err)

    return jouer


@pytest.fixture
def acces(service: Serveur) -> dict[str, str]:
    """The program's variables for the référent of the first ESAT, with a clé d'intégration."""
    return acces_de(service, service.adresse)


@pytest.fixture
def en_ligne(acces: dict[str, str], declarer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program, told how to reach the service."""
    for nom, valeur in acces.items():
        monkeypatch.setenv(nom, valeur)
    return declarer


@pytest.fixture
def certificats(tmp_path: Path) -> Any:
    """Writes a payroll file of certificates of employees that no other test has; returns its path."""

    def ecrire(combien: int, nom: str = "paie.csv", **autres: str) -> Path:
        colonnes = ["reference", "nir", "nom", "prenom", "date_naissance", "nombre_mois", "montant_net"]
        colonnes += ["montant_aide_poste", *autres]
        lignes = []
        for _ in range(combien):
            rang = next(_rangs) + os.getpid() % 500 * 1000
            ligne = [f"M{rang}", nir_valide(rang), "Lefèvre", "Camille", "14/05/1985", "12", "812,40", "640,10"]
            lignes.append(";".join([*ligne, *autres.values()]))
        fichier = tmp_path / nom
        fichier.write_text("\n".join([";".join(colonnes), *lignes]) + "\n", encoding="utf-8")
        return fichier

    return ecrire


@pytest.fixture
def changements(tmp_path: Path) -> Any:
    """Writes a payroll file of changes of activity of employees that no other test has; returns its path."""

    def ecrire(combien: int, nom: str = "mouvements.csv") -> Path:
        entete = "reference;nir;nom;prenom;date_naissance;nature;date_effet;heures_avant;heures_apres"
        lignes = []
        for _ in range(combien):
            rang = next(_rangs) + os.getpid() % 500 * 1000
            lignes.append(f"M{rang};{nir_valide(rang)};Durand;Zoé;14/05/1985;augmentation;01/11/2026;17,5;35")
        fichier = tmp_path / nom
        fichier.write_text("\n".join([entete, *lignes]) + "\n", encoding="utf-8")
        return fichier

    return ecrire


@pytest.fixture
def depot(en_ligne: Any, certificats: Any) -> Any:
    """A deposit just made of two rows: its JSON."""
    return json.loads(en_ligne("certificat", certificats(2), "--json").sortie)["depots"][0]
