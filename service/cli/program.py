"""The program: its commands, and what becomes of what they raise (the exit codes are drawn in the room's docstring)."""

import contextlib
import io
import logging
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence

import click

from service import __version__, langue
from service.cli.audit import audit
from service.cli.campagnes import campagnes
from service.cli.cles import cles
from service.cli.comptes import comptes
from service.cli.conventions import conventions
from service.cli.courriels import courriels
from service.cli.esats import esats
from service.cli.exploitation import config, demo_data, migrate, serve
from service.cli.journal import journal
from service.cli.maison import Maison
from service.cli.operateurs import operateurs
from service.cli.output import imprimable
from service.cli.sceaux import purge
from service.cli.transmissions import integrer_, transmettre_, transmissions
from service.errors import ConfigurationError, IndisponibleError, TeledeclarationError
from service.langue.commandes import Groupe

FAIT, REFUSE, MAL_EMPLOYE, INDISPONIBLE, INTERROMPU = 0, 1, 2, 3, 130
NOM = "python -m service"
_logger = logging.getLogger("service.cli")


@click.group(
    cls=Groupe,
    help="Télédéclaration des ESAT à la Caf : faire tourner le service et l'administrer.",
    epilog="Réglages : variables ESAT_… ou fichier TOML nommé par ESAT_CONFIG ; «\u00a0config\u00a0» les montre. "
    "Codes de retour : 0 fait, 1 refusé, 2 mauvais emploi ou mauvais réglage, 3 service ou base injoignable.",
)
@click.version_option(__version__, prog_name="teledeclaration-esat", help="Montre la version.")
def programme() -> None:
    """Hold the commands; each takes the house it needs from the context."""


for _commande in (
    serve,
    migrate,
    config,
    demo_data,
    conventions,
    esats,
    comptes,
    audit,
    cles,
    campagnes,
    journal,
    purge,
    courriels,
    operateurs,
    transmettre_,
    integrer_,
    transmissions,
):
    programme.add_command(_commande)


def main(fabrique: Callable[[], Maison], arguments: Sequence[str] | None = None) -> int:
    """Run one command of the program on the house that `fabrique` makes; return the exit code."""
    langue.installer()
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):  # a terminal without our letters gets « ? », not an error
            flux.reconfigure(errors="replace")
    try:
        # Not click's own `main`, which ends the program on a broken pipe and prints an empty line on Ctrl-C.
        mots = list(sys.argv[1:] if arguments is None else arguments)
        with programme.make_context(NOM, mots, obj=fabrique()) as contexte:
            programme.invoke(contexte)
        sys.stdout.flush()
    except click.exceptions.Exit as fin:
        return fin.exit_code
    except BrokenPipeError:
        _abandonner_la_sortie()
        return FAIT
    except click.ClickException as erreur:
        erreur.show()
        return erreur.exit_code
    except (click.Abort, KeyboardInterrupt):
        _dire("Interrompu.")
        return INTERROMPU
    except TeledeclarationError as erreur:
        return _refus(erreur)
    except OSError as erreur:
        _dire(f"Erreur : {_systeme(erreur)}")
        return INDISPONIBLE
    except Exception as erreur:
        return _incident(erreur)
    return FAIT


def _abandonner_la_sortie() -> None:
    """What is left in the buffer would fail again when the interpreter closes it: let it go nowhere."""
    with contextlib.suppress(io.UnsupportedOperation):
        nulle_part = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nulle_part, sys.stdout.fileno())
        os.close(nulle_part)


def _refus(erreur: TeledeclarationError) -> int:
    """Tell a refusal, each of its points on a line of its own."""
    _dire(f"Erreur : {erreur.message}")
    for precision in erreur.precisions:
        lieu = [f"ligne {precision.ligne}"] if precision.ligne is not None else []
        lieu += [precision.champ] if precision.champ else []
        _dire(f"  {', '.join(lieu)}{' : ' if lieu else ''}{precision.message}")
    if isinstance(erreur, ConfigurationError):
        return MAL_EMPLOYE
    return INDISPONIBLE if isinstance(erreur, IndisponibleError) else REFUSE


def _systeme(erreur: OSError) -> str:
    """What the system refused, in French where it is one of the usual reasons."""
    raisons = {PermissionError: "accès refusé", FileNotFoundError: "introuvable", IsADirectoryError: "est un dossier"}
    raison = next((texte for genre, texte in raisons.items() if isinstance(erreur, genre)), erreur.strerror or "refusé")
    return f"{erreur.filename} : {raison}." if erreur.filename else f"le système a refusé : {raison}."


def _incident(erreur: Exception) -> int:
    """Name an unforeseen error, and log its kind and places: its text may quote personal data."""
    identifiant = secrets.token_hex(8)
    lieux = " < ".join(
        f"{lieu.filename}:{lieu.lineno}" for lieu in reversed(traceback.extract_tb(erreur.__traceback__))
    )
    _logger.error("incident", extra={"incident": identifiant, "erreur": type(erreur).__name__, "lieux": lieux})
    _dire(f"Erreur inattendue : incident {identifiant}. Donner cet identifiant à l'assistance.")
    return REFUSE


def _dire(texte: str) -> None:
    click.echo(imprimable(texte), err=True)
