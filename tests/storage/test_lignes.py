"""lignes: lines and anomalies read back as written, and change together."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Table

from service.domain.statuts import ACTIFS, StatutDeclaration
from service.storage import lignes, tables
from service.storage.bulk import BLOC, _insertion_d_un_bloc
from service.storage.database import creer_moteur
from service.storage.lignes import Active, AnomalieLigne, Etat
from service.storage.unit_of_work import FabriqueUnites

CERTIFICAT = {"nir_repere": 1, "allocataire_repere": 2, "nom_repere": 3}
CHANGEMENT = {
    "nature": "REDUCTION",
    "annee": None,
    "nombre_mois": None,
    "montant_net": None,
    "pourcentage_salaire_direct": None,
    "heures_avant": 3500,
    "heures_apres": 1750,
    "date_effet": date(2026, 10, 1),
}
REJETEE = {"numero": None, "statut": None, "statut_depuis": None, "donnees": None, "reference": None}


@pytest.mark.parametrize("nombre", [1, 19, 20, 1000])
def test_lines_read_back_as_written_whatever_their_number(unites: FabriqueUnites, monde, deposer, nombre: int):
    """On PostgreSQL few are inserted, many are copied."""
    modeles = [CERTIFICAT, CHANGEMENT, {**REJETEE, "essai": True}, {"motif": "RETRAITE", "cible": "D261203-X-0001"}]
    with unites.ecriture() as unite:
        depot_id, numeros = deposer(unite, [modeles[rang % 4] for rang in range(nombre)])
        unite.commit()
    with unites.lecture() as unite:
        lues = unite.lignes.du_depot(depot_id)
    assert [ligne.rang for ligne in lues] == list(range(1, nombre + 1))
    for ligne, numero in zip(lues, numeros, strict=True):
        modele = {"numero": numero, "statut": "RECUE", "statut_depuis": monde.maintenant, "essai": False}
        modele |= modeles[(ligne.rang - 1) % 4]
        assert {nom: getattr(ligne, nom) for nom in modele} == modele
        assert type(ligne.essai) is bool


def test_no_line_at_all_writes_nothing(unites: FabriqueUnites, monde, deposer):
    with unites.ecriture() as unite:
        depot_id, _ = deposer(unite, [])
        unite.lignes.ajouter_anomalies([])
        assert unite.lignes.du_depot(depot_id) == []


@pytest.mark.parametrize("nombre", [1, 50])
def test_anomalies_read_back_by_rank_and_order(unites: FabriqueUnites, monde, deposer, nombre: int):
    with unites.ecriture() as unite:
        depot_id, _ = deposer(unite, [CERTIFICAT] * nombre)
        anomalies = [
            AnomalieLigne(depot_id, rang, ordre, f"C{ordre:02d}", "ALERTE", champ, "Le texte « é »")
            for rang in range(1, nombre + 1)
            for ordre, champ in ((1, "montantNet"), (2, None))
        ]
        unite.lignes.ajouter_anomalies(list(reversed(anomalies)))
        assert unite.lignes.anomalies_du_depot(depot_id) == anomalies


@pytest.mark.parametrize("statut", list(StatutDeclaration))
def test_active_declarations_are_found_by_number(unites: FabriqueUnites, monde, deposer, statut: StatutDeclaration):
    with unites.ecriture() as unite:
        depot_id, numeros = deposer(unite, [{**CERTIFICAT, "statut": statut}])
        trouvees = unite.lignes.actives(monde.esat, numeros)
    attendue = Active(numeros[0], "CERTIFICAT", 2026, statut.value, depot_id, 1)
    assert trouvees == ([attendue] if statut in ACTIFS else [])


def test_only_the_esats_own_real_declarations_are_active(unites: FabriqueUnites, monde, deposer):
    with unites.ecriture() as unite:
        _, siens = deposer(unite, [CERTIFICAT, CHANGEMENT, CERTIFICAT])
        _, autres = deposer(unite, [CERTIFICAT], esat_id=monde.autre_esat)
        _, essais = deposer(unite, [{"essai": True, "statut": None, "statut_depuis": None}], essai=True)
        demandes = [siens[2], autres[0], essais[0], siens[0], siens[0]]
        trouvees = unite.lignes.actives(monde.esat, demandes)
    assert sorted(active.numero for active in trouvees) == [siens[0], siens[2]]


PAS_DES_NUMEROS = [
    "",
    "0001",
    "D261203-00000001",
    "D261203-00000001-",
    "D261203-00000001-000x",
    "D261203-00000001-00001",
    "D261203-00000001-9999",
    "x" * 5000,
    "'; DROP TABLE ligne; --",
    "D261203-00000001-0001\x00",
]


def test_what_is_no_number_of_ours_is_nothing_active(unites: FabriqueUnites, monde, deposer):
    with unites.ecriture() as unite:
        _, numeros = deposer(unite, [CERTIFICAT], numero="D261203-00000001")
        seuls = {numero: unite.lignes.actives(monde.esat, [numero]) for numero in PAS_DES_NUMEROS}
        assert seuls == {numero: [] for numero in PAS_DES_NUMEROS}
        parmi_eux = unite.lignes.actives(monde.esat, [*PAS_DES_NUMEROS, *numeros])
        assert [active.numero for active in parmi_eux] == numeros
        assert unite.lignes.changer_statut(PAS_DES_NUMEROS, "ANNULEE", monde.maintenant) == 0


@pytest.mark.parametrize("statement", [lignes._ACTIVES, lignes._CHANGER_STATUT], ids=["actives", "changer_statut"])
def test_numbers_lead_to_their_lines_through_keys(plan, statement):
    assert [etape for etape in plan(statement) if "LIST" not in etape] == [
        "SCAN value VIRTUAL TABLE INDEX 1:",
        "SEARCH depot USING COVERING INDEX sqlite_autoindex_depot_1 (numero=?)",
        "SEARCH ligne USING INDEX sqlite_autoindex_ligne_1 (depot_id=? AND rang=?)",
    ]


def test_statuses_change_together_with_their_time(unites: FabriqueUnites, monde, deposer):
    plus_tard = monde.maintenant + timedelta(hours=1)
    with unites.ecriture() as unite:
        premier, numeros = deposer(unite, [CERTIFICAT, REJETEE, CHANGEMENT, CERTIFICAT])
        second, autres = deposer(unite, [CERTIFICAT])
        change = unite.lignes.changer_statut([numeros[0], numeros[3], autres[0]], "ANNULEE", plus_tard)
        assert change == 3
        assert unite.lignes.etats(premier) == [
            Etat(numeros[0], "ANNULEE", plus_tard),
            Etat(numeros[2], "RECUE", monde.maintenant),
            Etat(numeros[3], "ANNULEE", plus_tard),
        ]
        assert unite.lignes.etats(second) == [Etat(autres[0], "ANNULEE", plus_tard)]


def test_a_line_without_status_never_gets_one(unites: FabriqueUnites, monde, deposer):
    with unites.ecriture() as unite:
        depot_id, numeros = deposer(unite, [{"essai": True, "statut": None, "statut_depuis": None}], essai=True)
        assert unite.lignes.changer_statut(numeros, "ANNULEE", monde.maintenant) == 0
        assert unite.lignes.etats(depot_id) == []


def _changement(nature: str, jour: date, **valeurs) -> dict:
    return {**CHANGEMENT, "nature": nature, "date_effet": jour, **valeurs}


ATTENDUS = [
    ("certificate of the year before", {"annee": 2025}, True),
    ("certificate of the year", {"annee": 2026}, True),
    ("certificate of an older year", {"annee": 2024}, False),
    ("certificate that was replaced", {"annee": 2025, "statut": "REMPLACEE"}, False),
    ("certificate of a dry run", {"annee": 2025, "essai": True, "statut": None}, False),
    ("change with effect on the first day", _changement("AUGMENTATION", date(2026, 1, 1)), True),
    ("change with effect on the last day", _changement("REDUCTION", date(2026, 12, 31)), True),
    ("change of the year before", _changement("AUGMENTATION", date(2025, 12, 31)), False),
    ("change of the year after", _changement("AUGMENTATION", date(2027, 1, 1)), False),
    ("cancelled change", _changement("AUGMENTATION", date(2026, 5, 1), statut="ANNULEE"), False),
    ("départ before 1 November", _changement("DEPART", date(2026, 10, 31)), True),
    ("départ long before", _changement("DEPART", date(2024, 3, 1)), True),
    ("départ after, in the year", _changement("DEPART", date(2026, 11, 1)), True),
    ("départ in the year after", _changement("DEPART", date(2027, 1, 5)), False),
]


def test_what_says_whom_a_certificate_is_expected_for(unites: FabriqueUnites, monde, deposer):
    cas_par_numero = {}
    with unites.ecriture() as unite:
        for nom, ligne, _ in ATTENDUS:
            _, [numero] = deposer(unite, [{**CERTIFICAT, **ligne}], annee=ligne["annee"])
            cas_par_numero[numero] = nom
            deposer(unite, [{**CERTIFICAT, **ligne}], annee=ligne["annee"], esat_id=monde.autre_esat)
        lues = {cas_par_numero[une.numero]: une for une in unite.lignes.attendus(monde.esat, 2026)}
    assert sorted(lues) == sorted(nom for nom, _, attendue in ATTENDUS if attendue)
    for nom, ligne, attendue in ATTENDUS:
        if attendue:
            assert lues[nom].nir_repere == 1
            assert lues[nom].donnees == b"\x00chiffre"
            assert (lues[nom].annee, lues[nom].date_effet) == (ligne["annee"], ligne.get("date_effet"))


@pytest.mark.parametrize("table", [tables.ligne, tables.anomalie], ids=lambda table: table.name)
def test_no_row_of_a_block_is_refused_in_time_to_undo_the_block(base_sqlite: str, table: Table):
    """SQLite would otherwise copy each page that the block changes: `FkCounter` tells whether the key is deferred."""
    noms = tuple(colonne.name for colonne in table.columns)
    insertion, valeurs = _insertion_d_un_bloc(table.name, (), noms), (None,) * len(noms) * BLOC
    moteur = creer_moteur(base_sqlite)
    with moteur.connect() as connexion:
        etapes = connexion.exec_driver_sql(f"EXPLAIN {insertion}", valeurs).all()
    moteur.dispose()
    assert {etape.p1 for etape in etapes if etape.opcode == "FkCounter"} == {1}
