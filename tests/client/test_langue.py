"""click speaks French, all of it, in every version that the distribution allows."""

import ast
import gettext
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service import langue
from service.langue.commandes import Commande, Groupe, insecables

CATALOGUE = langue.DOSSIER / "fr" / "LC_MESSAGES"
_CHAINE = r'"((?:[^"\\]|\\.)*)"'


def lire_po() -> dict[str | tuple[str, int], str]:
    """The catalogue as it was written by hand, in the shape gettext gives the compiled one."""
    entrees = {}
    for bloc in (CATALOGUE / "click.po").read_text(encoding="utf-8").split("\n\n"):
        champs = {nom: ast.literal_eval(f'"{valeur}"') for nom, valeur in re.findall(rf"^(\S+) {_CHAINE}$", bloc, re.M)}
        identifiant = champs.get("msgid")
        if identifiant and "msgid_plural" in champs:
            entrees[identifiant, 0], entrees[identifiant, 1] = champs["msgstr[0]"], champs["msgstr[1]"]
        elif identifiant:
            entrees[identifiant] = champs["msgstr"]
    return entrees


def compiles() -> dict[str | tuple[str, int], str]:
    with (CATALOGUE / "click.mo").open("rb") as fichier:
        traductions = gettext.GNUTranslations(fichier)
    return {cle: valeur for cle, valeur in traductions._catalog.items() if cle}


def messages_de_click() -> set[str]:
    trouves = set()
    for source in Path(click.__file__).parent.glob("*.py"):
        for noeud in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name)):
                continue
            if noeud.func.id in ("_", "ngettext") and isinstance(noeud.args[0], ast.Constant):
                trouves.add(noeud.args[0].value)
    return trouves


def test_the_compiled_catalogue_is_that_of_the_source():
    assert compiles() == lire_po()


def test_every_message_of_the_installed_click_is_translated():
    connus = {cle if isinstance(cle, str) else cle[0] for cle in compiles()}
    # Formats of durations in a progress bar, which need no words.
    assert messages_de_click() - connus - {"d"} == set()


def test_a_translation_has_the_fields_of_the_message():
    for cle, valeur in compiles().items():
        message = cle if isinstance(cle, str) else cle[0]
        champs = {re.sub(r"[!:].*", "", champ) for champ in re.findall(r"\{([^}]*)\}", valeur)}
        permis = {re.sub(r"[!:].*", "", champ) for champ in re.findall(r"\{([^}]*)\}", message)}
        pluriels = {"choices", "possibilities", "formats", "nargs", "len", "len_value", "len_type", "value", "args"}
        assert champs <= permis | (pluriels if isinstance(cle, tuple) else set()), message


@pytest.fixture(scope="module")
def groupe():
    langue.installer()

    @click.group(cls=Groupe)
    def groupe():
        """Fait : ceci."""

    @groupe.command()
    @click.option("--nombre", type=int, required=True, help="Combien : un nombre.")
    @click.argument("fichier")
    def lire(nombre, fichier):
        """Lit « un fichier »."""

    return groupe


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    [
        (["--help"], "Utilisation : groupe [OPTIONS] COMMANDE [ARGUMENTS]..."),
        (["--help"], "Commandes"),
        (["-h"], "Affiche cette aide."),
        (["lire", "--help"], "--nombre NOMBRE"),
        (["lire", "--help"], "[obligatoire]"),
        (["lire", "f"], "Option manquante '--nombre'"),
        (["lire", "--nombre", "1"], "Argument manquant 'FICHIER'"),
        (["lire", "--nombre", "x", "f"], "« x » n'est pas un nombre admis"),
        (["lire", "--nombre"], "L'option « --nombre » demande une valeur."),
        (["lire", "--autre"], "L'option « --autre » n'existe pas."),
        (["ecrire"], "La commande « ecrire » n'existe pas."),
        (["lire", "--nombre", "1", "a", "b", "c"], "Arguments en trop (b c)"),
    ],
)
def test_help_and_errors_are_in_french(groupe, arguments, attendu):
    resultat = CliRunner(env={"LANGUAGE": "en", "LANG": "C"}).invoke(groupe, arguments, prog_name="groupe")
    assert attendu in resultat.output.replace("\xa0", " ")


@pytest.mark.parametrize("mot", ["Usage:", "Try ", "Error:", "Options:", "Missing", "Show this"])
def test_no_english_is_left(groupe, mot):
    for arguments in (["--help"], ["lire", "--help"], ["lire"], ["absente"]):
        assert mot not in CliRunner().invoke(groupe, arguments).output


def test_commands_come_in_the_order_they_were_added():
    groupe = Groupe("g")
    for nom in ("zebre", "abeille"):
        groupe.add_command(Commande(nom))
    assert groupe.list_commands(click.Context(groupe)) == ["zebre", "abeille"]


def test_lines_do_not_break_before_a_colon_or_inside_quotation_marks():
    assert insecables("Ceci : « cela » ; et 12 !") == "Ceci\xa0: «\xa0cela\xa0»\xa0; et 12\xa0!"


def test_other_users_of_gettext_are_left_as_they_are(groupe):
    assert gettext.gettext("Missing command.") == "Missing command."
