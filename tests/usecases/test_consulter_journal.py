"""The log of submissions searched: what each criterion keeps, in which order, in which pages."""

from datetime import UTC, date, datetime
from itertools import islice

import pytest
from maison import AGENT
from messages import AUTRE_SIRET, SIRET, certificat, declare_certificats, en_clair, operation, salarie

from service.domain.declaration import Operation
from service.errors import SaisieError, TropLongError
from service.storage import recherche
from service.storage.journal import NouvelleEntree
from service.storage.session import Session
from service.usecases import consulter_journal as module
from service.usecases.consigner import AU_CLAVIER
from service.usecases.consulter_journal import (
    Personne,
    Recherche,
    chercher_une_personne,
    consulter_journal,
    lire_page,
    preparer,
)
from service.usecases.reception import Issue

VIDE = NouvelleEntree(
    instant=datetime(2026, 12, 1, 12, tzinfo=UTC),
    adresse="192.0.2.1",
    agent=None,
    utilisateur=None,
    compte_id=None,
    siret=None,
    esat_id=None,
    operation=None,
    taille=100,
    duree_us=10,
    issue="REPONDU",
    code=None,
    identifiant_message=None,
    numero_depot=None,
    identifiant_incident=None,
    identifiant_requete="r",
)
UUID = "6513270e-269e-4d37-b2a7-4de452e6b438"


@pytest.fixture
def ecrire(service_partout):
    """Write entries, told apart by their request identifier."""

    def ecrire(**entrees):
        with service_partout.dependencies.unites.ecriture() as unite:
            for requete, valeurs in entrees.items():
                unite.journal.ajouter(VIDE._replace(identifiant_requete=requete, **valeurs))
            unite.commit()
        return service_partout

    return ecrire


def trouver(service, limite=None, **criteres):
    return [
        lue.entree.identifiant_requete for lue in consulter_journal(service.dependencies, Recherche(**criteres), limite)
    ]


@pytest.mark.parametrize(
    ("criteres", "attendues"),
    [
        pytest.param({}, ["c", "b", "a"], id="nothing asked, newest first"),
        pytest.param({"depuis": date(2026, 12, 2)}, ["c", "b"], id="from midnight in Paris"),
        pytest.param({"jusque": date(2026, 12, 1)}, ["a"], id="to the end of the day in Paris"),
        pytest.param({"depuis": date(2026, 12, 2), "jusque": date(2026, 12, 2)}, ["b"], id="one day"),
        pytest.param({"depuis": date(1, 1, 1), "jusque": date(9999, 12, 31)}, ["c", "b", "a"], id="the whole calendar"),
    ],
)
def test_days_are_those_of_paris_both_included(ecrire, criteres, attendues):
    service = ecrire(
        a={"instant": datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)},
        b={"instant": datetime(2026, 12, 1, 23, tzinfo=UTC)},
        c={"instant": datetime(2026, 12, 2, 23, tzinfo=UTC)},
    )

    assert trouver(service, **criteres) == attendues


def test_a_period_that_ends_before_it_begins_is_refused_before_anything_is_read(service):
    with pytest.raises(SaisieError) as refus:
        consulter_journal(service.dependencies, Recherche(date(2026, 12, 2), date(2026, 12, 1)))

    assert refus.value.precisions[0].champ == "jusque"


@pytest.mark.parametrize(
    ("criteres", "attendues"),
    [
        ({"esat": SIRET}, {"a"}),
        ({"esat": "123 456 782 00010"}, {"a"}),
        ({"esat": "esat 98"}, {"b"}),
        ({"esat": "ÉSAT"}, {"a", "b"}),
        ({"compte": "Agent@ESAT.example"}, {"a", "e"}),
        ({"compte": "inconnu@x.example"}, {"c"}),
        ({"issue": Issue.REFUSE}, {"c"}),
        ({"operation": Operation.CONSULTE_DEPOT}, {"b"}),
        ({"code": "authentification"}, {"c"}),
        ({"numero": "d261201-abcdefgh"}, {"d"}),
        ({"numero": "D261201-ABCDEFGH-0007"}, {"d"}),
        ({"identifiant": UUID.upper()}, {"d"}),
        ({"texte": "ZEEP"}, {"a"}),
        ({"texte": "%"}, set()),
        ({"esat": SIRET, "issue": Issue.REFUSE}, set()),
    ],
)
def test_each_criterion_keeps_what_it_names_and_all_must_hold(ecrire, criteres, attendues):
    service = ecrire(c={"issue": "REFUSE", "code": "AUTHENTIFICATION", "utilisateur": "inconnu@x.example"})
    service.esat(AUTRE_SIRET)
    with service.dependencies.unites.lecture() as unite:
        compte = unite.comptes.lister()[0].id
    ecrire(
        a={"siret": SIRET, "compte_id": compte, "utilisateur": "agent@esat.example", "agent": "Zeep/4.3"},
        b={"siret": AUTRE_SIRET, "operation": "ConsulteDepot"},
        d={"numero_depot": "D261201-ABCDEFGH", "identifiant_message": UUID},
        e={"utilisateur": "agent@esat.example"},
    )

    assert set(trouver(service, **criteres)) == attendues


def test_an_esat_that_does_not_exist_is_refused(service):
    with pytest.raises(SaisieError, match="Aucun ESAT"):
        consulter_journal(service.dependencies, Recherche(esat="inconnu"))


