"""The log at ten million entries: the first page of each filter, alone and with a period and an ESAT, and ListeDepots.

``python -m benchmarks.dix_millions [--entrees N]`` makes N entries (and 10,000 to compare with) on SQLite and on
PostgreSQL, in temporary places that it removes, measures through the very use cases of the console, and writes what it
found under ``journal_dix_millions`` in docs/mesures.json. Rows are made by the database itself (``dix_millions.sql``),
indexes afterwards: some ten minutes for ten million.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table

from benchmarks.grappe import Grappe
from service.app import Maison
from service.domain.declaration import Operation
from service.storage.tables import anomalie, depot, journal, ligne
from service.usecases.consulter_journal import Personne, Recherche, compter, lire_page, preparer
from service.usecases.dependencies import Dependencies
from service.usecases.reception import Issue

CHIFFRES = Path(__file__).resolve().parent.parent / "docs" / "mesures.json"
ESATS, PETIT, FOIS, TAILLE = 300, 10_000, 5, 50
DEBUT = datetime(2025, 1, 1, tzinfo=UTC)
DUREE = timedelta(days=365)
NIR = "185057500000147"
_LIGNES_TOUS_LES = 20
"""One deposit in so many has a line and an anomaly in the tables."""

_NOMBRES = {
    "sqlite": "WITH RECURSIVE serie(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM serie WHERE n < {fin})",
    "postgresql": "WITH serie(n) AS (SELECT generate_series(1::bigint, {fin}))",
}
_INSTANT = {
    "sqlite": "{debut} + n * {pas}",
    "postgresql": "to_timestamp(({debut} + n * {pas}) / 1000000.0)",
}
_ALEA = "((n * 2654435761) % 4294967296)"
_HEXA = {"sqlite": "printf('%08x', {x})", "postgresql": "lpad(to_hex({x}), 8, '0')"}


def main() -> None:
    """Generate, measure, write."""
    analyse = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    analyse.add_argument("--entrees", type=int, default=10_000_000)
    analyse.add_argument("--base", choices=["sqlite", "postgresql", "toutes"], default="toutes")
    options = analyse.parse_args()
    bases = ["sqlite", "postgresql"] if options.base == "toutes" else [options.base]
    mesures: dict[str, Any] = {"entrees": options.entrees, "bases": {}}
    for base in bases:
        mesures["bases"][base] = {
            str(entrees): _mesurer_une_base(base, entrees) for entrees in (PETIT, options.entrees)
        }
    chiffres = json.loads(CHIFFRES.read_text(encoding="utf-8")) if CHIFFRES.exists() else {}
    chiffres["journal_dix_millions"] = mesures
    CHIFFRES.write_text(json.dumps(chiffres, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(_tableau(mesures))


def _mesurer_une_base(base: str, entrees: int) -> dict[str, float]:
    with _maison(base) as maison:
        debut = time.monotonic()
        _peupler(maison, entrees)
        print(f"{base} : {entrees} entrées en {time.monotonic() - debut:.0f} s", flush=True)
        return _mesurer(maison.dependencies)


@contextmanager
def _maison(base: str) -> Iterator[Maison]:
    """A house on an empty database of that kind, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="banc-journal-") as dossier:
        if base == "sqlite":
            yield from _ouverte(dossier, f"sqlite:///{dossier}/base.sqlite")
        else:
            with Grappe() as grappe:
                yield from _ouverte(dossier, grappe.creer("journal"))


def _ouverte(dossier: str, url: str) -> Iterator[Maison]:
    maison = Maison({"ESAT_DONNEES": dossier, "ESAT_BASE": url})
    maison.migrer()
    try:
        yield maison
    finally:
        maison.moteur.dispose()


def _peupler(maison: Maison, entrees: int) -> None:
    moteur = maison.moteur
    tables = (journal, depot, ligne, anomalie)
    _indexes(moteur, tables, "drop")
    with moteur.begin() as connexion:
        dialecte = moteur.dialect.name
        for requete in _requetes(dialecte, entrees, maison.dependencies.coffre.hachage("nir", NIR).hex()):
            connexion.exec_driver_sql(requete)
    _indexes(moteur, tables, "create")
    with moteur.connect() as connexion:
        connexion.exec_driver_sql("ANALYZE")
        connexion.commit()


def _indexes(moteur: Engine, tables: tuple[Table, ...], acte: str) -> None:
    for table in tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            getattr(index, acte)(moteur)


