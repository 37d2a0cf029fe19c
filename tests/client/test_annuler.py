"""Command ``annuler``, against a real service."""

import re

import pytest

DEPOT = r"\bD\d{6}-[0-9A-Z]{8}\b(?!-)"


def test_cancelling_twice_shows_the_same_receipt(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    premier = en_ligne("annuler", numero, "--motif", "Erreur de saisie")
    second = en_ligne("annuler", numero.lower(), "--motif", " Erreur de  saisie ")
    assert (premier.code, second.code) == (0, 0)
    assert re.findall(DEPOT, premier.sortie) == re.findall(DEPOT, second.sortie)
    assert "déjà été annulées" in second.tout
    assert "Annulée : 1" in en_ligne("suivi", depot["numeroDepot"]).sortie


def test_cancelling_what_is_not_ours_is_refused_line_by_line(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    fini = en_ligne("annuler", numero, "D260101-AAAAAAAA-0001", "--motif", "Erreur")
    assert fini.code == 1
    assert "1 déclaration annulée, 1 refusée" in fini.tout
    assert "D260101-AAAAAAAA-0001 :" in fini.erreur


def test_a_trial_of_cancelling_cancels_nothing(en_ligne, depot):
    numero = depot["resultats"][0]["numeroDeclaration"]
    assert "ESSAI" in en_ligne("annuler", numero, "--motif", "Erreur", "--essai").tout
    assert "Reçue : 2" in en_ligne("suivi", depot["numeroDepot"]).sortie


@pytest.mark.parametrize("arguments", [("N" * 41, "--motif", "m"), ("N", "--motif", "  "), ("N", "--motif", "m" * 251)])
def test_what_the_contract_cannot_carry_is_refused_before_sending(en_ligne, arguments):
    fini = en_ligne("annuler", *arguments)
    assert fini.code == 1
    assert "attendu" in fini.erreur
