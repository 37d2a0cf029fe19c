"""migrations: what they build is what the tables say; all or nothing; never downwards, never noisily."""

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, select, text

from service.errors import IndisponibleError
from service.storage import migrations
from service.storage.database import creer_moteur
from service.storage.recherche import Filtres
from service.storage.tables import depot, journal, ligne, metadata
from service.storage.unit_of_work import FabriqueUnites


@pytest.fixture(params=["sqlite", "postgresql"])
def vierge(request: pytest.FixtureRequest, tmp_path: Path):
    """An engine on a database without any table."""
    if request.param == "sqlite":
        moteur = creer_moteur(f"sqlite:///{tmp_path}/vierge.sqlite")
        yield moteur
        moteur.dispose()
        return
    grappe = request.getfixturevalue("grappe")
    nom = f"vierge_{tmp_path.parent.name}_{tmp_path.name}".replace("-", "_")[-60:]
    grappe.creer(nom)
    moteur = creer_moteur(grappe.url(nom))
    yield moteur
    moteur.dispose()
    grappe.supprimer(nom)


def test_the_migrated_database_is_what_the_tables_say(moteur: Engine):
    with moteur.connect() as connexion:
        contexte = MigrationContext.configure(connexion, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(contexte, metadata) == []


def test_the_migrated_database_clusters_and_indexes_as_the_tables_say(vierge: Engine):
    """Alembic compares neither conditions of indexes nor WITHOUT ROWID: the catalogue's own words are compared."""
    with vierge.connect() as connexion, connexion.begin():
        metadata.create_all(connexion)
    selon_les_tables = _catalogue(vierge)
    with vierge.connect() as connexion, connexion.begin():
        metadata.drop_all(connexion)
    migrations.migrer(vierge)
    assert _catalogue(vierge) == selon_les_tables


def _catalogue(moteur: Engine) -> list[list[str]]:
    """The words of each definition, sorted: the constraints of a table may come in another order."""
    sqlite = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> 'alembic_version'"
    postgresql = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    with moteur.connect() as connexion:
        definitions = connexion.exec_driver_sql(sqlite if moteur.dialect.name == "sqlite" else postgresql).scalars()
        return sorted(sorted(definition.replace(",", " ").split()) for definition in definitions)


def test_a_database_of_nothing_has_no_version_and_is_not_up_to_date(vierge: Engine):
    assert migrations.version(vierge) is None
    with pytest.raises(IndisponibleError, match="migrate"):
        migrations.exiger_a_jour(vierge)


def test_migrating_brings_to_the_version_of_the_code_and_again_changes_nothing(vierge: Engine):
    tete = migrations.version_du_code()
    assert migrations.migrer(vierge) == tete
    assert migrations.migrer(vierge) == tete
    assert migrations.version(vierge) == tete
    migrations.exiger_a_jour(vierge)


def test_entries_logged_before_the_search_had_its_indexes_are_found_by_them(vierge: Engine):
    with _a_la_revision(vierge, "0002") as connexion:
        for rang, valeurs in enumerate(ANCIENNES):
            connexion.execute(journal.insert().values(ENTREE | valeurs | {"instant": INSTANT + timedelta(rang)}))
    avant = _rangees(vierge)
    migrations.migrer(vierge)
    assert _rangees(vierge) == avant
    with FabriqueUnites(vierge).lecture() as unite:
        for filtres, rangs in [
            (Filtres(), [2, 1, 0]),
            (Filtres(sirets=("26830001100010",), operation="ListeDepots"), [1]),
            (Filtres(sirets=("26830001100010",), code="REJEU"), [1]),
            (Filtres(issue="REFUSE"), [2, 1]),
            (Filtres(identifiant_message="m" * 36), [1, 0]),
        ]:
            trouvees = unite.journal.chercher(filtres, None, 10).entrees
            assert [int(une.entree.identifiant_requete) for une in trouvees] == rangs, filtres


def test_deposits_of_before_0006_keep_all_they_say_and_their_lines_are_found_by_reperes(vierge: Engine):
    with _a_la_revision(vierge, "0005") as connexion:
        _ecrire_l_ancien_depot(connexion)
    migrations.migrer(vierge, _reperer)
    with vierge.connect() as connexion:
        for nom in ("depot", "message_brut", "ligne", "anomalie"):
            table = metadata.tables[nom]
            lues = [dict(une._mapping) for une in connexion.execute(table.select().order_by(*table.primary_key))]
            attendues = [dict.fromkeys(table.columns.keys()) | une for une in ANCIEN_DEPOT[nom]]
            if nom == "ligne":
                attendues = [une | REPERES for une in attendues]
            assert lues == attendues
    with FabriqueUnites(vierge).lecture() as unite:
        trouvees = unite.lignes.antecedents(1, [REPERES["nir_repere"]], [], [2026])
        assert [une.numero for une in trouvees] == ["D261201-ABCDEFGH-0001"]


def test_every_line_of_before_0007_that_names_somebody_gets_reperes_batch_by_batch(vierge: Engine):
    nombre, demandes = 2_500, []

    def reperer(donnees: Sequence[bytes], organismes: Sequence[str | None]) -> list[list[int]]:
        demandes.append(len(donnees))
        return [[int(une) * facteur for une in donnees] for facteur in (1, 2, 3)]

    with _a_la_revision(vierge, "0006") as connexion:
        _ecrire_l_ancien_depot(connexion)
        connexion.execute(
            depot.insert(), DEPOT | {"id": 2, "numero": "D261201-BCDEFGHA", "identifiant_message": "n" * 36}
        )
        connexion.execute(ligne.delete())
        rangees = [
            (2 if rang % 2 else 1, rang, None if rang % 100 == 0 else str(rang).encode()) for rang in range(nombre)
        ]
        lignes = [LIGNE | {"depot_id": id_, "rang": rang, "donnees": donnees} for id_, rang, donnees in rangees]
        connexion.execute(ligne.insert(), lignes)
    migrations.migrer(vierge, reperer)
    with vierge.connect() as connexion:
        lues = connexion.execute(
            select(ligne.c.rang, ligne.c.nir_repere, ligne.c.allocataire_repere, ligne.c.nom_repere)
        )
        attendues = [(rang, *([None] * 3 if rang % 100 == 0 else [rang, 2 * rang, 3 * rang])) for rang in range(nombre)]
        assert sorted(tuple(une) for une in lues) == attendues
    assert demandes == [1000, 1000, nombre - nombre // 100 - 2000]


def test_lines_of_before_0007_are_not_brought_up_to_date_without_what_makes_reperes(vierge: Engine):
    with _a_la_revision(vierge, "0006") as connexion:
        _ecrire_l_ancien_depot(connexion)
    with pytest.raises(IndisponibleError, match="clés de chiffrement"):
        migrations.migrer(vierge)
    assert migrations.version(vierge) == "0006"
    with vierge.connect() as connexion:
        assert connexion.exec_driver_sql("SELECT nir_hache FROM ligne").scalar_one() == HACHES["nir_hache"]


INSTANT = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENTREE = {"adresse": "192.0.2.1", "taille": 1, "duree_us": 1, "nombre": 1, "siret": "26830001100010"}
ANCIENNES: list[dict[str, Any]] = [
    {"identifiant_requete": "0", "operation": "DeclareCertificatEmploi", "issue": "ACCEPTE"}
    | {"numero_depot": "D261201-ABCDEFGH", "identifiant_message": "m" * 36},
    {"identifiant_requete": "1", "operation": "ListeDepots", "issue": "REFUSE", "code": "REJEU"}
    | {"identifiant_message": "m" * 36},
    {"identifiant_requete": "2", "operation": None, "issue": "REFUSE", "code": "MESSAGE_ILLISIBLE"},
]


HACHES = {"nir_hache": b"nirnirnirnirnirn", "allocataire_hache": b"allocataireallox", "nom_hache": b"nomnomnomnomnomx"}
REPERES = {"nir_repere": -(2**63), "allocataire_repere": None, "nom_repere": 2**63 - 1}


def _reperer(donnees: Sequence[bytes], organismes: Sequence[str | None]) -> list[list[int | None]]:
    """Of the line below, whose ESAT's organisme is 831."""
    assert list(zip(donnees, organismes, strict=True)) == [(b"chiffre", "831")]
    return [[repere] for repere in REPERES.values()]


DEPOT: dict[str, Any] = {
    "id": 1,
    "numero": "D261201-ABCDEFGH",
    "esat_id": 1,
    "identifiant_message": "m" * 36,
    "operation": "DeclareCertificatEmploi",
    "annee": 2026,
    "essai": False,
    "empreinte": "e" * 64,
    "date_reception": INSTANT,
    "statut": "ACCEPTE",
    **dict.fromkeys(("nombre_recues", "nombre_acceptees", "nombre_rejetees"), 1),
    **dict.fromkeys(("version_regles", "logiciel_editeur", "logiciel_nom", "logiciel_version"), "1"),
    "accuse_signe": b"a",
}
LIGNE: dict[str, Any] = {
    **{"depot_id": 1, "rang": 1, "reference": "r", "nature": "CERTIFICAT", "numero": "D261201-ABCDEFGH-0001"},
    **{"esat_id": 1, "annee": 2026, "donnees": b"chiffre", "nombre_mois": 12, "montant_net": 81240, "essai": False},
    **{"statut": "RECUE", "statut_depuis": INSTANT},
}
ANCIEN_DEPOT: dict[str, list[dict[str, Any]]] = {
    "convention": [
        {"id": 1, "numero": "C", "signee_le": INSTANT.date(), "organisme": "831", "duree_mot_de_passe": 180}
    ],
    "esat": [{"id": 1, "convention_id": 1, "siret": "26830001100010", "raison_sociale": "E", "adresse": "A"}],
    "depot": [DEPOT],
    "message_brut": [{"depot_id": 1, "octets": b"o"}],
    "ligne": [LIGNE],
    "anomalie": [
        {
            "depot_id": 1,
            "rang": 1,
            "ordre": 1,
            "code": "C14",
            "gravite": "ALERTE",
            "champ": "montantNet",
            "message": "m",
        }
    ],
}


@contextmanager
def _a_la_revision(moteur: Engine, revision: str) -> Iterator[Connection]:
    """A transaction on a database without any table, brought to a former revision in it."""
    with moteur.connect() as connexion, connexion.begin():
        configuration = migrations._configuration()
        configuration.attributes["connexion"] = connexion
        command.upgrade(configuration, revision)
        yield connexion


def _ecrire_l_ancien_depot(connexion: Connection) -> None:
    for nom, valeurs in ANCIEN_DEPOT.items():
        connexion.execute(metadata.tables[nom].insert(), valeurs)
    connexion.execute(text(f"UPDATE ligne SET {', '.join(f'{nom} = :{nom}' for nom in HACHES)}"), HACHES)


def _rangees(moteur: Engine) -> list[Any]:
    with moteur.connect() as connexion:
        return list(connexion.execute(journal.select().order_by(journal.c.id)))


def _vieillir_le_code(moteur: Engine) -> None:
    with moteur.connect() as connexion:
        connexion.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connexion.commit()


@pytest.mark.parametrize("acte", [migrations.migrer, migrations.exiger_a_jour])
def test_a_database_of_a_newer_service_is_refused(moteur: Engine, acte):
    _vieillir_le_code(moteur)
    with pytest.raises(IndisponibleError, match="9999"):
        acte(moteur)
    assert migrations.version(moteur) == "9999"


@pytest.fixture
def revision_manquee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second revision that makes a table, then fails."""
    dossier = tmp_path / "migrations %s"
    shutil.copytree(migrations._DOSSIER, dossier)
    (dossier / "versions" / "9998_manquee.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision, down_revision = "9998", "{migrations.version_du_code()}"\n'
        'def upgrade():\n    op.create_table("de_trop", sa.Column("id", sa.Integer))\n    raise ZeroDivisionError\n'
    )
    monkeypatch.setattr(migrations, "_DOSSIER", dossier)


def test_a_migration_that_fails_leaves_the_database_as_it_was(moteur: Engine, revision_manquee: None):
    avant = migrations.version(moteur)
    with pytest.raises(ZeroDivisionError):
        migrations.migrer(moteur)
    assert migrations.version(moteur) == avant
    assert "de_trop" not in inspect(moteur).get_table_names()


def test_two_that_migrate_at_once_both_end_well(vierge: Engine):
    depart, versions = threading.Barrier(2), []

    def migrer() -> None:
        moteur = creer_moteur(vierge.url)
        depart.wait(10)
        versions.append(migrations.migrer(moteur))
        moteur.dispose()

    fils = [threading.Thread(target=migrer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert versions == [migrations.version_du_code()] * 2


def test_migrating_says_nothing_and_leaves_logging_alone(vierge: Engine, capfd: pytest.CaptureFixture[str]):
    autre = logging.getLogger("service.autre")
    avant = (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level)
    migrations.migrer(vierge)
    assert (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level) == avant
    assert not autre.disabled
    assert capfd.readouterr() == ("", "")


def test_an_unreachable_database_is_unavailable(tmp_path: Path):
    moteur = creer_moteur(f"sqlite:///{tmp_path}/absent/base.sqlite")
    for acte in (migrations.migrer, migrations.version, migrations.exiger_a_jour):
        with pytest.raises(IndisponibleError):
            acte(moteur)
