"""Findings, grouped as people read them."""

import pytest

from service.contract.fichiers.constats import Constat, grouper, illisible, intervalles, lignes_rejetees, probleme
from service.domain.declaration import Gravite


def constat(ligne, code="C02", gravite=Gravite.REJET, message="message", colonne="nir"):
    return Constat(ligne, colonne, code, gravite, message)


@pytest.mark.parametrize(
    ("lignes", "ecrit"),
    [((), ""), ((2,), "2"), ((2, 3), "2, 3"), ((2, 3, 4), "2–4"), ((2, 4, 5, 6, 9, 10), "2, 4–6, 9, 10")],
)
def test_rows_are_written_as_people_write_them(lignes, ecrit):
    assert intervalles(lignes) == ecrit


def test_the_same_finding_on_several_rows_is_told_once():
    groupes = grouper([constat(9), constat(2), constat(9), constat(5, message="autre")])
    assert [(groupe.lignes, groupe.constat.message) for groupe in groupes] == [((2, 9), "message"), ((5,), "autre")]


def test_the_gravest_come_first_then_the_rows_in_order():
    trouves = [constat(2, gravite=Gravite.INFO), constat(9, gravite=Gravite.ALERTE), constat(5), constat(3, code="I02")]
    assert [groupe.lignes for groupe in grouper(trouves)] == [(3,), (5,), (9,), (2,)]


def test_a_finding_on_the_whole_file_has_no_row():
    assert grouper([probleme(None, None, "vide")])[0].lignes == ()


def test_only_a_rejet_stops_a_row():
    trouves = [constat(2), constat(3, gravite=Gravite.ALERTE), constat(4, gravite=Gravite.INFO), constat(None)]
    assert lignes_rejetees(trouves) == {2}


def test_only_what_cannot_be_understood_makes_a_file_unreadable():
    assert illisible([probleme(2, "nir", "faux")])
    assert not illisible([constat(2)])
