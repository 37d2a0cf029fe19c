"""esats, conventions: recorded once, read with what their convention says."""

import threading
from datetime import date

from service.storage.conventions import ConventionEnregistree
from service.storage.unit_of_work import FabriqueUnites


def test_an_esat_is_read_with_its_convention(unites: FabriqueUnites, monde):
    with unites.lecture() as unite:
        esat = unite.esats.par_siret(monde.siret)
    assert esat == (
        monde.esat,
        monde.siret,
        "830000012",
        "ESAT des Mimosas",
        "1 rue des Mimosas 83000 Toulon",
        monde.convention,
        "CONV-1",
        date(2026, 1, 1),
        None,
        "831",
        180,
    )


def test_an_unknown_siret_is_no_esat(unites: FabriqueUnites, monde):
    with unites.lecture() as unite:
        assert unite.esats.par_siret("00000000000000") is None


def test_a_siret_exists_once(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert unite.esats.creer(monde.convention, monde.siret, None, "Autre", "") is None


def test_esats_are_listed_by_siret(unites: FabriqueUnites, monde):
    with unites.lecture() as unite:
        assert [esat.siret for esat in unite.esats.lister()] == [monde.siret, monde.autre_siret]


def test_a_convention_exists_once_and_can_be_ended(unites: FabriqueUnites, monde):
    with unites.ecriture() as unite:
        assert unite.conventions.creer("CONV-1", date(2027, 1, 1), None, None, 90) is None
        assert unite.conventions.terminer("CONV-1", date(2026, 12, 31))
        assert not unite.conventions.terminer("CONV-9", date(2026, 12, 31))
        attendue = ConventionEnregistree(monde.convention, "CONV-1", date(2026, 1, 1), date(2026, 12, 31), "831", 180)
        assert unite.conventions.lister() == [attendue]
        assert unite.conventions.par_numero("CONV-1") == attendue
        assert unite.conventions.par_numero("CONV-9") is None


def test_deposits_of_one_esat_wait_for_each_other(unites: FabriqueUnites, monde):
    entre = threading.Event()

    def deposer() -> None:
        with unites.ecriture() as unite:
            unite.esats.verrouiller(monde.esat)
            entre.set()

    with unites.ecriture() as unite:
        unite.esats.verrouiller(monde.esat)
        fil = threading.Thread(target=deposer)
        fil.start()
        assert not entre.wait(0.2)
    assert entre.wait(10)
    fil.join(10)
