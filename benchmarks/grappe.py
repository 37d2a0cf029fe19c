"""A PostgreSQL cluster of the benchmark's own, with the durability it is shipped with, on a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql


class Grappe:
    """A cluster, as a context manager, which runs from the first database that is asked for; initdb refuses root, so it
    runs as the user ``postgres`` then."""

    _racine: Path | None = None
    _processus: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "Grappe":
        return self

    def __exit__(self, *_: object) -> None:
        if self._processus is not None:
            self._processus.send_signal(signal.SIGINT)
            self._processus.wait(60)
        if self._racine is not None:
            shutil.rmtree(self._racine, ignore_errors=True)

    def _demarrer(self) -> None:
        """Raises RuntimeError when PostgreSQL is not there or does not start."""
        installes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda chemin: int(chemin.parent.name))
        if not installes:
            raise RuntimeError("PostgreSQL n'est pas installé (/usr/lib/postgresql)")
        binaires = installes[-1]
        self._racine = Path(tempfile.mkdtemp(prefix="banc-pg-"))
        qui = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            shutil.chown(self._racine, "postgres", "postgres")
        options = {"user": qui} if os.getuid() == 0 else {}
        donnees = self._racine / "donnees"
        initdb = [
            binaires / "initdb",
            "-D",
            donnees,
            "-U",
            "esat",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-instructions",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **options)
        reglages = {"listen_addresses": "", "unix_socket_directories": self._racine, "shared_buffers": "512MB"}
        commande = [binaires / "postgres", "-D", donnees]
        for nom, valeur in reglages.items():
            commande += ["-c", f"{nom}={valeur}"]
        sortie = (self._racine / "journal").open("wb")
        self._processus = subprocess.Popen(commande, stdout=sortie, stderr=sortie, cwd="/", **options)
        self._attendre()

    def url(self, base: str) -> str:
        """Where a database is."""
        return f"postgresql://esat@/{base}?host={self._racine}"

    def creer(self, base: str, modele: str = "template0") -> str:
        """Make a database anew, from another one; return its URL."""
        if self._processus is None:
            self._demarrer()
        base = base.replace("-", "_").lower()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connexion:
            nom, source = sql.Identifier(base), sql.Identifier(modele)
            connexion.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(nom))
            connexion.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(nom, source))
        return self.url(base)

    def _attendre(self) -> None:
        for _ in range(300):
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"PostgreSQL ne démarre pas : {(self._racine / 'journal').read_text()[-500:]}")
