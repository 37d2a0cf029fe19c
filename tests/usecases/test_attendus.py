"""Whom an ESAT is expected to declare, and whom it knows."""

from datetime import date

import pytest
from ecrans import declarant
from messages import (
    SIRET,
    certificat,
    changement,
    declare_certificats,
    declare_changements,
    depart,
    nouveau_nir,
    salarie,
)

from service.domain.actes import Canal
from service.usecases.attendus import reste_de_l_esat, salaries_attendus, salaries_connus
from service.usecases.consigner import Auteur

AUTEUR = Auteur(Canal.EXTRANET, "agent@esat.example", adresse="192.0.2.7")
NIRS = [nouveau_nir() for _ in range(4)]


@pytest.fixture
def esat(service_partout):
    """The ESAT, after three certificates of last year."""
    service_partout.ouvrir_campagne(2025)
    lignes = [certificat(salarie(nir, nom=nom)) for nir, nom in zip(NIRS, ("Zola", "Adam", "Élie"), strict=False)]
    service_partout.post(declare_certificats(*lignes, annee=2025))
    service_partout.sql("DELETE FROM campagne")
    return declarant(service_partout).expediteur.etablissements[SIRET]


def noms(connus):
    return [connu.salarie.nom for connu in connus]


def test_all_of_last_year_are_expected_by_name(service_partout, esat):
    reste = reste_de_l_esat(service_partout.dependencies, esat)
    assert (reste.campagne.annee, reste.ouverte) == (2026, True)
    assert noms(salaries_attendus(service_partout.dependencies, AUTEUR, esat)) == ["Adam", "Élie", "Zola"]
    assert (reste.declares, reste.reste, reste.attendus) == (0, 3, 3)
    assert reste.jours_restants == (date(2027, 1, 15) - date(2026, 12, 4)).days + 1


def test_who_is_declared_counts_as_done_and_who_is_new_counts_too(service_partout, esat):
    service_partout.post(declare_certificats(certificat(salarie(NIRS[0])), certificat(salarie(NIRS[3], nom="Neuf"))))
    reste = reste_de_l_esat(service_partout.dependencies, esat)
    assert noms(salaries_attendus(service_partout.dependencies, AUTEUR, esat)) == ["Adam", "Élie"]
    assert (reste.declares, reste.reste, reste.attendus) == (2, 2, 4)


def test_a_number_names_an_employee_without_personal_data(service_partout, esat):
    attendus = salaries_attendus(service_partout.dependencies, AUTEUR, esat)
    numeros = {numero for (numero,) in service_partout.sql("SELECT numero FROM ligne")}
    assert {connu.numero for connu in attendus} == numeros


def test_who_left_before_november_is_not_expected(service_partout, esat):
    service_partout.post(declare_changements(changement(salarie(NIRS[1]), depart("2026-10-31"))))
    assert noms(salaries_attendus(service_partout.dependencies, AUTEUR, esat)) == ["Élie", "Zola"]


def test_after_the_limit_no_day_is_left(service_partout, esat):
    service_partout.horloge.avancer(days=60)
    reste = reste_de_l_esat(service_partout.dependencies, esat)
    assert (reste.campagne.annee, reste.ouverte, reste.jours_restants) == (2026, True, -17)


def test_whoever_was_declared_and_has_not_left_is_known(service_partout, esat):
    service_partout.post(declare_changements(changement(salarie(NIRS[1]), depart("2026-11-30"))))
    service_partout.post(declare_certificats(certificat(salarie(NIRS[3], nom="Neuf"))))
    assert noms(salaries_connus(service_partout.dependencies, AUTEUR, esat)) == ["Élie", "Neuf", "Zola"]


def test_an_esat_that_declared_nothing_expects_and_knows_nobody(service_partout):
    service_partout.autre_esat()
    autre = declarant(service_partout, "autre@esat.example").expediteur.etablissements.popitem()[1]
    reste = reste_de_l_esat(service_partout.dependencies, autre)
    assert (reste.reste, reste.declares, reste.attendus) == (0, 0, 0)
    assert salaries_attendus(service_partout.dependencies, AUTEUR, autre) == []
    assert salaries_connus(service_partout.dependencies, AUTEUR, autre) == []


@pytest.mark.parametrize(
    ("lister", "objet"), [(salaries_attendus, "reste à déclarer pour 2026"), (salaries_connus, "salariés connus")]
)
def test_whoever_is_shown_names_is_logged_and_who_counts_is_not(service_partout, esat, lister, objet):
    avant = len(service_partout.journal())
    reste_de_l_esat(service_partout.dependencies, esat)
    assert len(service_partout.journal()) == avant
    lister(service_partout.dependencies, AUTEUR, esat)
    entree = service_partout.journal()[0]
    assert len(service_partout.journal()) == avant + 1
    assert (entree.acte, entree.canal, entree.siret, entree.objet) == ("SALARIES_CONSULTES", "EXTRANET", SIRET, objet)
    assert entree.utilisateur == AUTEUR.utilisateur
