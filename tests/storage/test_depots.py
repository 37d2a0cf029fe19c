"""depots: a deposit reads back as it was written, once per identifier, to its own ESAT only."""

import threading
from datetime import timedelta

import pytest

from service.storage.bulk import en_colonnes
from service.storage.unit_of_work import FabriqueUnites


def test_a_deposit_reads_back_as_it_was_written(unites: FabriqueUnites, monde, nouveau_depot):
    nouveau = nouveau_depot(essai=True, annee=None, compte_id=None, accuse_signe=bytes(range(256)))
    with unites.ecriture() as unite:
        depot_id = unite.depots.ajouter(nouveau)
        unite.commit()
    with unites.lecture() as unite:
        assert unite.depots.par_numero(monde.esat, nouveau.numero) == (depot_id, *nouveau)
        lu = unite.depots.par_identifiant(monde.esat, nouveau.identifiant_message)
    assert lu == (depot_id, *nouveau)
    assert (lu.essai, type(lu.accuse_signe)) == (True, bytes)


def test_a_deposit_of_another_esat_is_unknown(unites: FabriqueUnites, monde, nouveau_depot):
    nouveau = nouveau_depot()
    with unites.ecriture() as unite:
        unite.depots.ajouter(nouveau)
        assert unite.depots.par_numero(monde.autre_esat, nouveau.numero) is None
        assert unite.depots.par_identifiant(monde.autre_esat, nouveau.identifiant_message) is None


def test_an_identifier_serves_once_within_an_esat(unites: FabriqueUnites, monde, nouveau_depot):
    premier = nouveau_depot()
    with unites.ecriture() as unite:
        assert unite.depots.ajouter(premier) is not None
        assert unite.depots.ajouter(nouveau_depot(identifiant_message=premier.identifiant_message)) is None
        autre = nouveau_depot(identifiant_message=premier.identifiant_message, esat_id=monde.autre_esat)
        assert unite.depots.ajouter(autre) is not None


def test_a_number_serves_once_for_ever(unites: FabriqueUnites, monde, nouveau_depot):
    premier = nouveau_depot()
    with unites.ecriture() as unite:
        assert unite.depots.ajouter(premier) is not None
        for esat_id in (monde.esat, monde.autre_esat):
            assert unite.depots.ajouter(nouveau_depot(numero=premier.numero, esat_id=esat_id)) is None


def test_the_raw_message_reads_back(unites: FabriqueUnites, monde, nouveau_depot):
    with unites.ecriture() as unite:
        depot_id = unite.depots.ajouter(nouveau_depot())
        assert unite.depots.brut(depot_id) is None
        unite.depots.ajouter_brut(depot_id, bytes(range(256)) * 100)
        assert unite.depots.brut(depot_id) == bytes(range(256)) * 100


def test_nothing_is_stored_for_a_deposit_that_does_not_exist(unites: FabriqueUnites, monde, nouvelle_ligne):
    with pytest.raises(Exception, match=r"(?i)foreign key"), unites.ecriture() as unite:
        unite.depots.ajouter_brut(404, b"")
    with pytest.raises(Exception) as refus, unites.ecriture() as unite:  # noqa: PT011, PT012
        unite.lignes.ajouter_lot(en_colonnes([nouvelle_ligne(404, rang) for rang in range(1, 200)]))
        unite.commit()
    assert "foreign key" in f"{refus.value} {refus.value.__cause__}".lower()
    with unites.lecture() as unite:
        assert unite.lignes.du_depot(404) == []


def test_pages_follow_each_other_newest_first_without_a_gap_or_a_double(unites: FabriqueUnites, monde, nouveau_depot):
    """Seven deposits at three instants: several share one, which the cursor must tell apart."""
    with unites.ecriture() as unite:
        for rang in range(7):
            unite.depots.ajouter(nouveau_depot(date_reception=monde.maintenant + timedelta(seconds=rang // 3)))
        unite.depots.ajouter(nouveau_depot(esat_id=monde.autre_esat))
        unite.commit()
    fin, pages, apres = monde.maintenant + timedelta(days=1), [], None
    with unites.lecture() as unite:
        while page := unite.depots.lister(monde.esat, monde.maintenant, fin, apres, 2):
            pages.append(page)
            apres = (page[-1].date_reception, page[-1].id)
        d_un_coup = unite.depots.lister(monde.esat, monde.maintenant, fin, None, 100)
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [depot for page in pages for depot in page] == d_un_coup
    assert d_un_coup == sorted(d_un_coup, key=lambda depot: (depot.date_reception, depot.id), reverse=True)


def test_a_list_begins_with_its_first_instant_and_stops_before_its_last(unites: FabriqueUnites, monde, nouveau_depot):
    seconde = timedelta(seconds=1)
    with unites.ecriture() as unite:
        numeros = []
        for rang in range(4):
            nouveau = nouveau_depot(date_reception=monde.maintenant + rang * seconde)
            unite.depots.ajouter(nouveau)
            numeros.append(nouveau.numero)
        listes = unite.depots.lister(monde.esat, monde.maintenant + seconde, monde.maintenant + 3 * seconde, None, 10)
    assert [depot.numero for depot in listes] == [numeros[2], numeros[1]]


def test_threads_that_bring_one_message_record_it_once(unites: FabriqueUnites, monde, nouveau_depot):
    identifiant, ids = "00000000-0000-4000-8000-00000000000a", []
    depart = threading.Barrier(6)

    def deposer() -> None:
        nouveau = nouveau_depot(identifiant_message=identifiant)
        depart.wait(10)
        with unites.ecriture() as unite:
            ids.append(unite.depots.ajouter(nouveau))
            unite.commit()

    fils = [threading.Thread(target=deposer) for _ in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert len(ids) == 6
    assert sum(depot_id is not None for depot_id in ids) == 1
