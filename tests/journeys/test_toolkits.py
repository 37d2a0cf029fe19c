"""Toolkits of others import the published WSDL and call all operations; their programs show what the service holds."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import zeep
from maison import Service
from outils_soap import OUTILS
from serveur import Serveur, finir, lancer, preparer
from zeep.wsse.username import UsernameToken

from service.app import Maison
from service.domain.identifiants import siret_valide
from service.security.signing import verifier

ANCIEN = "quatre lamas boivent du sirop"
NOUVEAU = "neuf girafes dansent le mambo"
CONVENTION = "CONV-OUTILS"
TEXTE = [pytest.param(nom, id=nom) for nom in OUTILS]
CONDENSE = [
    pytest.param(nom, variante, id=f"{nom}-{variante or 'wsdl'}")
    for nom, outil in OUTILS.items()
    for variante in ("", *outil.variantes)
]
PARCOURS = [
    ("ConsulteService", None),
    ("ListeAnomalies", None),
    ("DeclareCertificatEmploi", None),
    ("DeclareChangementActivite", None),
    ("ConsulteDepot", None),
    ("ListeDepots", None),
    ("ListeResteADeclarer", None),
    ("AnnuleDeclaration", None),
    ("ConsulteDepot", "SCHEMA_INVALIDE"),
]
"""The operations of a program and the faults they are answered with, as the log has them."""


@dataclass(frozen=True)
class Compte:
    """An account of its own for a run, the only one of its ESAT."""

    siret: str
    courriel: str
    cle: str


class Banc:
    """A running service, and the means to open accounts in it."""

    def __init__(self, serveur: Serveur) -> None:
        self.serveur = serveur
        reglages = Maison(serveur.environ).settings
        self.interieur = Service(serveur.donnees, reglages.base, reglages.cles)
        self.interieur.horloge.instant = datetime.now(UTC)
        self.interieur.convention(CONVENTION)
        self.certificats = requests.get(f"{serveur.adresse}/certificats", timeout=60).content
        candidats = (f"{numero:014d}" for numero in itertools.count(13_000_000_000_000))
        self._sirets = filter(siret_valide, candidats)

    def ouvrir_un_compte(self) -> Compte:
        """An ESAT with one account, its password and its clé."""
        siret = next(self._sirets)
        courriel = f"paie{siret}@esat.example"
        self.interieur.esat(siret, CONVENTION)
        self.interieur.compte(courriel, siret, mot_de_passe=ANCIEN)
        return Compte(siret, courriel, self.interieur.nouvelle_cle(courriel))

    def zeep(self, compte: Compte, secret: str, condense: bool = False) -> zeep.proxy.ServiceProxy:
        """The service as another client of the same account sees it."""
        jeton = UsernameToken(compte.courriel, secret, use_digest=condense)
        return zeep.Client(f"{self.serveur.service}?wsdl", wsse=jeton).service

    def journal(self, compte: Compte) -> list[tuple[str | None, str | None]]:
        """Operations and fault codes of an account, in the order of their arrival."""
        entrees = [entree for entree in self.interieur.journal() if entree.utilisateur == compte.courriel]
        return [(entree.operation, entree.code) for entree in reversed(entrees)]


@pytest.fixture(scope="module")
def banc(tmp_path_factory) -> Iterator[Banc]:
    en_marche = lancer(preparer(tmp_path_factory.mktemp("outils") / "donnees"))
    banc = Banc(en_marche)
    try:
        yield banc
    finally:
        banc.interieur.fermer()
        finir(en_marche)


def lignes_de(titre: str, accuse) -> list[str]:
    """A receipt as the programs show it."""
    lignes = [
        f"{titre} : {accuse.numeroDepot} {accuse.statut}, {accuse.nombreAcceptees} acceptée(s) et "
        f"{accuse.nombreRejetees} rejetée(s) sur {accuse.nombreRecues}"
    ]
    for ligne in accuse.resultat:
        dit = ", ".join(f"{anomalie.code} {anomalie.champ or '-'}" for anomalie in ligne.anomalie)
        suite = f" [{dit}]" if dit else ""
        lignes.append(
            f"  ligne {ligne.rang} {ligne.reference or '-'} : {ligne.statut} {ligne.numeroDeclaration or '-'}{suite}"
        )
    return lignes


def exiger_le_recit_du_service(banc: Banc, compte: Compte, nom: str, dit: list[str], dossier: Path) -> None:
    """What was shown must be what the service itself tells, and what the design says of these declarations."""
    port = banc.zeep(compte, compte.cle, condense=True)
    etat, catalogue = port.ConsulteService(), port.ListeAnomalies()
    annee = etat.campagne.annee
    depots = port.ListeDepots(siret=compte.siret, depuis=f"{annee}-01-01", jusque=f"{annee + 1}-12-31").depot
    annulation, changements, certificats = (
        port.ConsulteDepot(siret=compte.siret, numeroDepot=depot.numeroDepot) for depot in depots
    )
    reste = port.ListeResteADeclarer(siret=compte.siret, annee=annee)
    numero = certificats.accuse.numeroDepot
    champs = OUTILS[nom].champs_fautifs
    assert dit == [
        f"Service : {etat.environnement}, contrat {etat.versionContrat}, règles {etat.versionRegles}, campagne {annee}",
        f"Catalogue : {len(catalogue.regle)} règles, version {catalogue.versionRegles}",
        *lignes_de("Certificats", certificats.accuse),
        *lignes_de("Changements", changements.accuse),
        f"Dépôt relu : {numero}, accusé signé identique, {numero}-0001 RECUE",
        f"Dépôts : {changements.accuse.numeroDepot}, {numero}",
        f"Reste à déclarer : Anaïs Lefèvre avant le {reste.dateLimite}",
        *lignes_de("Annulation", annulation.accuse),
        "Faute de schéma : SCHEMA_INVALIDE" + (f" [{champs}]" if champs else ""),
        "Faute d'authentification : AUTHENTIFICATION",
    ]
    assert certificats.accuse.statut == "ACCEPTE_PARTIELLEMENT"
    assert [ligne.reference for ligne in certificats.accuse.resultat] == ["CERT-1", "CERT-2"]
    codes = [anomalie.code for anomalie in certificats.accuse.resultat[1].anomalie]
    # Toolkits that know decimals as float have their amounts rounded (C17), and are told so.
    assert [code for code in codes if code != "C17"] == ["C02", "C03"]
    assert (changements.accuse.statut, changements.accuse.nombreAcceptees) == ("ACCEPTE", 2)
    assert (annulation.accuse.statut, annulation.accuse.nombreAcceptees) == ("ACCEPTE", 3)
    assert [etat.statut for etat in (*certificats.etat, *changements.etat)] == ["ANNULEE"] * 3
    for depot in (annulation, changements, certificats):
        archive = (dossier / f"accuse-{depot.accuse.numeroDepot}.xml").read_bytes()
        assert archive == depot.accuseSigne
        verifier(archive, banc.certificats)


@pytest.mark.parametrize(("nom", "variante"), CONDENSE)
def test_a_toolkit_declares_with_a_digest_of_its_key(banc, tmp_path, nom, variante):
    compte = banc.ouvrir_un_compte()
    reglages = {"SIRET": compte.siret, "UTILISATEUR": compte.courriel, "CLE": compte.cle, "WSDL": variante}
    fini = OUTILS[nom].executer(banc.serveur.service, reglages, tmp_path)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    operations = banc.journal(compte)
    assert operations[:9] == PARCOURS
    assert [code for _, code in operations[9:]] == ["AUTHENTIFICATION"]
    exiger_le_recit_du_service(banc, compte, nom, fini.stdout.splitlines(), tmp_path)


@pytest.mark.parametrize("nom", TEXTE)
def test_a_toolkit_declares_with_the_password_in_text_and_changes_it(banc, tmp_path, nom):
    compte = banc.ouvrir_un_compte()
    reglages = {
        "SIRET": compte.siret,
        "UTILISATEUR": compte.courriel,
        "MOT_DE_PASSE": ANCIEN,
        "NOUVEAU_MOT_DE_PASSE": NOUVEAU,
    }
    fini = OUTILS[nom].executer(banc.serveur.service, reglages, tmp_path)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    operations = banc.journal(compte)
    assert operations[:9] == PARCOURS
    assert [code for _, code in operations[9:]] == ["AUTHENTIFICATION", None]
    assert operations[10][0] == "ModifieMotDePasse"
    *dit, change = fini.stdout.splitlines()
    exiger_le_recit_du_service(banc, compte, nom, dit, tmp_path)
    expiration = banc.zeep(compte, NOUVEAU).ConsulteService().compte.expiration
    assert change.startswith(f"Mot de passe : changé, valable jusqu'au {expiration:%Y-%m-%dT%H:%M:%S}")
    with pytest.raises(zeep.exceptions.Fault, match=r"^\[AUTHENTIFICATION\] "):
        banc.zeep(compte, ANCIEN).ConsulteService()
