"""The verdict on the log, after somebody has changed the database by hand in each way."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from journal import DERNIERE, PAR_SCEAU, inscrire, sceaux, sceller_trois_fois, verdict
from maison import MAINTENANT

from service.domain.merkle import racine
from service.domain.sceau import feuille_de_l_entree, octets_du_sceau
from service.security.keystore import charger, creer
from service.usecases.sceller import sceller
from service.usecases.verifier_journal import Portee, portee_depuis, verifier_journal

COLONNES = "instant, adresse, taille, duree_us, issue, identifiant_requete, nombre, canal"


@pytest.fixture
def scelle(service_partout):
    """A service whose log has three seals of four entries, ids 1 to 12."""
    sceller_trois_fois(service_partout)
    return service_partout


def test_a_log_that_nobody_touched_is_whole(scelle):
    lu = verdict(scelle)
    assert lu.integre
    assert (lu.sceaux, lu.verifiees, lu.purgees, lu.non_scellees) == (3, DERNIERE, 0, 0)
    assert (lu.dernier.numero, lu.retard_du_fichier, lu.ruptures) == (3, 0, [])


def test_a_log_without_seals_is_whole_and_not_sealed_yet(service_partout):
    inscrire(service_partout)
    lu = verdict(service_partout)
    assert lu.integre
    assert (lu.sceaux, lu.verifiees, lu.non_scellees) == (0, 0, PAR_SCEAU)
    assert lu.plus_ancienne == MAINTENANT


def test_what_is_not_sealed_yet_is_counted_and_proves_nothing(scelle):
    depuis = scelle.horloge()
    inscrire(scelle, 1)
    scelle.sql(f"UPDATE journal SET taille = 7 WHERE id = {DERNIERE + 1}")
    lu = verdict(scelle)
    assert lu.integre
    assert (lu.non_scellees, lu.plus_ancienne) == (2, depuis)


ALTERATIONS = {
    "a field altered": (["UPDATE journal SET taille = taille + 1 WHERE id = 6"], "ENTREE_ALTEREE", 6),
    "a field emptied": (["UPDATE journal SET agent = NULL WHERE id = 6"], "ENTREE_ALTEREE", 6),
    "a field filled": (["UPDATE journal SET motif = '' WHERE id = 6"], "ENTREE_ALTEREE", 6),
    "the receipt's hash altered": (["UPDATE journal SET accuse_hache = NULL WHERE id = 5"], "ENTREE_ALTEREE", 5),
    "the very first altered": (["UPDATE journal SET code = 'X' WHERE id = 1"], "ENTREE_ALTEREE", 1),
    "the very last altered": (["UPDATE journal SET code = 'X' WHERE id = 12"], "ENTREE_ALTEREE", 12),
    "two altered": (["UPDATE journal SET taille = 1 WHERE id IN (11, 3)"], "ENTREE_ALTEREE", 3),
    "an entry removed": (["DELETE FROM journal WHERE id = 7"], "ENTREE_RETIREE", 7),
    "an entry removed and its salt": (
        ["DELETE FROM journal WHERE id = 7", "UPDATE feuille SET sel = NULL WHERE journal_id = 7"],
        "ENTREE_RETIREE",
        7,
    ),
    "the first entries removed as by a purge": (
        ["DELETE FROM journal WHERE id <= 4", "UPDATE feuille SET sel = NULL WHERE journal_id <= 4"],
        "ENTREE_RETIREE",
        1,
    ),
    "the same, with a seal made to say that they were due": (
        [
            "DELETE FROM journal WHERE id <= 4",
            "UPDATE feuille SET sel = NULL WHERE journal_id <= 4",
            "UPDATE sceau SET purge = 4 WHERE numero = 3",
        ],
        "ENTREE_RETIREE",
        1,
    ),
    "an entry and its leaf removed": (
        ["DELETE FROM journal WHERE id = 7", "DELETE FROM feuille WHERE journal_id = 7"],
        "ENTREE_RETIREE",
        7,
    ),
    "the first of a seal removed with its leaf": (
        ["DELETE FROM journal WHERE id = 5", "DELETE FROM feuille WHERE journal_id = 5"],
        "ENTREE_RETIREE",
        5,
    ),
    "the last of a seal removed with its leaf": (
        ["DELETE FROM journal WHERE id = 8", "DELETE FROM feuille WHERE journal_id = 8"],
        "ENTREE_RETIREE",
        8,
    ),
    "all of a seal removed with their leaves": (
        ["DELETE FROM journal WHERE id BETWEEN 5 AND 8", "DELETE FROM feuille WHERE journal_id BETWEEN 5 AND 8"],
        "ENTREE_RETIREE",
        5,
    ),
    "an entry inserted before all": (
        [f"INSERT INTO journal (id, {COLONNES}) SELECT -5, {COLONNES} FROM journal WHERE id = 2"],
        "ENTREE_INSEREE",
        -5,
    ),
    "an entry inserted in the place of another": (
        [
            "DELETE FROM journal WHERE id = 7",
            f"INSERT INTO journal (id, {COLONNES}) SELECT 7, {COLONNES} FROM journal WHERE id = 2",
        ],
        "ENTREE_ALTEREE",
        7,
    ),
    "two entries swapped": (
        [
            "UPDATE journal SET id = 1000 WHERE id = 6",
            "UPDATE journal SET id = 6 WHERE id = 10",
            "UPDATE journal SET id = 10 WHERE id = 1000",
        ],
        "ENTREE_ALTEREE",
        6,
    ),
    "two entries swapped with their leaves": (
        [
            f"UPDATE {table} SET {cle} = {apres} WHERE {cle} = {avant}"
            for table, cle in (("journal", "id"), ("feuille", "journal_id"))
            for avant, apres in ((6, 1000), (7, 6), (1000, 7))
        ],
        "ENTREE_ALTEREE",
        6,
    ),
    "a leaf changed": (["UPDATE feuille SET hache = {z32} WHERE journal_id = 6"], "FEUILLE_ALTEREE", 6),
    "two leaves swapped": (
        [
            "UPDATE feuille SET journal_id = 1000 WHERE journal_id = 6",
            "UPDATE feuille SET journal_id = 6 WHERE journal_id = 7",
            "UPDATE feuille SET journal_id = 7 WHERE journal_id = 1000",
        ],
        "ENTREE_ALTEREE",
        6,
    ),
    "a salt replaced": (["UPDATE feuille SET sel = {z16} WHERE journal_id = 6"], "ENTREE_ALTEREE", 6),
    "a salt erased": (["UPDATE feuille SET sel = NULL WHERE journal_id = 6"], "ENTREE_ALTEREE", 6),
    "a leaf removed": (["DELETE FROM feuille WHERE journal_id = 6"], "FEUILLE_ALTEREE", 6),
    "the first leaf of a seal removed": (["DELETE FROM feuille WHERE journal_id = 5"], "FEUILLE_ALTEREE", 5),
    "the last leaf of a seal removed": (["DELETE FROM feuille WHERE journal_id = 8"], "FEUILLE_ALTEREE", 8),
    "two leaves removed": (["DELETE FROM feuille WHERE journal_id IN (6, 7)"], "FEUILLE_ALTEREE", 6),
    "every leaf removed": (["DELETE FROM feuille"], "FEUILLE_ALTEREE", 1),
    "a seal removed": (["DELETE FROM sceau WHERE numero = 2"], "SCEAU_RETIRE", None),
    "the first seal removed": (["DELETE FROM sceau WHERE numero = 1"], "SCEAU_RETIRE", None),
    "the last seal removed": (["DELETE FROM sceau WHERE numero = 3"], "SCEAU_RETIRE", None),
    "the last seal removed with all that it covers": (
        [
            "DELETE FROM sceau WHERE numero = 3",
            "DELETE FROM journal WHERE id > 8",
            "DELETE FROM feuille WHERE journal_id > 8",
        ],
        "SCEAU_RETIRE",
        None,
    ),
    "every seal removed": (["DELETE FROM sceau", "DELETE FROM feuille"], "SCEAU_RETIRE", None),
    "a root forged": (["UPDATE sceau SET racine = {z32} WHERE numero = 2"], "SCEAU_ALTERE", None),
    "a signature forged": (["UPDATE sceau SET signature = {z32} WHERE numero = 2"], "SCEAU_ALTERE", None),
    "the key of a seal forged": (["UPDATE sceau SET cle = '0FF' WHERE numero = 2"], "SCEAU_ALTERE", None),
    "an instant of a seal changed": (
        ["UPDATE sceau SET scelle_le = (SELECT scelle_le FROM sceau WHERE numero = 1) WHERE numero = 2"],
        "SCEAU_ALTERE",
        None,
    ),
    "the range of a seal narrowed": (["UPDATE sceau SET dernier = 7 WHERE numero = 2"], "SCEAU_ALTERE", None),
    "the range of a seal made endless": (["UPDATE sceau SET dernier = 99999 WHERE numero = 3"], "SCEAU_ALTERE", None),
    "two seals swapped": (
        [
            "UPDATE sceau SET numero = 1000 WHERE numero = 1",
            "UPDATE sceau SET numero = 1 WHERE numero = 2",
            "UPDATE sceau SET numero = 2 WHERE numero = 1000",
        ],
        "SCEAU_ALTERE",
        None,
    ),
}


@pytest.mark.parametrize("cas", ALTERATIONS)
def test_whatever_was_done_by_hand_is_found_and_the_first_of_it_named(scelle, cas):
    requetes, nature, entree = ALTERATIONS[cas]
    octets = "x'{}'" if scelle.maison.moteur.dialect.name == "sqlite" else "'\\x{}'::bytea"
    for requete in requetes:
        scelle.sql(requete.format(z16=octets.format("00" * 16), z32=octets.format("00" * 32)))

    lu = verdict(scelle)

    assert not lu.integre
    premiere = lu.ruptures[0]
    assert (premiere.nature, premiere.entree) == (nature, entree)
    assert premiere.message
    if entree is not None:
        assert premiere.sceau == max(0, entree - 1) // PAR_SCEAU + 1
        assert premiere.instant is not None


def test_each_thing_done_is_told_once_in_the_order_of_the_log(scelle):
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 11")
    scelle.sql("DELETE FROM journal WHERE id = 9")
    scelle.sql("DELETE FROM journal WHERE id = 2")
    scelle.sql("DELETE FROM feuille WHERE journal_id = 2")
    lu = verdict(scelle)
    assert [(rupture.nature, rupture.entree) for rupture in lu.ruptures] == [
        ("ENTREE_RETIREE", 2),
        ("ENTREE_RETIREE", 9),
        ("ENTREE_ALTEREE", 11),
    ]
    assert lu.verifiees == DERNIERE - 4  # 2, 9, 11, and 3 whose predecessor is gone


def test_an_entry_that_is_still_there_is_told_with_its_own_instant(scelle):
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 6")
    (instant,) = [entree.instant for entree in scelle.journal() if entree.id == 6]
    assert verdict(scelle).ruptures[0].instant == instant


def _forger(service, numero: int, precedente: int, sel: bytes = b"s" * 16) -> None:
    """Give an entry a leaf that fits it."""
    with service.dependencies.unites.lecture() as unite:
        ((_, entree),) = unite.sceaux.entrees(numero - 1, numero, 1)
    hache = feuille_de_l_entree(sel, entree, precedente)
    sqlite = service.maison.moteur.dialect.name == "sqlite"
    litteral = (lambda octets: f"x'{octets.hex()}'") if sqlite else (lambda octets: f"'\\x{octets.hex()}'::bytea")
    service.sql(f"DELETE FROM feuille WHERE journal_id = {numero}")
    service.sql(f"INSERT INTO feuille VALUES ({numero}, {litteral(sel)}, {litteral(hache)})")


@pytest.fixture
def scelle_avec_trou(service_partout):
    """Three seals, and ids that no entry has: 4, 9, 14 (as PostgreSQL leaves them where a transaction was given up)."""
    for _ in range(3):
        inscrire(service_partout)
        service_partout.sql("UPDATE journal SET id = id + 1 WHERE id = (SELECT max(id) FROM journal)")
        if service_partout.maison.moteur.dialect.name == "postgresql":
            service_partout.sql("SELECT nextval('journal_id_seq')")
        assert sceller(service_partout.dependencies).entrees == PAR_SCEAU
        service_partout.horloge.avancer(hours=2)
    assert verdict(service_partout).integre
    return service_partout


def test_gaps_in_the_ids_are_not_taken_for_removals(scelle_avec_trou):
    assert [entree.id for entree in scelle_avec_trou.journal()][::-1] == [1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15]


@pytest.mark.parametrize("trou", [4, 9, 14])
def test_an_entry_slipped_into_a_gap_is_named(scelle_avec_trou, trou):
    scelle_avec_trou.sql(f"INSERT INTO journal (id, {COLONNES}) SELECT {trou}, {COLONNES} FROM journal WHERE id = 2")
    premiere = verdict(scelle_avec_trou).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_INSEREE", trou)


@pytest.mark.parametrize("trou", [4, 9, 14])
def test_an_entry_slipped_into_a_gap_with_a_leaf_that_fits_it_is_named(scelle_avec_trou, trou):
    scelle_avec_trou.sql(f"INSERT INTO journal (id, {COLONNES}) SELECT {trou}, {COLONNES} FROM journal WHERE id = 2")
    _forger(scelle_avec_trou, trou, trou - 1)
    premiere = verdict(scelle_avec_trou).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_INSEREE", trou)


def test_an_entry_removed_beside_a_gap_is_named(scelle_avec_trou):
    scelle_avec_trou.sql("DELETE FROM journal WHERE id = 3")
    scelle_avec_trou.sql("DELETE FROM feuille WHERE journal_id = 3")
    premiere = verdict(scelle_avec_trou).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_RETIREE", 3)


def test_an_entry_altered_with_a_leaf_computed_anew_still_breaks_its_seal(scelle):
    """The root holds for nothing that is found: nobody but the seal can say which entry."""
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 6")
    _forger(scelle, 6, 5)
    lu = verdict(scelle)
    assert [(rupture.nature, rupture.sceau) for rupture in lu.ruptures] == [("FEUILLE_ALTEREE", 2)]
    assert "entrées 5 à 8" in lu.ruptures[0].message


def test_a_seal_signed_by_another_key_is_not_believed(scelle, tmp_path):
    """Whoever can write in the database but has not the key can only sign with another."""
    creer(tmp_path / "autres", demonstration=True)
    autre = charger(tmp_path / "autres").signataire
    _resceller(scelle, autre, autre.serie)
    assert verdict(scelle).ruptures[0].nature == "SCEAU_ALTERE"
    _resceller(scelle, autre, sceaux(scelle)[0].cle)
    assert verdict(scelle).ruptures[0].nature == "SCEAU_ALTERE"


def test_a_seal_that_the_key_signed_anew_breaks_the_chain(scelle):
    """Even the service cannot seal another past: the next seal and the file tell."""
    _resceller(scelle, scelle.dependencies.signataire, sceaux(scelle)[0].cle)
    lu = verdict(scelle)
    assert [(rupture.nature, rupture.sceau) for rupture in lu.ruptures] == [
        ("FICHIER_CONTRAIRE", 2),
        ("CHAINE_ROMPUE", 3),
    ]


def _resceller(service, signataire, cle: str) -> None:
    """The second seal again, over an altered entry."""
    service.sql("UPDATE journal SET taille = 1 WHERE id = 6")
    _forger(service, 6, 5)
    with service.dependencies.unites.ecriture() as unite:
        haches = [feuille.hache for feuille in unite.sceaux.feuilles(4, 8, 9)]
        ancien = unite.sceaux.par_numero(2)
        neuf = ancien._replace(racine=racine(haches), cle=cle)
        neuf = neuf._replace(signature=signataire.signer_octets(octets_du_sceau(neuf)))
        unite.commit()
    service.sql("DELETE FROM sceau WHERE numero = 2")
    with service.dependencies.unites.ecriture() as unite:
        unite.sceaux.ajouter(neuf, [], DERNIERE)
        unite.commit()


def test_an_older_database_put_back_is_found_by_the_file(service, base_sqlite):
    fichier = Path(base_sqlite.removeprefix("sqlite:///"))
    sceller_trois_fois(service)
    _copier(fichier, fichier.with_suffix(".ancienne"))
    inscrire(service)
    sceller(service.dependencies)
    service.fermer()
    _copier(fichier.with_suffix(".ancienne"), fichier)
    lu = verdict(service)
    assert [(rupture.nature, rupture.sceau) for rupture in lu.ruptures] == [("SCEAU_RETIRE", 4)]
    assert "entrées 13 à 16" in lu.ruptures[0].message
    assert "plus ancienne" in lu.ruptures[0].message


def _copier(source: Path, cible: Path) -> None:
    for reste in ("-wal", "-shm"):
        Path(f"{cible}{reste}").unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as de, closing(sqlite3.connect(cible)) as vers:
        de.backup(vers)


def test_another_database_of_the_same_service_is_found_by_the_file(scelle):
    """The whole log forgotten and begun again, with the same key."""
    fichier = scelle.dependencies.sceaux.fichier.chemin
    garde = fichier.with_suffix(".garde")
    shutil.copy(fichier, garde)
    fichier.unlink()
    scelle.sql("DELETE FROM sceau")
    scelle.sql("DELETE FROM feuille")
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 6")
    sceller(scelle.dependencies)
    assert verdict(scelle).integre
    shutil.copy(garde, fichier)
    premiere = verdict(scelle).ruptures[0]
    assert (premiere.nature, premiere.sceau) == ("FICHIER_CONTRAIRE", 1)


def test_an_entry_made_unreadable_is_named(service):
    sceller_trois_fois(service)
    service.sql("UPDATE journal SET instant = 'hier' WHERE id = 6")
    premiere = verdict(service).ruptures[0]
    assert (premiere.nature, premiere.entree) == ("ENTREE_ALTEREE", 6)


def test_a_seal_made_unreadable_is_named(service):
    sceller_trois_fois(service)
    service.sql("UPDATE sceau SET scelle_le = 'hier' WHERE numero = 2")
    premiere = verdict(service).ruptures[0]
    assert (premiere.nature, premiere.sceau) == ("SCEAU_ALTERE", 2)


def test_an_unreadable_entry_that_nobody_sealed_yet_does_not_stop_the_sealing(service):
    inscrire(service)
    service.sql("UPDATE journal SET instant = 'hier' WHERE id = 2")
    assert sceller(service.dependencies).entrees == PAR_SCEAU
    assert verdict(service).integre


def test_verifying_from_a_day_on_leaves_older_seals_alone(scelle):
    jour = date(2026, 12, 5)
    scelle.horloge.avancer(days=1)
    inscrire(scelle)
    sceller(scelle.dependencies)
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 6")
    portee = portee_depuis(scelle.dependencies, jour)
    assert portee == Portee(4)
    lu = verifier_journal(scelle.dependencies, portee)
    assert lu.integre
    assert (lu.sceaux, lu.verifiees) == (1, PAR_SCEAU)
    scelle.sql("UPDATE journal SET taille = 1 WHERE id = 14")
    assert verifier_journal(scelle.dependencies, portee).ruptures[0].entree == 14
    assert verdict(scelle).ruptures[0].entree == 6


def test_verifying_from_a_day_without_seals_looks_at_the_last_one(scelle):
    assert portee_depuis(scelle.dependencies, date(2030, 1, 1)) == Portee(3)


def test_verifying_from_a_day_still_holds_the_first_seal_against_the_one_before(scelle):
    scelle.sql("UPDATE sceau SET racine = precedent WHERE numero = 2")
    altere = verifier_journal(scelle.dependencies, Portee(3))
    assert [(rupture.nature, rupture.sceau) for rupture in altere.ruptures] == [("SCEAU_ALTERE", 2)]
    scelle.sql("DELETE FROM sceau WHERE numero = 2")
    retire = verifier_journal(scelle.dependencies, Portee(3))
    assert [(rupture.nature, rupture.sceau) for rupture in retire.ruptures] == [("SCEAU_RETIRE", 2)]
    assert altere.verifiees == retire.verifiees == PAR_SCEAU


def test_the_way_is_told_while_verifying(scelle):
    dits = []
    verifier_journal(scelle.dependencies, suivre=lambda atteint, total: dits.append((atteint, total)))
    assert dits == [(4, 12), (8, 12), (12, 12)]


def test_thousands_of_ruptures_are_counted_and_the_first_hundred_kept(scelle):
    for _ in range(10):
        inscrire(scelle, 15)
    sceller(scelle.dependencies)
    scelle.sql("DELETE FROM feuille")
    lu = verdict(scelle)
    assert lu.nombre_de_ruptures > 160
    assert len(lu.ruptures) == 100


def test_pages_of_rows_follow_each_other_without_a_gap(scelle, monkeypatch):
    monkeypatch.setattr("service.usecases.parcourir_feuilles.PAGE", 3)
    monkeypatch.setattr("service.usecases.verifier_journal._SCEAUX", 2)
    assert verdict(scelle).verifiees == DERNIERE
    scelle.sql("DELETE FROM feuille WHERE journal_id < 9")
    scelle.sql("DELETE FROM journal WHERE id IN (10, 11)")
    assert [rupture.entree for rupture in verdict(scelle).ruptures] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]
