"""French for the command lines: click's own words, and commands whose help speaks French throughout.

A leaf, like `errors`: the service's command line and the vendor's client both use it. click asks gettext for every word
of its own at the time it needs it; gettext finds the catalogue in the text domain that `installer` sets.

========  ============================================================================================================
locale    ``click.po``, written by hand, and ``click.mo``, made from it: ``msgfmt -o click.mo click.po``
commandes the classes of commands, for the words that click does not translate
========  ============================================================================================================
"""

import gettext
import os
from pathlib import Path

DOMAINE = "click"
"""Name of the catalogue."""

DOSSIER = Path(__file__).resolve().parent / "locale"
"""Where gettext looks for it."""


def installer() -> None:
    """Make click speak French in this process, whatever the language of the machine.

    To be called once, by a program's ``main``, before it runs a command. ``LANGUAGE`` is what gettext reads first (GNU
    gettext manual, 2.3.3); only this process and those it starts see the change.
    """
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain(DOMAINE, str(DOSSIER))
    gettext.textdomain(DOMAINE)
