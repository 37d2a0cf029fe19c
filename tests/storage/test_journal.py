"""journal: entries read back, are found by each filter and by several, page by page, in a bounded time."""

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from service.errors import TropLongError
from service.storage import pistes, recherche, recherche_par_depots
from service.storage.entrees import Place
from service.storage.lignes import AnomalieLigne
from service.storage.recherche import Entree, Filtres, Identite
from service.storage.session import Session
from service.storage.unit_of_work import FabriqueUnites

MINUTE = timedelta(minutes=1)


def test_an_entry_reads_back_as_written(unites: FabriqueUnites, monde, nouvelle_entree):
    ecrite = nouvelle_entree(
        issue="REFUSE", code="REJEU", identifiant_message="i" * 36, numero_depot="D261203-00000001", nombre=7
    )
    with unites.ecriture() as unite:
        unite.journal.ajouter(ecrite)
        [lue] = unite.journal.chercher(Filtres(), None, 10).entrees
    assert lue.entree == Entree(lue.entree.id, *ecrite)
    assert (lue.esat, lue.compte) == ("ESAT des Mimosas", "paie@esat.example")


def test_an_entry_of_nobody_known_reads_back(unites: FabriqueUnites, monde, nouvelle_entree):
    rien = dict.fromkeys(
        ["agent", "utilisateur", "compte_id", "siret", "esat_id", "operation", "identifiant_message", "numero_depot"]
    )
    ecrite = nouvelle_entree(issue="REFUSE", code="MESSAGE_ILLISIBLE", **rien)
    with unites.ecriture() as unite:
        unite.journal.ajouter(ecrite)
        [lue] = unite.journal.chercher(Filtres(), None, 10).entrees
    assert lue.entree[1:] == ecrite
    assert (lue.esat, lue.compte) == (None, None)


@pytest.fixture
def entrees(unites: FabriqueUnites, monde, nouvelle_entree, deposer) -> list[Entree]:
    """Four entries a minute apart, newest first; the oldest one made a deposit."""
    with unites.ecriture() as unite:
        deposer(unite, [{}], numero="D261203-00000001", identifiant_message="a" * 36)
        unite.commit()
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
        lues = [lue.entree for lue in unite.journal.chercher(Filtres(), None, 10).entrees]
        unite.commit()
    return lues


def test_the_newest_come_first(entrees: list[Entree], monde):
    assert [entree.instant for entree in entrees] == [monde.maintenant + rang * MINUTE for rang in (3, 2, 1, 0)]


DEBUT = datetime.fromisoformat("2026-12-03T09:30:15.123456+00:00")
FILTRES = [
    (Filtres(debut=DEBUT + MINUTE), [0, 1, 2]),
    (Filtres(fin=DEBUT + MINUTE), [3]),
    (Filtres(debut=DEBUT + MINUTE, fin=DEBUT + 3 * MINUTE), [1, 2]),
    (Filtres(sirets=("26830001100010",)), [0, 3]),
    (Filtres(sirets=("00000000000000",)), []),
    (Filtres(sirets=("26830002900018", "00000000000000")), [2]),
    (Filtres(sirets=()), []),
    (Filtres(compte_id=1), [0, 2, 3]),
    (Filtres(compte_id=404), []),
    (Filtres(utilisateur="100%_\\Jean"), [1]),
    (Filtres(utilisateur="paie@esat.example"), []),
    (Filtres(compte_id=1, utilisateur="100%_\\Jean"), [0, 1, 2, 3]),
    (Filtres(operation="ConsulteDepot"), [2]),
    (Filtres(issue="REFUSE"), [0, 1]),
    (Filtres(code="REJEU"), [0]),
    (Filtres(numero="D261203-00000001"), [3]),
    (Filtres(numero="D261203-00000001-0042"), [3]),
    (Filtres(numero="D261203-00000002"), []),
    (Filtres(numero="-"), []),
    (Filtres(identifiant_message="a" * 36), [3]),
    (Filtres(identifiant_message="b" * 36), []),
    (Filtres(texte="php"), [0]),
    (Filtres(texte="rejeu"), [0]),
    (Filtres(texte="JEAN"), [1]),
    (Filtres(texte="%_\\"), [1]),
    (Filtres(texte="%%"), []),
    (Filtres(texte="e_t"), []),
    (Filtres(issue="REFUSE", texte="paie@"), [0]),
    (Filtres(issue="REFUSE", sirets=("26830001100010",), operation="DeclareCertificatEmploi", compte_id=1), [0]),
    (Filtres(issue="ACCEPTE", numero="D261203-00000001", sirets=("26830001100010",)), [3]),
    (Filtres(issue="REFUSE", identifiant_message="a" * 36), []),
    (Filtres(messages=True), [0, 1, 2, 3]),
    (Filtres(actes=True), []),
]