def _requetes(dialecte: str, entrees: int, nir_hache: str) -> list[str]:
    """The statements that make ESATs, accounts, entries, one deposit for ten of them, lines and anomalies of some."""
    sqlite = dialecte == "sqlite"
    depots = entrees // 10
    pas, debut = int(DUREE.total_seconds() * 1_000_000) // entrees, int(DEBUT.timestamp() * 1_000_000)
    instant, hexa, serie = _INSTANT[dialecte], _HEXA[dialecte], _NOMBRES[dialecte]
    deux = f"{hexa.format(x='n')} || {hexa.format(x='n')}"
    valeurs = {
        "serie_esats": serie.format(fin=ESATS),
        "serie_entrees": serie.format(fin=entrees),
        "serie_depots": serie.format(fin=depots),
        "serie_lignes": serie.format(fin=depots // _LIGNES_TOUS_LES),
        "instant_entree": instant.format(debut=debut, pas=pas),
        "instant_depot": instant.format(debut=debut, pas=pas * 10),
        "hexa_n": hexa.format(x="n"),
        "hexa_dixieme": hexa.format(x="n / 10"),
        "rang": f"{_ALEA} % {ESATS} + 1",
        "faux": "0" if sqlite else "false",
        "maintenant": str(debut) if sqlite else "now()",
        "hache": f"X'{nir_hache}'" if sqlite else f"decode('{nir_hache}', 'hex')",
        "autre_hache": f"CAST({deux} AS blob)" if sqlite else f"convert_to({deux}, 'UTF8')",
        "tous_les": _LIGNES_TOUS_LES,
        "esats": ESATS,
    }
    requetes = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").format(**valeurs).split(";\n")
    # The driver of PostgreSQL would take the operator for a parameter.
    return [une if sqlite else une.replace("%", "%%") for une in requetes if une.strip()]


def _mesurer(deps: Dependencies) -> dict[str, float]:
    """Milliseconds of the first page of each search: the median of a few, and the count of the unfiltered one."""
    mois = {"depuis": date(2025, 6, 1), "jusque": date(2025, 6, 30), "esat": "10000000000007"}
    seuls: dict[str, dict[str, Any]] = {
        "sans filtre": {},
        "période": {"depuis": date(2025, 6, 1), "jusque": date(2025, 6, 30)},
        "ESAT (SIRET)": {"esat": "10000000000007"},
        "ESAT (nom, 12 établissements)": {"esat": "ESAT 10"},
        "compte": {"compte": "agent7@esat.example"},
        "opération fréquente": {"operation": Operation.DECLARE_CERTIFICAT_EMPLOI},
        "opération rare": {"operation": Operation.ANNULE_DECLARATION},
        "issue fréquente": {"issue": Issue.ACCEPTE},
        "issue rare": {"issue": Issue.REFUSE},
        "faute rare": {"code": "REJEU"},
        "règle fréquente": {"code": "C07"},
        "règle rare": {"code": "C11"},
        "numéro de dépôt": {"numero": "D250101-00000123"},
        "identifiantMessage": {"identifiant": "00000123-0000-4000-8000-000000000000"},
    }
    resultats = {}
    for nom, criteres in seuls.items():
        resultats[nom] = _chronometrer(lambda criteres=criteres: _page(deps, Recherche(**criteres)))  # type: ignore[misc]
        if not criteres.keys() & {"depuis", "esat"}:
            ensemble = Recherche(**(mois | criteres))
            resultats[f"{nom}, avec période et ESAT"] = _chronometrer(lambda une=ensemble: _page(deps, une))  # type: ignore[misc]
    resultats["personne (NIR)"] = _chronometrer(lambda: _page(deps, Recherche(), Personne(nir=NIR)))
    resultats["nombre d'entrées, sans filtre"] = _chronometrer(lambda: compter(deps, preparer(deps, Recherche())))
    resultats["ListeDepots, première page"] = _chronometrer(lambda: _depots(deps, DEBUT))
    resultats["ListeDepots, un mois"] = _chronometrer(lambda: _depots(deps, datetime(2025, 6, 1, tzinfo=UTC)))
    return resultats


def _page(deps: Dependencies, recherche: Recherche, personne: Personne | None = None) -> None:
    lire_page(deps, preparer(deps, recherche, personne), None, TAILLE)


def _depots(deps: Dependencies, debut: datetime) -> None:
    with deps.unites.lecture() as unite:
        unite.depots.lister(7, debut, debut + DUREE, None, 500)


def _chronometrer(acte: Callable[[], object]) -> float:
    durees = []
    for _ in range(FOIS + 1):
        debut = time.perf_counter()
        acte()
        durees.append((time.perf_counter() - debut) * 1000)
    return round(statistics.median(durees[1:]), 2)


def _tableau(mesures: dict[str, Any]) -> str:
    lignes = []
    for base, par_taille in mesures["bases"].items():
        (petit, grand) = par_taille.values()
        lignes += [f"{base:11} {nom:45} {petit[nom]:9.2f} ms {grand[nom]:9.2f} ms" for nom in grand]
    return "\n".join(lignes)


if __name__ == "__main__":
    main()
