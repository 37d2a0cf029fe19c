"""The options that commands share, and what they amount to once put together (`Reglages`)."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import click

from declarer_esat.affichage import Ecran
from declarer_esat.configuration import PREFIXE, Connexion, adresses, lire_toml, siret_normalise
from service.errors import ConfigurationError, Precision

URL_PAR_DEFAUT = "http://127.0.0.1:8083"
_DELAI = 60
_TENTATIVES = 6


@dataclass(frozen=True)
class Reglages:
    """The shared options of one run."""

    ecran: Ecran
    url: str
    siret: str | None
    utilisateur: str | None
    cle: str | None = field(repr=False)
    mot_de_passe: str | None = field(repr=False)
    dossier: Path
    delai: int
    tentatives: int
    autoriser_http: bool

    @property
    def base(self) -> str:
        """Base address of the service. Raises `ConfigurationError` when it is no address."""
        return adresses(self.url, self.autoriser_http)[0]

    def siret_exige(self) -> str:
        """Return the SIRET. Raises `ConfigurationError` when it is missing or wrong."""
        if not self.siret:
            raise ConfigurationError(precisions=[_absente("siret", "le SIRET de l'Esat qui déclare")])
        return siret_normalise(self.siret)

    def exiger(self, *, siret: bool = True, cle_admise: bool = True) -> None:
        """Check what a call of the service needs. Raises `ConfigurationError` with everything that is missing."""
        manques: list[Precision] = []
        for verifier in (lambda: self.base, self.siret_exige if siret else lambda: None):
            try:
                verifier()
            except ConfigurationError as erreur:
                manques += erreur.precisions
        if not self.utilisateur:
            manques.append(_absente("utilisateur", "le code utilisateur, une adresse électronique"))
        if not self._secret(cle_admise) and not sys.stdin.isatty():
            quoi = "la clé d'intégration, ou --mot-de-passe" if cle_admise else "le mot de passe de la personne"
            manques.append(_absente("cle" if cle_admise else "mot-de-passe", quoi))
        if manques:
            raise ConfigurationError(precisions=manques)

    def connexion(self, *, cle_admise: bool = True) -> Connexion:
        """Return how to reach the service; on a terminal, the password is asked for when nothing else is given.

        Raises `ConfigurationError` as `exiger`.
        """
        self.exiger(siret=False, cle_admise=cle_admise)
        base, adresse = adresses(self.url, self.autoriser_http)
        utilisateur = self.utilisateur or ""
        secret = self._secret(cle_admise) or demander(f"Mot de passe de {utilisateur}")
        condense = cle_admise and bool(self.cle)
        return Connexion(base, adresse, utilisateur, secret, condense, self.delai, self.tentatives)

    def _secret(self, cle_admise: bool) -> str | None:
        return (self.cle if cle_admise else None) or self.mot_de_passe


def demander(quoi: str, confirmation: str | None = None) -> str:
    """Ask for a secret on the terminal, without showing it; twice with `confirmation`."""
    deux_fois = confirmation or False
    return str(click.prompt(quoi, hide_input=True, confirmation_prompt=deux_fois, prompt_suffix=" : ", err=True))


def _absente(option: str, quoi: str) -> Precision:
    variable = PREFIXE + option.upper().replace("-", "_")
    return Precision(f"{quoi}, est attendu ici, dans {variable} ou dans declarer-esat.toml", champ=f"--{option}")


def _charger_toml(ctx: click.Context, _param: click.Parameter, valeur: str | None) -> None:
    options, avertissements = lire_toml(Path(valeur) if valeur else None)
    if "ignorer" in options:
        options["ignorees"] = options.pop("ignorer")
    ctx.default_map = {**(ctx.default_map or {}), **options}
    for avertissement in avertissements:
        click.echo(f"Attention : {avertissement}", err=True)


def _option(nom: str, aide: str, **suite: Any) -> Callable[[Any], Any]:
    variable = PREFIXE + nom.removeprefix("--").upper().replace("-", "_")
    return click.option(nom, envvar=variable, help=aide, **suite)


_CONFIGURATION = click.option(
    "--configuration",
    metavar="FICHIER",
    envvar=f"{PREFIXE}CONFIGURATION",
    is_eager=True,
    expose_value=False,
    callback=_charger_toml,
    help="Fichier TOML de ces options ; par défaut ./declarer-esat.toml, sinon ~/.config/declarer-esat.toml.",
)

JSON = click.option("--json", "en_json", is_flag=True, help="Résultat en JSON, pour un programme.")
ESSAI = _option("--essai", "Essai : tous les contrôles, un accusé marqué ESSAI, rien n'est transmis.", is_flag=True)

_PARTAGEES = (
    _option("--url", "Adresse du service, ou de son WSDL.", metavar="URL", default=URL_PAR_DEFAUT, show_default=True),
    _option("--siret", "SIRET de l'Esat qui déclare.", metavar="SIRET"),
    _option("--utilisateur", "Code utilisateur du compte.", metavar="COURRIEL"),
    _option("--cle", "Clé d'intégration ; de préférence par la variable ou le fichier.", metavar="CLE"),
    _option("--mot-de-passe", "À défaut de clé ; demandé au clavier s'il n'est pas donné.", metavar="SECRET"),
    _option(
        "--dossier",
        "Où sont gardés les envois et les accusés.",
        metavar="DOSSIER",
        type=click.Path(file_okay=False, path_type=Path),
        default="declarations",
        show_default=True,
    ),
    _option(
        "--delai",
        "Secondes d'attente d'une réponse.",
        metavar="SECONDES",
        type=click.IntRange(1, 3600),
        default=_DELAI,
        show_default=True,
    ),
    _option(
        "--tentatives",
        "Nombre d'essais d'un message quand le service ne répond pas.",
        metavar="NOMBRE",
        type=click.IntRange(1, 100),
        default=_TENTATIVES,
        show_default=True,
    ),
    _option("--autoriser-http", "Admet http:// hors de cette machine (réseau de confiance).", is_flag=True),
    _CONFIGURATION,
)
_NOMS = ("url", "siret", "utilisateur", "cle", "mot_de_passe", "dossier", "delai", "tentatives", "autoriser_http")


def avec_reglages(fonction: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command the shared options, as its first argument, and ``--json``."""

    @wraps(fonction)
    def commande(**options: Any) -> int | None:
        partagees = {nom: options.pop(nom) for nom in _NOMS}
        ecran = Ecran(en_json=options.pop("en_json"))
        return fonction(Reglages(ecran=ecran, **partagees), **options)

    decoree: Callable[..., int | None] = commande
    for option in reversed((JSON, *_PARTAGEES)):
        decoree = option(decoree)
    return decoree
