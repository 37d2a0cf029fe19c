"""What is shown, where, and in what width."""

import io
import json

import pytest
from declarer_esat.affichage import GROUPES_MAX, Ecran, accorder

from service.contract.fichiers.constats import Constat
from service.domain.declaration import Gravite

CONSTAT = Constat(
    12, "pourcentage_salaire_direct", "C08", Gravite.ALERTE, "une part de 5 à 100 est attendue", "Vérifier"
)


@pytest.fixture
def ecrans(monkeypatch):
    def creer(largeur=80, *, en_json=False):
        monkeypatch.setenv("COLUMNS", str(largeur))
        sortie, erreur = io.StringIO(), io.StringIO()
        return Ecran(en_json=en_json, sortie=sortie, erreur=erreur), sortie, erreur

    return creer


@pytest.mark.parametrize("largeur", [60, 80, 120])
def test_a_finding_is_whole_in_any_width(ecrans, largeur):
    ecran, sortie, _ = ecrans(largeur)
    ecran.constats([CONSTAT], refus=False)
    texte = sortie.getvalue()
    assert all(len(ligne) <= largeur for ligne in texte.splitlines())
    for mot in ("12", "pourcentage_", "salaire_direct", "C08", "ALERTE", "attendue.", "→ Vérifier."):
        assert mot in texte


def test_a_refusal_is_told_on_stderr_and_a_result_on_stdout(ecrans):
    ecran, sortie, erreur = ecrans()
    ecran.constats([CONSTAT], refus=True)
    ecran.refuser("non")
    assert (sortie.getvalue(), "C08" in erreur.getvalue(), "Erreur : non" in erreur.getvalue()) == ("", True, True)


def test_json_leaves_stdout_to_the_document(ecrans):
    ecran, sortie, _ = ecrans(en_json=True)
    ecran.montrer("un tableau")
    ecran.constats([CONSTAT], refus=False)
    ecran.donner({"é": [1]})
    assert json.loads(sortie.getvalue()) == {"é": [1]}


def test_without_json_no_document_is_written(ecrans):
    ecran, sortie, _ = ecrans()
    ecran.donner({"é": [1]})
    assert sortie.getvalue() == ""


def test_square_brackets_in_a_message_are_shown(ecrans):
    ecran, sortie, _ = ecrans()
    ecran.constats([CONSTAT._replace(message="certificat[3] [red]rouge[/red]")], refus=False)
    assert "Certificat[3] [red]rouge[/red]" in sortie.getvalue()


def test_too_many_findings_are_cut_and_it_is_said(ecrans):
    ecran, sortie, erreur = ecrans(200)
    ecran.constats([CONSTAT._replace(message=f"m{rang}") for rang in range(GROUPES_MAX + 3)], refus=False)
    assert sortie.getvalue().count("C08") == GROUPES_MAX
    assert "3 autres constats" in erreur.getvalue()


def test_no_bar_where_there_is_no_terminal(ecrans):
    ecran, sortie, erreur = ecrans()
    with ecran.progression("Envoi", 10) as barre:
        barre.avancer(5)
    assert sortie.getvalue() + erreur.getvalue() == ""


@pytest.mark.parametrize(("combien", "phrase"), [(0, "0 ligne vide"), (1, "1 ligne vide"), (2, "2 lignes vides")])
def test_nouns_agree(combien, phrase):
    assert accorder(combien, "ligne vide", "lignes vides") == phrase
