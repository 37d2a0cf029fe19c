"""Accounts opened, closed, their passwords and locks: what the sender then meets on the wire."""

from datetime import date, timedelta

import pytest
from maison import AGENT, MAINTENANT, MOT_DE_PASSE
from messages import AUTRE_SIRET, SIRET, en_clair, operation

from service.domain.habilitation import EtatCompte, Role
from service.errors import SaisieError
from service.usecases.administrer_comptes import (
    attribuer_mot_de_passe,
    debloquer_adresse,
    debloquer_compte,
    reactiver_compte,
    retirer_compte,
    suspendre_compte,
)
from service.usecases.lister_comptes import EtatMotDePasse, lister_comptes
from service.usecases.ouvrir_comptes import (
    HabilitationDemandee,
    MotDePasseAttribue,
    NouveauCompte,
    creer_compte,
    creer_comptes,
)

NOUVEAU = "claire@esat.example"
CONSULTE = operation("ConsulteService")


def demande(courriel=NOUVEAU, nom="Fouque", prenom="Claire", role=Role.AGENT, sirets=(SIRET,), ligne=None):
    droits = [HabilitationDemandee(siret, role, ligne) for siret in sirets]
    return NouveauCompte(courriel, nom, prenom, droits, ligne)


def compte(service, courriel=NOUVEAU):
    (trouve,) = [un for un in lister_comptes(service.dependencies) if un.courriel == courriel]
    return trouve


def code(service, courriel, secret):
    """The fault code of a ConsulteService, None when it is answered."""
    faute = service.post(CONSULTE, en_clair(courriel, secret)).faute
    return faute and faute.code


def test_a_new_account_has_a_provisional_password_for_72_hours(service_partout):
    attribue = creer_compte(service_partout.dependencies, demande())

    assert attribue.valable_jusque == MAINTENANT + timedelta(hours=72)
    assert compte(service_partout).mot_de_passe is EtatMotDePasse.PROVISOIRE
    assert code(service_partout, NOUVEAU, attribue.mot_de_passe) == "MOT_DE_PASSE_A_CHANGER"
    service_partout.horloge.avancer(hours=72)
    assert code(service_partout, NOUVEAU, attribue.mot_de_passe) == "AUTHENTIFICATION"


def test_the_user_code_is_kept_in_one_form_and_the_name_as_given(service):
    creer_compte(service.dependencies, demande(courriel=" Claire@ESAT.example "))

    trouve = compte(service)
    assert (trouve.nom, trouve.prenom, trouve.etat) == ("Fouque", "Claire", EtatCompte.ACTIF)
    assert trouve.droits == [(SIRET, Role.AGENT, False)]


def test_an_account_may_serve_several_esats(service_partout):
    service_partout.esat(AUTRE_SIRET)

    creer_compte(service_partout.dependencies, demande(sirets=(SIRET, AUTRE_SIRET)))

    assert compte(service_partout).droits == [(SIRET, Role.AGENT, False), (AUTRE_SIRET, Role.AGENT, False)]


@pytest.mark.parametrize(
    ("champ", "valeurs"),
    [
        ("courriel", {"courriel": "claire"}),
        ("courriel", {"courriel": "claire@esat"}),
        ("courriel", {"courriel": "cla ire@esat.example"}),
        ("courriel", {"courriel": "a@b@esat.example"}),
        ("courriel", {"courriel": "x" * 88 + "@esat.example"}),
        ("courriel", {"courriel": AGENT.upper()}),
        ("nom", {"nom": ""}),
        ("prenom", {"prenom": "x" * 81}),
        ("siret", {"sirets": ()}),
        ("siret", {"sirets": (AUTRE_SIRET,)}),
        ("siret", {"sirets": (SIRET, SIRET)}),
    ],
)
def test_a_wrong_account_is_refused_with_the_field(service, champ, valeurs):
    with pytest.raises(SaisieError) as refus:
        creer_compte(service.dependencies, demande(**valeurs))

    assert [precision.champ for precision in refus.value.precisions] == [champ]
    assert len(lister_comptes(service.dependencies)) == 1


def test_the_longest_user_code_is_one_that_the_log_keeps(service):
    courriel = "x" * 87 + "@esat.example"

    creer_compte(service.dependencies, demande(courriel=courriel))

    assert compte(service, courriel)


def test_no_account_is_opened_under_a_convention_that_ended(service):
    service.convention("FINIE", fin=date(2026, 12, 3))
    service.esat(AUTRE_SIRET, "FINIE")

    with pytest.raises(SaisieError) as refus:
        creer_compte(service.dependencies, demande(sirets=(AUTRE_SIRET,)))

    assert "03/12/2026" in refus.value.precisions[0].message


def test_an_esat_has_one_referent(service_partout):
    creer_compte(service_partout.dependencies, demande(role=Role.REFERENT))

    with pytest.raises(SaisieError) as refus:
        creer_compte(service_partout.dependencies, demande("autre@x.example", role=Role.REFERENT))

    assert "déjà son référent" in refus.value.precisions[0].message


def test_several_accounts_are_opened_with_a_password_each(service_partout):
    lot = [demande(f"a{rang}@esat.example") for rang in range(3)]

    attribues = creer_comptes(service_partout.dependencies, lot)

    assert [attribue.courriel for attribue in attribues] == [nouveau.courriel for nouveau in lot]
    assert len({attribue.mot_de_passe for attribue in attribues}) == 3
    for attribue in attribues:
        assert code(service_partout, attribue.courriel, attribue.mot_de_passe) == "MOT_DE_PASSE_A_CHANGER"