def test_entries_come_with_the_names_behind_their_identifiers(ecrire):
    service = ecrire(anonyme={"siret": "11111111111111"})
    with service.dependencies.unites.lecture() as unite:
        compte = unite.comptes.lister()[0].id
    ecrire(connu={"siret": SIRET, "compte_id": compte})

    lues = {lue.entree.identifiant_requete: lue[1:] for lue in consulter_journal(service.dependencies, Recherche())}

    assert lues == {"anonyme": (None, None), "connu": (f"ESAT {SIRET}", "agent@esat.example")}


@pytest.mark.parametrize(
    ("limite", "nombre"), [(None, 25), (1, 1), (9, 9), (10, 10), (11, 11), (20, 20), (25, 25), (26, 25)]
)
def test_pages_join_without_gap_or_double_whatever_the_limit(ecrire, monkeypatch, limite, nombre):
    monkeypatch.setattr(module, "PAGE", 10)
    service = ecrire(**{f"r{rang:02d}": {} for rang in range(25)})

    assert trouver(service, limite) == [f"r{rang:02d}" for rang in range(24, 24 - nombre, -1)]


def test_what_is_written_meanwhile_does_not_disturb_a_reading(ecrire, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 2)
    service = ecrire(a={}, b={}, c={}, d={})

    lecture = consulter_journal(service.dependencies, Recherche())
    debut = [lue.entree.identifiant_requete for lue in islice(lecture, 2)]
    ecrire(nouvelle={"instant": datetime(2026, 12, 3, tzinfo=UTC)})

    assert [*debut, *(lue.entree.identifiant_requete for lue in lecture)] == ["d", "c", "b", "a"]


NIR = "185057500000147"


@pytest.fixture
def nommee(service_partout):
    """Somebody is named by one of two deposits."""
    (numero,) = service_partout.post(declare_certificats(certificat(salarie(NIR, nom="O'Brien-Léger")))).numeros
    service_partout.post(declare_certificats())
    return service_partout, numero.rpartition("-")[0]


@pytest.mark.parametrize(
    "personne",
    [
        Personne(nir=NIR),
        Personne(nir="1 85 05 75 000 001"),
        Personne(nir="1 85 05 75 000 001 47"),
        Personne(nom="o brien leger"),
        Personne(nir=NIR, nom="O’BRIEN LÉGER"),
    ],
    ids=["NIR", "NIR without its key", "NIR with spaces", "name in other letters", "both"],
)
def test_a_person_is_found_by_exact_values_however_they_are_typed(nommee, personne):
    service, depot = nommee
    (lue,) = consulter_journal(service.dependencies, Recherche(), None, personne)
    assert lue.entree.numero_depot == depot


@pytest.mark.parametrize(
    ("personne", "champs"),
    [
        (Personne(), {"personne"}),
        (Personne(nir="185057500000148"), {"nir"}),
        (Personne(nir="0850575000001"), {"nir"}),
        (Personne(nir="N'IMPORTE QUOI"), {"nir"}),
        (Personne(numero_allocataire="12"), {"numero_allocataire", "organisme"}),
        (Personne(nir="1", numero_allocataire="1234567", organisme="12"), {"nir", "organisme"}),
    ],
)
def test_a_person_that_cannot_be_is_refused_all_problems_at_once(service, personne, champs):
    with pytest.raises(SaisieError) as refus:
        chercher_une_personne(service.dependencies, AU_CLAVIER, personne)
    assert {point.champ for point in refus.value.precisions} == champs
    assert service.journal(actes=True, acte="PERSONNE_CHERCHEE") == []


def test_looking_for_a_person_is_logged_without_the_values(service):
    chercher_une_personne(service.dependencies, AU_CLAVIER, Personne(nir=NIR, nom="O'Brien"))
    (entree,) = service.journal(acte="PERSONNE_CHERCHEE")
    assert entree.objet == "par nir, nom"
    assert not any(secret in str(entree) for secret in ("1850575", "Brien"))


def test_an_account_is_found_as_identified_and_as_submitted_by_whoever_was_not(service_partout):
    service_partout.post(operation("ConsulteService"))
    service_partout.post(operation("ConsulteService"), en_clair(AGENT, "faux"))
    service_partout.post(operation("ConsulteService"), en_clair("autre@x.example", "faux"))
    lues = list(consulter_journal(service_partout.dependencies, Recherche(compte=AGENT.upper())))
    assert [(lue.entree.code, lue.compte) for lue in lues] == [("AUTHENTIFICATION", None), (None, AGENT)]


def test_a_page_that_time_stopped_tells_where_it_stopped(service, monkeypatch):
    for _ in range(3):
        service.post(operation("ConsulteService"))
    preparee = preparer(service.dependencies, Recherche(texte="essai"))
    monkeypatch.setattr(Session, "exiger_du_temps", _premier_regard_seulement())
    monkeypatch.setattr(recherche, "FENETRE", 0)
    page = lire_page(service.dependencies, preparee, None, 50)
    assert (len(page.entrees), page.arretee) == (1, True)
    monkeypatch.undo()
    suite = lire_page(service.dependencies, preparee, page.suite, 50)
    assert (len(suite.entrees), suite.arretee, suite.suite) == (2, False, None)


def _premier_regard_seulement():
    regards = iter([True])

    def exiger(_session):
        if not next(regards, False):
            raise TropLongError

    return exiger
