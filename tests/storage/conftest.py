"""One ESAT with its account, and rows to write, for the tests of the storage room."""

import itertools
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from sqlalchemy.dialects.sqlite import dialect

from service.domain.habilitation import EtatCompte, Role
from service.domain.statuts import StatutDeclaration
from service.storage.bulk import en_colonnes
from service.storage.database import creer_moteur
from service.storage.depots import NouveauDepot
from service.storage.journal import NouvelleEntree
from service.storage.lignes import Ligne
from service.storage.statements import Statement
from service.storage.unit_of_work import FabriqueUnites, UnitOfWork

MAINTENANT = datetime(2026, 12, 3, 9, 30, 15, 123456, tzinfo=UTC)
SIRET = "26830001100010"
AUTRE_SIRET = "26830002900018"
_rangs = itertools.count(1)


@pytest.fixture
def sur_sqlite(base_sqlite: str) -> Iterator[FabriqueUnites]:
    """Units of work on SQLite alone."""
    moteur = creer_moteur(base_sqlite)
    yield FabriqueUnites(moteur)
    moteur.dispose()


class Monde(NamedTuple):
    """Ids of what every test finds in its database."""

    maintenant: datetime
    siret: str
    autre_siret: str
    convention: int
    esat: int
    autre_esat: int
    compte: int
    courriel: str = "paie@esat.example"


@pytest.fixture
def monde(unites: FabriqueUnites) -> Monde:
    """Two ESATs under one convention, an account habilitated for the first."""
    with unites.ecriture() as unite:
        convention = unite.conventions.creer("CONV-1", date(2026, 1, 1), None, "831", 180)
        esat = unite.esats.creer(convention, SIRET, "830000012", "ESAT des Mimosas", "1 rue des Mimosas 83000 Toulon")
        autre = unite.esats.creer(convention, AUTRE_SIRET, None, "ESAT du Port", "2 quai du Port 83000 Toulon")
        compte = unite.comptes.creer(
            "paie@esat.example", "Martin", "Anne", EtatCompte.ACTIF, "$argon2id$1", True, MAINTENANT, MAINTENANT
        )
        unite.habilitations.ajouter(compte, esat, Role.REFERENT, MAINTENANT)
        unite.commit()
    return Monde(MAINTENANT, SIRET, AUTRE_SIRET, convention, esat, autre, compte)


@pytest.fixture
def nouveau_depot(monde: Monde) -> Callable[..., NouveauDepot]:
    """Makes a deposit to be written; whatever matters to a test is given by name."""

    def fabriquer(**valeurs) -> NouveauDepot:
        rang = next(_rangs)
        return NouveauDepot(
            numero=f"D261203-{rang:08d}",
            esat_id=monde.esat,
            compte_id=monde.compte,
            identifiant_message=f"{rang:08d}-0000-4000-8000-000000000000",
            operation="DeclareCertificatEmploi",
            annee=2026,
            essai=False,
            empreinte="ab" * 32,
            date_reception=monde.maintenant,
            statut="ACCEPTE",
            nombre_recues=1,
            nombre_acceptees=1,
            nombre_rejetees=0,
            version_regles="2026.1",
            logiciel_editeur="Éditeur",
            logiciel_nom="Paie",
            logiciel_version="1.0",
            accuse_signe=b"\x00\xffsigne",
        )._replace(**valeurs)

    return fabriquer


@pytest.fixture
def nouvelle_ligne(monde: Monde) -> Callable[..., Ligne]:
    """Makes a line to be written, an accepted certificate unless told otherwise."""

    def fabriquer(depot_id: int, rang: int, **valeurs) -> Ligne:
        return Ligne(
            depot_id=depot_id,
            rang=rang,
            reference=f"ref-{rang}",
            nature="CERTIFICAT",
            numero=None,
            esat_id=monde.esat,
            annee=2026,
            nir_repere=None,
            allocataire_repere=None,
            nom_repere=None,
            donnees=b"\x00chiffre",
            nombre_mois=12,
            montant_net=81240,
            montant_aide_poste=None,
            pourcentage_salaire_direct=1050,
            heures_avant=None,
            heures_apres=None,
            date_effet=None,
            motif=None,
            cible=None,
            essai=False,
            statut=StatutDeclaration.RECUE,
            statut_depuis=monde.maintenant,
        )._replace(**valeurs)

    return fabriquer


@pytest.fixture
def deposer(
    nouveau_depot: Callable[..., NouveauDepot], nouvelle_ligne: Callable[..., Ligne]
) -> Callable[..., tuple[int, list[str]]]:
    """Writes a deposit and its lines (each given as a dict), and returns its id and the numbers of its lines."""

    def ecrire(unite: UnitOfWork, lignes: list[dict], **depot) -> tuple[int, list[str]]:
        nouveau = nouveau_depot(nombre_recues=len(lignes), nombre_acceptees=len(lignes), **depot)
        depot_id = unite.depots.ajouter(nouveau)
        numeros = [f"{nouveau.numero}-{rang:04d}" for rang in range(1, len(lignes) + 1)]
        rangees = [
            nouvelle_ligne(depot_id, rang, **{"numero": numero, "esat_id": nouveau.esat_id, **valeurs})
            for rang, (numero, valeurs) in enumerate(zip(numeros, lignes, strict=True), 1)
        ]
        unite.lignes.ajouter_lot(en_colonnes(rangees))
        return depot_id, numeros

    return ecrire


@pytest.fixture
def nouvelle_entree(monde: Monde) -> Callable[..., NouvelleEntree]:
    """Makes an entry of the log."""

    def fabriquer(**valeurs) -> NouvelleEntree:
        return NouvelleEntree(
            instant=monde.maintenant,
            adresse="192.0.2.7",
            agent="zeep/4.3",
            utilisateur="paie@esat.example",
            compte_id=monde.compte,
            siret=monde.siret,
            esat_id=monde.esat,
            operation="DeclareCertificatEmploi",
            taille=1300,
            duree_us=900,
            issue="ACCEPTE",
            code=None,
            identifiant_message=None,
            numero_depot=None,
            identifiant_incident=None,
            identifiant_requete=f"r{next(_rangs)}",
        )._replace(**valeurs)

    return fabriquer


@pytest.fixture
def plan(base_sqlite: str) -> Callable[[Statement], list[str]]:
    """The steps of SQLite's plan for a statement; SQLite has no statistics and plans alike for any volume."""

    def expliquer(statement: Statement) -> list[str]:
        sql = statement.compiled(dialect(paramstyle="named")).sql
        connexion = sqlite3.connect(base_sqlite.removeprefix("sqlite:///"))
        try:
            valeurs = dict.fromkeys(re.findall(r":(\w+)", sql))
            return [etape[3] for etape in connexion.execute(f"EXPLAIN QUERY PLAN {sql}", valeurs)]
        finally:
            connexion.close()

    return expliquer
