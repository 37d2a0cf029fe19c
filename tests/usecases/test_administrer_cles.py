"""Clés d'intégration: made, listed, revoked; what the wire then answers."""

from datetime import date

import pytest
from maison import AGENT
from messages import en_clair, en_condense, operation

from service.errors import SaisieError
from service.security.tokens import est_une_cle
from service.usecases.administrer_cles import EtatCle, creer_cle, dans_des_annees, lister_cles, revoquer_cle
from service.usecases.administrer_comptes import suspendre_compte

CONSULTE = operation("ConsulteService")


def test_a_new_cle_opens_its_account_in_clear_and_in_digest(service_partout):
    cle = creer_cle(service_partout.dependencies, AGENT.upper(), "Mimosa Paie")

    assert est_une_cle(cle.secret)
    assert service_partout.post(CONSULTE, en_clair(AGENT, cle.secret)).faute is None
    condense = en_condense(AGENT, cle.secret, service_partout.horloge())
    assert service_partout.post(CONSULTE, condense).faute is None


def test_the_secret_is_stored_neither_in_clear_nor_shown_by_the_record(service):
    cle = creer_cle(service.dependencies, AGENT, "Mimosa Paie")

    with service.dependencies.unites.lecture() as unite:
        compte = unite.comptes.pour_authentification(AGENT)
    assert all(cle.secret.encode() not in vivante.secret_chiffre for vivante in compte.cles)
    assert cle.secret not in repr(cle)


def test_a_cle_lives_two_years_unless_another_day_is_asked(service):
    assert creer_cle(service.dependencies, AGENT, "A").fin_le == date(2028, 12, 4)
    assert creer_cle(service.dependencies, AGENT, "B", date(2027, 1, 1)).fin_le == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("jour", "plus_tard"),
    [
        (date(2026, 12, 4), date(2028, 12, 4)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2028, 2, 28)),
    ],
)
def test_two_years_later_is_the_same_day_where_there_is_one(jour, plus_tard):
    assert dans_des_annees(jour, 2) == plus_tard


@pytest.mark.parametrize(
    ("champ", "valeurs"),
    [
        ("logiciel", {"logiciel": " "}),
        ("logiciel", {"logiciel": "x" * 81}),
        ("fin", {"fin_le": date(2026, 12, 3)}),
    ],
)
def test_a_wrong_cle_is_refused_with_the_field(service, champ, valeurs):
    with pytest.raises(SaisieError) as refus:
        creer_cle(service.dependencies, AGENT, **({"logiciel": "Paie"} | valeurs))

    assert [precision.champ for precision in refus.value.precisions] == [champ]
    assert len(lister_cles(service.dependencies)) == 1


def test_today_may_be_the_last_day(service):
    cle = creer_cle(service.dependencies, AGENT, "Paie", date(2026, 12, 4))

    assert service.post(CONSULTE, en_clair(AGENT, cle.secret)).faute is None
    assert lister_cles(service.dependencies, AGENT)[1].etat is EtatCle.EN_COURS


def test_only_an_active_account_gets_a_cle(service):
    suspendre_compte(service.dependencies, AGENT)

    with pytest.raises(SaisieError, match="pas actif"):
        creer_cle(service.dependencies, AGENT, "Paie")


def test_an_unknown_account_gets_no_cle(service):
    with pytest.raises(SaisieError, match="Aucun compte"):
        creer_cle(service.dependencies, "inconnu@x.example", "Paie")


def test_a_revoked_cle_opens_nothing_at_once_and_the_others_go_on(service_partout):
    cle = creer_cle(service_partout.dependencies, AGENT, "Paie")

    revoquer_cle(service_partout.dependencies, AGENT, cle.numero)

    assert service_partout.post(CONSULTE, en_clair(AGENT, cle.secret)).faute.code == "AUTHENTIFICATION"
    assert service_partout.post(CONSULTE).faute is None


def test_a_cle_is_revoked_once_and_under_its_own_account(service_partout):
    service_partout.compte("autre@x.example")
    cle = creer_cle(service_partout.dependencies, AGENT, "Paie")

    with pytest.raises(SaisieError, match=f"numéro {cle.numero}"):
        revoquer_cle(service_partout.dependencies, "autre@x.example", cle.numero)
    revoquer_cle(service_partout.dependencies, AGENT, cle.numero)
    with pytest.raises(SaisieError, match=f"numéro {cle.numero}"):
        revoquer_cle(service_partout.dependencies, AGENT, cle.numero)


def test_the_list_tells_the_state_of_each_cle(service_partout):
    service_partout.compte("autre@x.example")
    premiere = creer_cle(service_partout.dependencies, AGENT, "Révoquée")
    revoquer_cle(service_partout.dependencies, AGENT, premiere.numero)
    creer_cle(service_partout.dependencies, AGENT, "Échue", date(2026, 12, 4))
    creer_cle(service_partout.dependencies, "autre@x.example", "Autre")
    service_partout.horloge.avancer(days=1)

    siennes = lister_cles(service_partout.dependencies, AGENT)

    assert [(cle.logiciel, cle.etat) for cle in siennes] == [
        ("paie", EtatCle.EN_COURS),
        ("Révoquée", EtatCle.REVOQUEE),
        ("Échue", EtatCle.ECHUE),
    ]
    assert [cle.courriel for cle in lister_cles(service_partout.dependencies)] == [AGENT] * 3 + ["autre@x.example"]
