"""What a run is told: by its options, by the environment, by a TOML file; an option goes before a variable, which goes
before the file.

Secrets are never shown: no `repr`, message or file of this program holds a password or a clé.
"""

import ipaddress
import os
import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from service.domain.identifiants import siret_valide
from service.errors import ConfigurationError, Precision

PREFIXE = "DECLARER_ESAT_"
"""Before the name of an option in the environment."""

CLES = {
    "url": str,
    "siret": str,
    "utilisateur": str,
    "cle": str,
    "mot_de_passe": str,
    "essai": bool,
    "dossier": str,
    "delai": int,
    "tentatives": int,
    "autoriser_http": bool,
    "ignorer": list,
}
"""Keys of the TOML file, with hyphens or underscores, and their types."""

_FORMES = {str: "du texte entre guillemets", bool: "true ou false", int: "un nombre entier", list: "une liste"}
_EMPLACEMENTS = (Path("declarer-esat.toml"), Path("~/.config/declarer-esat.toml"))
_CHEMIN_DU_SERVICE = "/ws/v1"
_ECRITURE_ET_LECTURE_DES_AUTRES = 0o077


@dataclass(frozen=True)
class Connexion:
    """How to reach the service, and as whom."""

    base: str
    """Address of the service without its path: ``https://esat.example.fr``."""
    adresse: str
    """Where messages are posted."""
    utilisateur: str
    secret: str = field(repr=False)
    condense: bool
    """The secret is a clé d'intégration, sent as a digest; otherwise a password, sent as it is, over TLS."""
    delai: int
    """Seconds to wait for an answer."""
    tentatives: int
    """Times a message is sent before giving up for now."""


def adresses(url: str, autoriser_http: bool) -> tuple[str, str]:
    """Return the base address of the service and that of its messages, from either of them or from a WSDL's.

    Raises `ConfigurationError` for what is no web address, or for one that would let personal data travel in clear.
    """
    parties = urlsplit(url.strip())
    if parties.scheme not in ("http", "https") or not parties.hostname:
        raise _refus("url", "une adresse est attendue, telle que https://esat.example.fr")
    if parties.scheme == "http" and not autoriser_http and not est_locale(parties.hostname):
        raise _refus(
            "url",
            "une adresse https:// est attendue : des données personnelles passeraient en clair "
            "(--autoriser-http pour un réseau de confiance)",
        )
    chemin = parties.path.rstrip("/")
    racine = chemin.removesuffix(_CHEMIN_DU_SERVICE)
    base = urlunsplit((parties.scheme, parties.netloc, racine, "", ""))
    return base, base + _CHEMIN_DU_SERVICE


def siret_normalise(siret: str) -> str:
    """Return the 14 digits of a SIRET. Raises `ConfigurationError` for a wrong one (rule I01)."""
    chiffres = "".join(siret.split())
    if not siret_valide(chiffres):
        raise _refus("siret", "les 14 chiffres d'un SIRET sont attendus ; la clé ou la forme de celui-ci est fausse")
    return chiffres


def lire_toml(chemin: Path | None) -> tuple[dict[str, Any], list[str]]:
    """Return the options that a TOML file gives, and what its owner should be warned of.

    Without `chemin`, the file is the first that exists of ``./declarer-esat.toml`` and
    ``~/.config/declarer-esat.toml``. Raises `ConfigurationError` with everything that is wrong in it.
    """
    if chemin is None:
        chemin = next((lieu.expanduser() for lieu in _EMPLACEMENTS if lieu.expanduser().is_file()), None)
        if chemin is None:
            return {}, []
    try:
        lues = tomllib.loads(chemin.read_text(encoding="utf-8"))
    except OSError:
        raise _refus("configuration", f"le fichier {chemin} est absent ou illisible") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
        # Where, but not what: the file may hold a secret.
        place = re.search(r"line (\d+)", str(erreur))
        ou = f" ; ligne {place[1]}" if place else ""
        raise _refus("configuration", f"le fichier {chemin} n'est pas du TOML en UTF-8{ou}") from None
    options = {cle.replace("-", "_"): valeur for cle, valeur in lues.items()}
    _verifier(options, chemin)
    if "dossier" in options:
        # Relative to the file, so that the state of a sending is found again from any folder.
        options["dossier"] = str(chemin.resolve().parent / Path(options["dossier"]).expanduser())
    return options, _avertissements(options, chemin)


def _verifier(options: dict[str, Any], chemin: Path) -> None:
    precisions = []
    for cle, valeur in options.items():
        if cle not in CLES:
            proches = get_close_matches(cle, CLES, 1)
            conseil = f" ; est-ce « {proches[0]} » ?" if proches else ""
            precisions.append(Precision(f"cette option n'existe pas dans {chemin.name}{conseil}", champ=cle))
        elif type(valeur) is not CLES[cle]:
            precisions.append(Precision(f"{_FORMES[CLES[cle]]} est attendu dans {chemin.name}", champ=cle))
    if precisions:
        raise ConfigurationError(precisions=precisions)


def _avertissements(options: dict[str, Any], chemin: Path) -> list[str]:
    if not options.keys() & {"cle", "mot_de_passe"} or os.name == "nt":
        return []
    if not chemin.stat().st_mode & _ECRITURE_ET_LECTURE_DES_AUTRES:
        return []
    return [f"{chemin} contient un secret que d'autres comptes de cette machine peuvent lire : chmod 600 {chemin}"]


def est_locale(hote: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if hote == "localhost":
        return True
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return False


def _refus(option: str, message: str) -> ConfigurationError:
    return ConfigurationError(precisions=[Precision(message, champ=f"--{option}")])
