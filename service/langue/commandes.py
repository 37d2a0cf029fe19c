"""click's commands and groups with the words that it does not translate: those of the usage line."""

import re
from typing import Any

import click

_CONTEXTE = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


_METAVARIABLES = {
    "text": "TEXTE",
    "integer": "NOMBRE",
    "integer range": "NOMBRE",
    "float": "NOMBRE",
    "float range": "NOMBRE",
    "path": "CHEMIN",
    "file": "FICHIER",
    "filename": "FICHIER",
    "directory": "DOSSIER",
}
"""What stands for a value in help, by the name that click gives its type."""
_AVANT_PONCTUATION = re.compile(r"(?<=\S) (?=[:;!?»])|(?<=«) ")


def insecables(texte: str) -> str:
    """Return a French text whose lines no longer break before a colon or inside quotation marks."""
    return _AVANT_PONCTUATION.sub("\u00a0", texte)


class Commande(click.Command):
    """A command whose help option is also ``-h``, and whose help keeps French punctuation together."""

    def __init__(self, *args: Any, **attributs: Any) -> None:
        attributs["context_settings"] = _CONTEXTE | (attributs.get("context_settings") or {})
        super().__init__(*args, **attributs)
        _mettre_en_forme(self)


class Groupe(click.Group):
    """A group of commands; those made with its decorators are `Commande` and `Groupe`, in the order they were added."""

    command_class = Commande
    group_class = type

    def __init__(self, *args: Any, **attributs: Any) -> None:
        attributs["context_settings"] = _CONTEXTE | (attributs.get("context_settings") or {})
        attributs.setdefault("subcommand_metavar", "COMMANDE [ARGUMENTS]...")
        super().__init__(*args, **attributs)
        _mettre_en_forme(self)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, in the order in which a person meets them."""
        return list(self.commands)


def _mettre_en_forme(commande: click.Command) -> None:
    """Give a command and its options the words and the typography of French."""
    commande.help = insecables(commande.help) if commande.help else commande.help
    for parametre in commande.params:
        if isinstance(parametre, click.Option):
            parametre.help = insecables(parametre.help) if parametre.help else parametre.help
            parametre.metavar = parametre.metavar or _METAVARIABLES.get(parametre.type.name)
