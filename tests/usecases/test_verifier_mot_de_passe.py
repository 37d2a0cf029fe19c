"""People's passwords by the wire: limited attempts, remembered for a while, and what a success leaves behind."""

import pytest
from maison import AGENT, MOT_DE_PASSE
from messages import en_clair, operation

CONSULTE = operation("ConsulteService")
FAUX = "ce n'est pas le mot de passe"


def code(service, secret: str, utilisateur: str = AGENT) -> str | None:
    """The fault code of a ConsulteService with this secret; None when it is answered."""
    faute = service.post(CONSULTE, en_clair(utilisateur, secret)).faute
    return None if faute is None else faute.code


def hachages(service, monkeypatch) -> list[str]:
    """Every argon2id computation from now on."""
    calculs, verifier = [], service.dependencies.hacheur.verifier

    def compter(hache: str, mot_de_passe: str) -> bool:
        calculs.append(hache)
        return verifier(hache, mot_de_passe)

    monkeypatch.setattr(service.dependencies.hacheur, "verifier", compter)
    return calculs


def test_a_verified_password_is_remembered_and_costs_one_computation(service, monkeypatch):
    calculs = hachages(service, monkeypatch)
    assert [code(service, MOT_DE_PASSE) for _ in range(3)] == [None] * 3
    assert len(calculs) == 1


def test_argon2id_rests_after_a_wrong_password_and_an_unknown_user_and_after_no_other(service, monkeypatch):
    repos = []
    monkeypatch.setattr(service.dependencies.hacheur, "souffler", lambda: repos.append(1))
    assert code(service, MOT_DE_PASSE) is None
    assert repos == []
    assert code(service, FAUX) == "AUTHENTIFICATION"
    assert code(service, FAUX, "personne@esat.example") == "AUTHENTIFICATION"
    assert len(repos) == 2
    for _ in range(service.dependencies.seuils.compte):
        code(service, FAUX)
    repos.clear()
    assert code(service, FAUX) == "AUTHENTIFICATION"
    assert repos == []


def test_beyond_the_limit_the_right_password_is_refused_too_and_nothing_is_computed(service, monkeypatch):
    assert {code(service, FAUX) for _ in range(service.dependencies.seuils.compte)} == {"AUTHENTIFICATION"}
    calculs = hachages(service, monkeypatch)
    assert code(service, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert calculs == []


def test_a_lock_ends_by_itself(service):
    for _ in range(service.dependencies.seuils.compte):
        code(service, FAUX)
    service.horloge.avancer(seconds=service.dependencies.seuils.blocage_initial.total_seconds())
    assert code(service, MOT_DE_PASSE) is None


def test_a_success_forgets_the_failures_of_the_account(service):
    for _ in range(3):
        for _ in range(service.dependencies.seuils.compte - 1):
            code(service, FAUX)
        service.dependencies.memoire.oublier()
        assert code(service, MOT_DE_PASSE) is None


def test_a_remembered_password_and_a_cle_are_never_slowed_by_others_guesses(service):
    assert code(service, MOT_DE_PASSE) is None
    for _ in range(service.dependencies.seuils.compte + 1):
        code(service, FAUX)
    assert code(service, MOT_DE_PASSE) is None
    assert code(service, service.cle) is None


def test_a_wrong_cle_never_counts_towards_a_lock(service):
    for _ in range(service.dependencies.seuils.compte + 1):
        assert code(service, "cle_" + "x" * 43) == "AUTHENTIFICATION"
    assert code(service, MOT_DE_PASSE) is None


def test_an_unknown_user_code_is_counted_like_another(service, monkeypatch):
    for _ in range(service.dependencies.seuils.compte):
        code(service, FAUX, "personne@esat.example")
    calculs = hachages(service, monkeypatch)
    assert code(service, FAUX, "personne@esat.example") == "AUTHENTIFICATION"
    assert calculs == []


@pytest.mark.parametrize("etat", ["SUSPENDU", "RETIRE"])
def test_a_suspension_ends_a_remembered_password_and_a_cle_at_once(service, etat):
    assert code(service, MOT_DE_PASSE) is None
    with service.dependencies.unites.ecriture() as unite:
        compte = unite.comptes.pour_authentification(AGENT)
        unite.comptes.changer_etat(compte.id, etat)
        unite.commit()
    assert code(service, MOT_DE_PASSE) == "AUTHENTIFICATION"
    assert code(service, service.cle) == "AUTHENTIFICATION"


def test_a_login_and_the_use_of_a_cle_are_noted(service):
    assert code(service, MOT_DE_PASSE) is None
    assert code(service, service.cle) is None
    with service.dependencies.unites.lecture() as unite:
        (compte,) = unite.comptes.lister(courriel=AGENT)
        (cle,) = unite.cles.lister(compte.id)
    assert compte.derniere_connexion == service.horloge()
    assert cle.derniere_utilisation == service.horloge()


def test_the_use_of_a_cle_is_noted_to_the_hour(service):
    premier = service.horloge()
    assert code(service, service.cle) is None
    service.horloge.avancer(minutes=59)
    assert code(service, service.cle) is None
    with service.dependencies.unites.lecture() as unite:
        (compte,) = unite.comptes.lister(courriel=AGENT)
        (cle,) = unite.cles.lister(compte.id)
    assert cle.derniere_utilisation == premier
