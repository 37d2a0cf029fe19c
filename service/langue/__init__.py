"""French for the command lines: click's own words, and commands whose help speaks French throughout.

A leaf, like `errors`: the service's command line and the vendor's client both use it.

=========  ===========================================================================================================
locale     ``click.po``, written by hand, and ``click.mo``, made from it: ``msgfmt -o click.mo click.po``
commandes  the classes of commands, for the words that click does not translate
=========  ===========================================================================================================

click asks gettext for each of its words at the time it needs it, and gettext chooses the language from the environment.
These command lines speak French whatever the machine speaks, and changing the environment would change the language of
every program they start: so click alone is given the catalogue, in the place of the two functions it asks.
"""

import gettext
import sys
from pathlib import Path

import click.shell_completion

DOMAINE = "click"
"""Name of the catalogue."""

DOSSIER = Path(__file__).resolve().parent / "locale"
"""Where it is."""


def installer() -> None:
    """Make click speak French in this process; to be called once, by a program's ``main``."""
    francais = gettext.translation(DOMAINE, str(DOSSIER), languages=["fr"])
    remplacements = {"_": (gettext.gettext, francais.gettext), "ngettext": (gettext.ngettext, francais.ngettext)}
    for nom, module in list(sys.modules.items()):
        if nom.partition(".")[0] == click.__name__:
            for attribut, (anglais, traduit) in remplacements.items():
                if getattr(module, attribut, None) is anglais:
                    setattr(module, attribut, traduit)
