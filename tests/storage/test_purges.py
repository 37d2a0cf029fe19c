"""purges: lots of the size that was asked for, the oldest first, deposits whole."""

from datetime import timedelta

import pytest

from service.storage import purges
from service.storage.purges import PAR_LOTS, Comptes, Limites
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture
def limites(monde) -> Limites:
    """Everything of the test is older."""
    demain = monde.maintenant + timedelta(days=1)
    return Limites(demain, demain, demain, demain, demain, demain, 9999)


def test_deposits_go_whole_the_oldest_first_and_not_more_lines_than_a_lot(
    unites: FabriqueUnites, deposer, limites, monkeypatch
):
    monkeypatch.setattr(purges, "LIGNES", 5)
    with unites.ecriture() as unite:
        ids = [deposer(unite, [{}] * combien)[0] for combien in (2, 3, 1, 7, 1)]
        for depot in ids:
            unite.depots.ajouter_brut(depot, b"brut")
        unite.commit()
    effaces = []
    while True:
        with unites.ecriture() as unite:
            comptes = unite.purges.effacer_depots(limites)
            unite.commit()
        if not sum(comptes):
            break
        effaces.append(comptes)
    assert [(comptes.depots, comptes.lignes, comptes.bruts) for comptes in effaces] == [
        (2, 5, 2),
        (1, 1, 1),
        (1, 7, 1),
        (1, 1, 1),
    ]


def test_young_deposits_between_old_ones_stay(unites: FabriqueUnites, deposer, limites, monde):
    jeune = limites.declarations + timedelta(seconds=1)
    with unites.ecriture() as unite:
        deposer(unite, [{}])
        deposer(unite, [{}, {}], date_reception=jeune)
        deposer(unite, [{}])
        assert unite.purges.compter(limites) == Comptes(depots=2, lignes=2)
        assert unite.purges.effacer_depots(limites) == Comptes(depots=2, lignes=2)
        assert unite.purges.effacer_depots(limites) == Comptes()


def test_entries_go_with_the_salts_of_those_that_are_there(
    unites: FabriqueUnites, moteur, nouvelle_entree, limites, monkeypatch
):
    monkeypatch.setattr(purges, "LOT", 2)
    with unites.ecriture() as unite:
        for _ in range(5):
            unite.journal.ajouter(nouvelle_entree())
        unite.commit()
    sel = "x'aa'" if moteur.dialect.name == "sqlite" else "'\\xaa'"
    with moteur.begin() as connexion:
        connexion.exec_driver_sql(f"INSERT INTO feuille SELECT id, {sel}, {sel} FROM journal")
        connexion.exec_driver_sql("DELETE FROM journal WHERE id = 2")
    with unites.ecriture() as unite:
        assert unite.purges.effacer_entrees(limites._replace(entree=4)) == Comptes(entrees=2)
        assert unite.purges.effacer_entrees(limites._replace(entree=4)) == Comptes(entrees=1)
        assert unite.purges.effacer_entrees(limites._replace(entree=4)) == Comptes()
        assert [(feuille.journal_id, feuille.sel is None) for feuille in unite.sceaux.feuilles(0, 9, 9)] == [
            (1, True),
            (2, False),
            (3, True),
            (4, True),
            (5, False),
        ]


def test_a_lot_is_no_larger_than_it_says(unites: FabriqueUnites, limites, monkeypatch):
    monkeypatch.setattr(purges, "LOT", 2)
    with unites.ecriture() as unite:
        for rang in range(5):
            unite.jetons.consommer(bytes([rang]) * 32, limites.jetons - timedelta(hours=rang + 1))
        assert [unite.purges.effacer("jetons", limites).jetons for _ in range(4)] == [2, 2, 1, 0]


def test_every_kind_that_is_counted_can_be_erased():
    assert {*PAR_LOTS, "depots", "lignes", "anomalies", "entrees"} == set(Comptes._fields)


def test_counts_add_up():
    assert Comptes(depots=1, jetons=2).plus(Comptes(depots=3)) == Comptes(depots=4, jetons=2)