def test_entries_are_found_by_what_is_asked_and_counted_alike(unites: FabriqueUnites, monde, entrees: list[Entree]):
    assert (monde.maintenant, monde.autre_esat, monde.compte) == (DEBUT, 2, 1)
    with unites.lecture() as unite:
        for filtres, attendues in FILTRES:
            trouvees = unite.journal.chercher(filtres, None, 10)
            assert [lue.entree for lue in trouvees.entrees] == [entrees[rang] for rang in attendues], filtres
            assert trouvees.arretee is None
            assert unite.journal.compter(filtres, 10) == len(attendues), filtres


@pytest.mark.parametrize("reste", [False, True], ids=["no deposit is left", "later ones are left"])
def test_an_identifier_finds_what_was_logged_of_a_deposit_erased_since(
    unites: FabriqueUnites, monde, nouvelle_entree, deposer, reste: bool
):
    """The log may be kept longer than deposits are."""
    numero, identifiant = "D261203-0000ERAS", "e" * 36
    with unites.ecriture() as unite:
        for rang, issue in enumerate(("ACCEPTE", "REPETE", "REFUSE")):
            entree = nouvelle_entree(issue=issue, numero_depot=None if issue == "REFUSE" else numero)
            instant = monde.maintenant + rang * MINUTE
            unite.journal.ajouter(entree._replace(identifiant_message=identifiant, instant=instant))
        if reste:
            deposer(unite, [{}], date_reception=monde.maintenant + 2 * MINUTE)
        unite.commit()
    filtres = Filtres(identifiant_message=identifiant)
    assert [lue.issue for lue in par_pages(unites, filtres, 2)] == ["REFUSE", "REPETE", "ACCEPTE"]
    with unites.lecture() as unite:
        assert unite.journal.compter(filtres, 10) == 3


def par_pages(unites: FabriqueUnites, filtres: Filtres, taille: int) -> list[Entree]:
    """All that a search finds, a page at a time."""
    lues: list[Entree] = []
    apres: Place | None = None
    while True:
        with unites.lecture() as unite:
            page = unite.journal.chercher(filtres, apres, taille).entrees
        if not page:
            return lues
        lues += [lue.entree for lue in page]
        apres = page[-1].place


