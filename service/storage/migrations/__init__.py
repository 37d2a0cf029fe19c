"""Revisions of the database, run by program: no alembic.ini, no logging set up, nothing printed.

Invariants: the whole upgrade is one transaction, under a lock that keeps other processes from migrating or writing;
a database made by a newer version of the service is refused, never touched.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine

from service.errors import IndisponibleError
from service.storage.compat import Config, MigrationContext, ScriptDirectory, command
from service.storage.database import joignable
from service.storage.write_lock import verrou_de

_DOSSIER = Path(__file__).parent
Reperer = Callable[[Sequence[bytes], Sequence[str | None]], Iterable[Sequence[int | None]]]
"""From the ciphertexts of employees and the organismes of their ESATs to the columns of what they are found by."""
_VERROU_POSTGRESQL = 0x65736174
"""Number of the advisory lock of migrations ("esat")."""


def version(moteur: Engine) -> str | None:
    """The revision of the database; None for one that was never migrated. Raises IndisponibleError."""
    with joignable(), moteur.connect() as connexion:
        return _revision(connexion)


def version_du_code() -> str:
    """The newest revision that this version of the service has."""
    tete = _scripts().get_current_head()
    if tete is None:
        raise LookupError("no revision beside this module")
    return tete


def exiger_a_jour(moteur: Engine) -> None:
    """Raise IndisponibleError unless the database has the revision of the code: what `serve` does first."""
    actuelle = version(moteur)
    _refuser_plus_recente(actuelle)
    if actuelle != version_du_code():
        raise IndisponibleError("La base de données n'est pas à jour : lancer « python -m service migrate ».")


def migrer(moteur: Engine, reperer: Reperer | None = None) -> str:
    """Bring the database to the revision of the code, from nothing or from any former one; return that revision.

    `reperer` is asked for the repères of lines that were written without them. Raises IndisponibleError where there are
    such lines and no `reperer`, for an unreachable database and for one made by a newer version of the service, and
    whatever `reperer` does.
    """
    postgresql = moteur.dialect.name == "postgresql"
    with joignable(), verrou_de(moteur) or nullcontext(), moteur.connect() as connexion:
        if postgresql:
            connexion.execution_options(isolation_level="READ COMMITTED")
        with connexion.begin():
            prealable = f"SELECT pg_advisory_xact_lock({_VERROU_POSTGRESQL})" if postgresql else "BEGIN IMMEDIATE"
            connexion.exec_driver_sql(prealable)
            _refuser_plus_recente(_revision(connexion))
            configuration = _configuration()
            configuration.attributes |= {"connexion": connexion, "reperer": reperer}
            command.upgrade(configuration, "head")
    return version_du_code()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_DOSSIER).replace("%", "%%"))
    return configuration


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())


def _revision(connexion: Connection) -> str | None:
    return MigrationContext.configure(connexion).get_current_revision()


def _refuser_plus_recente(revision: str | None) -> None:
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise IndisponibleError(
            f"La base de données (révision {revision}) a été faite par une version plus récente du service."
        )