@pytest.mark.parametrize(
    ("faux", "lignes"),
    [
        pytest.param([demande("faux", ligne=3)], [3], id="one wrong account"),
        pytest.param([demande(ligne=3), demande(NOUVEAU.upper(), ligne=4)], [4], id="one address twice"),
        pytest.param(
            [demande("b@x.example", role=Role.REFERENT, ligne=3), demande("c@x.example", role=Role.REFERENT, ligne=4)],
            [3, 4],
            id="two référents for one ESAT",
        ),
        pytest.param(
            [demande("b@x.example", sirets=(AUTRE_SIRET,), ligne=3), demande("c", nom="", ligne=4)],
            [3, 4, 4],
            id="every problem of every account",
        ),
    ],
)
def test_of_a_lot_with_a_problem_no_account_is_opened_and_rows_are_told(service, faux, lignes):
    with pytest.raises(SaisieError) as refus:
        creer_comptes(service.dependencies, [demande("bon@x.example", ligne=2), *faux])

    assert [precision.ligne for precision in refus.value.precisions] == lignes
    assert [un.courriel for un in lister_comptes(service.dependencies)] == [AGENT]


def test_a_suspended_account_opens_nothing_until_it_is_active_again(service_partout):
    assert code(service_partout, AGENT, MOT_DE_PASSE) is None
    suspendre_compte(service_partout.dependencies, AGENT.upper())

    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert code(service_partout, AGENT, service_partout.cle) == "AUTHENTIFICATION"
    assert reactiver_compte(service_partout.dependencies, AGENT) is None
    assert code(service_partout, AGENT, service_partout.cle) is None


def test_a_retired_account_loses_its_rights_and_its_cles(service_partout):
    retirer_compte(service_partout.dependencies, AGENT)

    trouve = compte(service_partout, AGENT)
    assert (trouve.etat, trouve.droits, trouve.cles) == (EtatCompte.RETIRE, [], 0)
    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"


def test_a_retired_account_that_opens_again_has_a_new_password_and_no_right(service_partout):
    retirer_compte(service_partout.dependencies, AGENT)

    attribue = reactiver_compte(service_partout.dependencies, AGENT)

    assert isinstance(attribue, MotDePasseAttribue)
    trouve = compte(service_partout, AGENT)
    assert (trouve.etat, trouve.droits, trouve.cles) == (EtatCompte.ACTIF, [], 0)
    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert code(service_partout, AGENT, service_partout.cle) == "AUTHENTIFICATION"
    assert code(service_partout, AGENT, attribue.mot_de_passe) == "MOT_DE_PASSE_A_CHANGER"


@pytest.mark.parametrize(
    ("avant", "acte"),
    [
        pytest.param((), reactiver_compte, id="active already"),
        pytest.param((suspendre_compte,), suspendre_compte, id="suspended already"),
        pytest.param((retirer_compte,), suspendre_compte, id="retired, not to be suspended"),
        pytest.param((retirer_compte,), retirer_compte, id="retired already"),
        pytest.param((suspendre_compte,), attribuer_mot_de_passe, id="no password for a suspended one"),
        pytest.param((retirer_compte,), attribuer_mot_de_passe, id="no password for a retired one"),
    ],
)
def test_a_step_that_does_not_follow_from_the_state_is_refused(service, avant, acte):
    for pas in avant:
        pas(service.dependencies, AGENT)

    with pytest.raises(SaisieError, match="Ce compte est"):
        acte(service.dependencies, AGENT)


@pytest.mark.parametrize(
    "acte", [reactiver_compte, suspendre_compte, retirer_compte, attribuer_mot_de_passe, debloquer_compte]
)
def test_an_unknown_account_is_refused(service, acte):
    with pytest.raises(SaisieError, match="Aucun compte"):
        acte(service.dependencies, "inconnu@esat.example")


def test_an_assigned_password_replaces_the_former_and_lifts_the_lock(service_partout):
    for _ in range(6):
        code(service_partout, AGENT, "faux")
    assert compte(service_partout, AGENT).bloque_jusque is not None

    attribue = attribuer_mot_de_passe(service_partout.dependencies, AGENT)

    assert compte(service_partout, AGENT).bloque_jusque is None
    assert code(service_partout, AGENT, attribue.mot_de_passe) == "MOT_DE_PASSE_A_CHANGER"
    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"


def test_a_lock_of_the_account_is_lifted(service_partout):
    for _ in range(6):
        code(service_partout, AGENT, "faux")
    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"

    debloquer_compte(service_partout.dependencies, AGENT)

    assert code(service_partout, AGENT, MOT_DE_PASSE) is None


def test_a_lock_of_the_address_is_lifted(service_partout):
    for rang in range(service_partout.dependencies.seuils.adresse):
        code(service_partout, f"inconnu{rang}@esat.example", "faux")
    assert code(service_partout, AGENT, MOT_DE_PASSE) == "AUTHENTIFICATION"

    debloquer_adresse(service_partout.dependencies, "127.0.0.1")

    assert code(service_partout, AGENT, MOT_DE_PASSE) is None


def test_records_with_secrets_do_not_show_them(service):
    attribue = creer_compte(service.dependencies, demande())

    assert attribue.mot_de_passe not in repr(attribue)