@pytest.mark.parametrize("filtres", [Filtres(), Filtres(issue="ACCEPTE"), Filtres(texte="zeep")])
def test_pages_follow_each_other_without_a_gap_or_a_double(
    unites: FabriqueUnites, monde, nouvelle_entree, filtres: Filtres
):
    with unites.ecriture() as unite:
        for rang in range(11):
            unite.journal.ajouter(nouvelle_entree(instant=monde.maintenant + rang // 4 * MINUTE))
        unite.commit()
    lues = par_pages(unites, filtres, 3)
    assert len(lues) == len({entree.id for entree in lues}) == 11
    assert all(
        (suivante.instant, suivante.id) < (entree.instant, entree.id) for entree, suivante in itertools.pairwise(lues)
    )


@pytest.fixture
def petites_fenetres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows so small that a search of some hundred entries takes many."""
    for nom, valeur in {"FENETRE": 6, "FENETRE_MAX": 24, "_FENETRE_DU_COMPTE": 7, "_LOT_MIN": 2}.items():
        monkeypatch.setattr(recherche, nom, valeur)
    monkeypatch.setattr("service.storage.pistes._SONDE", 5)


@pytest.fixture
def melange(unites: FabriqueUnites, monde, nouvelle_entree) -> list[Entree]:
    """Three hundred entries of all kinds, acts among them, many of one instant; newest first."""
    alea = random.Random(2)
    with unites.ecriture() as unite:
        for rang in range(300):
            acte = alea.choice(["CONNEXION", "DEPOT_CONSULTE"]) if rang % 7 == 0 else None
            refus = alea.choice([None, None, "REJEU", "SCHEMA_INVALIDE"])
            unite.journal.ajouter(
                nouvelle_entree(
                    instant=monde.maintenant + rang // 5 * MINUTE,
                    acte=acte,
                    operation=None if acte or rang % 11 == 0 else alea.choice(["ListeDepots", "ConsulteDepot"]),
                    issue="FAIT" if acte else "REFUSE" if refus else alea.choice(["REPONDU", "ACCEPTE"]),
                    code=None if acte else refus,
                    siret=alea.choice([monde.siret, monde.autre_siret, None]),
                    compte_id=alea.choice([monde.compte, None]),
                    utilisateur=alea.choice(["paie@esat.example", "autre@esat.example"]),
                    numero_depot=alea.choice([None, "D261203-00000001"]),
                    identifiant_message=alea.choice([None, "c" * 36]),
                )
            )
        unite.commit()
    return par_pages(unites, Filtres(), 1_000)


_DEMANDES: dict[str, tuple[object, Callable[[Entree], bool]]] = {
    "debut": (DEBUT + 9 * MINUTE, lambda e: e.instant >= DEBUT + 9 * MINUTE),
    "fin": (DEBUT + 41 * MINUTE, lambda e: e.instant < DEBUT + 41 * MINUTE),
    "sirets": (("26830001100010", "26830002900018"), lambda e: e.siret is not None),
    "compte_id": (1, lambda e: e.compte_id == 1),
    "utilisateur": ("autre@esat.example", lambda e: e.compte_id is None and e.utilisateur == "autre@esat.example"),
    "operation": ("ListeDepots", lambda e: e.operation == "ListeDepots"),
    "issue": ("REFUSE", lambda e: e.issue == "REFUSE"),
    "code": ("REJEU", lambda e: e.code == "REJEU"),
    "numero": ("D261203-00000001", lambda e: e.numero_depot == "D261203-00000001"),
    "texte": ("paie@", lambda e: "paie@" in (e.utilisateur or "")),
    "messages": (True, lambda e: e.acte is None),
    "acte": ("CONNEXION", lambda e: e.acte == "CONNEXION"),
    "actes": (True, lambda e: e.acte is not None),
}


@pytest.mark.parametrize("graine", range(60))
def test_any_filters_together_find_what_a_look_at_every_entry_finds(
    unites: FabriqueUnites, melange: list[Entree], petites_fenetres: None, graine: int
):
    alea = random.Random(graine)
    sauf = alea.choice(["compte_id", "utilisateur"])  # both together ask for either
    noms = alea.sample([nom for nom in _DEMANDES if nom != sauf], alea.randint(1, 5))
    filtres = Filtres(**{nom: _DEMANDES[nom][0] for nom in noms})
    attendues = [entree for entree in melange if all(_DEMANDES[nom][1](entree) for nom in noms)]
    assert par_pages(unites, filtres, alea.choice([2, 7, 50])) == attendues
    with unites.lecture() as unite:
        assert unite.journal.compter(filtres, 10_000) == len(attendues)
        assert unite.journal.compter(filtres, 3) == min(3, len(attendues))


def test_a_search_that_time_stops_goes_on_from_where_it_came_to(
    unites: FabriqueUnites, melange: list[Entree], petites_fenetres: None, monkeypatch: pytest.MonkeyPatch
):
    filtres = Filtres(texte="autre@", messages=True)
    attendues = par_pages(unites, filtres, 1_000)
    assert len(attendues) > 10
    regards = itertools.count(1)

    def trois_fenetres(_session: Session) -> None:
        if next(regards) % 4 == 0:
            raise TropLongError

    monkeypatch.setattr(Session, "exiger_du_temps", trois_fenetres)
    lues: list[Entree] = []
    apres, arrets = None, 0
    while True:
        with unites.lecture() as unite:
            trouvees = unite.journal.chercher(filtres, apres, 1_000)
        lues += [lue.entree for lue in trouvees.entrees]
        if trouvees.arretee is None:
            break
        apres, arrets = trouvees.arretee, arrets + 1
    assert arrets > 2
    assert lues == attendues


def test_a_search_that_has_no_time_at_all_says_so(unites: FabriqueUnites, melange: list[Entree]):
    with unites.lecture() as unite:
        unite.journal.limiter(-1)
        with pytest.raises(TropLongError):
            unite.journal.chercher(Filtres(texte="autre@"), None, 10)


@pytest.fixture
def depots(unites: FabriqueUnites, monde, nouvelle_entree, deposer) -> list[str]:
    """Ten deposits of both ESATs, newest first; a rule spoke in every second one, a person is named in every third, and
    somebody else by one of the ESATs only."""
    numeros = []
    with unites.ecriture() as unite:
        for rang in range(10):
            esat, siret = ((monde.esat, monde.siret), (monde.autre_esat, monde.autre_siret))[rang % 2 > 0]
            instant, numero = monde.maintenant + rang * MINUTE, f"D261203-{rang:08d}"
            lignes = [
                {"nir_repere": 7 if rang % 3 == 0 else None, "nom_repere": 8, "esat_id": esat},
                {"nom_repere": 6 if rang % 2 == 0 else 8, "esat_id": esat},
            ]
            id_, _ = deposer(unite, [*lignes, lignes[0]], numero=numero, esat_id=esat, date_reception=instant)
            if rang % 2 == 0:
                unite.lignes.ajouter_anomalies(
                    [AnomalieLigne(id_, un, 1, "C09", "ALERTE", None, "À vérifier.") for un in (1, 2)]
                )
            for issue in ("ACCEPTE", "REPETE"):
                unite.journal.ajouter(
                    nouvelle_entree(instant=instant, siret=siret, esat_id=esat, numero_depot=numero, issue=issue)
                )
            numeros.append(numero)
        unite.commit()
    return numeros[::-1]


PAR_DEPOTS = [
    (Filtres(regle="C09"), range(1, 10, 2)),
    (Filtres(regle="C02"), []),
    (Filtres(regle="C09", sirets=("26830002900018",)), []),
    (Filtres(regle="C09", sirets=("26830001100010",)), range(1, 10, 2)),
    (Filtres(regle="C09", sirets=("26830001100010",), debut=DEBUT + 3 * MINUTE, fin=DEBUT + 7 * MINUTE), [3, 5]),
    (Filtres(regle="C09", debut=DEBUT + 3 * MINUTE, fin=DEBUT + 7 * MINUTE), [3, 5]),
    (Filtres(regle="C09", issue="REPETE"), []),
    (Filtres(regle="C09", numero="D261203-00000004"), [5]),
    (Filtres(regle="C09", compte_id=1), range(1, 10, 2)),
    (Filtres(personne=Identite(nir=7)), [0, 3, 6, 9]),
    (Filtres(personne=Identite(nir=7, nom=8)), [0, 3, 6, 9]),
    (Filtres(personne=Identite(nir=7, nom=9)), []),
    (Filtres(personne=Identite(nom=8)), range(10)),
    (Filtres(personne=Identite(nom=6)), range(1, 10, 2)),
    (Filtres(personne=Identite(nir=7), sirets=("26830001100010",)), [3, 9]),
    (Filtres(personne=Identite(nir=7), regle="C09"), [3, 9]),
    (Filtres(personne=Identite(nir=7), fin=DEBUT + 4 * MINUTE), [6, 9]),
]


@pytest.mark.parametrize("peu", [0, 1_000], ids=["ESATs with many deposits", "ESATs with few deposits"])
@pytest.mark.parametrize("regle_rare", [False, True], ids=["a rule that speaks often", "a rule that speaks rarely"])
@pytest.mark.parametrize("taille", [1, 2, 100])
def test_deposits_of_a_rule_or_of_a_person_come_once_newest_first(
    unites: FabriqueUnites,
    depots: list[str],
    monkeypatch: pytest.MonkeyPatch,
    regle_rare: bool,
    taille: int,
    peu: int,
):
    monkeypatch.setattr(recherche, "_plus_rares", lambda *_: not regle_rare)
    monkeypatch.setattr(recherche_par_depots, "_PEU", peu)
    for filtres, rangs in PAR_DEPOTS:
        demande = filtres._replace(messages=True)
        attendus = [depots[rang] for rang in rangs]
        assert [entree.numero_depot for entree in par_pages(unites, demande, taille)] == attendus, filtres
        with unites.lecture() as unite:
            assert unite.journal.compter(demande, 100) == len(attendus), filtres


@pytest.mark.parametrize(("regles", "par_depots"), [(5, False), (4, True), (0, True)])
def test_a_rule_of_an_account_is_looked_for_where_the_fewest_are(
    unites: FabriqueUnites, monde, nouvelle_entree, deposer, regles: int, par_depots: bool
):
    """Among the four entries of the account, or among the deposits in which the rule spoke."""
    with unites.ecriture() as unite:
        for rang in range(8):
            compte, numero = (None, monde.compte)[rang % 2], f"D261203-{rang:08d}"
            id_, _ = deposer(unite, [{}], numero=numero)
            if rang < regles:
                unite.lignes.ajouter_anomalies([AnomalieLigne(id_, 1, 1, "C09", "ALERTE", None, "À vérifier.")])
            unite.journal.ajouter(nouvelle_entree(compte_id=compte, numero_depot=numero))
        criteres = {"regle": "C09", "compte_id": monde.compte}
        assert recherche._par_depots(unite._session, criteres) is par_depots
        assert unite.journal.compter(Filtres(**criteres), 10) == regles // 2


@pytest.mark.parametrize("peu", [5, 6])
def test_a_rule_of_an_esat_is_looked_for_among_its_deposits_where_they_are_few(
    unites: FabriqueUnites, monde, depots: list[str], monkeypatch: pytest.MonkeyPatch, peu: int
):
    """Five deposits of the ESAT; else among those in which the rule spoke."""
    monkeypatch.setattr(recherche_par_depots, "_PEU", peu)
    criteres = {"regle": "C09", "sirets": (monde.siret,)}
    with unites.lecture() as unite:
        noms, reste, _ = recherche_par_depots._demande(unite._session, criteres, None)
    assert (noms, reste) == (("sirets", "regle") if peu == 6 else ("regle", "sirets"), ())


def test_an_account_of_an_esat_is_looked_for_apart_from_whoever_was_not_identified(unites: FabriqueUnites, monde):
    """In the index of the ESAT, which tells the account but not the user code."""
    criteres = recherche._criteres(Filtres(sirets=(monde.siret,), compte_id=1, utilisateur="paie@esat.example"))
    assert recherche._separees(criteres) == [
        {"sirets": (monde.siret,), "compte_id": 1},
        {"sirets": (monde.siret,), "utilisateur": "paie@esat.example"},
    ]


@pytest.mark.parametrize("assez", [1, 1_000], ids=["dense", "not dense"])
def test_entries_of_many_esats_are_found_whichever_way_is_taken(
    unites: FabriqueUnites, melange: list[Entree], petites_fenetres: None, monkeypatch: pytest.MonkeyPatch, assez: int
):
    monkeypatch.setattr("service.storage.pistes._ASSEZ", assez)
    sirets = ("26830001100010", *(f"{rang:014d}" for rang in range(50)))
    attendues = [entree for entree in melange if entree.siret in sirets and entree.acte is None]
    filtres = Filtres(sirets=sirets, messages=True)
    with unites.lecture() as unite:
        toutes = pistes.parmi_toutes(unite._session, recherche._criteres(filtres), None)
        assert (toutes is not None) is (assez == 1)
        assert unite.journal.compter(filtres, 1_000) == len(attendues)
    assert par_pages(unites, filtres, 7) == attendues


def test_what_comes_from_outside_may_be_long(unites: FabriqueUnites, monde, nouvelle_entree):
    """PostgreSQL refuses what is longer than its column, SQLite does not: no column says a length for such values."""
    longue = nouvelle_entree(
        agent="a" * 5000, utilisateur="é" * 5000, adresse="2001:db8::1%" + "x" * 100, duree_us=2**40, taille=2**40
    )
    with unites.ecriture() as unite:
        unite.journal.ajouter(longue)
        [lue] = unite.journal.chercher(Filtres(), None, 10).entrees
    assert lue.entree[1:] == longue
