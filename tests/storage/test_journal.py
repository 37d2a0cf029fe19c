"""journal: entries read back, are found by each filter and by several, page by page."""

import itertools
from datetime import datetime, timedelta

import pytest

from service.storage import recherche as journal
from service.storage.recherche import Entree, Filtres
from service.storage.unit_of_work import FabriqueUnites

MINUTE = timedelta(minutes=1)


def test_an_entry_reads_back_as_written(unites: FabriqueUnites, monde, nouvelle_entree):
    ecrite = nouvelle_entree(
        issue="REFUSE", code="REJEU", identifiant_message="i" * 36, numero_depot="D261203-00000001", nombre=7
    )
    with unites.ecriture() as unite:
        unite.journal.ajouter(ecrite)
        [lue] = unite.journal.chercher(Filtres(), None, 10)
    assert lue == Entree(lue.id, *ecrite)


def test_an_entry_of_nobody_known_reads_back(unites: FabriqueUnites, monde, nouvelle_entree):
    rien = dict.fromkeys(
        ["agent", "utilisateur", "compte_id", "siret", "esat_id", "operation", "identifiant_message", "numero_depot"]
    )
    ecrite = nouvelle_entree(issue="REFUSE", code="MESSAGE_ILLISIBLE", **rien)
    with unites.ecriture() as unite:
        unite.journal.ajouter(ecrite)
        [lue] = unite.journal.chercher(Filtres(), None, 10)
    assert lue[1:] == ecrite


@pytest.fixture
def entrees(unites: FabriqueUnites, monde, nouvelle_entree) -> list[Entree]:
    """Four entries a minute apart, newest first."""
    ecrites = [
        nouvelle_entree(issue="ACCEPTE", numero_depot="D261203-00000001", identifiant_message="a" * 36),
        nouvelle_entree(issue="REPONDU", operation="ConsulteDepot", siret=monde.autre_siret, esat_id=monde.autre_esat),
        nouvelle_entree(
            issue="REFUSE", code="AUTHENTIFICATION", compte_id=None, siret=None, esat_id=None, utilisateur="100%_\\Jean"
        ),
        nouvelle_entree(issue="REFUSE", code="REJEU", agent="PHP-SOAP/8.2"),
    ]
    with unites.ecriture() as unite:
        for rang, ecrite in enumerate(ecrites):
            unite.journal.ajouter(ecrite._replace(instant=monde.maintenant + rang * MINUTE))
        lues = unite.journal.chercher(Filtres(), None, 10)
        unite.commit()
    return lues


def test_the_newest_come_first(entrees: list[Entree], monde):
    assert [entree.instant for entree in entrees] == [monde.maintenant + rang * MINUTE for rang in (3, 2, 1, 0)]


DEBUT = datetime.fromisoformat("2026-12-03T09:30:15.123456+00:00")
FILTRES = [
    (Filtres(debut=DEBUT + MINUTE), [0, 1, 2]),
    (Filtres(fin=DEBUT + MINUTE), [3]),
    (Filtres(debut=DEBUT + MINUTE, fin=DEBUT + 3 * MINUTE), [1, 2]),
    (Filtres(siret="26830001100010"), [0, 3]),
    (Filtres(siret="00000000000000"), []),
    (Filtres(sirets=("26830002900018", "00000000000000")), [2]),
    (Filtres(sirets=()), []),
    (Filtres(code_utilisateur="paie@esat.example"), [0, 2, 3]),
    (Filtres(code_utilisateur="100%_\\Jean"), [1]),
    (Filtres(esat_id=2), [2]),
    (Filtres(compte_id=1), [0, 2, 3]),
    (Filtres(compte_id=404), []),
    (Filtres(courriel="paie@esat.example"), [0, 2, 3]),
    (Filtres(courriel="personne@esat.example"), []),
    (Filtres(operation="ConsulteDepot"), [2]),
    (Filtres(issue="REFUSE"), [0, 1]),
    (Filtres(code="REJEU"), [0]),
    (Filtres(numero="D261203-00000001"), [3]),
    (Filtres(numero="D261203-00000001-0042"), [3]),
    (Filtres(numero="D261203-00000002"), []),
    (Filtres(numero="-"), []),
    (Filtres(identifiant_message="a" * 36), [3]),
    (Filtres(texte="php"), [0]),
    (Filtres(texte="rejeu"), [0]),
    (Filtres(texte="JEAN"), [1]),
    (Filtres(texte="%_\\"), [1]),
    (Filtres(texte="%%"), []),
    (Filtres(texte="e_t"), []),
    (Filtres(issue="REFUSE", texte="paie@"), [0]),
    (Filtres(issue="REFUSE", siret="26830001100010", operation="DeclareCertificatEmploi", compte_id=1), [0]),
]


def test_entries_are_found_by_what_is_asked(unites: FabriqueUnites, monde, entrees: list[Entree]):
    assert (monde.maintenant, monde.autre_esat, monde.compte) == (DEBUT, 2, 1)
    with unites.lecture() as unite:
        trouvees = {filtres: unite.journal.chercher(filtres, None, 10) for filtres, _ in FILTRES}
    assert trouvees == {filtres: [entrees[rang] for rang in attendues] for filtres, attendues in FILTRES}


@pytest.mark.parametrize("filtres", [Filtres(), Filtres(issue="ACCEPTE"), Filtres(texte="zeep")])
def test_pages_follow_each_other_without_a_gap_or_a_double(
    unites: FabriqueUnites, monde, nouvelle_entree, filtres: Filtres
):
    with unites.ecriture() as unite:
        for rang in range(11):
            unite.journal.ajouter(nouvelle_entree(instant=monde.maintenant + rang // 4 * MINUTE))
        lues, apres = [], None
        while page := unite.journal.chercher(filtres, apres, 3):
            lues += page
            apres = (page[-1].instant, page[-1].id)
    assert len(lues) == len({entree.id for entree in lues}) == 11
    assert all(
        (suivante.instant, suivante.id) < (entree.instant, entree.id) for entree, suivante in itertools.pairwise(lues)
    )


SEULS = ["debut", "siret", "esat_id", "compte_id", "courriel", "operation", "issue", "code"]


@pytest.mark.parametrize("critere", [(), *[(nom,) for nom in SEULS]], ids=["nothing", *SEULS])
@pytest.mark.parametrize("suite", [(), ("apres_id",)], ids=["first page", "next page"])
def test_a_page_is_read_from_an_index_in_order(plan, critere: tuple[str, ...], suite: tuple[str, ...]):
    """Newest first without sorting: the first page costs the same among ten entries and among ten million."""
    etapes = plan(journal._recherche(critere + suite))
    assert any("INDEX ix_journal" in etape for etape in etapes)
    assert not any("TEMP B-TREE" in etape for etape in etapes)


@pytest.mark.parametrize("critere", ["numero", "identifiant_message"])
def test_an_entry_is_found_by_a_number_in_an_index(plan, critere: str):
    assert any(etape.startswith("SEARCH journal USING INDEX") for etape in plan(journal._recherche((critere,))))


def test_what_comes_from_outside_may_be_long(unites: FabriqueUnites, monde, nouvelle_entree):
    """PostgreSQL refuses what is longer than its column, SQLite does not: no column says a length for such values."""
    longue = nouvelle_entree(
        agent="a" * 5000, utilisateur="é" * 5000, adresse="2001:db8::1%" + "x" * 100, duree_us=2**40, taille=2**40
    )
    with unites.ecriture() as unite:
        unite.journal.ajouter(longue)
        [lue] = unite.journal.chercher(Filtres(), None, 10)
    assert lue[1:] == longue
