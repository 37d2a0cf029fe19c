"""verifier_alertes: accepted lines with an ALERTE wait for an operator, who notes what was found, once."""

import pytest
from maison import Service
from messages import certificat, declare_certificats

from service.domain.actes import Canal
from service.errors import IntrouvableError, SaisieError
from service.usecases.consigner import Auteur
from service.usecases.verifier_alertes import NOTE_MAX, PAR_PAGE, compter_alertes, lister_alertes, marquer_vue

LEA = Auteur(Canal.CONSOLE, "lea@caf.example")


@pytest.fixture
def operateur(service_partout: Service) -> int:
    """The id of an operator."""
    colonnes = "courriel, nom, prenom, role, etat, provisoire, version, cree_le"
    instant = "0" if service_partout.maison.moteur.dialect.name == "sqlite" else "now()"
    service_partout.sql(
        f"INSERT INTO operateur ({colonnes}) "
        f"VALUES ('lea@caf.example', 'L', 'L', 'GESTION', 'ACTIF', false, 1, {instant})"
    )
    return int(service_partout.sql("SELECT id FROM operateur")[0][0])


def alertee() -> str:
    """A certificate with rule C07: no month."""
    return certificat(nombreMois="0")


def test_what_was_rejected_or_has_no_alert_is_not_to_be_looked_at(service_partout: Service):
    service_partout.post(declare_certificats(certificat(), alertee(), certificat(nombreMois="13")))
    page = lister_alertes(service_partout.dependencies)
    (une,) = page.lignes
    assert (une.ligne.rang, une.ligne.nature, page.suite) == (2, "CERTIFICAT", None)
    assert "C07" in [alerte.code for alerte in une.alertes]
    assert all(alerte.libelle and alerte.message for alerte in une.alertes)
    assert compter_alertes(service_partout.dependencies) == 1


def test_a_line_with_several_alerts_comes_once_with_all_of_them(service_partout: Service):
    service_partout.post(declare_certificats(alertee()))
    avant = lister_alertes(service_partout.dependencies).lignes[0].alertes
    service_partout.sql(
        "INSERT INTO anomalie (depot_id, rang, ordre, code, gravite, message) "
        "SELECT depot_id, rang, ordre + 10, 'C14', 'ALERTE', 'm' FROM anomalie WHERE gravite = 'ALERTE'"
    )
    (une,) = lister_alertes(service_partout.dependencies).lignes
    assert len(une.alertes) == 2 * len(avant)
    assert compter_alertes(service_partout.dependencies) == 1


def test_pages_go_on_where_the_one_before_ended(service: Service):
    service.post(declare_certificats(*(alertee() for _ in range(PAR_PAGE + 3))))
    premiere = lister_alertes(service.dependencies)
    seconde = lister_alertes(service.dependencies, apres=premiere.suite)
    rangs = [une.ligne.rang for une in (*premiere.lignes, *seconde.lignes)]
    assert rangs == list(range(PAR_PAGE + 3, 0, -1))
    assert seconde.suite is None


def test_a_line_marked_as_seen_keeps_its_note_and_is_logged(service_partout: Service, operateur: int):
    deps = service_partout.dependencies
    service_partout.post(declare_certificats(alertee()))
    (une,) = lister_alertes(deps).lignes
    marquer_vue(deps, LEA, operateur, une.ligne.depot_id, une.ligne.rang, " congé parental ")
    assert lister_alertes(deps).lignes == []
    (vue,) = lister_alertes(deps, vues=True).lignes
    assert (vue.ligne.note, vue.ligne.operateur) == ("congé parental", "lea@caf.example")
    entree = service_partout.journal()[0]
    assert (entree.acte, entree.objet, entree.motif) == ("ALERTE_VUE", une.ligne.numero, "congé parental")


@pytest.mark.parametrize("note", ["", "   ", "x" * (NOTE_MAX + 1)])
def test_a_note_is_asked_for(service_partout: Service, operateur: int, note: str):
    service_partout.post(declare_certificats(alertee()))
    (une,) = lister_alertes(service_partout.dependencies).lignes
    with pytest.raises(SaisieError):
        marquer_vue(service_partout.dependencies, LEA, operateur, une.ligne.depot_id, une.ligne.rang, note)
    assert compter_alertes(service_partout.dependencies) == 1


def test_the_second_operator_is_told_who_came_first(service_partout: Service, operateur: int):
    deps = service_partout.dependencies
    service_partout.post(declare_certificats(alertee()))
    (une,) = lister_alertes(deps).lignes
    marquer_vue(deps, LEA, operateur, une.ligne.depot_id, une.ligne.rang, "vu")
    with pytest.raises(SaisieError, match="lea@caf"):
        marquer_vue(deps, LEA, operateur, une.ligne.depot_id, une.ligne.rang, "vu aussi")


def test_a_line_that_is_none_of_these_is_not_found(service_partout: Service, operateur: int):
    with pytest.raises(IntrouvableError):
        marquer_vue(service_partout.dependencies, LEA, operateur, 1, 1, "vu")
