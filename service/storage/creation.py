"""A database that is born whole: it takes its place once everything is in it, or nothing is left of it.

SQLite: made in a file beside, renamed into place at the end, so that even a killed process leaves no database behind.
PostgreSQL: made in place, its tables dropped again when the block fails. Either way one at a time.
"""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from service.errors import IndisponibleError, SaisieError
from service.storage.database import creer_moteur, joignable
from service.storage.disque import sur_le_disque
from service.storage.migrations import migrer
from service.storage.tables import metadata
from service.storage.write_lock import VerrouEcriture

EXISTE = "Une base de données existe déjà à cet endroit : rien n'a été changé."
_ENTETE_SQLITE = b"SQLite format 3\0"
_JOURNAUX = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database that it has open."""
_VERROU_POSTGRESQL = 0x6573616F
"""Number of the advisory lock of births."""


@contextlib.contextmanager
def base_neuve(url: str) -> Iterator[Engine]:
    """An engine on a migrated, empty database, which is there for others when the block ends well.

    Raises SaisieError where a database exists already (one without any table is none), IndisponibleError where none can
    be made.
    """
    moteur = creer_moteur(url)
    try:
        if moteur.dialect.name == "sqlite":
            with _a_cote(moteur, Path(str(moteur.url.database))) as nouveau:
                yield nouveau
        else:
            with _sur_place(moteur):
                yield moteur
    finally:
        moteur.dispose()


@contextlib.contextmanager
def _a_cote(moteur: Engine, fichier: Path) -> Iterator[Engine]:
    try:
        fichier.parent.mkdir(parents=True, exist_ok=True)
    except OSError as erreur:
        raise IndisponibleError("Le dossier de la base de données ne peut pas être créé à cet endroit.") from erreur
    _exiger_libre(moteur, fichier)
    provisoire = fichier.with_name(f".{fichier.name}.{secrets.token_hex(4)}")
    nouveau = creer_moteur(f"sqlite:///{provisoire}")
    verrou = VerrouEcriture(Path(f"{fichier}.verrou"))
    try:
        with verrou:
            _exiger_libre(moteur, fichier)
            migrer(nouveau)
            yield nouveau
            nouveau.dispose()  # the last connection brings the write-ahead log into the file
            _effacer(fichier, *_JOURNAUX)  # the log of an emptied database must never be read into this one
            provisoire.replace(fichier)
            sur_le_disque(fichier.parent)
    finally:
        verrou.fermer()
        nouveau.dispose()
        _effacer(provisoire, "", ".verrou", *_JOURNAUX)


@contextlib.contextmanager
def _sur_place(moteur: Engine) -> Iterator[None]:
    with joignable(), moteur.connect() as garde:
        garde.exec_driver_sql(f"SELECT pg_advisory_lock({_VERROU_POSTGRESQL})")
        _exiger_sans_table(moteur)
        try:
            migrer(moteur)
            yield
        except BaseException:
            with contextlib.suppress(IndisponibleError):
                _tout_retirer(moteur)
            raise


def _exiger_libre(moteur: Engine, fichier: Path) -> None:
    """Raise SaisieError where there is a file that is no database, or a database with a table."""
    try:
        with fichier.open("rb") as lecture:
            debut = lecture.read(len(_ENTETE_SQLITE))
    except FileNotFoundError:
        return
    except OSError as erreur:
        raise IndisponibleError("Le fichier de la base de données ne peut pas être lu.") from erreur
    if debut and debut != _ENTETE_SQLITE:
        raise SaisieError(EXISTE)
    _exiger_sans_table(moteur)
    moteur.dispose()


def _exiger_sans_table(moteur: Engine) -> None:
    with joignable():
        tables = inspect(moteur).get_table_names()
    if tables:
        raise SaisieError(EXISTE)


def _tout_retirer(moteur: Engine) -> None:
    with joignable(), moteur.connect() as connexion:
        metadata.drop_all(connexion)
        connexion.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _effacer(fichier: Path, *suffixes: str) -> None:
    for suffixe in suffixes:
        Path(f"{fichier}{suffixe}").unlink(missing_ok=True)
