"""Rows into a database at the speed of its disk: indexes taken away before, made again afterwards.

PostgreSQL then has the statistics that it keeps by itself, in time; SQLite has none, since the service asks for none.

Only a database of the benchmark's own is written so: what would be lost by a power cut is made again by the next run.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Engine, Index
from sqlalchemy.schema import CreateIndex, DropIndex

from benchmarks.dix_millions.tirage import Bloc
from service.storage.columns import microsecondes
from service.storage.tables import metadata

COLONNES = {
    "journal": "id instant adresse agent utilisateur compte_id siret esat_id operation taille duree_us issue code "
    "identifiant_message numero_depot identifiant_incident identifiant_requete nombre canal acte objet motif",
    "depot": "id numero esat_id compte_id identifiant_message operation annee essai empreinte date_reception statut "
    "nombre_recues nombre_acceptees nombre_rejetees version_regles logiciel_editeur logiciel_nom logiciel_version "
    "accuse_signe",
    "ligne": "depot_id rang reference nature numero esat_id annee nir_repere allocataire_repere nom_repere donnees "
    "nombre_mois montant_net montant_aide_poste essai statut statut_depuis",
    "anomalie": "depot_id rang ordre code gravite champ message",
}
"""Columns that are written, in the order of a block's rows."""
Annoncer = Callable[[str], None]


def ecrire(moteur: Engine, blocs: Iterator[Bloc], annoncer: Annoncer) -> None:
    """Write every block into empty tables."""
    with sans_index(moteur, annoncer):
        (_dans_sqlite if moteur.dialect.name == "sqlite" else _dans_postgresql)(moteur, blocs, annoncer)
    if moteur.dialect.name == "postgresql":
        annoncer("statistiques")
        with moteur.connect() as connexion:
            connexion.exec_driver_sql("VACUUM ANALYZE")


@contextmanager
def sans_index(moteur: Engine, annoncer: Annoncer) -> Iterator[None]:
    """Inside, the tables have their keys only."""
    tous: list[Index] = [un for nom in COLONNES for un in sorted(metadata.tables[nom].indexes, key=str)]
    with moteur.connect() as connexion:
        for un in tous:
            connexion.execute(DropIndex(un, if_exists=True))
    yield
    with moteur.connect() as connexion:
        for un in tous:
            annoncer(f"index {un.name}")
            connexion.execute(CreateIndex(un))


def _dans_sqlite(moteur: Engine, blocs: Iterator[Bloc], annoncer: Annoncer) -> None:
    assert moteur.url.database is not None
    with closing(sqlite3.connect(moteur.url.database, isolation_level=None)) as connexion:
        for reglage in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connexion.execute(f"PRAGMA {reglage}")
        for _, bloc in _comptes(blocs, annoncer):
            connexion.execute("BEGIN")
            for nom, rangees in bloc._asdict().items():
                marques = ", ".join("?" * len(COLONNES[nom].split()))
                ordre = f"INSERT INTO {nom} ({', '.join(COLONNES[nom].split())}) VALUES ({marques})"
                connexion.executemany(ordre, map(_pour_sqlite, rangees))
            connexion.execute("COMMIT")
        connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _pour_sqlite(rangee: Sequence[Any]) -> list[Any]:
    return [microsecondes(valeur) if isinstance(valeur, datetime) else valeur for valeur in rangee]


def _dans_postgresql(moteur: Engine, blocs: Iterator[Bloc], annoncer: Annoncer) -> None:
    adresse = moteur.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(adresse, autocommit=True) as connexion:
        connexion.execute("SET session_replication_role = replica")  # keys of other tables are not looked at
        connexion.execute("SET synchronous_commit = off")
        for _, bloc in _comptes(blocs, annoncer):
            for nom, rangees in bloc._asdict().items():
                colonnes = ", ".join(COLONNES[nom].split())
                with connexion.cursor() as curseur, curseur.copy(f"COPY {nom} ({colonnes}) FROM STDIN") as copie:
                    for rangee in rangees:
                        copie.write_row(rangee)
        for nom in ("journal", "depot"):
            connexion.execute(f"SELECT setval(pg_get_serial_sequence('{nom}', 'id'), (SELECT max(id) FROM {nom}))")


def _comptes(blocs: Iterator[Bloc], annoncer: Annoncer) -> Iterator[tuple[int, Bloc]]:
    total = 0
    for bloc in blocs:
        total += len(bloc.journal)
        if total % 1_000_000 < len(bloc.journal):
            annoncer(f"{total} entrées")
        yield total, bloc
