"""The settings, as one frozen object; the only reader of the environment.

Each setting is an environment variable ``ESAT_<NAME>``, or the key ``<name>`` in lower case of the TOML file that
``ESAT_CONFIG`` names; the environment wins. Whatever is wrong is told at once, in one `ConfigurationError`.
"""

import contextlib
import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from service.errors import ConfigurationError, Precision

PREFIX = "ESAT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, with its default; the name in upper case after ``ESAT_`` is the variable's."""

    environnement: str
    """``demonstration`` (default), ``essai`` or ``production``."""
    donnees: Path
    """Data directory; ``./var``."""
    base: str
    """SQLAlchemy URL, SQLite or PostgreSQL; SQLite in the data directory."""
    cles: Path
    """Key directory; ``cles`` in the data directory."""
    ecoute: tuple[str, int]
    """Address and port to listen on; ``127.0.0.1:8083``. Port 0 takes any free one."""
    adresse_publique: str
    """Base address told to others (WSDL); ``http://`` + ESAT_ECOUTE."""
    processus: int
    """Worker processes; as many as processors, 4 at most."""
    fils: int
    """Requests that a worker works on at once, those that wait aside: 1 with SQLite, 2 with PostgreSQL."""
    serveur: str
    """``waitress`` (default) or ``granian``."""
    mandataires: tuple[str, ...]
    """Addresses or networks of the trusted proxies, comma-separated: theirs are the only X-Forwarded-* believed."""
    octets_max: int
    """Largest HTTP body in bytes; 4 MiB."""
    debit_par_minute: int
    """Messages a minute an account may send to one process; 0 for no limit (default)."""
    fenetre_passe: int
    """Seconds in the past that Created may lie; 300 (UsernameToken Profile 1.1.1, 3.1)."""
    fenetre_futur: int
    """Seconds in the future that Created may lie; 60."""
    argon2_memoire: int
    """argon2id memory in KiB; 19456 (OWASP Password Storage Cheat Sheet)."""
    argon2_iterations: int
    """argon2id passes; 2."""
    argon2_parallelisme: int
    """argon2id lanes; 1."""
    arret: int
    """Seconds left to what is in flight when the service is told to stop; 30."""
    journal_technique: str
    """Level of the technical log: DEBUG, INFO (default), WARNING, ERROR."""
    smtp: str
    """SMTP URL for mails, ``smtp://`` (STARTTLS where the server offers it) or ``smtps://``; empty for none."""
    courriel_expediteur: str
    """Sender of the mails; the service's e-mail address."""
    metriques: tuple[str, ...]
    """Addresses or networks that may read /metrics, comma-separated; the machine's own."""
    scellement: int
    """Seconds between two seals of the log; 5."""
    sceaux: Path
    """File outside the database to which every seal's head is appended; ``sceaux.jsonl`` in the data directory."""
    transmissions: Path
    """Directory of the files for the back office; ``transmissions`` in the data directory."""
    conservation_declarations: int
    """Years that declarations, their receipts and deposits are kept; 5."""
    conservation_bruts: int
    """Months that raw messages are kept; 13."""
    conservation_journal: int
    """Months that entries of the log are kept; 12 (CNIL: 6 to 12)."""
    service_designation: str
    """The receipt's service in charge (CRPA R112-11-1); Caf du Var."""
    service_adresse: str
    """Its postal address."""
    service_courriel: str
    """Its e-mail address."""
    service_telephone: str
    """Its telephone number."""


