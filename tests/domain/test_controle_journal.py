"""What a seal says of the rows found in its range, without a database."""

from datetime import UTC, datetime

import pytest

from service.domain.controle_journal import ControleSceau, Scellee, controler_chaine
from service.domain.merkle import racine
from service.domain.sceau import ORIGINE, Sceau, empreinte_du_sceau, feuille_de_l_entree

INSTANT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
SEL = bytes(16)


def scellees(ids: list[int], precedente: int = 0) -> list[Scellee]:
    """Entries as they were sealed, ids in order."""
    rangees = []
    for numero in ids:
        entree = {"id": numero, "instant": INSTANT, "issue": "FAIT"}
        rangees.append(Scellee(numero, SEL, feuille_de_l_entree(SEL, entree, precedente), entree))
        precedente = numero
    return rangees


def sceau_de(rangees: list[Scellee]) -> Sceau:
    haches = [rangee.hache for rangee in rangees]
    return Sceau(1, rangees[0].id, rangees[-1].id, len(rangees), racine(haches), ORIGINE, INSTANT, 0, "4E7C")


def controler(sceau: Sceau, rangees: list[Scellee], purge: int = 0) -> list[tuple[str, int | None]]:
    controle = ControleSceau(sceau, 0, lambda numero: numero <= purge)
    for rangee in rangees:
        controle.voir(rangee)
    return [(rupture.nature.value, rupture.entree) for rupture in controle.conclure()]


def test_rows_as_they_were_sealed_are_right():
    rangees = scellees([3, 4, 9])
    assert controler(sceau_de(rangees), rangees) == []


def test_entries_erased_when_due_are_right_and_counted():
    rangees = scellees([3, 4, 9])
    sceau = sceau_de(rangees)
    effacees = [rangee._replace(sel=None, entree=None) for rangee in rangees[:2]]
    controle = ControleSceau(sceau, 0, lambda numero: numero <= 4)
    for rangee in [*effacees, rangees[2]]:
        controle.voir(rangee)
    assert controle.conclure() == []
    assert (controle.purgees, controle.verifiees) == (2, 1)
    assert controler(sceau, [*effacees, rangees[2]], purge=3) == [("ENTREE_RETIREE", 4)]


@pytest.mark.parametrize("absente", range(6))
def test_the_row_that_is_missing_is_named_wherever_it_was(absente):
    rangees = scellees([3, 4, 9, 10, 12, 20])
    restent = [rangee for rangee in rangees if rangee is not rangees[absente]]
    assert controler(sceau_de(rangees), restent) == [("ENTREE_RETIREE", rangees[absente].id)]


def test_of_rows_missing_in_a_row_one_is_named():
    rangees = scellees([3, 4, 9, 10, 12])
    assert controler(sceau_de(rangees), [rangees[0], rangees[4]]) == [("ENTREE_RETIREE", 10)]


@pytest.mark.parametrize("glissee", [5, 11, 13])
def test_the_row_slipped_in_with_a_leaf_that_fits_it_is_named(glissee):
    rangees = scellees([3, 4, 9, 10, 12, 20])
    avant = max(rangee.id for rangee in rangees if rangee.id < glissee)
    (fausse,) = scellees([glissee], avant)
    trouvees = sorted([*rangees, fausse])
    assert controler(sceau_de(rangees), trouvees) == [("ENTREE_INSEREE", glissee)]


def test_of_rows_slipped_in_in_a_row_the_first_is_named():
    rangees = scellees([3, 9])
    trouvees = [rangees[0], *scellees([5, 6, 7], 3), rangees[1]]
    assert controler(sceau_de(rangees), trouvees) == [("ENTREE_INSEREE", 5)]


def test_a_leaf_without_explanation_names_its_seal():
    rangees = scellees([3, 4, 9])
    sceau = sceau_de(rangees)
    autres = scellees([3, 9])
    assert controler(sceau, autres) == [("FEUILLE_ALTEREE", 3)]


def test_beyond_ten_rows_that_do_not_fit_the_rest_are_told_without_looking_for_why():
    rangees = scellees(list(range(1, 40)))
    changees = [rangee._replace(entree={**rangee.entree, "issue": "X"}) for rangee in rangees]
    assert controler(sceau_de(rangees), changees) == [("ENTREE_ALTEREE", numero) for numero in range(1, 40)]


PREMIER = Sceau(1, 1, 4, 4, bytes(32), ORIGINE, INSTANT, 0, "4E7C")
SECOND = Sceau(2, 5, 8, 4, bytes(32), empreinte_du_sceau(PREMIER), INSTANT, 3, "4E7C")


def test_a_seal_that_follows_the_one_before_is_right():
    assert controler_chaine(None, PREMIER) is None
    assert controler_chaine(PREMIER, SECOND) is None


CHAINES = {
    "another seal before": (PREMIER._replace(nombre=3), SECOND),
    "no seal before": (None, SECOND),
    "a beginning in the middle": (PREMIER, PREMIER._replace(numero=2)),
    "entries that were sealed before": (PREMIER, SECOND._replace(premier=4)),
    "a range upside down": (PREMIER, SECOND._replace(dernier=4)),
    "a purge of its own entries": (PREMIER, SECOND._replace(purge=5)),
    "a purge taken back": (PREMIER._replace(purge=-1), PREMIER._replace(purge=-2, premier=9, dernier=9)),
}


@pytest.mark.parametrize("cas", CHAINES)
def test_a_seal_that_does_not_follow_is_told(cas):
    avant, sceau = CHAINES[cas]
    if cas == "a purge taken back":
        sceau = sceau._replace(precedent=empreinte_du_sceau(avant))
    assert controler_chaine(avant, sceau).nature == "CHAINE_ROMPUE"
