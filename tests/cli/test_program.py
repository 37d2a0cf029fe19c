"""The program: its help, its language, and what each kind of error becomes."""

import logging
import re

import click
import pytest

from service import __version__
from service.cli.program import programme
from service.errors import (
    ConfigurationError,
    DebitDepasseError,
    IndisponibleError,
    Precision,
    SaisieError,
    TeledeclarationError,
)

ANGLAIS = re.compile(r"\b(Usage|Show|Error|Commands?|Try|required|default|TEXT|INTEGER|PATH|exit)\b")


def commandes(groupe=programme, chemin=()):
    """Every command, with the words that lead to it."""
    yield chemin, groupe
    if isinstance(groupe, click.Group):
        for nom, commande in groupe.commands.items():
            yield from commandes(commande, (*chemin, nom))


TOUTES = [chemin for chemin, _ in commandes()]


class MaisonEnPanne:
    """A house whose settings cannot be had, for a given reason."""

    def __init__(self, erreur):
        self._erreur = erreur

    def montrer(self):
        raise self._erreur


@pytest.mark.parametrize("chemin", TOUTES, ids=" ".join)
def test_every_command_has_french_help_that_needs_no_settings(lancer, chemin):
    retour = lancer(MaisonEnPanne(AssertionError()), *chemin, "--help")

    assert retour.code == 0
    assert retour.sortie.startswith("Utilisation : python -m service")
    assert not ANGLAIS.search(retour.sortie)


@pytest.mark.parametrize("chemin", TOUTES, ids=" ".join)
def test_no_help_is_cut_short_in_the_list_of_commands(lancer, chemin):
    assert "..." not in lancer(None, *chemin[:-1], "--help").sortie.replace("[ARGUMENTS]...", "")


def test_the_commands_are_those_that_other_programs_rely_on():
    assert {" ".join(chemin) for chemin in TOUTES} >= {
        "serve",
        "migrate",
        "config",
        "demo-data",
        "journal",
        "conventions creer",
        "conventions terminer",
        "conventions lister",
        "esats creer",
        "esats lister",
        "esats montrer",
        "comptes creer",
        "comptes importer",
        "comptes suspendre",
        "comptes reactiver",
        "comptes retirer",
        "comptes habiliter",
        "comptes deshabiliter",
        "comptes mot-de-passe",
        "comptes lister",
        "comptes debloquer",
        "cles creer",
        "cles tourner",
        "cles lister",
        "cles certificats",
        "cles integration creer",
        "cles integration lister",
        "cles integration revoquer",
        "campagnes lister",
        "campagnes fixer",
        "campagnes montrer",
    }


def test_the_version_is_told(lancer):
    assert __version__ in lancer(None, "--version").sortie


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("inconnue",),
        ("conventions",),
        ("conventions", "creer"),
        ("conventions", "creer", "C-1", "--signee-le", "demain"),
        ("esats", "creer", "1", "--nom"),
        ("esats", "creer", "1", "--nom", "E"),
        ("esats", "creer", "1", "--convention", "C"),
        ("conventions", "creer", "C-1"),
        ("comptes", "creer", "a@x.example", "--nom", "A", "--prenom", "Z"),
        ("comptes", "creer", "a@x.example", "--nom", "A", "--siret", "1"),
        ("comptes", "creer", "a@x.example", "--prenom", "Z", "--siret", "1"),
        ("comptes", "habiliter", "a@x.example"),
        ("comptes", "deshabiliter", "a@x.example"),
        ("cles", "integration", "creer", "a@x.example"),
        ("journal", "--issue", "AUTRE"),
        ("journal", "--limite", "0"),
        ("journal", "--format", "xml"),
        ("comptes", "importer", "/n/existe/pas.csv"),
        ("comptes", "debloquer"),
        ("campagnes", "fixer", "2026"),
        ("campagnes", "montrer", "mmxxvi"),
        ("cles", "tourner", "autre"),
        ("cles", "tourner", "chiffrement", "--algorithme", "p256"),
        ("config", "--inconnue"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_french_and_leaves_with_2(lancer, arguments):
    retour = lancer(None, *arguments)

    assert retour.code == 2
    assert retour.sortie == ""
    assert "Erreur :" in retour.erreurs or "Commandes" in retour.erreurs
    assert not ANGLAIS.search(retour.erreurs)


@pytest.mark.parametrize(
    ("erreur", "code"),
    [
        (SaisieError("Non."), 1),
        (DebitDepasseError(2), 1),
        (TeledeclarationError("Non."), 1),
        (ConfigurationError("Non."), 2),
        (IndisponibleError("Non."), 3),
        (PermissionError(13, "Permission denied", "/x"), 3),
        (OSError(28, "No space left on device"), 3),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code_and_is_told_on_stderr(lancer, erreur, code):
    retour = lancer(MaisonEnPanne(erreur), "config")

    assert (retour.code, retour.sortie) == (code, "")
    assert len(retour.erreurs.splitlines()) == 1
    assert "Traceback" not in retour.erreurs


def test_every_point_of_a_refusal_is_told_where_it_stands(lancer):
    points = [
        Precision("trop court.", champ="nom"),
        Precision("inconnu.", 3, "siret"),
        Precision("vide.", 4),
        Precision("Sans lieu."),
    ]

    retour = lancer(MaisonEnPanne(SaisieError("Le fichier est refusé.", points)), "config")

    assert retour.erreurs.splitlines() == [
        "Erreur : Le fichier est refusé.",
        "  nom : trop court.",
        "  ligne 3, siret : inconnu.",
        "  ligne 4 : vide.",
        "  Sans lieu.",
    ]


def test_a_refusal_does_not_command_the_terminal(lancer):
    assert "\x1b" not in lancer(MaisonEnPanne(SaisieError("\x1b[2J")), "config").erreurs


def test_what_the_system_refuses_is_told_in_french_with_the_file(lancer):
    retour = lancer(MaisonEnPanne(PermissionError(13, "Permission denied", "/x")), "config")

    assert retour.erreurs == "Erreur : /x : accès refusé.\n"


def test_an_incident_is_named_to_the_person_and_its_place_not_its_text_to_the_log(lancer, caplog):
    with caplog.at_level(logging.ERROR, "service.cli"):
        retour = lancer(MaisonEnPanne(KeyError("185058300100192")), "config")

    assert retour.code == 1
    (identifiant,) = re.findall(r"incident ([0-9a-f]{16})", retour.erreurs)
    assert len(retour.erreurs.splitlines()) == 1
    (note,) = caplog.records
    assert (note.incident, note.erreur) == (identifiant, "KeyError")
    assert "test_program.py" in note.lieux
    assert "185058300100192" not in retour.erreurs + str(note.__dict__)


def test_a_reader_that_had_enough_is_no_error(lancer):
    assert lancer(MaisonEnPanne(BrokenPipeError()), "config") == (0, "", "")