def charger(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (the process's by default) and the file that ESAT_CONFIG names.

    Raises ConfigurationError with every problem found, each under the setting's name.
    """
    reader = _Reader(os.environ if environ is None else environ)
    donnees = reader.read("DONNEES", "./var", _path) or Path("var")
    ecoute = reader.read("ECOUTE", "127.0.0.1:8083", _address) or ("127.0.0.1", 8083)
    base = reader.read("BASE", f"sqlite:///{donnees / 'teledeclaration.sqlite'}", _SETTINGS["BASE"][1])
    defaults = {
        "CLES": str(donnees / "cles"),
        "ADRESSE_PUBLIQUE": f"http://{ecoute[0]}:{ecoute[1]}",
        "FILS": "1" if str(base).startswith("sqlite") else "2",
        "PROCESSUS": str(min(4, os.cpu_count() or 1)),
        "SCEAUX": str(donnees / "sceaux.jsonl"),
        "TRANSMISSIONS": str(donnees / "transmissions"),
    }
    values: dict[str, Any] = {"donnees": donnees, "ecoute": ecoute, "base": base}
    for name, (default, parse) in _SETTINGS.items():
        if name.lower() not in values:
            values[name.lower()] = reader.read(name, defaults.get(name, default), parse)
    reader.refuse_unknown()
    if values["environnement"] == "production" and str(values["adresse_publique"] or "").startswith("http:"):
        reader.problem("ADRESSE_PUBLIQUE", "en production l'adresse publique doit être en https://.")
    if reader.problems:
        raise ConfigurationError(precisions=reader.problems)
    return Settings(**values)


def montrer(settings: Settings) -> dict[str, str]:
    """Every setting under its variable's name, secrets masked: what the command ``config`` prints."""
    shown = {}
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name == "ecoute":
            value = f"{value[0]}:{value[1]}"
        elif field.name in ("mandataires", "metriques"):
            value = ",".join(value)
        elif field.name in ("base", "smtp"):
            value = _masked(value)
        shown[PREFIX + field.name.upper()] = str(value)
    return shown


class _Reader:
    """Reads named values from the environment, then the file; gathers what is wrong instead of stopping."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.problems: list[Precision] = []
        self._environ = environ
        self._known: set[str] = set()
        self._file = self._read_file(environ.get(PREFIX + "CONFIG", ""))

    def read(self, name: str, default: str, parse: Callable[[str], Any]) -> Any:
        self._known.add(name)
        raw = self._environ.get(PREFIX + name) or str(self._file.get(name.lower(), "")) or default
        try:
            return parse(raw)
        except ValueError as error:
            self.problem(name, str(error))
            return None

    def problem(self, name: str, message: str) -> None:
        self.problems.append(Precision(message, champ=PREFIX + name))

    def refuse_unknown(self) -> None:
        """A key of the file that is no setting is a typing error; the environment may hold what is not ours."""
        names = {name.lower() for name in self._known}
        for key in sorted(set(self._file) - names):
            near = difflib.get_close_matches(key, names, 1)
            self.problem(key.upper(), f"ce réglage n'existe pas{f' ; est-ce « {near[0]} » ?' if near else '.'}")

    def _read_file(self, name: str) -> dict[str, Any]:
        if not name:
            return {}
        try:
            return tomllib.loads(Path(name).read_text(encoding="utf-8"))
        except OSError:
            self.problem("CONFIG", f"le fichier {name} est illisible ou absent.")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            self.problem("CONFIG", f"le fichier {name} n'est pas du TOML valide en UTF-8.")
        return {}


def _path(raw: str) -> Path:
    return Path(raw).expanduser().resolve()


def _one_of(*values: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in values:
            raise ValueError(f"attendu : {', '.join(values)} ; trouvé : « {raw} ».")
        return raw

    return parse


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not raw.strip().isdecimal() or not low <= int(raw) <= high:
            raise ValueError(f"attendu : un nombre entier de {low} à {high} ; trouvé : « {raw} ».")
        return int(raw)

    return parse


def _address(raw: str) -> tuple[str, int]:
    host, colon, port = raw.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"attendu : adresse:port, tel que 127.0.0.1:8083 ; trouvé : « {raw} ».")
    return host.strip("[]"), int(port)


def _web_address(raw: str) -> str:
    parts = urlsplit(raw.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"attendu : une adresse http:// ou https:// sans paramètres ; trouvé : « {raw} ».")
    return raw.strip().rstrip("/")


def _database(raw: str) -> str:
    scheme, found, rest = raw.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and found:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and ":memory:" not in rest:
        return raw
    raise ValueError(
        "attendu : sqlite:///chemin/du/fichier ou postgresql://utilisateur:motdepasse@hote/base ; "
        f"trouvé : « {scheme or raw}{found}… »."
    )


def _smtp(raw: str) -> str:
    with contextlib.suppress(ValueError):  # whose message could quote a password
        parts = urlsplit(raw)
        account = unquote(f"{parts.username or ''}{parts.password or ''}")
        if not raw or (parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0 and account.isascii()):
            return raw
    raise ValueError("attendu : smtp://utilisateur:motdepasse@hote:port, ou smtps://…, sans accent.")


def _mailbox(raw: str) -> str:
    if raw and not re.fullmatch(r"[!-?A-~]+@[^@\s]+", raw.strip()):
        raise ValueError(f"attendu : une adresse électronique ; trouvé : « {raw} ».")
    return raw.strip()


def _networks(raw: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in raw.split(",") if part.strip())
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ValueError(
                f"attendu : des adresses ou réseaux IP séparés par des virgules ; trouvé : « {network} »."
            ) from None
    return networks


def _masked(url: str) -> str:
    """The URL with its password, in the authority or a parameter, hidden."""
    if not url:
        return ""
    parts = urlsplit(url)
    authority = parts.netloc
    if parts.password is not None:
        authority = authority.replace(f":{parts.password}@", ":***@")
    query = "&".join(
        f"{key}=***" if key == "password" else f"{key}{equal}{value}"
        for key, equal, value in (piece.partition("=") for piece in parts.query.split("&"))
    )
    return f"{parts.scheme}://{authority}{parts.path}{'?' + query if query else ''}"


_SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "ENVIRONNEMENT": ("demonstration", _one_of("demonstration", "essai", "production")),
    "BASE": ("", _database),
    "CLES": ("", _path),
    "ADRESSE_PUBLIQUE": ("", _web_address),
    "PROCESSUS": ("", _integer(1, 64)),
    "FILS": ("", _integer(1, 64)),
    "SERVEUR": ("waitress", _one_of("waitress", "granian")),
    "MANDATAIRES": ("", _networks),
    "OCTETS_MAX": (str(4 * 1024 * 1024), _integer(10_000, 100_000_000)),
    "DEBIT_PAR_MINUTE": ("0", _integer(0, 10_000_000)),
    "FENETRE_PASSE": ("300", _integer(1, 3600)),
    "FENETRE_FUTUR": ("60", _integer(0, 3600)),
    "ARGON2_MEMOIRE": ("19456", _integer(8, 4_194_304)),
    "ARGON2_ITERATIONS": ("2", _integer(1, 100)),
    "ARGON2_PARALLELISME": ("1", _integer(1, 16)),
    "ARRET": ("30", _integer(1, 600)),
    "JOURNAL_TECHNIQUE": ("INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
    "SMTP": ("", _smtp),
    "COURRIEL_EXPEDITEUR": ("", _mailbox),
    "METRIQUES": ("127.0.0.1,::1", _networks),
    "SCELLEMENT": ("5", _integer(1, 3600)),
    "SCEAUX": ("", _path),
    "TRANSMISSIONS": ("", _path),
    "CONSERVATION_DECLARATIONS": ("5", _integer(1, 30)),
    "CONSERVATION_BRUTS": ("13", _integer(1, 360)),
    "CONSERVATION_JOURNAL": ("12", _integer(6, 120)),
    "SERVICE_DESIGNATION": ("Caf du Var", str.strip),
    "SERVICE_ADRESSE": ("Rue Emile Ollivier - La Rode - 83083 Toulon Cedex", str.strip),
    "SERVICE_COURRIEL": ("partenariat@caf83.caf.fr", _mailbox),
    "SERVICE_TELEPHONE": ("3230", str.strip),
}
"""Default and reading of each setting; an empty default of the first ones follows from other settings."""
