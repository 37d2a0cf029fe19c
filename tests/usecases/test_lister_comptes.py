"""Accounts as an operator sees them."""

from datetime import date, timedelta

import pytest
from maison import AGENT, MAINTENANT
from messages import AUTRE_SIRET, SIRET, en_clair, operation

from service.domain.habilitation import EtatCompte
from service.usecases.administrer_comptes import suspendre_compte
from service.usecases.lister_comptes import EtatMotDePasse, lister_comptes

DANS_CENT_JOURS = MAINTENANT + timedelta(days=100)


def test_an_account_is_told_with_its_credentials_and_rights(service_partout):
    service_partout.nouvelle_cle(AGENT, fin=date(2026, 12, 3))

    (compte,) = lister_comptes(service_partout.dependencies)

    assert compte[:4] == (AGENT, "N", "P", EtatCompte.ACTIF)
    assert compte[4:7] == (EtatMotDePasse.DEFINITIF, DANS_CENT_JOURS, None)
    assert compte.cles == 1
    assert compte.droits == [(SIRET, "AGENT", False)]


@pytest.mark.parametrize(
    ("provisoire", "duree", "etat"),
    [
        (False, 1, EtatMotDePasse.DEFINITIF),
        (True, 1, EtatMotDePasse.PROVISOIRE),
        (False, 0, EtatMotDePasse.EXPIRE),
        (True, 0, EtatMotDePasse.EXPIRE),
    ],
)
def test_the_state_of_a_password_is_that_of_now(service, provisoire, duree, etat):
    service.compte("b@x.example", provisoire=provisoire, expire_le=MAINTENANT + timedelta(seconds=duree))

    assert [un.mot_de_passe for un in lister_comptes(service.dependencies) if un.courriel == "b@x.example"] == [etat]


def test_an_account_without_password_is_told_so(service):
    with service.dependencies.unites.ecriture() as unite:
        unite.comptes.creer("sans@x.example", "N", "P", "ACTIF", None, False, None, MAINTENANT)
        unite.commit()

    assert lister_comptes(service.dependencies)[1].mot_de_passe is EtatMotDePasse.AUCUN


def test_a_lock_is_told_while_it_lasts(service):
    for _ in range(5):
        service.post(operation("ConsulteService"), en_clair(AGENT, "faux"))

    assert lister_comptes(service.dependencies)[0].bloque_jusque == MAINTENANT + timedelta(seconds=60)
    service.horloge.avancer(seconds=60)
    assert lister_comptes(service.dependencies)[0].bloque_jusque is None


def test_the_list_can_be_that_of_an_esat_or_of_a_state(service_partout):
    service_partout.autre_esat()
    suspendre_compte(service_partout.dependencies, AGENT)

    def courriels(**choix):
        return [un.courriel for un in lister_comptes(service_partout.dependencies, **choix)]

    assert courriels() == [AGENT, "autre@esat.example"]
    assert courriels(siret=AUTRE_SIRET) == ["autre@esat.example"]
    assert courriels(etat=EtatCompte.SUSPENDU) == [AGENT]
    assert courriels(siret=AUTRE_SIRET, etat=EtatCompte.SUSPENDU) == []


@pytest.mark.parametrize("etat", EtatMotDePasse)
def test_each_state_of_a_password_has_a_french_label(etat):
    assert etat.libelle == etat.libelle.lower()
